from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab.errors import EstimationError
from mentorlab.stats.dyads.actor_partner import fit_actor_partner


def draw(rng, n, p=1, q=0, rho=0.4):
    x = rng.normal(size=(n, 2, p))
    z = rng.normal(size=(n, q))
    spread = np.linalg.cholesky(np.array([[1, rho], [rho, 1]]))
    own, other = x @ np.linspace(0.5, 0.2, p), x[:, ::-1] @ np.linspace(0.3, -0.1, p)
    y = (
        1
        + own
        + other
        + (z @ np.linspace(0.4, 0.1, q))[:, None]
        + rng.normal(size=(n, 2)) @ spread.T
    )
    return y, x, z


def stacked(y, x, z, *, distinguishable):
    """The same model as one long regression."""
    n = len(y)
    rows = []
    for role in (0, 1):
        block = np.hstack([np.ones((n, 1)), x[:, role], x[:, 1 - role], z])
        if distinguishable:
            zero = np.zeros_like(block)
            block = np.hstack([block, zero] if role == 0 else [zero, block])
        rows.append(block)
    return np.stack(rows, axis=1).reshape(2 * n, -1), y.reshape(-1)


def gls(y, x, z, residual, *, distinguishable):
    design, outcome = stacked(y, x, z, distinguishable=distinguishable)
    weight = np.kron(np.eye(len(y)), np.linalg.inv(residual))
    information = design.T @ weight @ design
    return np.linalg.solve(information, design.T @ weight @ outcome), np.linalg.inv(information)


@given(
    st.booleans(),
    st.booleans(),
    st.integers(1, 2),
    st.integers(0, 2),
    st.sampled_from([0.5, -0.4]),
    st.integers(0, 2**32 - 1),
)
def test_equals_generalized_least_squares(distinguishable, reml, p, q, rho, seed):
    """A fixed point of GLS with its own residual covariance is the maximum likelihood."""
    y, x, z = draw(np.random.default_rng(seed), 25, p, q, rho)
    fit = fit_actor_partner(y, x, shared=z, distinguishable=distinguishable, reml=reml)
    beta, covariance = gls(y, x, z, fit.residual, distinguishable=distinguishable)
    assert fit.params.ravel() == pytest.approx(beta, abs=1e-8)
    assert fit.covariance == pytest.approx(covariance, abs=1e-8)


@pytest.mark.parametrize("distinguishable", [True, False])
@pytest.mark.parametrize("reml", [True, False])
def test_likelihood_by_definition(distinguishable, reml):
    y, x, z = draw(np.random.default_rng(4), 12, 1, 1)
    fit = fit_actor_partner(y, x, shared=z, distinguishable=distinguishable, reml=reml)
    design, outcome = stacked(y, x, z, distinguishable=distinguishable)
    rest = outcome - design @ fit.params.ravel()
    whole = np.kron(np.eye(12), fit.residual)
    inverse = np.linalg.inv(whole)
    n, k = design.shape
    expected = -np.linalg.slogdet(whole)[1] - rest @ inverse @ rest
    if reml:
        expected -= np.linalg.slogdet(design.T @ inverse @ design)[1] + (n - k) * np.log(2 * np.pi)
    else:
        expected -= n * np.log(2 * np.pi)
    assert fit.log_likelihood == pytest.approx(expected / 2)
    assert fit.aic == pytest.approx(2 * (k + (3 if distinguishable else 2)) - expected)


def test_the_likelihood_is_a_maximum():
    y, x, _ = draw(np.random.default_rng(5), 40)
    fit = fit_actor_partner(y, x, distinguishable=False, reml=False)
    best = fit.residual
    design, outcome = stacked(y, x, np.empty((40, 0)), distinguishable=False)

    def likelihood(residual, beta):
        rest = (outcome - design @ beta).reshape(40, 2)
        spread = np.einsum("ni,ij,nj->", rest, np.linalg.inv(residual), rest)
        return -(40 * np.linalg.slogdet(residual)[1] + spread + 80 * np.log(2 * np.pi)) / 2

    top = likelihood(best, fit.params[0])
    assert top == pytest.approx(fit.log_likelihood)
    rng = np.random.default_rng(6)
    for _ in range(50):
        nudge = rng.normal(0, 0.02, 2)
        other = best + np.array([[nudge[0], nudge[1]], [nudge[1], nudge[0]]])
        assert likelihood(other, fit.params[0] + rng.normal(0, 0.02, 3)) <= top


def test_exchanging_partners_changes_nothing_or_exchanges_roles():
    y, x, z = draw(np.random.default_rng(7), 30, 2, 1)
    rng = np.random.default_rng(8)
    turn = rng.random(30) < 0.5
    swapped = (np.where(turn[:, None], v[:, ::-1], v) for v in (y,))
    y2 = next(swapped)
    x2 = np.where(turn[:, None, None], x[:, ::-1], x)
    one = fit_actor_partner(y, x, shared=z, distinguishable=False)
    two = fit_actor_partner(y2, x2, shared=z, distinguishable=False)
    assert two.params == pytest.approx(one.params)
    assert two.correlation == pytest.approx(one.correlation)
    roles = fit_actor_partner(y, x, shared=z)
    turned = fit_actor_partner(y[:, ::-1], x[:, ::-1], shared=z)
    assert turned.params == pytest.approx(roles.params[::-1])


def test_negative_correlation_is_found():
    y, x, _ = draw(np.random.default_rng(9), 400, rho=-0.5)
    assert fit_actor_partner(y, x, distinguishable=False).correlation == pytest.approx(
        -0.5, abs=0.1
    )


def test_refuses():
    rng = np.random.default_rng(10)
    y, x, _ = draw(rng, 10)
    with pytest.raises(EstimationError, match="with 3 coefficients needs 5 complete dyads; got 4"):
        fit_actor_partner(y[:4], x[:4])
    same = np.repeat(x[:, :1], 2, axis=1)
    with pytest.raises(EstimationError, match="never differs between partners"):
        fit_actor_partner(y, same, distinguishable=False)
    with pytest.raises(EstimationError, match="one is a sum or a copy"):
        fit_actor_partner(y, same)
    with pytest.raises(EstimationError, match="a predictor does not vary"):
        fit_actor_partner(y, np.ones_like(x))
    with pytest.raises(EstimationError, match="the outcome does not vary, or predictors determine"):
        fit_actor_partner(np.ones_like(y), x)
    with pytest.raises(EstimationError, match="determine it without error"):
        fit_actor_partner(x[:, :, 0], x)
