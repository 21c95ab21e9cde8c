from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab.errors import EstimationError
from mentorlab.stats.agreement.icc import (
    ICC_FORMS,
    icc_forms,
    icc_groups,
    pairwise_correlation,
    step_up,
)

# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT = np.array(
    [[9.0, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)


def test_published_example():
    fit = icc_forms(SHROUT)
    assert dict(zip(ICC_FORMS, fit.estimate.round(2), strict=True)) == {
        "ICC(1)": 0.17,
        "ICC(A,1)": 0.29,
        "ICC(C,1)": 0.71,
        "ICC(k)": 0.44,
        "ICC(A,k)": 0.62,
        "ICC(C,k)": 0.91,
    }
    assert fit.mean_squares == pytest.approx((11.2417, 32.4861, 1.0194, 6.2639), abs=1e-4)
    assert (fit.conf_low <= fit.estimate).all()
    assert (fit.estimate <= fit.conf_high).all()


def test_means_of_raters_are_the_single_ones_stepped_up():
    fit = icc_forms(SHROUT)
    for name in ("estimate", "conf_low", "conf_high"):
        values = getattr(fit, name)
        assert values[3:] == pytest.approx(step_up(values[:3], 4))


def test_shifting_a_rater_moves_agreement_but_not_consistency():
    plain, shifted = icc_forms(SHROUT), icc_forms(SHROUT + np.array([0, 0, 3, 0]))
    assert shifted.estimate[2] == pytest.approx(plain.estimate[2])
    assert shifted.estimate[1] != pytest.approx(plain.estimate[1])
    assert icc_forms(10 * SHROUT + 7).estimate == pytest.approx(plain.estimate)


@given(st.integers(2, 12), st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_by_components(n, k, seed):
    """Each form equals its definition by variance components."""
    ratings = np.random.default_rng(seed).normal(size=(n, k))
    fit = icc_forms(ratings)
    between, raters, error, within = fit.mean_squares
    target = (between - error) / k
    rater = (raters - error) / n
    assert fit.estimate[1] == pytest.approx(target / (target + rater + error))
    assert fit.estimate[2] == pytest.approx(target / (target + error))
    assert fit.estimate[0] == pytest.approx((between - within) / (between + (k - 1) * within))


def test_perfect_agreement_and_perfect_order():
    same = np.repeat(np.arange(5.0)[:, None], 2, axis=1)
    fit = icc_forms(same)
    assert (fit.estimate == 1).all()
    assert (fit.p_value == 0).all()
    order = icc_forms(same + np.array([0, 2]))
    assert order.estimate[2] == 1
    assert order.estimate[1] < 1
    assert np.isfinite(order.conf_low).all()


def test_a_constant_rater_is_no_obstacle():
    fit = icc_forms(np.column_stack([np.arange(6.0), np.full(6, 3.0)]))
    assert np.isfinite(fit.estimate).all()
    assert fit.estimate[2] == pytest.approx(0)


@pytest.mark.parametrize(
    ("ratings", "said"),
    [
        (np.ones((1, 3)), "two rated targets and two raters; got 1 target"),
        (np.ones((4, 1)), "got 4 targets and 1 rater"),
        (np.full((4, 2), 3.0), "all ratings are the same"),
    ],
)
def test_icc_forms_refuses(ratings, said):
    with pytest.raises(EstimationError, match=said):
        icc_forms(ratings)


def test_groups_of_one_size_equal_the_oneway_form():
    fit = icc_groups(SHROUT.ravel(), np.repeat(np.arange(6), 4))
    oneway = icc_forms(SHROUT)
    assert (fit.icc1, fit.icc2) == pytest.approx((oneway.estimate[0], oneway.estimate[3]))
    assert (fit.conf_low, fit.conf_high) == pytest.approx((oneway.conf_low[0], oneway.conf_high[0]))
    assert (fit.f_value, fit.p_value) == pytest.approx((oneway.f_value[0], oneway.p_value[0]))


def test_unequal_groups_by_hand():
    values, groups = np.array([1.0, 2, 3, 7, 9]), np.array([5, 5, 5, 8, 8])
    fit = icc_groups(values, groups)
    between = 3 * (2 - 4.4) ** 2 + 2 * (8 - 4.4) ** 2
    within = (2 + 2) / 3
    assert fit.f_value == pytest.approx(between / within)
    assert fit.icc1 == pytest.approx((between - within) / (between + (2.5 - 1) * within))
    assert (fit.n_groups, fit.n_obs, fit.mean_size) == (2, 5, 2.5)


@pytest.mark.parametrize(
    ("values", "groups", "said"),
    [
        ([1.0, 2], [0, 0], "two groups and a group of two; got 1 group"),
        ([1.0, 2], [0, 1], "got 2 groups with 2 scores"),
        ([3.0, 3, 3, 3], [0, 0, 1, 1], "all scores are the same"),
    ],
)
def test_icc_groups_refuses(values, groups, said):
    with pytest.raises(EstimationError, match=said):
        icc_groups(np.array(values), np.array(groups))


def test_pairwise_correlation_enters_each_pair_twice():
    first, second = np.array([1.0, 2, 3, 5]), np.array([2.0, 2, 5, 3])
    both = np.corrcoef(np.r_[first, second], np.r_[second, first])[0, 1]
    assert pairwise_correlation(first, second) == pytest.approx(both)
    assert pairwise_correlation(second, first) == pytest.approx(both)
    with pytest.raises(EstimationError, match="two pairs; got 1"):
        pairwise_correlation(first[:1], second[:1])
    with pytest.raises(EstimationError, match="all scores are the same"):
        pairwise_correlation(np.ones(3), np.ones(3))
