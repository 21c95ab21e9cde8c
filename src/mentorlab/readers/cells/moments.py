"""Read dates and times as written in different places of the world, never guessing the order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from ...errors import ReadError, count, quote
from ...options import DateOrder

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_CLOCK = (
    r"(?:,?[ T]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?)?"
    r"(?:\s*(?P<zone>UTC|GMT(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?|Z|[A-Z]{3,4}))?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>[0-9]{4})[/.\-](?P<month>[0-9]{1,2})[/.\-](?P<day>[0-9]{1,2})" + _CLOCK
)
_YEAR_LAST = re.compile(
    r"(?P<first>[0-9]{1,2})(?P<mark>[/.\-])(?P<second_>[0-9]{1,2})[/.\-](?P<year>[0-9]{4})" + _CLOCK
)
_NOON = 12


def is_iso(text: pd.Series) -> pd.Series:
    """Flag cells that hold a day or moment as ISO 8601 writes it, without time zone."""
    flags = [bool(_ISO.fullmatch(str(cell).strip())) for cell in text]
    return pd.Series(flags, index=text.index, dtype=bool)


def parse_moments(
    text: pd.Series, *, order: DateOrder, who: str, column: str
) -> tuple[pd.Series, tuple[str, ...]]:
    """Read a column of moments.

    Parameters
    ----------
    text : pandas.Series of str
        Cells; ``""`` is no moment.
    order : {"auto", "ymd", "mdy", "dmy"}
        How days, months and years follow one another. ``"auto"`` takes ISO and year-first dates,
        and an order of the others only if the dates themselves leave no doubt.
    who, column : str
        For messages.

    Returns
    -------
    moments : pandas.Series of datetime64[us]
        Wall-clock times, on the index of `text`.
    notes : tuple of str
        What was taken for granted.

    Raises
    ------
    ReadError
        If a cell is no moment, or the order can't be told.

    Examples
    --------
    >>> when, notes = parse_moments(
    ...     pd.Series(["3/17/2026 7:57", ""]), order="auto", who="example", column="Timestamp"
    ... )
    >>> when.dt.day.tolist()[0], notes
    (17.0, ("`Timestamp` is read as month/day/year, as 1 of 1 dates can't be otherwise",))
    """
    cells = [str(cell).strip() for cell in text]
    early = [_YEAR_FIRST.fullmatch(cell) for cell in cells]
    late = [_YEAR_LAST.fullmatch(cell) for cell in cells]
    told, notes = _late_order(late, order, who=who, column=column)
    moments = [_moment(e or x, told) for e, x in zip(early, late, strict=True)]
    lost = [i for i, cell in enumerate(cells) if cell and moments[i] is None]
    if lost:
        raise ReadError(
            f"{who}: `{column}` must hold dates; got {quote(cells[lost[0]])} in "
            f"{count(len(lost), 'row')}, first row {lost[0] + 1}. Give dates='ymd', 'mdy' or "
            "'dmy' to say in which order they are written."
        )
    zones = sorted({m["zone"] for m in (*early, *late) if m and m["zone"]})
    if zones:
        notes += (f"`{column}` is wall-clock time as written, in {', '.join(zones)}",)
    return pd.Series(moments, index=text.index, dtype="datetime64[us]"), notes


def _late_order(
    late: Sequence[re.Match[str] | None], order: DateOrder, *, who: str, column: str
) -> tuple[str, tuple[str, ...]]:
    """Tell day-first from month-first where the year stands last."""
    given = [match for match in late if match]
    if not given:
        return "mdy", ()
    if order in ("mdy", "dmy"):
        return order, ()
    if order == "ymd":
        raise ReadError(
            f"{who}: `{column}` has dates with the year last, first {quote(given[0][0])}, though "
            "dates='ymd' says otherwise."
        )
    n_first = sum(int(match["first"]) > _NOON for match in given)
    n_second = sum(int(match["second_"]) > _NOON for match in given)
    if n_first and n_second:
        raise ReadError(
            f"{who}: `{column}` mixes day/month and month/day: {count(n_first, 'row')} can only be "
            f"the one and {count(n_second, 'row')} only the other. Export the file again."
        )
    if not n_first and not n_second:
        if all(match["mark"] == "." for match in given):
            return "dmy", (f"`{column}` is read as day.month.year, as dots are used so",)
        raise ReadError(
            f"{who}: can't tell whether `{column}` is day/month or month/day (no day is above "
            "12). Give dates='dmy' or dates='mdy'."
        )
    words = "day/month/year" if n_first else "month/day/year"
    return "dmy" if n_first else "mdy", (
        f"`{column}` is read as {words}, as {n_first + n_second:,} of {len(given):,} dates can't "
        "be otherwise",
    )


def _moment(match: re.Match[str] | None, order: str) -> datetime | None:
    if match is None:
        return None
    if "first" in match.re.groupindex:
        month, day = match["first"], match["second_"]
        month, day = (day, month) if order == "dmy" else (month, day)
    else:
        month, day = match["month"], match["day"]
    hour = int(match["hour"] or 0)
    if match["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + _NOON * (match["half"] in "Pp")
    clock = (hour, int(match["minute"] or 0), int(match["second"] or 0))
    try:
        return datetime(int(match["year"]), int(month), int(day), *clock)
    except ValueError:
        return None
