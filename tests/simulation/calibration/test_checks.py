"""The external checks: the default model meets what has a verified number."""

from pathlib import Path

import pytest

from mentorlab.errors import OptionError
from mentorlab.simulation import ProgramModel
from mentorlab.simulation.calibration import EXTERNAL_CHECKS, Target, checks, checks_page
from mentorlab.simulation.calibration.checks import MET, MISSED, NOT_JUDGED


@pytest.fixture(scope="module")
def table():
    return checks(n_runs=4)


def test_no_verified_finding_is_missed(table):
    assert table.missed == ()


def test_every_finding_has_value_and_interval(table):
    frame = table.to_frame()
    assert len(frame) == len(EXTERNAL_CHECKS)
    assert frame[["estimate", "conf_low", "conf_high"]].notna().all(axis=None)
    assert (frame["conf_low"] <= frame["estimate"]).all()
    assert set(frame.loc[~frame["verified"], "verdict"]) == {NOT_JUDGED}


def test_the_table_says_what_it_can_not_say(table):
    said = table.summary()
    assert "no verified number was found: partner_agreement, mentor_spread" in said
    assert "youth programs" in said


def test_the_page_holds_every_row(table):
    page = checks_page(table)
    assert all(goal.claim in page for goal in EXTERNAL_CHECKS)
    assert "## What is not identified" in page


def test_a_missed_finding_is_named():
    goals = [
        Target("early_closure", 0.9, 1.0, source="x", claim="nearly all close"),
        Target("effect", 0.0, 1.0, source="x", claim="some"),
    ]
    found = checks(ProgramModel(), targets=goals, n_runs=3)
    assert found.to_frame()["verdict"].tolist() == [MISSED, MET]
    assert "outside its range: early_closure" in found.summary()


def test_one_replication_gives_no_interval():
    with pytest.raises(OptionError, match="`n_runs` must be a whole number of 2 or more"):
        checks(n_runs=1)


def test_a_moment_twice_is_refused():
    goal = Target("effect", 0.0, 1.0, source="x", claim="some")
    with pytest.raises(OptionError, match="two targets are about 'effect'"):
        checks(targets=[goal, goal])


@pytest.mark.slow
def test_the_docs_show_the_default_model():
    page = Path(__file__).parents[3] / "docs" / "simulation_checks.md"
    assert page.read_text("utf-8") == checks_page()
