"""Curves of endings against plain loops, and the errors that a user can cause."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorlab.errors import EstimationError, OptionError
from mentorlab.stats.survival.censoring import fit_censoring
from mentorlab.stats.survival.competing import (
    compare_incidence,
    counting_variance,
    fit_incidence,
)
from mentorlab.stats.survival.kaplan_meier import fit_curve, median_time, restricted_mean, step
from mentorlab.stats.survival.logrank import compare_curves
from mentorlab.stats.survival.spells import Spells, spells


@st.composite
def studies(draw, late: bool = True) -> Spells:
    n = draw(st.integers(2, 25))
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    time = rng.integers(1, 9, n).astype(float)
    entry = np.minimum(rng.integers(-3, 6, n), time - 1).astype(float) if late else None
    return spells(time, rng.integers(0, 3, n), entry=entry)


def naive_curve(rows: Spells, at: float) -> float:
    share = 1.0
    for t in sorted(set(rows.time[rows.event > 0])):
        if t > at:
            break
        at_risk = sum(e < t <= u for e, u in zip(rows.entry, rows.time, strict=True))
        ended = sum((u == t) and (d > 0) for u, d in zip(rows.time, rows.event, strict=True))
        share *= 1 - ended / at_risk
    return share


@settings(max_examples=60, deadline=None)
@given(studies())
def test_the_curve_is_the_product_of_its_steps(rows):
    curve = fit_curve(rows)
    for at in (0.5, 2, 4.5, 9):
        assert curve.at(np.array([at]))[0] == pytest.approx(naive_curve(rows, at))
    inside = ~np.isnan(curve.low)
    assert (curve.low[inside] <= curve.survival[inside] + 1e-12).all()
    assert (curve.survival[inside] <= curve.high[inside] + 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(studies())
def test_shares_of_all_causes_and_those_going_on_add_up(rows):
    found = fit_incidence(rows)
    curve = fit_curve(rows)
    np.testing.assert_allclose(found.share.sum(axis=1) + curve.survival, 1, atol=1e-12)
    assert (np.diff(found.share, axis=0) >= -1e-12).all()


def test_one_cause_is_the_complement_of_the_curve():
    rng = np.random.default_rng(2)
    rows = spells(rng.integers(1, 30, 80).astype(float), rng.integers(0, 2, 80))
    found, curve = fit_incidence(rows), fit_curve(rows)
    np.testing.assert_allclose(found.share[:, 0], 1 - curve.survival)
    inner = curve.survival > 0
    np.testing.assert_allclose(found.std_error[inner, 0], curve.std_error[inner])
    moments, variance = counting_variance(rows)
    assert (moments == curve.time).all()
    np.testing.assert_allclose(variance[inner, 0] ** 0.5, curve.std_error[inner], rtol=0.25)


def test_weights_are_copies():
    time, event = np.array([2.0, 3, 3, 5]), np.array([1, 0, 1, 1])
    times = np.array([1, 2, 3, 1])
    heavy = fit_curve(spells(time, event, weight=times))
    copied = fit_curve(spells(np.repeat(time, times), np.repeat(event, times)))
    np.testing.assert_allclose(heavy.survival, copied.survival)
    np.testing.assert_allclose(heavy.std_error, copied.std_error)


def test_the_curve_stands_on_its_sides_without_endings():
    curve = fit_curve(spells(np.array([2.0, 3.0]), np.array([0, 0])))
    assert curve.survival.tolist() == [1, 1]
    assert curve.low.tolist() == [1, 1]
    assert np.isnan(median_time(curve)).all()
    assert restricted_mean(curve, 3.0) == (3.0, 0.0)


def test_the_median_of_a_level_stretch_is_its_middle():
    curve = fit_curve(spells(np.array([1.0, 2, 5, 6]), np.ones(4, int)))
    assert median_time(curve)[0] == 3.5


def test_a_step_function_has_limits_on_both_sides():
    time, value = np.array([1.0, 2]), np.array([0.7, 0.4])
    assert step(time, value, np.array([2.0]), before=1.0)[0] == 0.4
    assert step(time, value, np.array([2.0]), before=1.0, left=True)[0] == 0.7


def test_two_groups_equal_statsmodels():
    from statsmodels.duration.survfunc import survdiff

    rng = np.random.default_rng(5)
    time, event = rng.integers(1, 40, 120).astype(float), rng.integers(0, 2, 120)
    group = rng.integers(0, 3, 120)
    found = compare_curves(spells(time, event), group)
    statistic, p_value = survdiff(time, event, group)
    assert found.statistic == pytest.approx(statistic)
    assert found.p_value == pytest.approx(p_value)
    assert found.observed.sum() == pytest.approx(found.expected.sum())


def test_strata_are_compared_within():
    rng = np.random.default_rng(6)
    time, event = rng.exponential(5, 60), np.ones(60, int)
    group, site = np.arange(60) % 2, np.arange(60) // 30
    both = compare_curves(spells(time, event), group, strata=site)
    parts = [
        compare_curves(spells(time[site == s], event[site == s]), group[site == s]) for s in (0, 1)
    ]
    np.testing.assert_allclose(both.expected, parts[0].expected + parts[1].expected)


def test_incidence_tests_hold_their_level():
    rng = np.random.default_rng(7)
    rejected = 0
    for _ in range(400):
        first, second, lost = rng.exponential([[4], [3], [5]], (3, 100))
        time = np.minimum(np.minimum(first, second), lost)
        event = np.select([time == first, time == second], [1, 2], 0)
        rejected += compare_incidence(spells(time, event), np.arange(100) % 2, 1).p_value < 0.05
    assert 8 <= rejected <= 34


def test_censoring_is_the_curve_of_the_lost():
    rows = spells(np.array([1.0, 2, 2, 3]), np.array([1, 0, 1, 1]))
    assert fit_censoring(rows, order="together").share.tolist() == [pytest.approx(2 / 3)]
    assert fit_censoring(rows).before(np.array([2.0, 2.5])).tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spells([], []), "no rows"),
        (
            lambda: spells([1.0, np.nan], [1, 0]),
            "`time` must be finite; 1 rows do not, first row 1",
        ),
        (lambda: spells([1.0], [0.5]), "`event` must be whole"),
        (lambda: spells([1.0], [-1]), "`event` must be 0 or more"),
        (lambda: spells([1.0], [1], entry=[1.0]), "`entry` must lie before `time`"),
        (lambda: spells([1.0], [1, 0]), "`time` has 1 rows and `event` has 2"),
        (lambda: compare_curves(spells([1.0, 2], [1, 1]), np.array([0, 0])), "two groups"),
        (lambda: compare_curves(spells([1.0, 2], [0, 0]), np.array([0, 1])), "nothing to compare"),
        (lambda: compare_incidence(spells([1.0, 2], [1, 1]), np.array([0, 1]), 2), "by cause 2"),
        (lambda: fit_censoring(spells([1.0, 5], [1, 1], entry=[0, 4])), "seen only later"),
    ],
)
def test_what_can_not_be_analyzed_is_named(call, message):
    with pytest.raises(EstimationError, match=message):
        call()


def test_unknown_intervals_are_named():
    with pytest.raises(OptionError, match="'log-log', 'log' or 'plain'"):
        fit_curve(spells([1.0], [1]), interval="loglog")
