"""The same answers are read from three layouts, and what can't be told is asked."""

from __future__ import annotations

import pandas as pd
import pytest

from mentorlab import read_responses
from mentorlab.errors import OptionError, ReadError, SchemaError

LONG = """relationship_id,rater_id,role,wave,item,value
007,bo,mentor,1,t1,5
007,bo,mentor,1,t2,2
007,ed,mentee,1,t1,3
007,ed,mentee,1,t2,
"""
WIDE = """relationship_id,rater_id,role,wave,t1,t2
007,bo,mentor,1,5,2
007,ed,mentee,1,3,
"""
PAIRS = """relationship_id,mentor_id,mentee_id,wave,t1_mentor,t2_mentor,t1_mentee,t2_mentee
007,bo,ed,1,5,2,3,
"""
COLUMNS = ["relationship_id", "rater_id", "role", "wave", "item", "value"]


@pytest.fixture
def read(tmp_path):
    def read(text, **kwargs):
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        return read_responses(path, **kwargs)

    return read


def told(frame):
    rows = frame[COLUMNS].astype("object").where(frame[COLUMNS].notna(), None)
    return sorted(rows.values.tolist(), key=str)


@pytest.mark.parametrize("text", [LONG, WIDE, PAIRS])
def test_three_layouts_one_table(read, text):
    assert told(read(text)) == [
        ["007", "bo", "mentor", 1, "t1", 5.0],
        ["007", "bo", "mentor", 1, "t2", 2.0],
        ["007", "ed", "mentee", 1, "t1", 3.0],
        ["007", "ed", "mentee", 1, "t2", None],
    ]


def test_a_file_by_pair_says_whom_each_answer_is_about(read):
    assert set(zip(read(PAIRS)["rater_id"], read(PAIRS)["target_id"], strict=True)) == {
        ("bo", "ed"),
        ("ed", "bo"),
    }


def test_other_names_and_a_wave_from_outside(read):
    text = WIDE.replace("relationship_id", "pair").replace("rater_id", "who").replace(",wave", "")
    frame = read(
        text.replace(",1,", ",", 2), columns={"pair": "relationship_id", "who": "rater_id"}, wave=3
    )
    assert frame["wave"].unique().tolist() == [3]
    assert frame["relationship_id"].unique().tolist() == ["007"]


def test_names_may_be_swapped(read):
    frame = read(
        "rater_id,relationship_id,role,wave,item,value\n01,02,mentor,1,t1,4\n",
        columns={"rater_id": "relationship_id", "relationship_id": "rater_id"},
    )
    assert frame.loc[0, ["relationship_id", "rater_id"]].tolist() == ["01", "02"]


def test_the_codebook_tells_items(read, trust):
    assert len(read(WIDE, codebook=trust)) == 4
    with pytest.raises(ReadError, match="column 't9' is neither ours nor an item of the codebook"):
        read(WIDE.replace("t2", "t9"), codebook=trust)
    frame = read(WIDE.replace("t2", "t9"), codebook=trust, ignore="t9")
    assert frame["item"].unique().tolist() == ["t1"]
    assert len(read(WIDE.replace("t2", "t9"), codebook=trust, ignore=["t9", "t10"])) == 2


def test_a_near_item_is_named(read, trust):
    with pytest.raises(ReadError, match="Did you mean 't2'"):
        read(WIDE.replace("t2", "T2"), codebook=trust)


def test_pair_ids_beside_a_rater_do_not_change_the_layout(read):
    frame = read(
        WIDE.replace("role", "mentor_id,role")
        .replace("mentor,1", "bo,mentor,1")
        .replace("mentee,1", "bo,mentee,1")
    )
    assert len(frame) == 4
    assert set(frame["mentor_id"]) == {"bo"}


def test_headers_without_rows(read):
    for text in (LONG, WIDE, PAIRS):
        assert len(read(text.splitlines()[0] + "\n")) == 0


@pytest.mark.parametrize(
    ("text", "kwargs", "error", "said"),
    [
        (LONG.replace(",wave", "").replace(",1,", ","), {}, ReadError, "give wave=1 if it holds"),
        (WIDE.replace(",wave", "").replace(",1,", ","), {}, ReadError, "give wave=1 if it holds"),
        (LONG, {"wave": 2}, OptionError, "`wave` is given, but the file has a wave column already"),
        (LONG, {"layout": "Long"}, OptionError, "Did you mean 'long'?"),
        (LONG, {"layout": "wide"}, ReadError, "a wide file has no column 'item'; is it laid out"),
        (WIDE, {"layout": "long"}, SchemaError, "`value` must be there"),
        (LONG.replace("value", "answer"), {}, SchemaError, "Give columns={...} to name the file's"),
        (
            "pair,t1\n1,2\n",
            {},
            ReadError,
            "can't tell how the file is laid out: it has 'pair' or 't1'",
        ),
        (
            WIDE.replace("role,", "").replace("mentor,", "").replace("mentee,", ""),
            {},
            SchemaError,
            "`role` must be there",
        ),
        (WIDE.replace("t2", "t1"), {}, ReadError, "has more than one column named 't1'"),
        (WIDE.replace("t2", "rater_id"), {}, ReadError, "more than one column named 'rater_id'"),
        (
            PAIRS.replace("t1_mentee", "t1"),
            {},
            ReadError,
            "the column 't1' belongs to neither side",
        ),
        (PAIRS.replace("t1_mentee", "mentee_t1"), {}, ReadError, "names its columns <item>_mentor"),
        (WIDE, {"columns": {"pairs": "relationship_id"}}, OptionError, "the file does not have"),
        (WIDE, {"columns": {"t1": "role"}}, OptionError, "'role', which the file has already"),
        (
            "relationship_id,rater_id,role,wave\n1,a,mentor,1\n",
            {},
            ReadError,
            "no column holds answers",
        ),
    ],
)
def test_what_cannot_be_told(read, text, kwargs, error, said):
    with pytest.raises(error) as caught:
        read(text, **kwargs)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LONG.replace("t2,2", "t2,x"), "`value` must be numbers; got 'x' in 1 row, first row 2"),
        (WIDE.replace("3,", "3,x"), "`t2` must be numbers; got 'x' in 1 row, first row 2"),
        (PAIRS.replace("3,", "3,x"), "`t2_mentee` must be numbers; got 'x' in 1 row, first row 1"),
        (
            LONG.replace("ed,mentee", "ed,Mentee"),
            "got 'Mentee' in 2 rows, first row 3. Did you mean",
        ),
        (
            WIDE.replace("ed,mentee", "ed,Mentee"),
            "got 'Mentee' in 1 row, first row 2. Did you mean",
        ),
        (PAIRS.replace("bo,", ","), "`mentor_id` must not be empty; got an empty cell in 1 row"),
        (LONG.replace("mentor,1", "mentor,T1"), "`wave` must be whole numbers; got 'T1' in 2 rows"),
        (
            LONG + "007,bo,mentor,1,t1,5\n",
            "must tell rows apart; got '007', 'bo', 'mentor', 1, 't1'",
        ),
    ],
)
def test_faults_name_the_file_its_own_column_and_its_own_row(read, text, said):
    with pytest.raises(SchemaError) as caught:
        read(text)
    assert str(caught.value).startswith("read_responses: answers.csv: not a valid responses table")
    assert said in str(caught.value)


def test_numbers_as_item_names(read):
    frame = read("relationship_id,rater_id,role,wave,1,2\nr,a,mentor,1,4,3\n")
    assert frame["item"].tolist() == ["1", "2"]


def test_a_file_that_is_read_can_be_a_table_of_a_program(read, make):
    program = make(responses=read(LONG.replace("007", "r2")))
    assert isinstance(program.responses, pd.DataFrame)
