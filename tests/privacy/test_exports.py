"""Formulas are harmless in every file that leaves, and come back as they were."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentorlab as ml
from mentorlab.errors import OptionError, WriteError
from mentorlab.privacy import export_table, neutralize_formulas, restore_formulas

RISKY = ["=1+1", "+49 30", "-x", "@a", "\ttab", "\rreturn", "\nline", "'=x", "''-5", "-", "＝1"]
PLAIN = ["-5", "+3e4", "-.5", "'plain", "a=b", " =x", "'", "", "7"]
TEXTS = st.text(alphabet="=+-@\t\r\n'＝0123456789.eE a;,\"", max_size=6)


@pytest.mark.parametrize("text", RISKY)
def test_risky_text_gets_an_apostrophe(text):
    safe = neutralize_formulas(pd.DataFrame({"note": [text]}))

    assert safe["note"].tolist() == ["'" + text]


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_plain_text_stay_as_they_are(text):
    frame = pd.DataFrame({"note": [text]})

    pd.testing.assert_frame_equal(neutralize_formulas(frame), frame)


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_every_kind_of_text_column_is_looked_at(dtype):
    frame = pd.DataFrame({"note": pd.Series(["=a", None, "b"], dtype=dtype)})

    assert neutralize_formulas(frame)["note"].tolist()[0] == "'=a"


def test_numbers_dates_flags_and_the_input_are_left_alone():
    frame = pd.DataFrame(
        {"n": [-1.5], "at": pd.to_datetime(["2026-01-05"]), "ok": [True], "note": ["=a"]}
    )
    before = frame.copy()

    safe = neutralize_formulas(frame)

    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(safe.drop(columns="note"), frame.drop(columns="note"))


def test_column_names_are_cells_too():
    frame = pd.DataFrame([[1, 2]], columns=["=cmd", "'=cmd"])

    safe = neutralize_formulas(frame)

    assert list(safe.columns) == ["'=cmd", "''=cmd"]
    assert list(restore_formulas(safe).columns) == ["=cmd", "'=cmd"]


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_restoring_gives_back_exactly_what_was_there(texts):
    frame = pd.DataFrame({"note": pd.Series(texts, dtype="str")})

    safe = neutralize_formulas(frame)

    pd.testing.assert_frame_equal(restore_formulas(safe), frame)
    for text in safe["note"]:
        is_number = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text)
        assert is_number or not text.startswith(tuple("=+-@\t\r\n＝＋－＠"))


@settings(max_examples=20)
@given(st.lists(TEXTS.filter(str.strip), min_size=2, max_size=6, unique=True))
def test_a_program_of_formulas_survives_the_round_trip(tmp_path_factory, texts):
    program = ml.Program(
        people=pd.DataFrame({"person_id": texts, "department": texts, "=own": texts}),
        relationships=pd.DataFrame({"relationship_id": ["r1"], "end_reason": texts[:1]}),
        members=pd.DataFrame(
            {"relationship_id": "r1", "person_id": texts[:2], "role": ["mentor", "mentee"]}
        ),
    )
    folder = tmp_path_factory.mktemp("programs") / "program"

    program.write(folder)
    back = ml.read_program(folder)

    for name, frame in program.tables.items():
        pd.testing.assert_frame_equal(back.tables[name], frame, check_dtype=False)
    header, *_ = (folder / "people.csv").read_text(encoding="utf-8").splitlines()
    assert header == "person_id,department,'=own"


def test_a_file_that_others_wrote_keeps_its_apostrophes(tmp_path):
    folder = ml.write_template(tmp_path / "mine")
    (folder / "people.csv").write_text("person_id,note\nann,'=1+1\nbo,x\n", encoding="utf-8")
    (folder / "relationships.csv").write_text("relationship_id\nr1\n", encoding="utf-8")

    assert ml.read_program(folder).people["note"].tolist() == ["'=1+1", "x"]


def test_parquet_holds_the_text_itself(tmp_path):
    program = ml.Program(
        people=pd.DataFrame({"person_id": ["=a"]}),
        relationships=pd.DataFrame({"relationship_id": ["r1"]}),
        members=pd.DataFrame(columns=["relationship_id", "person_id", "role"]),
    )

    program.write(tmp_path / "program", format="parquet")

    stored = pd.read_parquet(tmp_path / "program" / "people.parquet")
    assert stored["person_id"].tolist() == ["=a"]
    assert ml.read_program(tmp_path / "program").people["person_id"].tolist() == ["=a"]


def test_excel_holds_text_and_no_formula(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"=head": ["=1+1", "plain"], "n": [-1, 2]})

    file = export_table(frame, tmp_path / "out.xlsx")

    cells = [cell for row in openpyxl.load_workbook(file).active for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert cells[2].value == "'=1+1"


def test_csv_keeps_a_cell_with_a_carriage_return_in_one_piece(tmp_path):
    frame = pd.DataFrame({"note": ["a\rb", "c"]})

    file = export_table(frame, tmp_path / "out.csv")

    assert file.read_bytes() == b'note\r\n"a\rb"\r\nc\r\n'


def test_only_the_two_formats_are_written(tmp_path):
    with pytest.raises(OptionError, match=r"must end in \.csv or \.xlsx; got 'out\.json'"):
        export_table(pd.DataFrame(), tmp_path / "out.json")


def test_a_folder_that_is_not_there_is_a_write_error(tmp_path):
    with pytest.raises(WriteError, match="can't be written"):
        export_table(pd.DataFrame({"a": [1]}), tmp_path / "absent" / "out.csv")
