"""What was written is what is read; a write happens whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentorlab as ml
from mentorlab import storage
from mentorlab.errors import OptionError, ReadError, SchemaError, WriteError
from mentorlab.storage import MANIFEST, describe_tables
from mentorlab.tables import SCHEMA_VERSION, TABLES

FORMATS = ["csv", "parquet"]
IDS = ["007", "NA", "null", 'quo"ted, and\nbroken', "ünïcödé ☃", "=1+1", "'=1", " ", "1e5", "nan"]
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=8
)


@pytest.fixture
def whole() -> ml.Program:
    """All thirteen tables, with every kind of cell that files are known to break."""
    a, b, c = IDS[:3]
    pair = {"relationship_id": ["01", "01"]}
    return ml.Program(
        people=pd.DataFrame(
            {
                "person_id": IDS,
                "department": [
                    "",
                    None,
                    "N/A",
                    "R&D",
                    "a;b",
                    "-",
                    "True",
                    "1.0",
                    "2026-01-05",
                    "x",
                ],
                "capacity": [0, None, 3, *[None] * 7],
                "reports_to": [None, a, b, *[None] * 7],
                "consent": [True, None, True, *[None] * 7],
                "badge": ["007", "08", None, "1", "2", "3", "4", "5", "6", "7"],
                "shoe": [41.5, None, 38, *[40.0] * 7],
            }
        ),
        relationships=pd.DataFrame(
            {
                "relationship_id": ["01", "1"],
                "kind": ["group", None],
                "formal": [True, None],
                "started_on": ["2026-01-05", "2026-01-05 10:30:00.000001"],
                "planned_end": ["9999-12-31", None],
                "agreed_months": [0.1 + 0.2, None],
            }
        ),
        members=pd.DataFrame({**pair, "person_id": [a, b], "role": ["mentor", "mentee"]}),
        responses=pd.DataFrame(
            {
                **pair,
                "rater_id": [a, b],
                "role": ["mentor", "mentee"],
                "wave": [1, 1],
                "item": ["t1", "t1"],
                "value": [4, None],
                "missing": [None, "not_shown"],
            }
        ),
        contacts=pd.DataFrame(
            {
                "contact_id": ["c1", "c2"],
                **pair,
                "at": ["2026-02-01 16:00", "2026-02-02"],
                "kind": "meeting",
                "status": "held",
                "out_of_hours": [None, False],
            }
        ),
        attendance=pd.DataFrame({"contact_id": ["c1"], "person_id": [a], "present": [True]}),
        goals=pd.DataFrame({**pair, "goal_id": ["g1", "g2"], "attainment": [-2, None]}),
        acts=pd.DataFrame(
            {
                "relationship_id": ["01"],
                "at": ["2026-02-01"],
                "by": [a],
                "act": ["thanks"],
                "to": [b],
            }
        ),
        outcomes=pd.DataFrame(
            {
                "person_id": [a] * 4,
                "outcome": ["pay"] * 4,
                "wave": [1, 2, 3, 4],
                "value": [1 / 3, 5e-324, 1.7976931348623157e308, None],
            }
        ),
        ties=pd.DataFrame({"source": [a], "target": ["a friend"], "kind": ["advice"]}),
        enrolment=pd.DataFrame({"person_id": [c], "role": [None], "invited_on": ["2025-12-01"]}),
        applicants=pd.DataFrame(
            {
                "person_id": [a, b],
                "role": ["mentor", "mentee"],
                "capacity": [2, None],
                "skills": ["law;art", None],
            }
        ),
        preferences=pd.DataFrame({"person_id": [b], "other_id": [a], "rank": [1]}),
    )


def assert_same(one: ml.Program, other: ml.Program) -> None:
    assert list(one.tables) == list(other.tables)
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name], check_exact=True, obj=name)


@pytest.mark.parametrize("format", FORMATS)
def test_all_tables_come_back_exactly(whole, tmp_path, format):
    folder = whole.write(tmp_path / "program", format=format)
    assert len(whole.tables) == 13
    assert_same(whole, ml.read_program(folder))


@pytest.mark.parametrize("format", FORMATS)
def test_writing_what_was_read_changes_no_byte(whole, tmp_path, format):
    one = whole.write(tmp_path / "one", format=format)
    other = ml.read_program(one).write(tmp_path / "other", format=format)
    assert [p.name for p in sorted(one.iterdir())] == [p.name for p in sorted(other.iterdir())]
    if format == "csv":
        for path in one.iterdir():
            assert path.read_bytes() == (other / path.name).read_bytes()


@settings(max_examples=12)
@given(
    ids=st.lists(TEXT, min_size=1, max_size=4, unique=True),
    numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=4, max_size=4),
    words=st.lists(TEXT | st.none(), min_size=4, max_size=4),
)
@pytest.mark.parametrize("format", FORMATS)
def test_any_text_and_number_comes_back(tmp_path_factory, format, ids, numbers, words):
    n = len(ids)
    program = ml.Program(
        people=pd.DataFrame(
            {"person_id": ids, "department": words[:n], "own": pd.Series(words[:n], dtype="str")}
        ),
        relationships=pd.DataFrame({"relationship_id": ids}),
        members=pd.DataFrame({"relationship_id": ids, "person_id": ids, "role": "peer"}),
        outcomes=pd.DataFrame({"person_id": ids, "outcome": ids, "wave": 1, "value": numbers[:n]}),
    )
    folder = program.write(tmp_path_factory.mktemp("any") / "program", format=format)
    assert_same(program, ml.read_program(folder))


@pytest.mark.parametrize(
    "cells",
    [
        [["law", "art"], None, []],
        [("law", "art"), None, ()],
        [np.array(["law", "art"]), None, np.array([], dtype="str")],
    ],
)
@pytest.mark.parametrize("format", FORMATS)
def test_lists_come_back_as_lists_or_as_text_with_semicolons(make, tables, tmp_path, format, cells):
    program = make(people=tables["people"].assign(skills=[*cells, None, None, None]))
    skills = ml.read_program(program.write(tmp_path / "p", format=format)).people["skills"]
    if format == "csv":
        assert skills.iloc[0] == "law;art"
        assert skills.iloc[1:].isna().all()
    else:
        assert list(skills.iloc[0]) == ["law", "art"]
        again = ml.read_program(program.write(tmp_path / "q", format="parquet"))
        back = ml.read_program(again.write(tmp_path / "r", format="csv")).people["skills"]
        assert back.iloc[0] == "law;art"


@pytest.mark.parametrize(
    "cells", [[1, "a", None], [{1}, {2}, {3}], [1j, 2j, 3j], [object(), object(), object()]]
)
def test_a_column_that_parquet_cannot_hold_is_named_and_nothing_is_written(
    make, tables, tmp_path, cells
):
    if isinstance(cells[0], set):
        cells = [*cells[:2], "mixed"]
    program = make(people=tables["people"].assign(odd=pd.Series([*cells, *cells], dtype="object")))
    with pytest.raises(WriteError, match=r"people has a column that Parquet can't hold"):
        program.write(tmp_path / "p", format="parquet")
    assert list(tmp_path.iterdir()) == []


def test_files_are_what_others_can_read(whole, tmp_path):
    folder = whole.write(tmp_path / "program")
    assert {path.name for path in folder.iterdir()} == {*(f"{n}.csv" for n in TABLES), MANIFEST}
    assert json.loads((folder / MANIFEST).read_text())["schema_version"] == SCHEMA_VERSION
    first = (folder / "relationships.csv").read_text("utf-8").splitlines()[1]
    assert first == "01,group,True,2026-01-05 00:00:00.000000,9999-12-31,0.30000000000000004"


def test_people_who_withdrew_are_not_written(make, tables, tmp_path):
    program = make(people=tables["people"].assign(consent=[False, *[True] * 5]))
    folder = program.write(tmp_path / "p")
    assert "ann" not in "".join(path.read_text() for path in folder.iterdir())


@pytest.mark.parametrize("format", FORMATS)
def test_overwriting_replaces_all_of_it(whole, make, tmp_path, format):
    folder = whole.write(tmp_path / "p", format=format)
    with pytest.raises(WriteError, match="exists already"):
        make().write(folder)
    other = "csv" if format == "parquet" else "parquet"
    make().write(folder, overwrite=True, format=other)
    assert_same(make(), ml.read_program(folder))
    assert {path.suffix for path in folder.iterdir()} == {f".{other}", ".json"}


def test_overwriting_never_deletes_what_is_not_the_programs(make, tmp_path):
    folder = make().write(tmp_path / "p")
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(WriteError, match=r"holds what is not a program's \('notes.txt'\)"):
        make().write(folder, overwrite=True)
    assert (folder / "notes.txt").read_text() == "mine"
    assert_same(make(), ml.read_program(folder))


def test_a_file_is_not_overwritten(make, tmp_path):
    (tmp_path / "p").write_text("mine")
    with pytest.raises(WriteError, match="is a file; it is left as it is"):
        make().write(tmp_path / "p", overwrite=True)


def test_a_template_may_be_filled(make, tmp_path):
    folder = ml.write_template(tmp_path / "p")
    make().write(folder, overwrite=True)
    assert_same(make(), ml.read_program(folder))


def test_the_format_is_checked(make, tmp_path):
    with pytest.raises(OptionError, match="`format` must be 'csv' or 'parquet'; got 'xlsx'"):
        make().write(tmp_path / "p", format="xlsx")


class FullDisk:
    """Let the k-th step of a write fail as a full disk does."""

    STEPS = (
        (storage.tempfile, "mkdtemp"),
        (storage, "_write_table"),
        (Path, "write_text"),
        (Path, "open"),
        (os, "fsync"),
        (Path, "chmod"),
        (Path, "rename"),
    )

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> None:
        self.fails_at = fails_at
        self.n_steps = 0
        for home, name in self.STEPS:
            monkeypatch.setattr(home, name, self.wrap(getattr(home, name)))

    def wrap(self, step):
        def run(*args, **kwargs):
            self.n_steps += 1
            if self.n_steps == self.fails_at:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return step(*args, **kwargs)

        return run


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("exists", [False, True])
def test_a_full_disk_at_any_step_changes_nothing(make, answers, tmp_path, format, exists):
    program = make(responses=answers)
    place = tmp_path / "data"
    folder = place / "program"
    if exists:
        make().write(folder, format="csv")
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    n_failures = 0
    while True:
        with pytest.MonkeyPatch.context() as monkeypatch:
            disk = FullDisk(monkeypatch, n_failures + 1)
            try:
                program.write(folder, format=format, overwrite=exists)
            except WriteError as error:
                said = str(error)
            else:
                break
        n_failures += 1
        assert "No space left on device" in said
        assert "what was there before is unchanged" in said
        after = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
        assert after == before
        assert [path.name for path in place.iterdir()] == (["program"] if exists else [])
    assert disk.n_steps == n_failures >= 12
    assert_same(program, ml.read_program(folder))
    assert [path.name for path in place.iterdir()] == ["program"]


def test_an_interrupted_write_leaves_nothing_behind(make, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "_write_table", stop)
    with pytest.raises(KeyboardInterrupt):
        make().write(tmp_path / "p")
    assert list(tmp_path.iterdir()) == []


def test_an_old_folder_that_cannot_be_removed_does_not_undo_the_write(make, tmp_path, monkeypatch):
    folder = make().write(tmp_path / "p")
    real = shutil.rmtree

    def refuse(path, *, ignore_errors=False):
        if str(path).endswith("-old") and not ignore_errors:
            raise OSError(errno.EACCES, "Permission denied")
        real(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(storage.shutil, "rmtree", refuse)
    changed = make().filter(relationships={"kind": "group"})
    changed.write(folder, overwrite=True)
    assert_same(changed, ml.read_program(folder))


def write_tables(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    whole = {
        "people": "person_id\nann\nbo\n",
        "relationships": "relationship_id\nr1\n",
        "members": "relationship_id,person_id,role\nr1,ann,mentor\nr1,bo,mentee\n",
    }
    for name, text in {**whole, **texts}.items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_plain_files_needs_no_manifest(tmp_path):
    folder = write_tables(tmp_path / "p", notes="not,a,table\n1,2,3\n")
    (folder / "README.md").write_text("mine")
    assert len(ml.read_program(folder).members) == 2


@pytest.mark.parametrize("missing", ["people", "relationships", "members"])
def test_half_a_program_is_refused(tmp_path, missing):
    folder = write_tables(tmp_path / "p", **{missing: None})
    with pytest.raises(
        ReadError, match=f"has no {missing}.csv or {missing}.parquet, so it is half a"
    ):
        ml.read_program(folder)


def test_a_file_under_a_near_name_is_found(tmp_path):
    folder = write_tables(tmp_path / "p", members=None, member="a\n1\n")
    with pytest.raises(ReadError, match="Did you mean 'member'"):
        ml.read_program(folder)


def test_a_table_that_the_manifest_lists_must_be_there(whole, tmp_path):
    folder = whole.write(tmp_path / "p")
    (folder / "contacts.csv").unlink()
    with pytest.raises(
        ReadError, match=r"is half a program: program.json lists 'contacts', which is"
    ):
        ml.read_program(folder)


def test_two_files_for_one_table_are_refused(make, tmp_path):
    folder = make().write(tmp_path / "p")
    make().people.to_parquet(folder / "people.parquet")
    with pytest.raises(
        ReadError, match=r"p holds both people.csv and people.parquet. Keep the one"
    ):
        ml.read_program(folder)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        '{"schema_version": "x", "tables": {}}',
        '{"schema_version": 1}',
        '{"schema_version": 1, "tables": 3}',
        '{"schema_version": 1, "tables": {}, "text": 3}',
        '{"schema_version": 1, "tables": {}, "text": {"people": 3}}',
        "\ufffe",
    ],
)
def test_a_damaged_manifest_says_what_to_do(tmp_path, text):
    folder = write_tables(tmp_path / "p")
    (folder / MANIFEST).write_text(text, encoding="utf-16" if text == "\ufffe" else "utf-8")
    with pytest.raises(ReadError, match=r"program.json is damaged. Delete it to read on"):
        ml.read_program(folder)


def test_a_newer_program_asks_for_an_update(tmp_path):
    folder = write_tables(tmp_path / "p")
    (folder / MANIFEST).write_text(f'{{"schema_version": {SCHEMA_VERSION + 1}, "tables": {{}}}}')
    with pytest.raises(
        ReadError, match=r"by a newer mentorlab \(schema 2, this one reads up to 1\)"
    ):
        ml.read_program(folder)


def test_a_file_that_is_no_parquet_is_named(make, tmp_path):
    folder = make().write(tmp_path / "p", format="parquet")
    (folder / "people.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(ReadError, match=r"people.parquet: is not a Parquet file that can be read"):
        ml.read_program(folder)


def test_faults_name_folder_table_column_row_and_what_to_do(tmp_path):
    folder = write_tables(
        tmp_path / "my_program",
        members="relationship_id,person_id,role\nr1,ann,mentor\nr1,zoe,Mentee\n",
    )
    with pytest.raises(SchemaError) as caught:
        ml.read_program(folder)
    assert str(caught.value).splitlines() == [
        "read_program: my_program: the tables do not fit the data model",
        "  - members: `role` must be 'mentor', 'mentee', 'facilitator', 'sponsor' or 'peer'; got "
        "'Mentee' in 1 row, first row 2. Did you mean 'mentee'?",
        "  - members: `person_id` must be found in people.person_id; got 'zoe' in 1 row, first row "
        "2. Add the missing rows to people, or drop these.",
    ]


def test_no_folder(tmp_path):
    with pytest.raises(ReadError, match="there is no folder"):
        ml.read_program(tmp_path / "absent")


def test_a_template_has_every_column_and_a_page(tmp_path):
    folder = ml.write_template(tmp_path / "p")
    for name, table in TABLES.items():
        assert (folder / f"{name}.csv").read_text().strip() == ",".join(table.names)
    assert (folder / "COLUMNS.md").read_text("utf-8") == describe_tables()
    with pytest.raises(WriteError, match="exists already"):
        ml.write_template(folder)
    with pytest.raises(SchemaError, match="have a row for each person; got no rows"):
        ml.read_program(folder)


def test_the_page_names_every_table_and_column():
    page = describe_tables()
    for table in TABLES.values():
        assert f"## {table.name}\n" in page
        assert all(f"`{name}`" in page for name in table.names)
    assert "| `attainment` | -2 to 2, 0 as expected | number, -2 to 2 |" in page
