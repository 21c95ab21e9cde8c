"""The cut in time: what was known by a moment, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from .coercion import coerce
from .errors import OptionError, count, quote
from .privacy import follow_references
from .schemas import Column, Table
from .tables import TABLES

_DATE = Column("date", "the last day or moment known", "date")


def cut_tables(
    tables: Mapping[str, pd.DataFrame], date: str | pd.Timestamp
) -> tuple[dict[str, pd.DataFrame], pd.Timestamp, list[str]]:
    """Keep what was known by a moment.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables in declared types.
    date : str or pandas.Timestamp
        A day, kept through its last moment, or an exact moment.

    Returns
    -------
    tables : dict of str to pandas.DataFrame
        Cut, with rows that refer to a row that is gone left out too.
    moment : pandas.Timestamp
        The last moment kept.
    notes : list of str
        Where event time stood in for recording time, and how many undated rows were left out.
    """
    moment = last_moment(date)
    kept, notes = {}, []
    for name, frame in tables.items():
        kept[name], said = _cut_table(frame, TABLES[name], moment)
        notes += said
    return follow_references(kept), moment, notes


def last_moment(date: str | pd.Timestamp) -> pd.Timestamp:
    """Read a date; a day means its last moment.

    Examples
    --------
    >>> last_moment("2026-03-01").hour, last_moment("2026-03-01 10:30").hour
    (23, 10)
    """
    moment = coerce(pd.Series([date], dtype="object"), _DATE)[0].iloc[0]
    if moment is pd.NaT:
        raise OptionError(
            "as_of: `date` must be a day such as '2026-03-01' or a moment without time zone; "
            f"got {quote(date)}."
        )
    if moment == moment.normalize():
        return moment + pd.Timedelta(days=1) - pd.Timedelta(1, "us")
    return moment


def _cut_table(
    frame: pd.DataFrame, table: Table, moment: pd.Timestamp
) -> tuple[pd.DataFrame, list[str]]:
    if not table.known_at:
        return frame, []
    known = _first_given(frame, table.known_at)
    if table.happens_at in frame:
        known = known.mask(frame[table.happens_at] > known, frame[table.happens_at])
    undated = known.isna()
    keep = known.le(moment) | (undated if table.undated == "keep" else False)
    notes = []
    recorded = table.known_at[0]
    if recorded == "recorded_at" and (recorded not in frame or frame[recorded].isna().any()):
        notes.append(f"{table.name}: cut by event time where no recording time is given")
    if undated.any() and table.undated == "drop":
        notes.append(f"{table.name}: {count(int(undated.sum()), 'undated row')} left out")
    cut = frame[keep].reset_index(drop=True)
    for reveal in table.reveals:
        columns = [name for name in reveal.columns if name in cut]
        if columns:
            hidden = ~_first_given(cut, reveal.known_at).le(moment)
            cut = cut.assign(**{name: cut[name].mask(hidden) for name in columns})
    return cut, notes


def _first_given(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    known = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    for name in columns:
        if name in frame:
            known = known.fillna(frame[name])
    return known
