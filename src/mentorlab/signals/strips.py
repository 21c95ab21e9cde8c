"""The last twelve weeks of a relationship, as counts and as a strip of letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from ..program import Program

_COUNTS = ("held", "missed", "cancelled", "rescheduled", "messages")
_LETTERS = dict(zip(_COUNTS, "HMxrm", strict=True))


def week_strips(
    program: Program, ids: pd.Series, as_of: pd.Timestamp, *, n_weeks: int
) -> pd.DataFrame:
    """Count what happened in each of the last weeks.

    Parameters
    ----------
    program : Program
        Cut in time.
    ids : pandas.Series
        Relationships.
    as_of : pandas.Timestamp
        Last day.
    n_weeks : int

    Returns
    -------
    pandas.DataFrame
        `relationship_id, week_end, held, missed, cancelled, rescheduled, messages`, a row a week.
    """
    ends = as_of.normalize() - pd.to_timedelta(7 * np.arange(n_weeks)[::-1], unit="D")
    keys = pd.MultiIndex.from_product([ids, ends], names=["relationship_id", "week_end"])
    empty = pd.DataFrame(0, index=keys, columns=list(_COUNTS))
    rows = program.contacts
    if rows is None:
        return empty.reset_index()
    rows = rows[rows["relationship_id"].isin(ids)]
    back = (as_of.normalize() - rows["at"].dt.normalize()).dt.days // 7
    rows = rows.assign(
        week_end=as_of.normalize() - pd.to_timedelta(7 * back, unit="D"),
        what=rows["status"].where(rows["kind"] != "message", "messages"),
    )
    rows = rows[(back >= 0) & (back < n_weeks)]
    rows = rows[(rows["kind"] != "message") | (rows["status"] == "held")]
    found = rows.groupby(["relationship_id", "week_end", "what"]).size().unstack(fill_value=0)
    found = found.reindex(index=keys, columns=list(_COUNTS), fill_value=0)
    return found.rename_axis(columns=None).reset_index()


def letters(strips: pd.DataFrame) -> pd.Series:
    """Write each relationship's weeks as letters, by id: the gravest of a week's events.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"relationship_id": "r", "week_end": [1, 2, 3], "held": [1, 0, 0],
    ...      "missed": [0, 1, 0], "cancelled": 0, "rescheduled": 0, "messages": [2, 0, 0]}
    ... )
    >>> letters(rows)["r"]
    'HM.'
    """
    letter = pd.Series(".", index=strips.index)
    for name in ("messages", "rescheduled", "held", "cancelled", "missed"):
        letter = letter.where(strips[name] == 0, _LETTERS[name])
    return letter.groupby(strips["relationship_id"]).agg("".join)
