"""Each rule speaks when it should, and is silent about what is fine."""

from __future__ import annotations

import pandas as pd
import pytest

from mentorlab.consistency import RULES


def findings(program) -> list[tuple[str, str, int, int]]:
    frame = program.check().to_frame()
    return list(
        frame[["table", "finding", "n_rows", "first_row"]].itertuples(index=False, name=None)
    )


@pytest.fixture
def contacts():
    return pd.DataFrame(
        {
            "contact_id": ["c1", "c2", "c3"],
            "relationship_id": ["r1", "r2", "r2"],
            "at": ["2026-01-05 09:00", "2026-02-01", "2026-06-30 23:00"],
            "kind": "meeting",
            "status": "held",
            "recorded_at": ["2026-01-05", None, "2026-07-01"],
        }
    )


def test_nothing_looks_wrong_in_a_program_where_all_is_well(make, answers, contacts):
    answered = answers.assign(missing=[None] * 5 + ["unanswered"], answered_at="2026-03-01")
    program = make(responses=answered, contacts=contacts)
    report = program.check()
    assert report.to_frame().empty
    assert report.summary() == "Check: nothing looks wrong"
    assert list(report.to_frame()) == ["table", "finding", "n_rows", "first_row", "what_to_do"]


def test_relationships_without_partners(make, tables):
    members = tables["members"].query("relationship_id == 'r1' or role == 'mentee'")
    assert findings(make(members=members)) == [("relationships", "only one member", 1, 2)]
    assert findings(make(members=members.head(4))) == [
        ("relationships", "nobody is a member", 1, 2)
    ]


def test_spaces_around_ids(make, tables):
    people = pd.concat([tables["people"], pd.DataFrame({"person_id": [" gil", "hal "]})])
    assert findings(make(people=people)) == [("people", "person_id has spaces around it", 2, 7)]


def test_ids_that_differ_by_case(make, tables):
    people = pd.concat([tables["people"], pd.DataFrame({"person_id": ["ANN"]})])
    assert findings(make(people=people)) == [
        ("people", "person_id differs from another by case only", 2, 1)
    ]


@pytest.mark.parametrize(
    "change", [{"rater_id": "flo"}, {"role": "mentor"}, {"relationship_id": "r1"}]
)
def test_answers_by_people_who_are_not_members(make, answers, change):
    answers.loc[3:4, list(change)] = list(change.values())
    found = findings(make(responses=answers.assign(missing=None).dropna(subset="value")))
    assert found == [
        ("responses", "the rater is not a member of the relationship in this role", 2, 4)
    ]


def test_contacts_outside_the_relationship(make, contacts):
    early = contacts.assign(at=["2026-01-04 23:59", "2026-02-01", "2026-07-01"], recorded_at=None)
    assert findings(make(contacts=early)) == [
        ("contacts", "before the start of the relationship", 1, 1),
        ("contacts", "after the end of the relationship", 1, 3),
    ]


def test_contacts_given_twice(make, contacts):
    twice = pd.concat([contacts, contacts.head(1).assign(contact_id="c4")])
    assert findings(make(contacts=twice)) == [
        ("contacts", "same relationship, time and kind again", 1, 4)
    ]


def test_clocks_that_clash(make, contacts):
    assert findings(make(contacts=contacts.assign(recorded_at="2026-02-10"))) == [
        ("contacts", "recorded before it happened (`at`)", 1, 3)
    ]


def test_values_and_reasons(make, answers):
    reasons = ["unanswered", None, None, None, None, None]
    assert findings(make(responses=answers.assign(missing=reasons))) == [
        ("responses", "a value and a reason why it is missing", 1, 1),
        ("responses", "no value and no reason", 1, 6),
    ]


def test_an_ending_without_a_date(make, tables):
    relationships = tables["relationships"].assign(ended_on=None)
    assert findings(make(relationships=relationships)) == [
        ("relationships", "an end reason without an end date", 1, 2)
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_needs_more_than_the_required_columns(make, rule):
    program = make(
        relationships=pd.DataFrame({"relationship_id": ["r1", "r2"]}),
        contacts=pd.DataFrame(columns=["contact_id", "relationship_id", "at", "kind", "status"]),
        responses=pd.DataFrame(
            columns=["relationship_id", "rater_id", "role", "wave", "item", "value"]
        ),
    )
    assert not any(mask.any() for _, _, mask, _ in rule(program))


def test_the_report_says_how_much_and_that_nothing_was_changed(make, tables):
    program = make(members=tables["members"].head(5))
    report = program.check()
    assert report.headline() == "Check: 1 thing to look at; nothing was changed"
    assert "only one member" in report._repr_html_()
    assert "first row" in report.summary()
    assert len(program.members) == 5
