from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mentorlab.errors import EstimationError
from mentorlab.stats.agreement.concordance import (
    concordance,
    finn,
    kendall_w,
    limits_of_agreement,
    mean_correlation,
    robinson,
)

FIRST = np.array([1.0, 2, 3, 4, 5, 4])
SECOND = np.array([2.0, 2, 4, 4, 5, 3])


def test_concordance_is_precision_times_accuracy():
    fit = concordance(FIRST, SECOND)
    assert fit.estimate == pytest.approx(fit.pearson * fit.bias_correction)
    assert fit.pearson == pytest.approx(np.corrcoef(FIRST, SECOND)[0, 1])
    shift = fit.location_shift**2 + fit.scale_shift + 1 / fit.scale_shift
    assert fit.bias_correction == pytest.approx(2 / shift)
    assert fit.conf_low < fit.estimate < fit.conf_high <= 1


def test_concordance_of_equal_and_opposite_scores():
    assert concordance(FIRST, FIRST).estimate == pytest.approx(1)
    assert concordance(FIRST, FIRST).conf_low == pytest.approx(1)
    assert concordance(FIRST, -FIRST).estimate < 0


def test_order_of_raters_does_not_matter():
    one, two = concordance(FIRST, SECOND), concordance(SECOND, FIRST)
    assert one.estimate == pytest.approx(two.estimate)
    assert (one.conf_low, one.conf_high) == pytest.approx((two.conf_low, two.conf_high))


def test_a_constant_rater_has_no_concordance_and_no_interval():
    fit = concordance(FIRST, np.full(6, 3.0))
    assert fit.estimate == 0
    assert np.isnan([fit.conf_low, fit.conf_high, fit.pearson]).all()


def test_concordance_refuses():
    with pytest.raises(EstimationError, match="three pairs; got 2"):
        concordance(FIRST[:2], SECOND[:2])
    with pytest.raises(EstimationError, match="all scores are the same"):
        concordance(np.ones(4), np.ones(4))


def test_limits_of_agreement_by_hand():
    fit = limits_of_agreement(FIRST, SECOND)
    gap = FIRST - SECOND
    assert (fit.mean, fit.sd) == pytest.approx((gap.mean(), gap.std(ddof=1)))
    assert fit.high - fit.mean == pytest.approx(1.96 * fit.sd)
    low, high = stats.t.interval(0.95, 5, gap.mean(), stats.sem(gap))
    assert (fit.mean_low, fit.mean_high) == pytest.approx((low, high))


def test_limits_of_agreement_report_a_trend():
    first = np.arange(1.0, 21)
    fit = limits_of_agreement(first, 0.5 * first + np.tile([0.1, -0.1], 10))
    assert fit.trend > 0
    assert fit.trend_p < 0.001
    assert np.isnan(limits_of_agreement(first, first).trend)
    with pytest.raises(EstimationError, match="three pairs; got 2"):
        limits_of_agreement(first[:2], first[:2])


def test_kendall_without_ties_is_friedman():
    rng = np.random.default_rng(1)
    ratings = rng.normal(size=(7, 4))
    chi2 = stats.friedmanchisquare(*ratings).statistic
    assert kendall_w(ratings) == pytest.approx(chi2 / (7 - 1) / 4)


def test_kendall_corrects_for_ties():
    ratings = np.array([[1.0, 1], [1, 2], [2, 2], [3, 3]])
    assert kendall_w(ratings) > kendall_w(ratings, correct_ties=False)
    with pytest.raises(EstimationError, match="no order to agree on"):
        kendall_w(np.ones((4, 2)))


def test_mean_correlation_refuses_a_constant_rater():
    with pytest.raises(EstimationError, match="same rating"):
        mean_correlation(np.array([[1.0, 2], [2, 2], [3, 2]]))


def test_finn_and_robinson():
    equal = np.array([[1.0, 1], [5, 5], [3, 3]])
    assert finn(equal, 5) == 1
    assert robinson(equal) == pytest.approx(1)
    with pytest.raises(EstimationError, match="tells targets apart"):
        robinson(np.array([[1.0, 2], [1, 2]]))
    with pytest.raises(EstimationError, match="two targets and two raters"):
        robinson(np.ones((1, 2)))
