"""The query says what the kernel says, on any log, and every engine can be asked."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentorlab as ml
from mentorlab.errors import MissingTableError, OptionError, ReadError, SchemaError
from mentorlab.signals import warehouse, weekly_features
from mentorlab.signals.features.layout import COLUMNS
from mentorlab.signals.warehouse import open_folder, program_tables, weekly_features_expr

ibis = pytest.importorskip("ibis", reason="ibis is not installed (extra `warehouse`)")
pytest.importorskip("duckdb", reason="DuckDB is not installed (extra `warehouse`)")

AS_OF = "2024-05-13"
KEYS = ["relationship_id", "week"]
DIALECTS = ("postgres", "bigquery", "snowflake", "databricks")
WHOLE = [
    name
    for name in COLUMNS
    if name.startswith(("contacts", "meetings", "scheduled", "missed_in_row"))
    or name in ("cancelled_8w", "rescheduled_8w", "initiated_8w", "due_missed_in_row")
]


PLAIN = [name for name in COLUMNS if not name.startswith(("cusum", "ewma", "reply"))]
"""Columns without a past of their own, whose query is short."""


def in_order(frame):
    return frame.sort_values(KEYS).reset_index(drop=True)


def answer(tables, **arguments):
    """Run the query; ``execute`` warns of pandas 3 by itself."""
    return weekly_features_expr(tables, **arguments).to_pyarrow().to_pandas()


def assert_same(found, program, *, as_of=AS_OF, columns=COLUMNS):
    """Counts equal, other numbers within 1e-9, empty where the kernel's are."""
    expected = in_order(weekly_features(program, as_of=as_of, columns=columns))
    found = in_order(found)
    assert found[KEYS].equals(expected[KEYS])
    assert (found["week_end"] == expected["week_end"]).all()
    assert found.columns.tolist() == expected.columns.tolist()
    for name in set(WHOLE) & set(columns):
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)
    for name in columns:
        np.testing.assert_allclose(
            found[name].to_numpy(dtype=float),
            expected[name],
            rtol=1e-9,
            atol=1e-9,
            equal_nan=True,
            err_msg=name,
        )


def tables_by_name(program):
    """Tables that exist nowhere, for compiling only."""
    return {
        name: ibis.table(table.schema(), name=name)
        for name, table in program_tables(program).items()
    }


@pytest.fixture(scope="module")
def query(make_random):
    """The query of everything, over tables that exist nowhere."""
    return weekly_features_expr(tables_by_name(make_random(0)), as_of=AS_OF, rounds=6)


@pytest.fixture(scope="module")
def short_query(make_random):
    """The same with one round."""
    return weekly_features_expr(tables_by_name(make_random(0)), as_of=AS_OF, rounds=1)


@pytest.fixture(scope="module")
def ask(query):
    """Ask the query of one log after the other, compiled once."""
    text = str(ibis.to_sql(query, dialect="duckdb"))
    connection = ibis.duckdb.connect().con

    def asked(program):
        for name, frame in program.tables.items():
            connection.register("frame_now", pa.Table.from_pandas(frame))
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM frame_now")
        return connection.execute(text).df()

    return asked


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 14))
def test_the_query_equals_the_kernel_on_random_logs(ask, make_random, seed, n):
    program = make_random(seed, n=n)
    if (program.relationships["started_on"] <= AS_OF).any():
        assert_same(ask(program), program)


def test_the_query_equals_the_kernel_on_the_example_program():
    program = ml.datasets.load_example_program()
    found = answer(program_tables(program), as_of="2024-06-30")
    assert_same(found, program, as_of="2024-06-30")


def test_a_folder_is_read_where_it_lies_at_an_exact_moment(tmp_path, make_random):
    program = make_random(11)
    tables = open_folder(program.write(tmp_path / "program", format="parquet"))
    moment = "2024-04-30 10:30"
    found = answer(tables, as_of=moment, columns=PLAIN)
    assert_same(found, program, as_of=moment, columns=PLAIN)


@pytest.mark.slow
def test_long_logs_keep_their_charts_and_answers(make_planted):
    program = make_planted(5, n=20, n_weeks=60)
    contacts = program.contacts
    late = pd.to_timedelta(
        np.arange(len(contacts)) % 7 * (np.arange(len(contacts)) % 3 == 0) * 9, "h"
    )
    program = ml.Program(
        **{**program.tables, "contacts": contacts.assign(recorded_at=contacts["at"] + late)}
    )
    wanted = [name for name in COLUMNS if name.startswith(("cusum", "ewma", "reply"))]
    tables = program_tables(program)
    found = in_order(answer(tables, as_of="2025-04-01", columns=wanted, rounds=12))
    expected = in_order(weekly_features(program, as_of="2025-04-01", columns=wanted))
    for name in wanted:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-9, atol=1e-9)


def test_too_few_rounds_leave_cells_empty_and_none_wrong(make_planted):
    program = make_planted(6, n=30, n_weeks=50)
    wanted = ["cusum_llr", "gap_days"]
    tables = program_tables(program)
    found = in_order(answer(tables, as_of="2025-04-01", columns=wanted, rounds=1))
    expected = in_order(weekly_features(program, as_of="2025-04-01", columns=wanted))
    told = found["cusum_llr"].notna()
    assert 0 < told.sum() < len(told)
    np.testing.assert_allclose(found["cusum_llr"][told], expected["cusum_llr"][told], atol=1e-9)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_engine_gets_its_own_sql(short_query, dialect):
    text = str(ibis.to_sql(short_query, dialect=dialect))
    assert text.lstrip().startswith("WITH")
    assert all(name in text for name in COLUMNS)


def test_the_same_question_gives_the_same_sql(make_random):
    texts = {
        str(
            ibis.to_sql(
                weekly_features_expr(tables_by_name(make_random(0)), as_of=AS_OF, columns=c)
            )
        )
        for c in (["age_days"], "age_days")
    }
    assert len(texts) == 1


def test_two_programs_can_be_asked_at_once(make_random):
    programs = [make_random(1), make_random(2)]
    exprs = [
        weekly_features_expr(program_tables(p), as_of=AS_OF, columns=["gap_days"]) for p in programs
    ]
    both = ibis.union(*exprs).to_pyarrow().to_pandas()
    frames = [weekly_features(p, as_of=AS_OF, columns=["gap_days"]) for p in programs]
    assert len(both) == sum(map(len, frames))
    assert both["gap_days"].sum() == pytest.approx(sum(f["gap_days"].sum() for f in frames))


def test_who_withdrew_is_left_out_as_at_the_door(make_random):
    program = make_random(4)
    gone = program.members.loc[program.members["relationship_id"] == "r1", "person_id"]
    agreed = ~program.people["person_id"].isin([*gone, "m0"])
    people = program.people.assign(consent=agreed.astype("boolean"))
    raw = program_tables(program)
    raw["people"] = ibis.memtable(pa.Table.from_pandas(people))
    found = answer(raw, as_of=AS_OF, columns=PLAIN)
    assert "r1" not in set(found["relationship_id"])
    agreed = ml.Program(**{**program.tables, "people": people})
    assert agreed.n_withdrawn > 1
    assert_same(found, agreed, columns=PLAIN)


def test_what_is_not_recorded_stays_empty(make_random):
    program = make_random(7)
    tables = {name: program.tables[name] for name in ("people", "relationships", "members")}
    bare = ml.Program(**tables)
    assert_same(answer(program_tables(bare), as_of=AS_OF), bare)
    contacts = program.contacts[["contact_id", "relationship_id", "at", "kind", "status"]]
    plain = ml.Program(**tables, contacts=contacts)
    assert_same(answer(program_tables(plain), as_of=AS_OF), plain)


def test_a_connection_is_asked_for_tables_by_name(make_random):
    program = make_random(3)
    connection = ibis.duckdb.connect()
    for name, frame in program.tables.items():
        connection.con.register("frame_now", pa.Table.from_pandas(frame))
        connection.con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame_now")
    columns = ["contacts_8w", "age_days"]
    assert_same(answer(connection, as_of=AS_OF, columns=columns), program, columns=columns)


def test_wrong_questions_are_refused_in_plain_words(make_random, tmp_path):
    tables = tables_by_name(make_random(0))
    with pytest.raises(OptionError, match=r"must name features; got 'gap_day'\. Did you mean"):
        weekly_features_expr(tables, as_of=AS_OF, columns=["gap_day"])
    with pytest.raises(OptionError, match="`as_of`"):
        weekly_features_expr(tables, as_of="soon")
    with pytest.raises(OptionError, match="`rounds` must be a whole number from 1 on; got 0"):
        weekly_features_expr(tables, as_of=AS_OF, rounds=0)
    with pytest.raises(OptionError, match=r"must be ibis tables by name .* got a Program"):
        weekly_features_expr(make_random(0), as_of=AS_OF)
    with pytest.raises(OptionError, match=r"tables\['members'\] must be an ibis table"):
        weekly_features_expr({**tables, "members": pd.DataFrame()}, as_of=AS_OF)
    with pytest.raises(MissingTableError, match="needs the table members"):
        weekly_features_expr({k: v for k, v in tables.items() if k != "members"}, as_of=AS_OF)
    with pytest.raises(MissingTableError, match=r"needs contacts\.sequence, which is absent"):
        weekly_features_expr(tables, as_of=AS_OF, log_order="sequence")
    bad = {**tables, "relationships": tables["relationships"].drop("started_on")}
    with pytest.raises(MissingTableError, match=r"needs relationships\.started_on"):
        weekly_features_expr(bad, as_of=AS_OF)
    with pytest.raises(ReadError, match="there is no folder"):
        open_folder(tmp_path / "nowhere")
    folder = make_random(0).write(tmp_path / "csv")
    with pytest.raises(ReadError, match=r"holds no people.parquet. Its tables are CSV files"):
        open_folder(folder)


def test_columns_of_other_types_are_named_all_at_once(make_random):
    tables = tables_by_name(make_random(0))
    contacts = tables["contacts"]
    tables["contacts"] = contacts.mutate(
        at=contacts["at"].cast("timestamp('UTC')"), minutes=contacts["minutes"].cast("string")
    )
    with pytest.raises(SchemaError) as told:
        weekly_features_expr(tables, as_of=AS_OF)
    assert "contacts: `at` must be dates or moments without time zone; got type timestamp" in str(
        told.value
    )
    assert "contacts: `minutes` must be numbers; got type string" in str(told.value)


def test_without_ibis_the_error_says_what_to_install(monkeypatch, make_random):
    monkeypatch.setitem(sys.modules, "ibis", None)
    with pytest.raises(OptionError, match=r"needs ibis, .* pip install 'mentorlab\[warehouse\]'"):
        weekly_features_expr({}, as_of=AS_OF)
    with pytest.raises(OptionError, match="program_tables: needs ibis"):
        program_tables(make_random(0))
    assert warehouse.__all__
