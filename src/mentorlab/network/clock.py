"""Moments as numbers: days since 1970-01-01, or the number of a period."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import OptionError, quote


def read_time(value: Any, clock: str, *, who: str) -> float:
    """Bring a moment to the network's clock.

    Raises
    ------
    OptionError
        If nothing dates the ties or the value is not a moment.
    """
    if clock == "none":
        raise OptionError(
            f"{who}: nothing says when ties held. Give `joined_on` in members, or "
            "relationships= with `started_on`, to build_network; or `start` in a frame of ties."
        )
    try:
        if clock == "date":
            return float(days(pd.Series([pd.Timestamp(value)]))[0])
        return float(value)
    except (TypeError, ValueError) as error:
        kind = "a date" if clock == "date" else "a number"
        raise OptionError(f"{who}: a moment must be {kind}; got {quote(value)}.") from error


def days(values: pd.Series) -> np.ndarray:
    """Count days since 1970-01-01, NaN where there is no date.

    Examples
    --------
    >>> days(pd.Series(pd.to_datetime(["1970-01-02 12:00", None]))).tolist()
    [1.5, nan]
    """
    stamps = values.to_numpy(dtype="datetime64[us]")
    counted = stamps.astype("int64") / 86_400e6
    return np.where(np.isnat(stamps), np.nan, counted)


def show_time(values: np.ndarray, clock: str) -> pd.Series:
    """Give moments as dates or as the numbers that they are.

    Examples
    --------
    >>> show_time(np.array([1.5]), "date").iloc[0].hour
    12
    """
    if clock != "date":
        return pd.Series(values)
    known = ~np.isnan(values)
    stamps = np.full(len(values), np.datetime64("NaT", "us"))
    stamps[known] = np.round(values[known] * 86_400e6).astype("int64").astype("datetime64[us]")
    return pd.Series(stamps)
