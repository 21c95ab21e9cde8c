from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.agreement.kappa import (
    fleiss_kappa,
    light_kappa,
    marginal_homogeneity,
    maxwell_agreement,
    weighted_kappa,
)

FIRST = np.array([0, 1, 2, 3, 3, 1, 0, 2])
SECOND = np.array([0, 1, 1, 3, 2, 1, 1, 2])


def by_definition(first, second, n, power):
    joint = np.zeros((n, n))
    np.add.at(joint, (first, second), 1 / len(first))
    place = np.arange(n)
    weight = np.abs(np.subtract.outer(place, place)) ** power if power else 1 - np.eye(n)
    chance = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return 1 - (weight * joint).sum() / (weight * chance).sum()


@pytest.mark.parametrize(("weights", "power"), [("none", 0), ("linear", 1), ("quadratic", 2)])
def test_kappa_by_definition(weights, power):
    fit = weighted_kappa(FIRST, SECOND, 4, weights=weights)
    assert fit.estimate == pytest.approx(by_definition(FIRST, SECOND, 4, power))
    assert fit.conf_low < fit.estimate < fit.conf_high
    assert (fit.agreement, fit.n) == (5 / 8, 8)


def test_an_unused_category_in_the_middle_changes_weighted_kappa():
    first, second = np.array([0, 1, 1, 2, 0]), np.array([0, 1, 2, 2, 1])
    moved = {0: 0, 1: 1, 2: 3}
    wide = [np.array([moved[c] for c in codes]) for codes in (first, second)]
    narrow = weighted_kappa(first, second, 3).estimate
    assert weighted_kappa(*wide, 4).estimate != pytest.approx(narrow)
    assert weighted_kappa(*wide, 4).estimate == pytest.approx(by_definition(*wide, 4, 2))


def test_kappa_refuses():
    with pytest.raises(EstimationError, match="at least one pair"):
        weighted_kappa(FIRST[:0], SECOND[:0], 4)
    with pytest.raises(EstimationError, match="all answers are in one category"):
        weighted_kappa(np.ones(5, dtype=int), np.ones(5, dtype=int), 3)


def test_fleiss_with_unused_categories():
    counts = np.array([[3, 0, 0], [0, 3, 0], [2, 1, 0], [1, 2, 0]])
    fit = fleiss_kappa(counts)
    assert fit.estimate == pytest.approx(fleiss_kappa(counts[:, :2]).estimate)
    assert len(fit.categories) == 2
    shares = counts.sum(axis=0) / 12
    pairs = ((counts**2).sum(axis=1) - 3) / 6
    chance = (shares**2).sum()
    assert fit.estimate == pytest.approx((pairs.mean() - chance) / (1 - chance))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([[3, 0], [2, 0]], "the same number of two or more raters"),
        ([[1, 0], [0, 1]], "the same number of two or more raters"),
        ([[3, 0], [3, 0]], "all answers are in one category"),
    ],
)
def test_fleiss_refuses(counts, said):
    with pytest.raises(EstimationError, match=said):
        fleiss_kappa(np.array(counts))


def test_light_is_the_mean_of_pairs():
    ratings = np.column_stack([FIRST, SECOND, FIRST])
    pairs = [weighted_kappa(a, b, 4, weights="none").estimate
             for a, b in ((FIRST, SECOND), (FIRST, FIRST), (SECOND, FIRST))]  # fmt: skip
    assert light_kappa(ratings, 4) == pytest.approx(np.mean(pairs))


def test_marginal_homogeneity_by_definition():
    table = np.array([[20, 5, 3], [9, 15, 4], [6, 8, 12]])
    codes = np.repeat(np.arange(9), table.ravel())
    chi2, df, p_value = marginal_homogeneity(codes // 3, codes % 3, 3)
    gap = (table.sum(axis=1) - table.sum(axis=0))[:2]
    spread = -(table + table.T)[:2, :2].astype(float)
    np.fill_diagonal(spread, (table.sum(axis=0) + table.sum(axis=1) - 2 * np.diag(table))[:2])
    assert chi2 == pytest.approx(gap @ np.linalg.solve(spread, gap))
    assert df == 2
    assert 0 < p_value < 1
    with pytest.raises(EstimationError, match="nothing to test"):
        marginal_homogeneity(FIRST, FIRST, 4)


def test_maxwell_is_for_two_categories():
    assert maxwell_agreement(np.array([0, 1]), np.array([0, 1]), 2) == 1
    with pytest.raises(EstimationError, match="two categories; got 3"):
        maxwell_agreement(FIRST, SECOND, 3)
