"""One factor and omega against a second implementation, numeric derivatives and known models."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab.errors import EstimationError
from mentorlab.stats.factors.extraction import LOWEST_UNIQUENESS
from mentorlab.stats.factors.schmid_leiman import schmid_leiman
from mentorlab.stats.reliability.omega import (
    bootstrap_omega,
    omega_observed,
    omega_of_covariances,
    omega_one_factor,
    omega_robust_std_error,
    omega_std_errors,
)
from mentorlab.stats.reliability.one_factor import fit_one_factor, solve_information
from mentorlab.stats.resampling import resample_counts


def congeneric(loadings) -> np.ndarray:
    loadings = np.asarray(loadings, dtype=float)
    return np.outer(loadings, loadings) + np.diag(1 - loadings**2)


def sample(n=300, k=5, seed=1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    loadings = np.linspace(0.5, 0.9, k)
    noise = rng.normal(size=(n, k)) * np.sqrt(1 - loadings**2)
    return rng.normal(size=(n, 1)) * loadings + noise


def log_likelihood(point: np.ndarray, observed: np.ndarray) -> float:
    """Of one person, up to a constant."""
    k = len(observed)
    model = np.outer(point[:k], point[:k]) + np.diag(point[k:])
    return -(np.linalg.slogdet(model)[1] + np.trace(np.linalg.solve(model, observed))) / 2


def curvature(function, at: np.ndarray, gap: float = 1e-4) -> np.ndarray:
    moves = gap * np.eye(len(at))
    return np.array(
        [
            [
                function(at + a + b)
                - function(at + a - b)
                - function(at - a + b)
                + function(at - a - b)
                for b in moves
            ]
            for a in moves
        ]
    ) / (4 * gap**2)


@given(st.lists(st.floats(0.2, 0.95), min_size=3, max_size=9), st.floats(0.1, 20))
def test_a_model_that_holds_is_found(loadings, unit):
    scale = unit * np.linspace(1, 2, len(loadings))
    fit = fit_one_factor(congeneric(loadings) * np.outer(scale, scale))
    assert fit.converged.all()
    assert fit.loadings[0] == pytest.approx(loadings * scale, rel=1e-3, abs=1e-3 * unit)
    assert fit.discrepancy[0] == pytest.approx(0, abs=1e-8)


def test_equal_to_statsmodels():
    from statsmodels.multivariate.factor import Factor

    items = sample()
    fit = fit_one_factor(np.cov(items.T))
    peer = Factor(items, n_factor=1, method="ml").fit(rng=0)
    theirs = np.abs(peer.loadings[:, 0]) * items.std(axis=0, ddof=1)
    assert fit.loadings[0] == pytest.approx(theirs, abs=1e-5)


def test_many_are_fitted_as_one_by_one():
    stack = np.stack([np.cov(sample(60, seed=seed).T) for seed in range(40)])
    together = fit_one_factor(stack)
    for i, covariance in enumerate(stack):
        alone = fit_one_factor(covariance)
        assert together.loadings[i] == pytest.approx(alone.loadings[0], abs=1e-6)
        again = fit_one_factor(covariance, start=fit_one_factor(stack[0]))
        assert again.loadings[0] == pytest.approx(alone.loadings[0], abs=1e-6)


def test_the_fast_solution_of_the_information_is_the_plain_one():
    rng = np.random.default_rng(0)
    loading, unique = rng.uniform(0.3, 0.9, 4), rng.uniform(0.2, 0.8, 4)
    model = np.outer(loading, loading) + np.diag(unique)
    inverse = np.linalg.inv(model)
    slopes = []
    for j in range(8):
        change = np.zeros((4, 4))
        if j < 4:
            change[j] += loading
            change[:, j] += loading
        else:
            change[j - 4, j - 4] = 1
        slopes.append(change)
    hessian = np.array([[np.trace(inverse @ a @ inverse @ b) for b in slopes] for a in slopes])
    right = rng.normal(size=8)
    held = np.zeros((1, 4), dtype=bool)
    found = solve_information(loading[None], unique[None], held, right[None, :4], right[None, 4:])
    assert np.concatenate(found, axis=1)[0] == pytest.approx(np.linalg.solve(hessian, right))
    held[0, 1] = True
    keep = np.arange(8) != 5
    found = solve_information(loading[None], unique[None], held, right[None, :4], right[None, 4:])
    plain = np.linalg.solve(hessian[np.ix_(keep, keep)], right[keep])
    assert np.concatenate(found, axis=1)[0][keep] == pytest.approx(plain)
    assert found[1][0, 1] == 0


def test_a_heywood_case_is_held_and_named():
    correlation = np.array([[1.0, 0.9, 0.9], [0.9, 1.0, 0.5], [0.9, 0.5, 1.0]])
    fit = fit_one_factor(correlation)
    assert fit.at_bound[0].tolist() == [True, False, False]
    assert fit.uniquenesses[0, 0] == pytest.approx(LOWEST_UNIQUENESS)
    assert fit.converged[0]
    assert np.isfinite(omega_std_errors(fit, correlation[None], 100)).all()


@pytest.mark.parametrize("n", [15, 30])
def test_noise_converges_to_something_proper(n):
    rng = np.random.default_rng(n)
    items = rng.normal(size=(200, n, 4))
    stack = np.stack([np.cov(one.T) for one in items])
    fit = fit_one_factor(stack)
    assert fit.converged.mean() > 0.97
    assert (fit.uniquenesses >= LOWEST_UNIQUENESS * fit.scale**2 * (1 - 1e-9)).all()
    assert (fit.loadings.sum(axis=1) >= 0).all()


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(EstimationError, match="needs three items to be identified; got 2"):
        fit_one_factor(np.eye(2))
    with pytest.raises(EstimationError, match="items that vary"):
        fit_one_factor(np.diag([1.0, 0.0, 1.0]))
    omegas = omega_of_covariances(np.stack([np.diag([1.0, 0.0, 1.0]), congeneric([0.5, 0.6, 0.7])]))
    assert np.isnan(omegas[0])
    assert omegas[1] == pytest.approx(1.8**2 / (1.8**2 + 0.75 + 0.64 + 0.51))


def test_both_denominators_agree_where_the_model_holds():
    covariance = congeneric([0.5, 0.6, 0.7, 0.8])
    fit = fit_one_factor(covariance)
    assert omega_observed(fit, covariance[None]) == pytest.approx(omega_one_factor(fit))


def test_the_delta_error_comes_from_the_observed_information():
    items = sample(200, 4)
    n = len(items)
    observed = np.cov(items.T, ddof=0)
    fit = fit_one_factor(observed)
    at = np.concatenate([fit.loadings[0], fit.uniquenesses[0]])
    information = -curvature(lambda point: log_likelihood(point, observed), at)

    def omega(point):
        common = point[:4].sum() ** 2
        return common / (common + point[4:].sum())

    gradient = np.array([(omega(at + m) - omega(at - m)) / 2e-6 for m in 1e-6 * np.eye(8)])
    known = np.sqrt(gradient @ np.linalg.solve(information, gradient) / n)
    assert omega_std_errors(fit, observed[None], n)[0] == pytest.approx(known, rel=1e-4)


def test_the_robust_error_is_that_of_the_jackknife():
    items = np.exp(0.5 * sample(500, 4))
    n = len(items)
    fit = fit_one_factor(np.cov(items.T, ddof=0))
    stack = np.stack([np.cov(np.delete(items, i, axis=0).T) for i in range(n)])
    left_out = omega_one_factor(fit_one_factor(stack, start=fit))
    jackknife = np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    assert omega_robust_std_error(items, fit) == pytest.approx(jackknife, rel=0.1)


def test_the_counted_bootstrap_is_the_plain_one():
    items = sample(100, 4)
    drawn = bootstrap_omega(items, n_draws=10, rng=np.random.default_rng(3))
    counts = next(resample_counts(100, 10, rng=np.random.default_rng(3)))
    for got, row in zip(drawn, counts, strict=True):
        covariance = np.cov(np.repeat(items, row.astype(int), axis=0).T)
        assert got == pytest.approx(omega_one_factor(fit_one_factor(covariance))[0], abs=1e-6)


def test_hierarchical_omega_of_a_known_hierarchy():
    """Three groups of three items at .7, factors correlated .49: general loadings are .49."""
    pattern = np.kron(np.eye(3), np.full((3, 1), 0.7))
    correlation = pattern @ (np.full((3, 3), 0.49) + 0.51 * np.eye(3)) @ pattern.T
    np.fill_diagonal(correlation, 1)
    split = schmid_leiman(correlation)
    total = correlation.sum()
    assert split.general == pytest.approx(np.full(9, 0.49), abs=1e-3)
    assert split.omega_hierarchical == pytest.approx((9 * 0.49) ** 2 / total, abs=1e-3)
    assert split.omega_total == pytest.approx(1 - 9 * 0.51 / total, abs=1e-3)
    assert split.common_share == pytest.approx(0.49, abs=1e-3)
    assert split.omega_limit == pytest.approx(split.omega_hierarchical / split.omega_total)
    assert (split.degrees_of_freedom, split.heywood, split.converged) == (12, False, True)


def test_two_group_factors_share_the_general_one_equally():
    pattern = np.kron(np.eye(2), np.full((4, 1), 0.8))
    correlation = pattern @ np.array([[1, 0.25], [0.25, 1]]) @ pattern.T
    np.fill_diagonal(correlation, 1)
    assert schmid_leiman(correlation, 2).factor_loadings == pytest.approx([0.5, 0.5], abs=1e-3)


def test_too_few_items_for_a_hierarchy_are_named():
    with pytest.raises(EstimationError, match="3 group factors need 5 items or more; got 4"):
        schmid_leiman(np.eye(4))
    with pytest.raises(EstimationError, match="needs 2 group factors or more; got 1"):
        schmid_leiman(np.eye(4), 1)
