"""The relationships that the log is read for: when each began, and when its ending was known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...spans import DAY

if TYPE_CHECKING:
    from ...program import Program

FAR = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Relations:
    """Relationships in order of their start.

    Attributes
    ----------
    relationship_id : pandas.Index
        By start, then id, so that those that begin later only add to the end.
    starts : numpy.ndarray of int64, shape (n,)
        First moment, in microseconds.
    known_end : numpy.ndarray of int64, shape (n,)
        The moment from which it is known to have ended; far off while it goes on.
    """

    relationship_id: pd.Index
    starts: np.ndarray
    known_end: np.ndarray

    def __len__(self) -> int:
        return len(self.starts)


def read_relations(program: Program, until: pd.Timestamp, *, who: str) -> Relations:
    """Read when relationships began and from when on their endings were known.

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.
    """
    frame = program.need("relationships", "started_on", who=who)
    frame = frame.assign(started_on=frame["started_on"].dt.normalize())
    frame = frame[frame["started_on"] <= until]
    frame = frame.sort_values(["started_on", "relationship_id"], kind="stable")
    return Relations(
        pd.Index(frame["relationship_id"]),
        microseconds(frame["started_on"]),
        _known_end(frame),
    )


def _known_end(frame: pd.DataFrame) -> np.ndarray:
    """An ending counts once its day is over and it was entered."""
    if "ended_on" not in frame:
        return np.full(len(frame), FAR)
    over = frame["ended_on"].dt.normalize() + DAY - pd.Timedelta(1, "us")
    known = over
    if "end_recorded_at" in frame:
        entered = frame["end_recorded_at"].where(frame["ended_on"].notna())
        known = over.where(~(entered > over), entered)
    return microseconds(known)


def microseconds(moments: pd.Series) -> np.ndarray:
    """Give moments as whole microseconds; far off where there is none.

    Examples
    --------
    >>> microseconds(pd.Series(pd.to_datetime(["1970-01-02"]))).tolist()
    [86400000000]
    """
    values = moments.to_numpy(dtype="datetime64[us]")
    return np.where(np.isnat(values), FAR, values.astype(np.int64))
