from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorlab.errors import EstimationError
from mentorlab.stats.mixed.blocks import RandomTerm
from mentorlab.stats.mixed.criterion import evaluate, set_up
from mentorlab.stats.mixed.linear import fit_mixed
from mentorlab.stats.mixed.search import factors_of, slope_of


def crossed(rng, n=80, first=8, second=5):
    one, two = rng.integers(0, first, n), rng.integers(0, second, n)
    x = np.column_stack([np.ones(n), rng.normal(size=n)])
    y = x @ [1, 0.5] + rng.normal(size=first)[one] + 0.7 * rng.normal(size=second)[two]
    return y + rng.normal(size=n), x, one, two


def dense_criterion(y, x, terms, factors, *, reml):
    """The profiled criterion with n x n matrices."""
    n, k = x.shape
    whole = np.eye(n)
    for term, factor in zip(terms, factors, strict=True):
        z = np.ones((n, 1)) if term.columns is None else term.columns
        same = np.equal.outer(term.groups, term.groups)
        whole += same * (z @ factor @ factor.T @ z.T)
    inverse = np.linalg.inv(whole)
    xx = x.T @ inverse @ x
    beta = np.linalg.solve(xx, x.T @ inverse @ y)
    rest = y - x @ beta
    df = n - k if reml else n
    value = np.linalg.slogdet(whole)[1] + df * (
        1 + np.log(2 * np.pi * (rest @ inverse @ rest) / df)
    )
    return value + (np.linalg.slogdet(xx)[1] if reml else 0), beta


TERMS = {
    "nested": lambda one, two, x: (RandomTerm(one),),
    "crossed": lambda one, two, x: (RandomTerm(one), RandomTerm(two)),
    "slopes": lambda one, two, x: (RandomTerm(one, x),),
    "uncorrelated": lambda one, two, x: (RandomTerm(one, x, correlated=False),),
    "slopes and crossed": lambda one, two, x: (RandomTerm(one, x), RandomTerm(two)),
    "crossed slopes": lambda one, two, x: (RandomTerm(one, x), RandomTerm(two, x)),
}


@pytest.mark.parametrize("kind", list(TERMS))
@pytest.mark.parametrize("reml", [True, False])
def test_criterion_and_slope_by_definition(kind, reml):
    rng = np.random.default_rng(1)
    y, x, one, two = crossed(rng)
    problem = set_up(y, x, TERMS[kind](one, two, x), reml=reml)
    size = sum(len(term.pattern()[0]) for term in problem.terms)
    for tiny in (False, True):
        theta = rng.uniform(0.2, 1.2, size)
        if tiny:
            theta[-1] = 1e-5
        factors = factors_of(problem, theta)
        point = evaluate(problem, factors, slope=True)
        expected, beta = dense_criterion(y, x, problem.terms, factors, reml=reml)
        assert point.criterion == pytest.approx(expected, rel=1e-10)
        assert point.beta == pytest.approx(beta)
        slope = slope_of(problem, theta, point)
        for i in range(size):
            step = np.zeros(size)
            step[i] = 1e-6
            up, down = (
                evaluate(problem, factors_of(problem, theta + sign * step), slope=False).criterion
                for sign in (1, -1)
            )
            assert slope[i] == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-4)


def test_sparse_and_dense_blocks_agree(monkeypatch):
    y, x, one, two = crossed(np.random.default_rng(2), n=200, first=40, second=30)
    terms = (RandomTerm(one), RandomTerm(two))
    dense = fit_mixed(y, x, terms)
    monkeypatch.setattr("mentorlab.stats.mixed.blocks.DENSE_CELLS", 0)
    sparse = fit_mixed(y, x, terms)
    assert sparse.criterion == pytest.approx(dense.criterion)
    assert sparse.df == pytest.approx(dense.df)


def test_balanced_one_way_is_the_analysis_of_variance():
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(9), 4)
    y = rng.normal(size=9)[groups] + rng.normal(size=36)
    fit = fit_mixed(y, np.ones((36, 1)), [RandomTerm(groups)])
    table = y.reshape(9, 4)
    between = 4 * table.mean(axis=1).var(ddof=1)
    within = table.var(axis=1, ddof=1).mean()
    assert fit.residual == pytest.approx(within, rel=1e-6)
    assert fit.random[0][0, 0] == pytest.approx((between - within) / 4, rel=1e-6)
    assert fit.std_error[0] == pytest.approx(np.sqrt(between / 36), rel=1e-6)
    assert fit.df[0] == pytest.approx(8, rel=1e-4)
    shrink = 1 - within / between
    effects = shrink * (table.mean(axis=1) - y.mean())
    assert fit.effects[0][:, 0] == pytest.approx(effects, rel=1e-5)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["nested", "slopes"]))
def test_equals_statsmodels_where_it_converges(seed, kind):
    from statsmodels.regression.mixed_linear_model import MixedLM

    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(15), 6)
    x = np.column_stack([np.ones(90), np.tile(np.arange(6.0), 15)])
    y = x @ [2, 0.3] + 2 * rng.normal(size=15)[groups] + rng.normal(size=90)
    if kind == "slopes":
        y = y + rng.normal(size=15)[groups] * x[:, 1]
    terms = (RandomTerm(groups, x),) if kind == "slopes" else (RandomTerm(groups),)
    fit = fit_mixed(y, x, terms)
    assert fit.converged
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = MixedLM(y, x, groups, exog_re=x if kind == "slopes" else None).fit(reml=True)
    assert fit.log_likelihood >= peer.llf - 1e-6
    if peer.converged and fit.log_likelihood - peer.llf < 1e-6:
        assert fit.beta == pytest.approx(peer.fe_params, rel=1e-4, abs=1e-4)
        assert fit.std_error == pytest.approx(peer.bse_fe, rel=1e-3)


def test_a_variance_of_zero_is_named():
    rng = np.random.default_rng(4)
    groups = np.repeat(np.arange(10), 4)
    # Members of a group differ more than strangers: no variance between groups fits.
    y = np.tile([1.0, -1, 2, -2], 10) + 0.1 * rng.normal(size=40)
    fit = fit_mixed(y, np.ones((40, 1)), [RandomTerm(groups)])
    assert fit.singular
    assert fit.converged
    assert fit.random[0][0, 0] == pytest.approx(0, abs=1e-6)
    assert fit.df[0] == pytest.approx(39, rel=1e-3)
    assert fit.std_error[0] == pytest.approx(y.std(ddof=1) / np.sqrt(40), rel=1e-4)


def test_scales_and_names_do_not_matter():
    y, x, one, two = crossed(np.random.default_rng(5))
    plain = fit_mixed(y, x, [RandomTerm(one), RandomTerm(two)])
    moved = fit_mixed(
        1000 * y + 5e4,
        np.column_stack([x[:, 0], 1e3 + 1e-2 * x[:, 1]]),
        [RandomTerm(97 - 3 * two), RandomTerm(one + 1000)],
    )
    assert moved.beta[1] == pytest.approx(1e5 * plain.beta[1], rel=1e-6)
    assert moved.df[1] == pytest.approx(plain.df[1], rel=1e-4)
    assert moved.random[1][0, 0] == pytest.approx(1e6 * plain.random[0][0, 0], rel=1e-4)
    assert moved.n_groups == plain.n_groups[::-1]


def test_refuses():
    y, x, one, _ = crossed(np.random.default_rng(6), n=20)
    with pytest.raises(EstimationError, match="needs two groups or more"):
        fit_mixed(y, x, [RandomTerm(np.zeros(20, dtype=int))])
    with pytest.raises(
        EstimationError, match="groups with several rows; got 20 groups for 20 rows"
    ):
        fit_mixed(y, x, [RandomTerm(np.arange(20))])
    with pytest.raises(EstimationError, match="2 fixed effects need 4 rows; got 3"):
        fit_mixed(y[:3], x[:3], [RandomTerm(one[:3])])
    with pytest.raises(EstimationError, match="fixed effects say the same"):
        fit_mixed(y, np.column_stack([x, x[:, 1]]), [RandomTerm(one)])
    with pytest.raises(EstimationError, match="the outcome does not vary"):
        fit_mixed(np.ones(20), x, [RandomTerm(one)])
    with pytest.raises(EstimationError, match="stands twice"):
        fit_mixed(y, x, [RandomTerm(one), RandomTerm(one)])
