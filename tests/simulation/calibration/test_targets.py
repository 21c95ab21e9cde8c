"""Targets say where they come from, and bad ones are refused."""

import math

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import EstimationError, OptionError
from mentorlab.simulation.calibration import (
    CONTEXTS,
    EXTERNAL_CHECKS,
    Target,
    context,
    list_moments,
    list_targets,
    setting_from,
    targets_from,
)


def test_there_are_14_checks_each_with_a_source():
    frame = list_targets()
    assert sorted(frame["check"].unique()) == list(range(1, 15))
    assert frame["source"].str.len().gt(0).all()
    assert frame["moment"].is_unique


def test_numbers_that_were_not_seen_are_not_judged():
    frame = list_targets().set_index("moment")
    assert not frame.loc["partner_agreement", "verified"]
    assert not frame.loc["mentor_spread", "verified"]
    assert frame["verified"].sum() == len(frame) - 2


def test_an_order_reads_as_one():
    shown = list_targets().set_index("moment")["target"]
    assert shown["very_short"] == "below 0"
    assert shown["dose_order"] == "above 0"
    assert shown["frequency"] == "0.2 to 0.3"


def test_an_unknown_moment_is_told_what_is_near():
    with pytest.raises(OptionError, match="Did you mean 'early_closure'"):
        Target("early_closures", 0, 1, source="x", claim="y")


def test_an_empty_range_is_refused():
    with pytest.raises(OptionError, match=r"`low` must not be above `high`; got 0.4 and 0.3"):
        Target("early_closure", 0.4, 0.3, source="x", claim="y")


@pytest.mark.parametrize("name", sorted(CONTEXTS))
def test_a_context_says_what_it_rests_on(name):
    found = context(name)
    assert len(found.banner) > 80
    assert found.model.name == name
    assert {goal.moment for goal in found.targets} <= set(list_moments())


def test_an_unknown_context_is_refused():
    with pytest.raises(OptionError, match="Did you mean 'school'"):
        context("shool")


def pairs(n, n_early, by="mentor"):
    start = pd.Timestamp("2024-01-01")
    early = [k < n_early for k in range(n)]
    rows = pd.DataFrame(
        {
            "relationship_id": [f"r{k}" for k in range(n)],
            "started_on": start,
            "planned_end": start + pd.Timedelta(weeks=40),
            "ended_on": [start + pd.Timedelta(weeks=10 if soon else 40) for soon in early],
            "end_reason": ["lack_of_commitment" if soon else "planned_end" for soon in early],
            "ended_by": [by if soon else "both" for soon in early],
        }
    )
    people = [f"p{k}" for k in range(2 * n)]
    members = pd.DataFrame(
        {
            "relationship_id": [f"r{k // 2}" for k in range(2 * n)],
            "person_id": people,
            "role": ["mentor", "mentee"] * n,
        }
    )
    return ml.Program(
        people=pd.DataFrame({"person_id": people}), relationships=rows, members=members
    )


def test_own_records_give_wilson_ranges():
    found = {goal.moment: goal for goal in targets_from(pairs(100, 30))}
    assert set(found) == {"early_closure", "mentors_start"}
    assert (found["early_closure"].low, found["early_closure"].high) == pytest.approx(
        (0.2189, 0.3958), abs=1e-4
    )
    assert found["mentors_start"].high == pytest.approx(1.0)
    assert "30 of 100" in found["early_closure"].claim


def test_too_few_records_tell_nothing():
    with pytest.raises(EstimationError, match="20 one-to-one relationships"):
        targets_from(pairs(10, 3))


def test_own_records_give_a_setting():
    setting = setting_from(pairs(30, 5))
    assert (setting.pool.n_mentees, setting.pool.n_mentors) == (30, 30)
    assert setting.levers.planned_weeks == 40


def test_what_is_no_program_is_refused():
    with pytest.raises(OptionError, match="must be a Program; got 'int'"):
        targets_from(3)


def test_infinite_ends_hold_everything_beyond():
    goal = next(goal for goal in EXTERNAL_CHECKS if goal.moment == "dose_order")
    assert math.isinf(goal.high)
    assert goal.holds(5.0)
    assert not goal.holds(-0.1)
