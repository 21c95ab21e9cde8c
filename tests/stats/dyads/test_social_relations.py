from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.dyads.social_relations import (
    pool_groups,
    round_robin_effects,
    social_relations,
    social_relations_of_two,
    standardize,
)


def draw(rng, n, variances=(1.0, 0.6, 0.8), covariances=(0.4, 0.3)):
    """A round robin with known components."""
    a, b, g = variances
    persons = rng.multivariate_normal([0, 0], [[a, covariances[0]], [covariances[0], b]], size=n)
    ratings = np.full((n, n), np.nan)
    for i in range(n):
        for j in range(i + 1, n):
            pair = rng.multivariate_normal([0, 0], [[g, covariances[1]], [covariances[1], g]])
            ratings[i, j] = 3 + persons[i, 0] + persons[j, 1] + pair[0]
            ratings[j, i] = 3 + persons[j, 0] + persons[i, 1] + pair[1]
    return ratings


def test_effects_are_least_squares():
    ratings = draw(np.random.default_rng(1), 6)
    found = round_robin_effects(ratings)
    rows, columns = np.nonzero(~np.eye(6, dtype=bool))
    design = np.zeros((30, 13))
    design[:, 0] = 1
    design[np.arange(30), 1 + rows] = 1
    design[np.arange(30), 7 + columns] = 1
    beta = np.linalg.lstsq(design, ratings[rows, columns], rcond=None)[0]
    assert found.actor == pytest.approx(beta[1:7] - beta[1:7].mean())
    assert found.partner == pytest.approx(beta[7:] - beta[7:].mean())
    assert found.actor.sum() == pytest.approx(0)
    whole = found.mean + found.actor[:, None] + found.partner + found.relationship
    assert whole[rows, columns] == pytest.approx(ratings[rows, columns])


@pytest.mark.parametrize("n", [4, 6])
def test_components_are_unbiased_in_small_groups(n):
    rng = np.random.default_rng([7, n])
    fits = [social_relations(draw(rng, n)) for _ in range(1500)]
    estimates = np.array([fit.estimate for fit in fits])
    truth = np.array([1.0, 0.6, 0.8, 0.4, 0.3])
    error = estimates.std(axis=0) / np.sqrt(len(fits))
    assert (np.abs(estimates.mean(axis=0) - truth) < 4 * error).all()
    # Standard errors are unbiased as variances.
    squared = np.array([fit.std_error**2 for fit in fits])
    ratio = squared.mean(axis=0) / estimates.var(axis=0)
    assert ratio == pytest.approx(np.ones(5), abs=0.2)


def test_exchanging_raters_and_targets_exchanges_components():
    ratings = draw(np.random.default_rng(3), 8)
    one, two = social_relations(ratings), social_relations(ratings.T)
    assert two.estimate == pytest.approx(one.estimate[[1, 0, 2, 3, 4]])
    assert two.std_error == pytest.approx(one.std_error[[1, 0, 2, 3, 4]])


def test_two_ratings_that_are_one():
    ratings = draw(np.random.default_rng(4), 7)
    one, both = social_relations(ratings), social_relations_of_two(ratings, ratings)
    assert both.estimate == pytest.approx(one.estimate[[0, 1, 3, 3, 2, 4]])
    assert both.standardized[[0, 1, 4]] == pytest.approx(np.ones(3))


def test_pooling_weighs_by_size_less_one():
    rng = np.random.default_rng(5)
    groups = [social_relations(draw(rng, n)) for n in (4, 9)]
    pooled = pool_groups(groups)
    expected = (3 * groups[0].estimate + 8 * groups[1].estimate) / 11
    assert pooled.estimate == pytest.approx(expected)
    assert pooled.n == 13
    assert pool_groups([groups[1]]).actor_reliability == pytest.approx(groups[1].actor_reliability)
    with pytest.raises(EstimationError, match="no group of four or more"):
        pool_groups([])


def test_negative_variances_are_not_standardized():
    found = standardize(np.array([-0.1, 0.5, 0.5, 0.2, 0.1]))
    assert found[:3] == pytest.approx([0, 0.5, 0.5])
    assert np.isnan(found[3])
    assert found[4] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("ratings", "said"),
    [
        (np.ones((3, 3)), "groups of four; got 3 persons"),
        (np.full((4, 4), np.nan), "a rating in every cell"),
        (np.ones((4, 4)), "all ratings are the same"),
    ],
)
def test_refuses(ratings, said):
    with pytest.raises(EstimationError, match=said):
        social_relations(ratings)
    with pytest.raises(EstimationError, match="three persons; got 2"):
        round_robin_effects(np.ones((2, 2)))
