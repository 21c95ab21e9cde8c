"""Polychoric correlations against integration, brute force and each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal, norm

from mentorlab.errors import EstimationError
from mentorlab.stats.factors.bivariate_normal import FAR, bivariate_normal_cdf, bivariate_normal_pdf
from mentorlab.stats.factors.polychoric import LARGEST, category_codes, polychoric_correlations
from mentorlab.stats.factors.polychoric_pair import polychoric_pair
from mentorlab.stats.reliability.guttman import alpha_of_covariance
from mentorlab.stats.reliability.ordinal_alpha import bootstrap_ordinal_alpha
from mentorlab.stats.resampling import resample_counts


def answers(n=400, k=4, seed=3, cuts=(-1.4, -0.4, 0.5)) -> np.ndarray:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, 1)) + rng.normal(size=(n, k)) * np.linspace(0.6, 1.4, k)
    return np.digitize(scores, cuts) + 1.0


def cell_probabilities(rho: float, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """By scipy's integration, one corner at a time."""
    a, b = np.append(first, 8.0), np.append(second, 8.0)
    law = multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    below = np.zeros((len(a) + 1, len(b) + 1))
    below[1:, 1:] = [[law.cdf([x, y]) for y in b] for x in a]
    return np.diff(np.diff(below, axis=0), axis=1)


@pytest.mark.parametrize("rho", [-0.97, -0.5, 0.0, 0.3, 0.8, 0.93, 0.99])
def test_the_distribution_is_scipys(rho):
    rng = np.random.default_rng(8)
    a, b = rng.normal(scale=1.5, size=(2, 30))
    law = multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    points = np.column_stack([a, b])
    known = np.array([law.cdf(point) for point in points])
    assert bivariate_normal_cdf(a, b, np.array(rho)) == pytest.approx(known, abs=1e-6)
    assert bivariate_normal_pdf(a, b, np.array(rho)) == pytest.approx(law.pdf(points))


def test_far_limits_leave_one_margin():
    a = np.array([-1.0, 0.5])
    assert bivariate_normal_cdf(a, np.array(FAR), np.array(0.6)) == pytest.approx(norm.cdf(a))
    assert bivariate_normal_cdf(a, np.array(-np.inf), np.array(0.6)) == pytest.approx([0, 0])


def test_equal_to_a_search_over_one_correlation():
    items = answers(k=2)
    found = polychoric_correlations(items)
    table = pd.crosstab(items[:, 0], items[:, 1]).to_numpy()
    cuts = [norm.ppf(np.cumsum(table.sum(axis=axis))[:-1] / table.sum()) for axis in (1, 0)]

    def badness(rho):
        return -(table * np.log(cell_probabilities(rho, *cuts))).sum()

    known = minimize_scalar(
        badness, bounds=(-0.99, 0.99), method="bounded", options={"xatol": 1e-8}
    )
    assert found.correlations[0, 1] == pytest.approx(known.x, abs=1e-5)
    assert found.thresholds[0] == pytest.approx(cuts[0])
    gap = 1e-3
    curve = badness(known.x + gap) - 2 * badness(known.x) + badness(known.x - gap)
    assert found.std_errors[0, 1] == pytest.approx(gap / np.sqrt(curve), rel=1e-3)


def test_only_the_order_of_categories_matters():
    items = answers()
    known = polychoric_correlations(items).correlations
    stretched = polychoric_correlations(np.exp(items)).correlations
    assert stretched == pytest.approx(known, abs=1e-8)
    turned = items.copy()
    turned[:, 0] = 5 - turned[:, 0]
    signs = np.array([-1, 1, 1, 1])
    found = polychoric_correlations(turned).correlations
    assert found == pytest.approx(known * np.outer(signs, signs), abs=1e-6)


def test_unused_and_unequal_categories_are_collapsed():
    items = answers()
    gaps = items.copy()
    gaps[:, 0] = np.where(items[:, 0] > 2, items[:, 0] + 3, items[:, 0])
    assert polychoric_correlations(gaps).correlations == pytest.approx(
        polychoric_correlations(items).correlations
    )
    mixed = items.copy()
    mixed[:, 1] = items[:, 1] > 2
    found = polychoric_correlations(mixed)
    assert [len(cuts) for cuts in found.thresholds] == [3, 1, 3, 3]
    pair = polychoric_correlations(mixed[:, [0, 1]])
    assert found.correlations[0, 1] == pytest.approx(pair.correlations[0, 1], abs=1e-8)


def test_weights_count_persons():
    items = answers(60)
    weights = np.random.default_rng(1).integers(0, 4, 60)
    repeated = polychoric_correlations(np.repeat(items, weights, axis=0))
    weighted = polychoric_correlations(items, weights=weights.astype(float))
    assert weighted.correlations == pytest.approx(repeated.correlations, abs=1e-6)


def test_an_empty_cell_that_decides_is_named():
    items = np.array([[0, 0]] * 20 + [[0, 1]] * 10 + [[1, 1]] * 20)
    found = polychoric_correlations(items)
    assert found.correlations[0, 1] == pytest.approx(LARGEST)
    assert found.at_bound[0, 1]
    assert found.n_empty[0, 1] == 1
    assert np.isnan(found.std_errors[0, 1])
    pair = polychoric_pair(items[:, 0], items[:, 1])
    assert not pair.converged
    assert np.isnan(pair.std_error)


def test_empty_cells_elsewhere_do_no_harm():
    items = answers(40, seed=5)
    found = polychoric_correlations(items)
    assert found.n_empty.sum() > 0
    assert found.converged
    assert not found.at_bound.any()


def test_one_category_is_refused():
    with pytest.raises(EstimationError, match="the item in column 2 has one"):
        polychoric_correlations(np.array([[1, 3], [2, 3], [1, 3]]))


def test_codes_of_wide_and_broken_numbers():
    items = np.array([[0.5, 2000.0], [1.5, 1.0], [0.5, 5.0]])
    codes, sizes = category_codes(items)
    assert codes.tolist() == [[0, 2], [1, 0], [0, 1]]
    assert sizes.tolist() == [2, 3]


def test_the_full_likelihood_is_at_its_top():
    """No point near it, and not R polycor's answer for such tables, is more likely."""
    items = answers(500, 2, seed=9)
    pair = polychoric_pair(items[:, 0], items[:, 1])
    table = pd.crosstab(items[:, 0], items[:, 1]).to_numpy()

    def likelihood(point):
        return (table * np.log(cell_probabilities(point[0], point[1:4], point[4:]))).sum()

    best = np.concatenate([[pair.rho], pair.first, pair.second])
    rng = np.random.default_rng(2)
    for _ in range(20):
        assert likelihood(best + 0.01 * rng.normal(size=7)) < likelihood(best)
    two_step = polychoric_correlations(items)
    start = np.concatenate([[two_step.correlations[0, 1]], *two_step.thresholds])
    assert likelihood(start) <= likelihood(best)
    assert pair.converged
    assert pair.std_error > two_step.std_errors[0, 1]


def test_polycor_stops_short_of_the_maximum(cases):
    """R's value of a case, with the thresholds that suit it best, is less likely than ours."""
    import json

    from mentorlab.stats.factors.polychoric_pair import _cells

    case = json.loads((cases / "measurement" / "polychoric_bfi_A.json").read_text("utf-8"))
    expected = case["expected"]
    frame = pd.read_csv(cases / "measurement" / case["data"])[expected["items"]].dropna()
    first, second = (frame[name].to_numpy() for name in expected["items"][:2])
    pair = polychoric_pair(first, second)
    theirs = next(iter(expected["pair12_ml"].values()))
    table = pd.crosstab(first, second).to_numpy()
    n_rows = len(pair.first)

    def likelihood(point):
        return (table * np.log(_cells(point, n_rows)[0])).sum()

    from scipy.optimize import minimize

    cuts = np.concatenate([pair.first, pair.second])
    profile = minimize(lambda c: -likelihood(np.append(theirs, c)), cuts, method="BFGS")
    ours = likelihood(np.append(pair.rho, cuts))
    assert ours > -profile.fun + 0.005
    assert abs(pair.rho - theirs) < pair.std_error


@pytest.mark.parametrize("units", [None, np.arange(120) // 3])
def test_the_counted_bootstrap_is_the_plain_one(units):
    items = answers(120, 3)
    n_units = 120 if units is None else 40
    drawn = bootstrap_ordinal_alpha(items, n_draws=8, rng=np.random.default_rng(6), units=units)
    counts = next(resample_counts(n_units, 8, rng=np.random.default_rng(6)))
    weights = counts if units is None else counts[:, units]
    for got, row in zip(drawn, weights, strict=True):
        found = polychoric_correlations(np.repeat(items, row.astype(int), axis=0))
        assert got == pytest.approx(float(alpha_of_covariance(found.correlations)), abs=1e-6)


def test_a_sample_with_one_category_has_no_ordinal_alpha():
    items = np.array([[1.0, 1], [1, 2], [1, 2], [2, 1]])
    drawn = bootstrap_ordinal_alpha(items, n_draws=60, rng=np.random.default_rng(1))
    assert np.isnan(drawn).any()
