"""Contacts and due dates as arrays, in the order in which they became known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...activity import SIDES
from ...spans import DAY
from .layout import MENTEE, MENTOR, NOBODY, UNKNOWN
from .relations import FAR, Relations, microseconds

if TYPE_CHECKING:
    from ...program import Program

_STATUS = {"held": 0, "missed": 1, "cancelled": 2, "rescheduled": 3}
_SIDE = {"mentor": MENTOR, "mentee": MENTEE}
N_FLAGS = 9


@dataclass(frozen=True, eq=False)
class Contacts:
    """Contacts in the order in which they became known.

    Attributes
    ----------
    known, at : numpy.ndarray of int64, shape (n,)
        When each became known and when it happened, microseconds.
    rel : numpy.ndarray of int64, shape (n,)
        Row of its relationship.
    minutes : numpy.ndarray of float, shape (n,)
    flags : numpy.ndarray of int8, shape (n, 9)
        Kind (0 message), status, who began it, who missed it (1 mentor's side, 2 mentee's, 3
        both), agenda, prepared mentor and mentee (-1 when not told), out of hours (-1 when not
        told), whether it counts.
    """

    known: np.ndarray
    at: np.ndarray
    rel: np.ndarray
    minutes: np.ndarray
    flags: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    def batches(self, size: int | None) -> Iterator[Contacts]:
        """Cut into pieces of `size` rows."""
        size = size or max(len(self), 1)
        for begin in range(0, len(self), size):
            yield self._take(slice(begin, begin + size))

    def between(self, after: int, until: int) -> Contacts:
        """Those that became known after one moment and up to another."""
        bounds = np.searchsorted(self.known, [after, until], side="right")
        return self._take(slice(*bounds))

    def _take(self, rows: slice) -> Contacts:
        return Contacts(
            self.known[rows], self.at[rows], self.rel[rows], self.minutes[rows], self.flags[rows]
        )


@dataclass(frozen=True, eq=False)
class DueDates:
    """What became of due dates, in the order in which it became known.

    Attributes
    ----------
    known : numpy.ndarray of int64, shape (n,)
    rel : numpy.ndarray of int64, shape (n,)
    kind : numpy.ndarray of int8, shape (n,)
        0 passed with the item open, 1 done late, 2 done in time.
    """

    known: np.ndarray
    rel: np.ndarray
    kind: np.ndarray


def read_contacts(program: Program, relations: Relations) -> tuple[Contacts, int]:
    """Code the contacts; also count those that lie outside their relationship's dates.

    Parameters
    ----------
    program : Program
        A program without contacts gives none.
    relations : Relations
        Relationships to read for.

    Notes
    -----
    A contact is known once it happened and was recorded. Contacts before the start or after the
    ending was known are left out. People who joined later than the contact became known stand on
    no side of it.
    """
    frame = program.contacts
    if frame is None or frame.empty or not len(relations):
        none = np.zeros(0, np.int64)
        return Contacts(none, none, none, none.astype(float), np.zeros((0, N_FLAGS), np.int8)), 0
    rel = relations.relationship_id.get_indexer(frame["relationship_id"])
    at = microseconds(frame["at"])
    known = at
    if "recorded_at" in frame:
        recorded = microseconds(frame["recorded_at"])
        known = np.where(recorded == FAR, at, np.maximum(at, recorded))
    inside = (at >= relations.starts[rel]) & (known < relations.known_end[rel])
    outside = (rel >= 0) & ~inside
    frame, keep = _ordered(frame, known, (rel >= 0) & inside)
    rel, at, known = rel[keep], at[keep], known[keep]
    sides = _Sides(program, relations)
    flags = np.zeros((len(rel), N_FLAGS), np.int8)
    flags[:, 0] = frame["kind"].to_numpy() != "message"
    flags[:, 1] = frame["status"].map(_STATUS).to_numpy()
    flags[:, 2] = sides.of(frame, "initiated_by", rel, known)
    flags[:, 3] = sides.of(frame, "at_fault", rel, known)
    flags[:, 4] = frame["agenda_by"].notna() if "agenda_by" in frame else 0
    flags[:, 5:7] = _prepared(program, frame, rel, known, sides)
    if "out_of_hours" in frame:
        flags[:, 7] = frame["out_of_hours"].astype("Int8").fillna(UNKNOWN).to_numpy()
    else:
        flags[:, 7] = UNKNOWN
    flags[:, 8] = 1
    minutes = np.full(len(rel), np.nan)
    if "minutes" in frame:
        minutes = frame["minutes"].to_numpy(dtype=float, na_value=np.nan)
    return Contacts(known, at, rel, minutes, flags), int(outside.sum())


def _ordered(
    frame: pd.DataFrame, known: np.ndarray, wanted: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows in the order of knowing, then of happening, then of the log."""
    rows = np.flatnonzero(wanted)
    at = microseconds(frame["at"])[rows]
    order = np.lexsort((at, known[rows]))
    keep = rows[order]
    return frame.iloc[keep], keep


class _Sides:
    """Which side of a relationship a person stood on when something became known."""

    def __init__(self, program: Program, relations: Relations) -> None:
        members = program.members
        self._people = pd.Index(members["person_id"].unique())
        joined = members["joined_on"] if "joined_on" in members else pd.Series(pd.NaT)
        since = np.full(len(members), np.iinfo(np.int64).min)
        if "joined_on" in members:
            since = np.where(joined.isna(), since, microseconds(joined))
        rel = relations.relationship_id.get_indexer(members["relationship_id"])
        person = self._people.get_indexer(members["person_id"])
        key = rel * len(self._people) + person
        order = np.lexsort((since, key))
        order = order[rel[order] >= 0]
        first = np.append(True, np.diff(key[order]) != 0) if len(order) else np.zeros(0, bool)
        kept = order[first]
        self._key, self._since = key[kept], since[kept]
        side = members["role"].map(SIDES).map(_SIDE).fillna(NOBODY)
        self._side = side.to_numpy().astype(np.int8)[kept]

    def of(
        self, frame: pd.DataFrame, column: str, rel: np.ndarray, known: np.ndarray
    ) -> np.ndarray:
        """Code the side of the person in each row's column."""
        if column not in frame or not len(self._key):
            return np.zeros(len(frame), np.int8)
        person = self._people.get_indexer(frame[column])
        key = rel * len(self._people) + person
        place = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        found = (person >= 0) & (self._key[place] == key) & (self._since[place] <= known)
        return np.where(found, self._side[place], NOBODY).astype(np.int8)


def _prepared(
    program: Program, frame: pd.DataFrame, rel: np.ndarray, known: np.ndarray, sides: _Sides
) -> np.ndarray:
    """Whether everyone of a side who was asked came prepared; -1 when nobody was asked."""
    found = np.full((len(frame), 2), UNKNOWN, np.int8)
    rows = program.attendance
    if rows is None or "prepared" not in rows:
        return found
    rows = rows[rows["prepared"].notna()]
    place = pd.Index(frame["contact_id"]).get_indexer(rows["contact_id"])
    rows, place = rows[place >= 0], place[place >= 0]
    if not len(rows):
        return found
    side = sides.of(rows, "person_id", rel[place], known[place])
    ready = rows["prepared"].to_numpy(dtype=bool)
    for column, wanted in enumerate((MENTOR, MENTEE)):
        theirs = side == wanted
        found[place[theirs], column] = 1
        found[place[theirs & ~ready], column] = 0
    return found


def read_due_dates(program: Program, relations: Relations) -> DueDates:
    """Tell when due dates passed with the item open, and when items were done.

    Notes
    -----
    Goals and actions with a due date count alike. An item that was entered after its due date
    counts from its entry on.
    """
    frame = program.goals
    none = np.zeros(0, np.int64)
    if frame is None or "due_on" not in frame or not len(relations):
        return DueDates(none, none, none.astype(np.int8))
    rel = relations.relationship_id.get_indexer(frame["relationship_id"])
    entered = _first(frame, ("recorded_at", "set_on"))
    wanted = (rel >= 0) & (entered != FAR) & frame["due_on"].notna().to_numpy()
    rel, entered = rel[wanted], np.maximum(entered[wanted], relations.starts[rel[wanted]])
    rows = frame[wanted]
    due = microseconds(rows["due_on"].dt.normalize() + DAY)
    done = _first(rows, ("done_on",))
    passed = np.maximum(due, entered)
    done_known = np.where(done == FAR, FAR, np.maximum(done, entered))
    late = (done >= due) & (passed < done_known)
    in_time = done < due
    finished = late & (done != FAR)
    known = np.concatenate([passed[late], done_known[finished], done_known[in_time]])
    kind = np.repeat(np.array([0, 1, 2], np.int8), [late.sum(), finished.sum(), in_time.sum()])
    who = np.concatenate([rel[late], rel[finished], rel[in_time]])
    order = np.lexsort((kind, known))
    return DueDates(known[order], who[order], kind[order])


def _first(frame: pd.DataFrame, columns: tuple[str, ...]) -> np.ndarray:
    """The first of some dates that is given, in microseconds."""
    found = np.full(len(frame), FAR)
    for name in columns:
        if name in frame:
            found = np.where(found == FAR, microseconds(frame[name]), found)
    return found
