"""Programs are checked at the door, many-to-many from the start, and never changed in place."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest

from mentorlab import Program
from mentorlab.errors import MissingTableError, OptionError, SchemaError
from mentorlab.tables import TABLES


def test_a_program_holds_what_it_was_given_in_declared_types(make):
    program = make()
    assert list(program.tables) == ["people", "relationships", "members"]
    assert program.responses is None
    assert str(program.relationships["started_on"].dtype) == "datetime64[us]"
    assert (program.n_withdrawn, program.cut_at, program.notes) == (0, None, ())


def test_every_table_of_the_data_model_is_a_field(make):
    assert set(TABLES) <= set(Program.__dataclass_fields__)
    assert all(hasattr(make(), name) for name in TABLES)


def test_what_was_given_is_left_alone(tables, make):
    before = {name: frame.copy() for name, frame in tables.items()}
    make().filter(relationships={"kind": "group"}).as_of("2026-03-01")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(tables[name], frame)


def test_relationships_are_many_to_many(make):
    members = make().members
    assert members.groupby(["relationship_id", "role"]).size().loc[("r1", "mentor")] == 2
    assert members.loc[members["person_id"] == "bo", "relationship_id"].tolist() == ["r1", "r2"]


def test_a_program_is_frozen(make):
    with pytest.raises(FrozenInstanceError):
        make().people = None


def test_programs_compare_by_identity(make):
    program = make()
    assert program == program
    assert program != make()


def test_all_that_is_wrong_is_said_at_once(make):
    with pytest.raises(SchemaError) as caught:
        make(
            people=pd.DataFrame({"person_id": ["ann", "ann", "bo", "cy", "di"]}),
            relationships=pd.DataFrame(
                {
                    "relationship_id": ["r1", "r2"],
                    "started_on": ["2026-01-05", "2026-02-01"],
                    "ended_on": ["2025-12-31", None],
                }
            ),
        )
    assert str(caught.value).splitlines() == [
        "Program: the tables do not fit the data model",
        "  - people: `person_id` must tell rows apart; got 'ann' again in 1 row, first row 2. Keep "
        "one row for each, for example with drop_duplicates.",
        "  - relationships: `ended_on` must not be before `started_on`; got 2025-12-31 before "
        "2026-01-05 in 1 row, first row 1.",
        "  - members: `person_id` must be found in people.person_id; got 'ed' in 1 row, first row "
        "6. Add the missing rows to people, or drop these.",
    ]


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"people": None}, MissingTableError, "Program: needs the table people (a person)"),
        ({"peple": pd.DataFrame()}, OptionError, "no table 'peple'. Did you mean 'people'?"),
        ({"people": [1]}, OptionError, "`people` must be a data frame; got a list"),
        ({"people": pd.Series(["a", "b"])}, OptionError, "must be a data frame; got a Series"),
        ({"people": pd.DataFrame()}, SchemaError, "people: `person_id` must have a row for each"),
    ],
)
def test_what_is_no_program(make, changes, error, said):
    with pytest.raises(error) as caught:
        make(**changes)
    assert said in str(caught.value)


def test_an_optional_table_may_be_none(make):
    assert make(responses=None).responses is None


def test_people_without_consent_are_left_out_and_counted(make):
    people = pd.DataFrame(
        {
            "person_id": ["ann", "bo", "cy", "di", "ed", "flo"],
            "consent": [True, None, False, "no", "yes", None],
            "reports_to": ["cy", None, None, None, None, None],
        }
    )
    program = make(people=people)
    assert program.n_withdrawn == 2
    assert program.people["person_id"].tolist() == ["ann", "bo", "ed", "flo"]
    assert program.people["reports_to"].isna().all()
    assert set(program.members["person_id"]) == {"ann", "bo", "ed"}
    assert program.as_of("2026-03-01").n_withdrawn == 2
    assert program.filter(people={"person_id": "ann"}).n_withdrawn == 2


def test_a_program_whose_people_all_withdrew_is_empty_and_says_so(make, tables):
    program = make(people=tables["people"].assign(consent=False))
    assert len(program.people) == len(program.relationships) == len(program.members) == 0
    assert "6 people withdrew consent and are left out everywhere" in program.summary()
    assert program.as_of("2026-03-01").check().to_frame().empty


def test_need_gives_the_table_or_says_who_lacks_what(make):
    program = make()
    assert program.need("members", "role", who="f") is program.members
    with pytest.raises(MissingTableError) as caught:
        program.need("contacts", who="detect")
    assert str(caught.value) == (
        "detect: needs the table contacts, which this program does not have (it has people, "
        "relationships, members)."
    )
    with pytest.raises(MissingTableError, match=r"needs relationships\.site, which is absent"):
        program.need("relationships", "kind", "site", who="f")


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "group"},
        {"kind": ["group"]},
        {"kind": {"group", "circle"}},
        {"kind": np.array(["group"])},
        {"kind": pd.Index(["group"])},
        {"kind": ("group",), "relationship_id": "r1"},
        {"ended_on": None},
        {"started_on": "2026-01-05"},
        {"started_on": pd.Timestamp(2026, 1, 5)},
        lambda table: table["kind"] == "group",
        lambda table: (table["kind"] == "group").astype("boolean").mask(table["kind"] != "group"),
        pd.Series([True, False]),
        pd.Series([False, True], index=[1, 0]),
    ],
)
def test_filter_keeps_relationships_with_all_that_belongs_to_them(make, answers, rule):
    contacts = pd.DataFrame(
        {
            "contact_id": ["c1", "c2"],
            "relationship_id": ["r1", "r2"],
            "at": "2026-03-01",
            "kind": "meeting",
            "status": "held",
        }
    )
    attendance = pd.DataFrame({"contact_id": ["c1", "c2"], "person_id": ["ann", "bo"]})
    program = make(responses=answers, contacts=contacts, attendance=attendance)
    kept = program.filter(relationships=rule)
    assert kept.relationships["relationship_id"].tolist() == ["r1"]
    assert kept.contacts["contact_id"].tolist() == ["c1"]
    assert kept.attendance["contact_id"].tolist() == ["c1"]
    assert len(kept.responses) == 0
    # ed goes with his last relationship, flo never had one and stays.
    assert kept.people["person_id"].tolist() == ["ann", "bo", "cy", "di", "flo"]


def test_filter_keeps_people_with_all_that_is_theirs(make, answers):
    both = pd.concat(
        [answers, answers.assign(relationship_id="r1", rater_id="cy", role="mentee")[:3]]
    )
    kept = make(responses=both).filter(people=lambda people: people["person_id"] != "ed")
    assert "ed" not in set(kept.people["person_id"]) | set(kept.members["person_id"])
    # What bo said in r2 was about ed, so it goes as well.
    assert kept.responses[["relationship_id", "rater_id"]].drop_duplicates().values.tolist() == [
        ["r1", "cy"]
    ]
    assert kept.relationships["relationship_id"].tolist() == ["r1", "r2"]
    assert make().filter().members.equals(make().members)


def test_a_relationship_goes_with_its_last_member(make):
    kept = make().filter(people=lambda people: ~people["person_id"].isin(["bo", "ed"]))
    assert kept.relationships["relationship_id"].tolist() == ["r1"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"knd": "group"}, "relationships has no column 'knd'. Did you mean 'kind'?"),
        (pd.Series([True]), "one true or false for each of 2 rows"),
        (pd.Series([1, 0]), "one true or false"),
        (pd.Series([True, True], index=[0, 0]), "one true or false"),
        (lambda table: [True, False], "one true or false"),
        ("kind", "one true or false"),
        ({"started_on": "5.1.2026"}, "filter: `started_on` must be dates; got '5.1.2026'"),
    ],
)
def test_a_filter_that_does_not_fit_is_refused(make, rule, said):
    with pytest.raises(OptionError) as caught:
        make().filter(relationships=rule)
    assert said in str(caught.value)


def test_concat_with_names_keeps_everybody_apart(make, answers):
    goals = pd.DataFrame(
        {"relationship_id": ["r1", "r1"], "goal_id": ["g", "h"], "parent_id": [None, "g"]}
    )
    program = make(responses=answers, goals=goals)
    both = program.concat(make(), names=["north", "south"])
    assert len(both.people) == 12
    assert both.members["person_id"].iloc[-1] == "south:ed"
    assert set(both.responses["rater_id"]) == {"north:bo", "north:ed"}
    assert both.goals["parent_id"].tolist()[1:] == ["north:g"]
    assert both.goals["parent_id"].isna().tolist() == [True, False]


def test_concat_without_names_lets_equal_people_meet(make, tables):
    other = make(
        relationships=pd.DataFrame({"relationship_id": ["r3"]}),
        members=pd.DataFrame({"relationship_id": ["r3"], "person_id": ["ann"], "role": ["mentee"]}),
    )
    both = make().concat(other)
    assert len(both.people) == 6
    assert both.relationships["relationship_id"].tolist() == ["r1", "r2", "r3"]
    assert both.relationships["kind"].isna().tolist() == [False, False, True]


def test_concat_of_equal_people_with_lists(make, tables):
    program = make(
        people=tables["people"].assign(skills=[["law"], ["art"], None, [], ["x"], ["y"]])
    )
    other = program.filter(relationships=pd.Series([False, False]))
    assert len(program.concat(other).people) == 6


def test_concat_refuses_ids_that_clash_and_says_what_to_do(make):
    with pytest.raises(SchemaError) as caught:
        make().concat(make())
    assert str(caught.value).startswith("concat: the programs can't be joined\n")
    assert "relationships: `relationship_id` must tell rows apart; got 'r1' again" in str(
        caught.value
    )
    assert str(caught.value).endswith("names=[...] to prefix every id with its program's name.")


def test_concat_needs_a_name_for_each(make):
    with pytest.raises(OptionError, match="must name each of 2 programs; got 1 name"):
        make().concat(make(), names=["a"])


def test_concat_adds_up_who_withdrew(make, tables):
    one = make(people=tables["people"].assign(consent=[False] + [True] * 5))
    assert one.concat(one, one, names="abc").n_withdrawn == 3


def test_summary_repr_and_html_say_the_same(make):
    program = make()
    assert repr(program) == program.summary()
    assert "6 people in 2 relationships" in program._repr_html_()
