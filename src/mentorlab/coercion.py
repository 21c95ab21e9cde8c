"""Bring a column to the type that the data model declares, without changing what it says.

Only lossless changes are made (an id read as the number 7 becomes ``"7"``, an ISO text becomes a
date). A value that can't be brought over stays out and is reported with the first row it is in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from .errors import Fault, quote
from .schemas import Column, Kind

_TRUE = ("true", "1", "1.0", "yes", "t", "y")
_FALSE = ("false", "0", "0.0", "no", "f", "n")
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
        ``float64``, ``boolean`` or ``datetime64``; values that do not fit are missing.
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
    if column.kind == "whole" and column.required and not converted.isna().any():
        converted = converted.astype("int64")
    return converted, faults


def _to_text(series: pd.Series) -> pd.Series:
    if isinstance(series.dtype, pd.StringDtype):
        return series.astype("str")
    if pd.api.types.is_bool_dtype(series) or isinstance(series.dtype, pd.CategoricalDtype):
        return series.astype("object").astype("str")
    if pd.api.types.is_float_dtype(series):
        whole = series.dropna() % 1 == 0
        return (series.astype("Int64") if whole.all() else series).astype("str")
    if pd.api.types.is_object_dtype(series):
        return series.map(_plain_text, na_action="ignore").astype("str")
    return series.astype("str")


def _plain_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _to_number(series: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(series):
        return pd.Series(np.nan, index=series.index)
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype("object")
    number = pd.to_numeric(series, errors="coerce").astype("float64")
    return number.where(np.isfinite(number))


def _to_whole(series: pd.Series) -> pd.Series:
    if pd.api.types.is_integer_dtype(series) and not pd.api.types.is_bool_dtype(series):
        return series.astype("Int64")
    number = _to_number(series)
    return number.where(number % 1 == 0).astype("Int64")


def _to_flag(series: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(series):
        return series.astype("boolean")
    words = series.astype("object").map(lambda value: str(value).strip().lower(), "ignore")
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
            text = _to_text(series.astype("object").map(_iso_text, na_action="ignore"))
        series = pd.to_datetime(
            text.where(text.str.fullmatch(_ISO_MOMENT)), format="ISO8601", errors="coerce"
        )
    return series.astype("datetime64[us]")


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
