"""Alpha's intervals, the counted bootstrap, and Guttman's bounds, against definitions."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.reliability.alpha import cronbach_alpha
from mentorlab.stats.reliability.alpha_intervals import (
    alpha_robust_std_error,
    alpha_std_error,
    bonett_interval,
    bootstrap_alpha,
)
from mentorlab.stats.reliability.guttman import (
    alpha_of_covariance,
    correlation_of,
    guttman_lambda2,
    guttman_lambda6,
    split_halves,
    squared_multiple_correlations,
)
from mentorlab.stats.reliability.item_totals import item_totals
from mentorlab.stats.resampling import (
    bootstrap_covariances,
    percentile_interval,
    resample_counts,
)


@pytest.fixture
def items() -> np.ndarray:
    rng = np.random.default_rng(4)
    return rng.normal(size=(80, 1)) + rng.normal(size=(80, 5)) * np.linspace(0.7, 1.3, 5)


def test_bonett_equals_the_published_example():
    """Bonett and Wright's R function as quoted by the package presize: .7, 5 items, n 349."""
    assert bonett_interval(0.7, 349, 5) == pytest.approx((0.6467151, 0.7467059), abs=1e-7)


def test_the_normal_error_of_parallel_items_is_the_textbook_one():
    k, rho, n = 4, 0.5, 200
    covariance = np.full((k, k), rho) + (1 - rho) * np.eye(k)
    alpha = float(alpha_of_covariance(covariance))
    known = (1 - alpha) * np.sqrt(2 * k / ((k - 1) * n))
    assert alpha_std_error(covariance, n) == pytest.approx(known)


def test_the_robust_error_is_that_of_the_jackknife(items):
    n = len(items)
    left_out = np.array([cronbach_alpha(np.delete(items, i, axis=0)) for i in range(n)])
    jackknife = np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    assert alpha_robust_std_error(items) == pytest.approx(jackknife, rel=0.05)


def test_counts_are_samples_with_replacement():
    counts = np.concatenate(list(resample_counts(7, 5000, rng=np.random.default_rng(1))))
    assert counts.shape == (5000, 7)
    assert (counts.sum(axis=1) == 7).all()
    assert counts.mean() == pytest.approx(1)
    assert counts.var() == pytest.approx(6 / 7, abs=0.02)


def test_many_units_are_drawn_in_blocks():
    blocks = list(resample_counts(200_000, 3, rng=np.random.default_rng(1)))
    assert len(blocks) == 2
    assert sum(len(block) for block in blocks) == 3


@pytest.mark.parametrize("units", [None, np.arange(80) // 2])
def test_the_counted_bootstrap_is_the_plain_one(items, units):
    n_units = 80 if units is None else 40
    drawn = bootstrap_alpha(items, n_draws=30, rng=np.random.default_rng(5), units=units)
    counts = np.concatenate(list(resample_counts(n_units, 30, rng=np.random.default_rng(5))))
    weights = counts if units is None else counts[:, units]
    plain = [cronbach_alpha(np.repeat(items, row.astype(int), axis=0)) for row in weights]
    assert drawn == pytest.approx(np.array(plain))


def test_bootstrap_covariances_are_those_of_the_drawn_rows(items):
    drawn = bootstrap_covariances(items, n_draws=4, rng=np.random.default_rng(5))
    counts = next(resample_counts(80, 4, rng=np.random.default_rng(5)))
    for got, row in zip(np.concatenate(list(drawn)), counts, strict=True):
        assert got == pytest.approx(np.cov(np.repeat(items, row.astype(int), axis=0).T))


def test_a_sample_without_variance_has_no_alpha():
    items = np.array([[1.0, 1], [1, 1], [1, 1], [2, 2]])
    drawn = bootstrap_alpha(items, n_draws=200, rng=np.random.default_rng(1))
    assert np.isnan(drawn).any()
    assert drawn[np.isfinite(drawn)] == pytest.approx(1)
    assert np.isfinite(percentile_interval(drawn)).all()
    assert np.isnan(percentile_interval(np.full(3, np.nan))).all()


def test_bounds_order_as_guttman_proved(items):
    covariance = np.cov(items.T)
    alpha, lambda2 = float(alpha_of_covariance(covariance)), float(guttman_lambda2(covariance))
    assert alpha == pytest.approx(cronbach_alpha(items))
    assert alpha < lambda2


def test_bounds_of_parallel_items_are_all_the_same():
    correlation = np.full((4, 4), 0.4) + 0.6 * np.eye(4)
    alpha = float(alpha_of_covariance(correlation))
    assert float(guttman_lambda2(correlation)) == pytest.approx(alpha)
    assert split_halves(correlation) == pytest.approx(alpha)


def test_squared_multiple_correlations_are_those_of_regressions(items):
    correlation = correlation_of(np.cov(items.T))
    for j, got in enumerate(squared_multiple_correlations(correlation)):
        others = np.column_stack([np.ones(80), np.delete(items, j, axis=1)])
        fitted = others @ np.linalg.lstsq(others, items[:, j], rcond=None)[0]
        assert got == pytest.approx(fitted.var() / items[:, j].var())
    unexplained = 1 - squared_multiple_correlations(correlation)
    lambda6 = 1 - unexplained.sum() / correlation.sum()
    assert float(guttman_lambda6(correlation)) == pytest.approx(lambda6)


@pytest.mark.parametrize("k", [4, 5])
def test_split_halves_visit_every_split(k):
    rng = np.random.default_rng(2)
    covariance = np.cov(rng.normal(size=(30, 1)) + rng.normal(size=(30, k)), rowvar=False)
    found = split_halves(covariance)
    ways = list(combinations(range(k), k // 2))
    plain = []
    for half in ways:
        other = [j for j in range(k) if j not in half]
        plain.append(4 * covariance[np.ix_(half, other)].sum() / covariance.sum())
    assert sorted(np.unique(found.round(12))) == pytest.approx(
        sorted(np.unique(np.round(plain, 12)))
    )
    assert len(found) == len(ways) // (1 if k % 2 else 2)
    assert found.mean() == pytest.approx(np.mean(plain))


def test_halves_of_a_long_scale_are_drawn():
    correlation = np.full((20, 20), 0.3) + 0.7 * np.eye(20)
    with pytest.raises(EstimationError, match="20 items can be halved in 92,378 ways: pass a seed"):
        split_halves(correlation)
    found = split_halves(correlation, rng=np.random.default_rng(1), n_draws=50)
    assert found == pytest.approx(float(alpha_of_covariance(correlation)))
    with pytest.raises(EstimationError, match="halves need two items or more; got 1"):
        split_halves(np.ones((1, 1)))


def test_stacks_give_what_single_matrices_give(items):
    stack = np.stack([np.cov(items[:40].T), np.cov(items[40:].T)])
    for function in (alpha_of_covariance, guttman_lambda2, split_halves):
        assert function(stack) == pytest.approx(np.stack([function(one) for one in stack]))


def test_item_totals_are_plain_correlations(items):
    totals = item_totals(np.cov(items.T))
    total = items.sum(axis=1)
    plain = [np.corrcoef(items[:, j], total)[0, 1] for j in range(5)]
    assert totals.raw == pytest.approx(np.array(plain))
    standard = items / items.std(axis=0)
    plain = [np.corrcoef(standard[:, j], standard.sum(axis=1))[0, 1] for j in range(5)]
    assert totals.standardized == pytest.approx(np.array(plain))
    assert (totals.corrected < totals.standardized).all()


def test_repeated_items_are_refused_in_words():
    repeated = np.array([[1.0, 1.0, 0.3], [1.0, 1.0, 0.3], [0.3, 0.3, 1.0]])
    with pytest.raises(EstimationError, match="some items are exact combinations of others"):
        squared_multiple_correlations(repeated)
    against = np.array([[1.0, -0.9], [-0.9, 1.0]]) * np.array([[1, 1], [1, 1]])
    with pytest.raises(EstimationError, match="work against each other"):
        item_totals(against)
