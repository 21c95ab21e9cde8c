"""Columns come to their declared type without changing what they say, or say what does not fit."""

from __future__ import annotations

import datetime as dt
import string
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab.coercion import coerce
from mentorlab.schemas import Column

KINDS = ("id", "text", "whole", "number", "flag", "date")
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.characters(categories=["Cs"])
    | st.binary(max_size=3)
    | st.decimals(allow_nan=False)
    | st.complex_numbers()
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(dt.UTC))
    | st.times()
    | st.timedeltas()
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=2), st.integers(), max_size=1)
    | st.sampled_from([pd.NA, pd.NaT, np.nan, np.float32(3), np.int8(7), np.bool_(True), b""])
)


def to(kind, values, *, required=False, **series):
    column = Column("c", "a column", kind, required=required)
    return coerce(pd.Series(values, **series), column)


def values(kind, given_values, **series):
    converted, faults = to(kind, given_values, **series)
    assert faults == []
    return [None if pd.isna(value) else value for value in converted]


@pytest.mark.parametrize("kind", KINDS)
@given(cells=st.lists(ANYTHING, max_size=6))
def test_garbage_is_reported_never_raised(kind, cells):
    given_column = pd.Series(cells, dtype="object")
    converted, faults = to(kind, given_column, dtype="object")
    lost = converted.isna() & given_column.notna()
    if kind in ("id", "text"):
        lost &= ~given_column.map(lambda cell: isinstance(cell, str) and cell == "").astype(bool)
    assert len(converted) == len(cells)
    assert [(f.n_rows, f.first_row) for f in faults] == (
        [(lost.sum(), lost.argmax() + 1)] if lost.any() else []
    )


@given(st.lists(st.integers(-(2**53), 2**53) | st.none(), max_size=6))
def test_whole_numbers_survive_text_and_back(cells):
    as_text = values("text", cells, dtype="object")
    assert values("whole", as_text, dtype="object") == cells


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.none(), max_size=6))
def test_numbers_survive_text_and_back(cells):
    as_text = [None if cell is None else repr(cell) for cell in cells]
    assert values("number", as_text, dtype="object") == cells


@given(st.lists(st.text(string.printable, min_size=1, max_size=8) | st.none(), max_size=6))
def test_text_is_left_as_it_is(cells):
    assert values("id", cells, dtype="object") == cells


@given(st.lists(st.datetimes(dt.datetime(1, 1, 1)) | st.none(), max_size=6))
def test_moments_survive_text_and_back(cells):
    as_text = [None if cell is None else str(cell) for cell in cells]
    assert values("date", as_text, dtype="object") == cells


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (pd.Series([7, 8]), ["7", "8"]),
        (pd.Series([7.0, np.nan]), ["7", None]),
        (pd.Series([7, "a", 2.0, np.float32(3)], dtype="object"), ["7", "a", "2", "3"]),
        (pd.Series([2**64 - 1], dtype="uint64"), ["18446744073709551615"]),
        (pd.Series([10**30], dtype="object"), ["1" + "0" * 30]),
        (pd.Series(["007", "NA", "", None]), ["007", "NA", None, None]),
        (pd.Series([1, 2, None]).astype("category"), ["1", "2", None]),
        (pd.Series(["a", None]).astype("category"), ["a", None]),
        (pd.Series(["a", None], dtype="string"), ["a", None]),
        (pd.Series([1, None], dtype="Int64"), ["1", None]),
        (pd.Series([1, None], dtype=pd.ArrowDtype(pa.int64())), ["1", None]),
        (pd.Series([1.0, None], dtype=pd.ArrowDtype(pa.float64())), ["1", None]),
        (pd.Series(["a", None], dtype=pd.ArrowDtype(pa.string())), ["a", None]),
        (pd.Series([True, False]), ["True", "False"]),
        (pd.Series([None, None], dtype="object"), [None, None]),
        (pd.Series([], dtype="float64"), []),
        (pd.Series([1e300, 1.5]), ["1e+300", "1.5"]),
        (pd.Series([1.0, 2.0], dtype="float16"), ["1", "2"]),
    ],
)
def test_ids_of_any_dtype_become_the_same_text(series, expected):
    converted, faults = coerce(series, Column("c", "", "id"))
    assert faults == []
    assert converted.dtype == "str"
    assert [None if pd.isna(value) else value for value in converted] == expected


@pytest.mark.parametrize(
    "series",
    [
        pd.Series([1, None], dtype="Int64"),
        pd.Series([1.0, np.nan]),
        pd.Series(["1", None]),
        pd.Series([" 1 ", None]),
        pd.Series([1, None], dtype="object"),
        pd.Series([1, None]).astype("category"),
        pd.Series([True, None], dtype="boolean"),
        pd.Series([1, None], dtype="UInt64"),
        pd.Series([1, None], dtype=pd.ArrowDtype(pa.int64())),
        pd.Series([1.0, None], dtype=pd.ArrowDtype(pa.float64())),
        pd.Series([Decimal(1), None], dtype=pd.ArrowDtype(pa.decimal128(5, 1))),
        pd.Series(["1", None], dtype=pd.ArrowDtype(pa.string())),
        pd.Series(pd.arrays.SparseArray([1.0, np.nan])),
    ],
    ids=lambda series: str(series.dtype),
)
@pytest.mark.parametrize("kind", ["whole", "number"])
def test_numbers_of_any_dtype_become_the_same_number(series, kind):
    converted, faults = coerce(series, Column("c", "", kind))
    assert faults == []
    assert converted.dtype == {"whole": "Int64", "number": "float64"}[kind]
    assert converted[0] == 1
    assert pd.isna(converted[1])


@pytest.mark.parametrize(
    ("series", "got"),
    [
        (pd.Series(pd.to_timedelta(["1D", None])), "Timedelta"),
        (pd.Series(pd.period_range("2026-01", periods=1, freq="M")), "Period"),
        (pd.Series([1 + 2j]), "(1+2j)"),
        (pd.Series(pd.to_datetime(["2026-01-05"])), "Timestamp"),
        (pd.Series([np.inf]), "inf"),
        (pd.Series(["1,5"]), "'1,5'"),
        (pd.Series(["1_000"]), "'1_000'"),
        (pd.Series([[1]]), "[1]"),
    ],
)
@pytest.mark.parametrize("kind", ["whole", "number"])
def test_what_is_no_number_is_named(series, got, kind):
    converted, (fault,) = coerce(series, Column("c", "", kind))
    assert converted.isna().all()
    assert fault.got.startswith(got)
    assert (fault.n_rows, fault.first_row) == (1, 1)


@pytest.mark.parametrize(
    "series",
    [
        pd.Series([2**64 - 1], dtype="uint64"),
        pd.Series([2**64 - 1, None], dtype="UInt64"),
        pd.Series([10**30], dtype="object"),
        pd.Series(["1" + "0" * 30]),
        pd.Series([1e300]),
        pd.Series([1.5]),
        pd.Series(["T1"]),
        pd.Series(["9007199254740993.5"]),
    ],
    ids=str,
)
def test_whole_numbers_too_large_or_broken_are_named_never_wrapped(series):
    _, (fault,) = coerce(series, Column("wave", "", "whole"))
    assert fault.must == "be whole numbers"


def test_a_required_whole_number_is_a_plain_integer():
    assert to("whole", [1, 2], required=True)[0].dtype == "int64"
    assert to("whole", [1, None], required=True)[0].dtype == "Int64"


@pytest.mark.parametrize(
    "words",
    [
        ["true", "FALSE", None],
        ["Yes", "no", None],
        [1, 0, None],
        [1.0, 0.0, np.nan],
        ["1.0", "0", None],
        [True, False, None],
        pd.Categorical([True, False, None]),
        pd.array([True, False, None], dtype="boolean"),
        pd.array([True, False, None], dtype=pd.ArrowDtype(pa.bool_())),
    ],
)
def test_flags_are_read_from_usual_words(words):
    converted, faults = to("flag", words)
    assert faults == []
    assert converted.dtype == "boolean"
    assert converted.tolist() == [True, False, pd.NA]


def test_other_words_are_no_flags():
    _, (fault,) = to("flag", ["yes", "maybe", 2])
    assert str(fault) == (
        "`c` must be true or false; got 'maybe' in 2 rows, first row 2. "
        "Write true or false, yes or no, 1 or 0."
    )


@pytest.mark.parametrize(
    "cells",
    [
        ["2026-01-05", None],
        [dt.date(2026, 1, 5), None],
        [dt.datetime(2026, 1, 5), pd.NaT],
        pd.to_datetime(["2026-01-05", None]),
        pd.to_datetime(["2026-01-05", None]).astype("datetime64[ns]"),
        pd.Categorical(["2026-01-05", None]),
        pd.array([dt.date(2026, 1, 5), None], dtype=pd.ArrowDtype(pa.date32())),
        pd.array([dt.datetime(2026, 1, 5), None], dtype=pd.ArrowDtype(pa.timestamp("us"))),
        ["2026-01-05T00:00", None],
        ["2026-01-05 00:00:00.000000000", None],
    ],
)
def test_days_of_any_dtype_become_the_same_day(cells):
    converted, faults = to("date", cells)
    assert faults == []
    assert converted.dtype == "datetime64[us]"
    assert converted[0] == pd.Timestamp(2026, 1, 5)
    assert pd.isna(converted[1])


@pytest.mark.parametrize(
    "cell",
    [
        "05/01/2026",
        "2026-1-5",
        "2026-02-30",
        "2026-13-01",
        "2026-01-05 25:00",
        "0000-01-01",
        "today",
        "2026",
        20260105,
        20260105.0,
        True,
        dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
        dt.time(10, 30),
    ],
)
def test_dates_are_never_guessed(cell):
    _, (fault,) = to("date", pd.Series([None, cell], dtype="object"))
    assert str(fault).startswith("`c` must be dates; got ")
    assert fault.first_row == 2
    assert "YYYY-MM-DD" in fault.hint


def test_a_column_with_a_time_zone_is_refused():
    _, (fault,) = to("date", pd.to_datetime(["2026-01-05"], utc=True))
    assert "without time zone" in str(fault)


def test_an_open_end_far_away_is_a_date_beside_exact_moments():
    assert values("date", ["9999-12-31", "2026-01-05 10:30:00.123456789"]) == [
        pd.Timestamp(9999, 12, 31),
        pd.Timestamp(2026, 1, 5, 10, 30, 0, 123456),
    ]


@pytest.mark.parametrize("cell", [[1], (1,), {"a": 1}, {1}, b"x", "\ud800"])
def test_containers_bytes_and_broken_characters_are_no_text(cell):
    converted, (fault,) = to("id", pd.Series(["a", cell], dtype="object"))
    assert pd.isna(converted[1])
    assert fault.must == "be text"


def test_an_array_in_a_cell_is_no_text():
    _, (fault,) = to("id", pd.Series([np.array(["a", "b"])], dtype="object"))
    assert fault.must == "be text"


@pytest.mark.parametrize("kind", KINDS)
def test_the_index_is_kept(kind):
    given_column = pd.Series(["x", "1"], index=[5, 5])
    assert coerce(given_column, Column("c", "", kind))[0].index.tolist() == [5, 5]
