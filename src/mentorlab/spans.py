"""For how long each relationship could be observed, and how much of that was agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .tables import TABLES

if TYPE_CHECKING:
    from .program import Program

DAYS_PER_MONTH = 365.25 / 12
DAY = pd.Timedelta(days=1)
_INSTANT = pd.Timedelta(1, "us")
_AGREED = ("planned_end", "due_on")  # dates of what was agreed, not of what happened
_BEGINNINGS = ("started_on", "joined_on")  # may be entered ahead of their day


def last_known(program: Program) -> pd.Timestamp:
    """Tell until when a program is known.

    Parameters
    ----------
    program : Program
        Any program.

    Returns
    -------
    pandas.Timestamp
        The cut in time if there is one, else the last moment of the last day on which anything
        happened or was recorded. What was agreed for later (planned ends, due dates) and contacts
        that did not take place do not count; starts, which may be entered ahead, count only where
        nothing else is dated. NaT when nothing is dated at all.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> last_known(program.as_of("2024-03-31")).strftime("%Y-%m-%d")
    '2024-03-31'
    """
    if program.cut_at is not None:
        return program.cut_at
    latest: dict[bool, list[pd.Timestamp]] = {False: [], True: []}
    for name, frame in program.tables.items():
        for column in TABLES[name].columns:
            if column.kind == "date" and column.name in frame and column.name not in _AGREED:
                moment = _happened(name, frame)[column.name].max()
                if moment is not pd.NaT:
                    latest[column.name in _BEGINNINGS].append(moment)
    known = latest[False] or latest[True]
    return max(known).normalize() + DAY - _INSTANT if known else pd.NaT


def relationship_spans(program: Program, *, who: str) -> pd.DataFrame:
    """Tell from when to when each relationship was observed.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`.
    who : str
        The function that asks.

    Returns
    -------
    pandas.DataFrame
        One row a relationship that had begun by the last known day: `relationship_id`, `kind`,
        `starts`, `agreed_end` (NaT when no length was agreed), `ends` (the last moment observed:
        the ending or the last known day), `ended` (whether it ended by then), `months` (from
        start to `ends`), `agreed_months` (agreed length), `due_months` (the part of `months`
        before the agreed end).

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.

    Notes
    -----
    The agreed end is `planned_end`, or else the start plus `agreed_months`, with months of 30.44
    days. A relationship that ended early owes nothing after its ending, one that started late
    nothing before its start, and one that still runs nothing after the last known day.
    """
    frame = program.need("relationships", "started_on", who=who)
    known_until = last_known(program)
    starts = frame["started_on"].dt.normalize()
    ended_on = _dates(frame, "ended_on").dt.normalize()
    ended = ended_on.notna() & (ended_on <= known_until)
    ends = (ended_on + DAY - _INSTANT).where(ended, known_until)
    agreed_end = _agreed_end(frame, starts)
    spans = pd.DataFrame(
        {
            "relationship_id": frame["relationship_id"],
            "kind": frame["kind"] if "kind" in frame else pd.Series(pd.NA, frame.index, "str"),
            "starts": starts,
            "agreed_end": agreed_end,
            "ends": ends,
            "ended": ended,
            "months": _months_between(starts, ends),
            "agreed_months": _months_between(starts, agreed_end),
            "due_months": _months_between(starts, ends.where(~(agreed_end < ends), agreed_end)),
        }
    )
    return spans[spans["starts"] <= known_until].reset_index(drop=True)


def _agreed_end(frame: pd.DataFrame, starts: pd.Series) -> pd.Series:
    planned = _dates(frame, "planned_end").dt.normalize()
    if "agreed_months" not in frame:
        return planned
    days = (frame["agreed_months"].astype("float64") * DAYS_PER_MONTH).round()
    return planned.fillna(starts + pd.to_timedelta(days, unit="D"))


def _dates(frame: pd.DataFrame, column: str) -> pd.Series:
    empty = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    return frame.get(column, empty)


def _months_between(begin: pd.Series, end: pd.Series) -> pd.Series:
    return (end.dt.normalize() - begin).dt.days.astype("float64") / DAYS_PER_MONTH


def _happened(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    if name != "contacts":
        return frame
    return frame.assign(at=frame["at"].where(frame["status"].isin(["held", "missed"])))
