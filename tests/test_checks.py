"""What breaks the data model is told once, whole, and in the user's words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.checks import conform, inspect, inspect_all, link_faults
from mentorlab.errors import OptionError, SchemaError
from mentorlab.tables import CONTACTS, GOALS, MEMBERS, PEOPLE, RELATIONSHIPS, RESPONSES, TABLES


def faults_of(frame, table):
    return [str(fault) for fault in inspect(pd.DataFrame(frame), table)[1]]


def test_a_valid_table_comes_back_in_declared_types_with_a_fresh_index():
    frame = pd.DataFrame(
        {"person_id": [7, 8], "capacity": [1.0, np.nan], "consent": ["yes", None], "shoe": [1, 2]},
        index=[5, 5],
    )
    clean = conform(frame, PEOPLE, who="here")
    assert clean.index.tolist() == [0, 1]
    assert clean.columns.tolist() == ["person_id", "capacity", "consent", "shoe"]
    assert [str(dtype) for dtype in clean.dtypes] == ["str", "Int64", "boolean", "int64"]
    assert frame["person_id"].tolist() == [7, 8]


def test_the_whole_message():
    members = pd.DataFrame(
        {
            "relationship_id": ["r1", "r1", "r1"],
            "person_id": ["ann", None, "ann"],
            "role": ["Mentor", "mentee", "Mentor"],
            "joined_on": ["2026-02-01", "5.1.2026", None],
            "left_on": ["2026-01-01", None, None],
        }
    )
    with pytest.raises(SchemaError) as caught:
        conform(members, MEMBERS, who="build_network")
    assert str(caught.value).splitlines() == [
        "build_network: not a valid members table",
        "  - `joined_on` must be dates; got '5.1.2026' in 1 row, first row 2. Write days as "
        "YYYY-MM-DD and moments as YYYY-MM-DD HH:MM, without time zone.",
        "  - `person_id` must not be empty; got an empty cell in 1 row, first row 2.",
        "  - `role` must be 'mentor', 'mentee', 'facilitator', 'sponsor' or 'peer'; got 'Mentor' "
        "in 2 rows, first row 1. Did you mean 'mentor'?",
        "  - `relationship_id, person_id, role` must tell rows apart; got 'r1', 'ann', 'Mentor' "
        "again in 1 row, first row 3. Keep one row for each, for example with drop_duplicates.",
        "  - `left_on` must not be before `joined_on`; got 2026-01-01 before 2026-02-01 in 1 row, "
        "first row 1.",
    ]


def test_all_faults_of_all_tables_at_once():
    _, faults = inspect_all(
        {
            "people": pd.DataFrame({"person_id": ["ann", "ann"], "capacity": [-1, 2]}),
            "relationships": pd.DataFrame({"relationship_id": ["r1"], "started_on": ["soon"]}),
            "members": pd.DataFrame(
                {"relationship_id": ["r9"], "person_id": ["zoe"], "role": ["Mentee"]}
            ),
        }
    )
    assert [(fault.table, fault.column) for fault in faults] == [
        ("people", "capacity"),
        ("people", "person_id"),
        ("relationships", "started_on"),
        ("members", "role"),
        ("members", "relationship_id"),
        ("members", "person_id"),
    ]
    assert str(faults[-1]) == (
        "members: `person_id` must be found in people.person_id; got 'zoe' in 1 row, first row 1. "
        "Add the missing rows to people, or drop these."
    )


def test_an_unknown_person_is_named_with_the_nearest():
    tables = {
        "people": pd.DataFrame({"person_id": ["ann.lee"]}, dtype="str"),
        "members": pd.DataFrame(
            {"relationship_id": ["r"], "person_id": ["Ann.Lee"], "role": ["peer"]}
        ),
    }
    (fault,) = link_faults(tables)
    assert fault.hint == "Did you mean 'ann.lee'?"


def test_empty_references_and_people_outside_need_no_row():
    people = pd.DataFrame({"person_id": ["ann"], "reports_to": [None]}, dtype="str")
    ties = pd.DataFrame({"source": ["ann"], "target": ["a friend"], "kind": ["advice"]})
    assert link_faults({"people": people, "ties": ties}) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": ["Mentee"]}, "got 'Mentee' in 1 row, first row 1. Did you mean 'mentee'?"),
        ({"role": [True]}, "`role` must be 'mentor', 'mentee', 'facilitator', 'sponsor' or 'peer'"),
        ({"role": [None]}, "`role` must not be empty; got an empty cell"),
        ({"rater_id": [""]}, "`rater_id` must not be empty; got an empty cell"),
        ({"wave": ["T1"]}, "`wave` must be whole numbers; got 'T1'"),
        ({"wave": [1.5]}, "`wave` must be whole numbers; got 1.5"),
        ({"wave": [np.nan]}, "`wave` must not be empty; got an empty cell"),
        ({"value": ["4,5"]}, "`value` must be numbers; got '4,5'"),
        ({"form": ["Pulse"]}, "Did you mean 'pulse'?"),
        ({"answered_at": ["5/1/2026"]}, "`answered_at` must be dates; got '5/1/2026'"),
        ({"item": [["t1"]]}, "`item` must be text; got ['t1']"),
    ],
)
def test_bad_cells(changes, said):
    row = {
        "relationship_id": ["r"],
        "rater_id": ["a"],
        "role": ["mentor"],
        "wave": [1],
        "item": ["t1"],
        "value": [3],
    }
    (fault,) = faults_of({**row, **changes}, RESPONSES)
    assert said in fault


def test_ranges_are_inclusive():
    goal = {"relationship_id": "r", "goal_id": ["a", "b", "c"]}
    assert faults_of({**goal, "attainment": [-2, 0, 2]}, GOALS) == []
    assert faults_of({**goal, "attainment": [-2.5, 3, 2]}, GOALS) == [
        "`attainment` must be at least -2; got -2.5 in 1 row, first row 1.",
        "`attainment` must be at most 2; got 3.0 in 1 row, first row 2.",
    ]


def test_a_column_under_another_name_is_found():
    (fault,) = faults_of({"Person_ID": ["a"]}, PEOPLE)
    assert fault == (
        "`person_id` must be there; got columns 'Person_ID'. Is it the column 'Person_ID'?"
    )


def test_an_absent_column_is_explained():
    (fault,) = faults_of({"shoe": ["a"]}, PEOPLE)
    assert fault.endswith("It holds: who; any text without meaning of its own.")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["person_id", "person_id"], "`person_id` must be the name of one column; got 2 columns"),
        (["person_id", "x"], None),
        ([0, 1], "`person_id` must be there; got columns '0' or '1'"),
        (
            pd.MultiIndex.from_tuples([("person_id", ""), ("x", "y")]),
            "`columns` must have one name each; got 2 levels of names",
        ),
    ],
)
def test_headers_of_any_shape(columns, said):
    faults = faults_of(pd.DataFrame([["a", "b"]], columns=columns), PEOPLE)
    assert len(faults) == (said is not None)
    assert said is None or said in faults[0]


def test_broken_headers_do_not_hide_other_tables():
    _, faults = inspect_all(
        {
            "people": pd.DataFrame([["a", "b"]], columns=["person_id", "person_id"]),
            "members": pd.DataFrame({"relationship_id": ["r"], "person_id": ["a"], "role": ["x"]}),
        }
    )
    assert [fault.table for fault in faults] == ["people", "members"]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_rows_or_columns(name):
    table = TABLES[name]
    clean, faults = inspect(pd.DataFrame(columns=list(table.names)), table)
    assert faults == []
    assert len(clean) == 0
    required = [column.name for column in table.columns if column.required]
    _, faults = inspect(pd.DataFrame(), table)
    assert [fault.column for fault in faults] == required


@pytest.mark.parametrize(
    "index", [pd.Index([3, 3]), pd.MultiIndex.from_tuples([(1, 2), (1, 2)]), pd.Index(["a", None])]
)
def test_rows_are_counted_from_one_whatever_the_index(index):
    frame = pd.DataFrame({"relationship_id": ["a", "b"], "started_on": ["2026-01-05", "x"]}, index)
    assert "first row 2" in faults_of(frame, RELATIONSHIPS)[0]


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_faults_do_not_depend_on_the_dtype_backend(backend):
    frame = pd.DataFrame({"person_id": ["a", "b", "b"], "capacity": [1, -1, None]})
    assert faults_of(frame.convert_dtypes(dtype_backend=backend), PEOPLE) == faults_of(
        frame, PEOPLE
    )


def test_empty_cells_of_a_key_count_as_equal():
    row = {"relationship_id": "r", "rater_id": "a", "role": "mentor", "wave": 1, "item": "t1"}
    frame = pd.DataFrame([row, row]).assign(target_id=[None, None], value=1)
    assert "must tell rows apart" in faults_of(frame, RESPONSES)[0]
    assert faults_of(frame.assign(target_id=[None, "b"]), RESPONSES) == []


def test_not_a_frame():
    with pytest.raises(OptionError, match="score: people must be a data frame; got a list"):
        conform([1], PEOPLE, who="score")


def test_the_value_column_must_be_there():
    row = {
        "relationship_id": ["r"],
        "rater_id": ["a"],
        "role": ["mentor"],
        "wave": [1],
        "item": ["i"],
    }
    assert "`value` must be there" in faults_of(row, RESPONSES)[0]


def garbage(n: int) -> pd.DataFrame:
    words = np.array(
        ["x9", "\u2603", "Mentor", None, "2026-13-45", "-1e999", "'; --"], dtype=object
    )
    drawn = np.random.default_rng(0).integers(0, len(words), (n, len(CONTACTS.names)))
    return pd.DataFrame(words[drawn], columns=list(CONTACTS.names))


@pytest.mark.parametrize("n", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_rows_and_rows_of_garbage_give_one_page(n):
    with pytest.raises(SchemaError) as caught:
        conform(garbage(n), CONTACTS, who="read_contacts")
    message = str(caught.value)
    assert len(message) < 5_000
    assert len(caught.value.faults) < 20
    assert {fault.column for fault in caught.value.faults} >= {"contact_id", "at", "kind", "status"}
