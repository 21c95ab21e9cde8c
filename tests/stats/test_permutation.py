"""Compiled permutations against plain ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mentorlab.stats.permutation import judge
from mentorlab.stats.shuffles import (
    permuted_products,
    qap_sums,
    shuffled_differences,
    shuffled_matches,
)

FIRST = np.array([0, 0, 1, 2, 3], dtype=np.int32)
SECOND = np.array([1, 2, 3, 3, 4], dtype=np.int32)
LABELS = np.array([0, 0, 1, 1, 0], dtype=np.int32)
EVERYBODY, WHOLE = np.arange(5), np.array([0, 5])
NOBODY = np.empty(0, dtype=np.int32)


def every_order(values):
    return np.array(list(itertools.permutations(values)))


def test_p_is_never_zero_and_counts_equals():
    test = judge(10.0, np.zeros(99))
    assert (test.p_greater, test.p_less, test.p_two_sided) == (0.01, 1.0, 0.02)
    assert np.isnan(test.z)
    rounding = judge(0.1 + 0.2, np.array([0.3]))
    assert (rounding.p_greater, rounding.p_less) == (1.0, 1.0)


def test_matches_have_the_distribution_of_all_orders():
    orders = every_order(LABELS)
    exact = (orders[:, FIRST] == orders[:, SECOND]).sum(axis=1)
    draws = shuffled_matches(
        FIRST, SECOND, LABELS, NOBODY, EVERYBODY, WHOLE, 40_000, np.random.default_rng(1)
    )
    for value in range(6):
        share = (exact == value).mean()
        assert (draws == value).mean() == pytest.approx(share, abs=5 * np.sqrt(0.25 / 40_000))


def test_strata_and_fixed_ends_are_respected():
    places, bounds = np.array([1, 2, 3, 4]), np.array([0, 2, 4])
    rng = np.random.default_rng(2)
    draws = shuffled_matches(FIRST, SECOND, LABELS, LABELS[FIRST], places, bounds, 4_000, rng)
    outcomes = []
    for a in itertools.permutations([0, 1]):
        for b in itertools.permutations([1, 0]):
            moved = np.array([0, *a, *b])
            outcomes.append((LABELS[FIRST] == moved[SECOND]).sum())
    assert set(draws) == set(outcomes)
    assert draws.mean() == pytest.approx(np.mean(outcomes), abs=0.1)


def test_differences_have_the_mean_of_all_orders():
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    orders = every_order(values)
    exact = np.abs(orders[:, FIRST] - orders[:, SECOND]).sum(axis=1)
    draws = shuffled_differences(
        FIRST,
        SECOND,
        values,
        np.empty(0),
        EVERYBODY,
        WHOLE,
        20_000,
        np.random.default_rng(3),
    )
    assert draws.mean() == pytest.approx(exact.mean(), rel=0.02)
    assert draws.std() == pytest.approx(exact.std(), rel=0.03)
    assert np.isin(np.round(draws, 9), np.round(exact, 9)).all()


def test_qap_sums_have_the_distribution_of_all_renumberings():
    rng = np.random.default_rng(4)
    matrix = rng.integers(0, 5, (5, 5)).astype(float)
    weight = np.array([1.0, 2.0, 1.0, 1.0, 3.0])
    exact = [
        (weight * matrix[np.array(p)[FIRST], np.array(p)[SECOND]]).sum()
        for p in itertools.permutations(range(5))
    ]
    draws = qap_sums(FIRST, SECOND, weight, matrix, 20_000, np.random.default_rng(5))
    assert set(draws) <= set(exact)
    assert draws.mean() == pytest.approx(np.mean(exact), rel=0.02)


def test_products_of_a_renumbered_matrix_leave_the_diagonal_out():
    rng = np.random.default_rng(6)
    matrix, others = rng.normal(size=(4, 4)), rng.normal(size=(4, 4, 2))
    off = ~np.eye(4, dtype=bool)
    exact = []
    for p in itertools.permutations(range(4)):
        moved = matrix[np.ix_(p, p)]
        exact.append([(moved * others[:, :, k])[off].sum() for k in range(2)])
    draws = permuted_products(matrix, others, 200, np.random.default_rng(7))
    assert all(np.isclose(exact, draw).all(axis=1).any() for draw in draws)


def test_the_same_seed_gives_the_same_draws():
    twice = [
        shuffled_matches(
            FIRST, SECOND, LABELS, NOBODY, EVERYBODY, WHOLE, 50, np.random.default_rng(9)
        )
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*twice)
