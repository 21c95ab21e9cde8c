"""The page about a program says what it holds and what it can't answer."""

from __future__ import annotations

import pandas as pd
import pytest

from mentorlab.overview import overview
from mentorlab.tables import TABLES


def test_the_whole_page(make, answers):
    program = make(responses=answers)
    assert program.summary().splitlines() == [
        "Program: 6 people in 2 relationships, started 2026-01-05 to 2026-02-01",
        "        table rows relationships covered      first       last empty cells",
        "       people    6                     -          -          -          0%",
        "relationships    2                     - 2026-01-05 2026-06-30         20%",
        "      members    6                  100%          -          -          0%",
        "    responses    6                   50%          -          -          3%",
        "- kinds: group 1, one_to_one 1",
        "- formality unknown: formal and informal relationships can't be told apart",
        "- 1 relationship with more than one mentor",
        "- 1 relationship with more than one mentee",
        "- single wave: change over time can't be seen",
        "- ended: 1 of 2 relationships",
        *(
            f"- no {table.name}: {table.forbids}"
            for table in TABLES.values()
            if table.name not in program.tables
        ),
    ]


def notes(program):
    return set(overview(program).notes())


def test_what_is_absent_is_said_with_what_that_forbids(make):
    said = notes(make())
    assert "no outcomes: effectiveness can't be estimated" in said
    assert "no responses: relationship elements can't be scored" in said


def test_one_sided_data_are_named(make, answers):
    mentors = answers[answers["role"] == "mentor"]
    assert "single source: only the mentors answered, so agreement is unknown" in notes(
        make(responses=mentors)
    )
    waves = pd.concat([answers, mentors.assign(wave=2)])
    assert "one-sided answers in 1 of 2 relationship-waves: one partner did not answer" in notes(
        make(responses=waves)
    )


def test_nobody_answered_is_no_error(make, answers):
    assert notes(make(responses=answers.assign(value=None)))


def test_outcomes_without_a_comparison_group_show_change(make):
    outcomes = pd.DataFrame({"person_id": ["ann", "bo"], "outcome": "pay", "wave": 1, "value": 1})
    said = "outcomes without a comparison group: they show change, not effect"
    assert said in notes(make(outcomes=outcomes))
    assert said in notes(make(outcomes=outcomes.assign(arm="mentored")))
    assert said not in notes(make(outcomes=outcomes.assign(arm=["mentored", "control"])))


def test_people_in_several_roles_and_endings_without_reason(make, tables):
    program = make(
        members=tables["members"].assign(
            role=["mentor", "mentor", "mentee", "mentee", "mentee", "mentee"]
        ),
        relationships=tables["relationships"].drop(columns="end_reason"),
    )
    assert {
        "1 person holds more than one role across relationships",
        "1 ending without a reason",
    } <= notes(program)


def test_no_end_dates(make, tables):
    program = make(relationships=tables["relationships"][["relationship_id"]])
    assert "no end dates: early endings can't be studied" in notes(program)


def test_the_frame_holds_the_counts(make, answers):
    frame = overview(make(responses=answers)).to_frame().set_index("table")
    assert frame.loc["responses", "relationships_covered"] == 0.5
    assert frame.loc["responses", "missing"] == pytest.approx(1 / 36)
    assert pd.isna(frame.loc["people", "relationships_covered"])


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"people"}))
def test_tables_without_rows_are_shown(make, tables, name):
    program = make(
        **{name: pd.DataFrame(columns=list(TABLES[name].names))}
        if name not in ("relationships",)
        else {
            "relationships": tables["relationships"].head(0),
            "members": tables["members"].head(0),
        }
    )
    assert f"{name}" in program.summary()
    assert program._repr_html_()


def test_the_page_escapes_what_users_bring(make, tables):
    program = make(relationships=tables["relationships"].assign(kind=None, site="<b>"))
    assert "<b>" not in program._repr_html_()
