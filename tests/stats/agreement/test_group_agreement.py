from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.agreement.group_agreement import group_agreement, uniform_variance

ANSWERS = np.array([[4.0, 5], [4, 4], [5, 4], [1, 1], [5, 3], [2, 5]])
GROUPS = np.array([0, 0, 0, 1, 1, 1])


def test_by_hand():
    found = group_agreement(ANSWERS, GROUPS, low=1, high=5)
    variance = np.array([[1 / 3, 1 / 3], [13 / 3, 4.0]])
    assert found.rwg == pytest.approx(np.clip(1 - variance / 2, 0, None))
    spread = variance.mean(axis=1) / 2
    assert found.rwg_j_lindell == pytest.approx(1 - spread)
    assert found.rwg_j[0] == pytest.approx(2 * (1 - spread[0]) / (2 * (1 - spread[0]) + spread[0]))
    assert found.rwg_j[1] == 0
    assert found.size.tolist() == [3, 3]


def test_awg_by_its_definition():
    found = group_agreement(ANSWERS[:, :1], GROUPS, low=1, high=5)
    for group in (0, 1):
        x = ANSWERS[group == GROUPS, 0]
        mean, k = x.mean(), len(x)
        largest = ((5 + 1) * mean - mean**2 - 5 * 1) * k / (k - 1)
        assert found.awg[group] == pytest.approx(1 - 2 * x.var(ddof=1) / largest)
        assert found.ad[group] == pytest.approx(np.abs(x - mean).mean())


def test_perfect_agreement_on_an_end_of_the_scale():
    found = group_agreement(np.full((3, 2), 5.0), np.zeros(3, dtype=int), low=1, high=5)
    assert (found.rwg_j[0], found.awg[0], found.ad[0]) == (1, 1, 0)


def test_missing_answers_and_members_alone():
    answers = np.array([[4.0, np.nan], [2, np.nan], [3, 3], [np.nan, np.nan]])
    found = group_agreement(answers, np.array([0, 0, 1, 1]), low=1, high=5)
    assert found.rwg[0, 0] == 0
    assert np.isnan(found.rwg[0, 1])
    assert np.isfinite(found.ad[0])
    assert np.isnan([found.rwg_j[1], found.awg[1], found.ad[1]]).all()
    assert found.size.tolist() == [2, 1]


def test_the_null_may_be_another():
    loose = group_agreement(ANSWERS, GROUPS, low=1, high=5)
    strict = group_agreement(ANSWERS, GROUPS, low=1, high=5, null_variance=1.0)
    assert (strict.rwg_j <= loose.rwg_j).all()
    assert uniform_variance(7) == 4


def test_a_scale_without_width_is_refused():
    with pytest.raises(EstimationError, match="high end above its low end"):
        group_agreement(ANSWERS, GROUPS, low=5, high=5)
