"""Bring a column to the type that the data model declares, without changing what it says.

Only lossless changes are made (an id read as the number 7 becomes ``"7"``, an ISO text becomes a
date). A value that can't be brought over stays out and is reported with the first row it is in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from .errors import Fault, quote
from .schemas import Column, Kind

_TRUE = ("true", "1", "1.0", "yes", "t", "y")
_FALSE = ("false", "0", "0.0", "no", "f", "n")
_CONTAINERS = (bytes, list, tuple, set, frozenset, dict, np.ndarray)
_NUMBERS = (str, bool, int, float, Decimal, np.number, np.bool_)
_EXACT = 2**53  # whole numbers up to here survive a float
_MICROSECOND_WIDTH = len("2026-01-31 12:30:00.123456")
_ISO_MOMENT = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_MUST: dict[Kind, str] = {
    "id": "be text",
    "text": "be text",
    "whole": "be whole numbers",
    "number": "be numbers",
    "flag": "be true or false",
    "date": "be dates",
}
_HINT: dict[Kind, str] = {
    "date": "Write days as YYYY-MM-DD and moments as YYYY-MM-DD HH:MM, without time zone.",
    "number": "Decimals need a point; leave a cell empty when there is no value.",
    "flag": "Write true or false, yes or no, 1 or 0.",
}


def coerce(series: pd.Series, column: Column) -> tuple[pd.Series, list[Fault]]:
    """Give the column in its declared type, with a fault for what does not fit.

    Parameters
    ----------
    series : pandas.Series
        The column as it came.
    column : Column
        Its declaration.

    Returns
    -------
    series : pandas.Series
        ``str`` for ids and texts, ``int64`` (``Int64`` where optional) for whole numbers,
        ``float64``, ``boolean`` or ``datetime64``; values that do not fit are missing, and so is
        text without a character, as in a file.
    faults : list of Fault
        At most one.
    """
    converted = _CONVERT[column.kind](series)
    lost = (converted.isna() & series.notna()).to_numpy(dtype=bool)
    faults = []
    if lost.any():
        first = int(lost.argmax())
        faults.append(
            Fault(
                column.name,
                _MUST[column.kind],
                got=quote(series.iloc[first]),
                n_rows=int(lost.sum()),
                first_row=first + 1,
                hint=_HINT.get(column.kind, ""),
            )
        )
    if column.kind in ("id", "text"):
        converted = converted.mask(converted == "")
    if column.kind == "whole" and column.required and not converted.isna().any():
        converted = converted.astype("int64")
    return converted, faults


def _to_text(series: pd.Series) -> pd.Series:
    if not isinstance(series.dtype, pd.StringDtype):
        series = _without_arrow(series)
        if pd.api.types.is_float_dtype(series) and _is_whole(_to_number(series.dropna())).all():
            series = series.astype("Int64")
        if isinstance(series.dtype, pd.CategoricalDtype) or series.dtype == "object":
            series = _map(series, _plain_text)
    return series.astype("str")


def _plain_text(value: object) -> str | None:
    if isinstance(value, _CONTAINERS):
        return None
    if isinstance(value, (float, np.floating)) and value.is_integer() and abs(value) <= _EXACT:
        return str(int(value))
    text = str(value)
    return text if text.isascii() or _is_encodable(text) else None


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= mark <= "\udfff" for mark in text)


def _to_number(series: pd.Series) -> pd.Series:
    series = _without_arrow(series)
    if not pd.api.types.is_numeric_dtype(series) or pd.api.types.is_complex_dtype(series):
        if not isinstance(series.dtype, pd.StringDtype):
            series = _map(series, lambda value: value if isinstance(value, _NUMBERS) else None)
        series = pd.to_numeric(series, errors="coerce")
    number = series.astype("float64")
    return number.where(np.isfinite(number))


def _to_whole(series: pd.Series) -> pd.Series:
    series = _without_arrow(series)
    if pd.api.types.is_unsigned_integer_dtype(series):
        series = series.astype("UInt64")
        return series.mask(series > np.iinfo(np.int64).max).astype("Int64")
    if pd.api.types.is_integer_dtype(series):
        return series.astype("Int64")
    number = _to_number(series)
    return number.where(_is_whole(number)).astype("Int64")


def _is_whole(number: pd.Series) -> pd.Series:
    return (number % 1 == 0) & (number.abs() <= float(_EXACT))


def _without_arrow(series: pd.Series) -> pd.Series:
    if not isinstance(series.dtype, pd.ArrowDtype):
        return series
    if pd.api.types.is_integer_dtype(series) or pd.api.types.is_bool_dtype(series):
        return series.convert_dtypes(dtype_backend="numpy_nullable")
    return series.astype("Float64" if pd.api.types.is_float_dtype(series) else "object")


def _to_flag(series: pd.Series) -> pd.Series:
    if series.dtype == "bool" or isinstance(series.dtype, pd.BooleanDtype):
        return series.astype("boolean")
    words = _map(series, lambda value: str(value).strip().lower())
    flag = pd.Series(pd.NA, index=series.index, dtype="boolean")
    flag[words.isin(_TRUE)] = True
    flag[words.isin(_FALSE)] = False
    return flag


def _to_date(series: pd.Series) -> pd.Series:
    if isinstance(series.dtype, pd.DatetimeTZDtype) or pd.api.types.is_numeric_dtype(series):
        return pd.Series(pd.NaT, index=series.index, dtype="datetime64[us]")
    if not pd.api.types.is_datetime64_dtype(series):
        text = series
        if not isinstance(series.dtype, pd.StringDtype):
            text = _to_text(_map(series, _iso_text))
        moments = text.where(text.str.fullmatch(_ISO_MOMENT)).str.slice(0, _MICROSECOND_WIDTH)
        series = pd.to_datetime(moments, format="ISO8601", errors="coerce")
        series = series.where(series.dt.year > 0)
    return series.astype("datetime64[us]")


def _map(series: pd.Series, function: Callable[[object], object]) -> pd.Series:
    """Map the cells that are not missing; never let pandas guess a type from the answers."""
    values = series.astype("object")
    mapped = [None if gone else function(v) for v, gone in zip(values, values.isna(), strict=True)]
    return pd.Series(mapped, index=series.index, dtype="object")


def _iso_text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


_CONVERT: dict[Kind, Callable[[pd.Series], pd.Series]] = {
    "id": _to_text,
    "text": _to_text,
    "whole": _to_whole,
    "number": _to_number,
    "flag": _to_flag,
    "date": _to_date,
}
