"""The state carried from week to week, and the verb that moves it on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...errors import EstimationError, quote
from .events import Contacts, DueDates
from .kernel import absorb, absorb_due, close_week, update_charts
from .layout import N_OWN, N_RING, WEEK_US, WINDOW
from .relations import Relations
from .rows import write_rows


@dataclass(frozen=True, eq=False)
class FeatureState:
    """What the log said so far, enough to go on without reading it again.

    Attributes
    ----------
    relations : Relations
        Those that had begun.
    origin : int
        The moment, in microseconds, at which week 0 ends; weeks before are negative.
    first_week, week : int
        The first week of the log and the last one closed.
    own, ring, spent : numpy.ndarray
        Running numbers, and the counts and minutes of the last eight weeks.
    calendar : numpy.ndarray of float
        Calendar factors added up from the first week on, 0 first.
    """

    relations: Relations
    origin: int
    first_week: int
    week: int
    own: np.ndarray
    ring: np.ndarray
    spent: np.ndarray
    calendar: np.ndarray

    @property
    def moment(self) -> int:
        """The last moment known, in microseconds."""
        return self.origin + self.week * WEEK_US


def week_of(moment: int, origin: int) -> int:
    """Tell in which week a moment lies.

    Examples
    --------
    >>> week_of(10, origin=10), week_of(11, origin=10)
    (0, 1)
    """
    return -((origin - moment) // WEEK_US)


def open_state(relations: Relations, *, origin: int) -> FeatureState:
    """Give the state before the first week of the log."""
    first = week_of(int(relations.starts.min()), origin) if len(relations) else 1
    none = Relations(relations.relationship_id[:0], relations.starts[:0], relations.known_end[:0])
    state = FeatureState(
        relations=none,
        origin=origin,
        first_week=first,
        week=first - 1,
        own=np.zeros((0, N_OWN)),
        ring=np.zeros((WINDOW, 0, N_RING), np.int32),
        spent=np.zeros((WINDOW, 0)),
        calendar=np.zeros(1),
    )
    return grow(state, relations)


def grow(state: FeatureState, relations: Relations) -> FeatureState:
    """Add relationships that began since, and the endings that became known.

    Raises
    ------
    EstimationError
        If a relationship of the past was added or taken away since.
    """
    n = len(state.relations)
    known = relations.relationship_id[:n]
    if not known.equals(state.relations.relationship_id) or not np.array_equal(
        relations.starts[:n], state.relations.starts
    ):
        old = {*state.relations.relationship_id}
        changed = [name for name in known if name not in old] or sorted(old - {*known})
        raise EstimationError(
            "update_features: relationships that began before the state's last week must be the "
            f"same as then; {quote(changed[0]) if changed else 'a start date'} changed. Run "
            "weekly_features on the whole log."
        )
    more = len(relations) - n
    return replace(
        state,
        relations=relations,
        own=_longer(state.own, more, axis=0),
        ring=_longer(state.ring, more),
        spent=_longer(state.spent, more),
    )


def _longer(values: np.ndarray, more: int, *, axis: int = 1) -> np.ndarray:
    """Add zeros for relationships that are new."""
    if not more:
        return values
    shape = list(values.shape)
    shape[axis] = more
    return np.concatenate([values, np.zeros(shape, values.dtype)], axis=axis)


@dataclass(frozen=True, eq=False)
class WeekRows:
    """The features of one week.

    Attributes
    ----------
    week_end : int
        Last moment of the week, in microseconds.
    rows : numpy.ndarray of int64, shape (m,)
        Relationships at risk.
    values : numpy.ndarray of float, shape (m, n_columns)
    """

    week_end: int
    rows: np.ndarray
    values: np.ndarray


class Pass:
    """One run over the log from a state on; `state` is where it stands when the weeks are out."""

    def __init__(self, state: FeatureState) -> None:
        self.state = state
        self._calendar = list(state.calendar)

    def weeks(
        self, batches: Iterable[Contacts], due_dates: DueDates, *, until: int
    ) -> Iterator[WeekRows]:
        """Close the weeks up to `until`, one after the other.

        Parameters
        ----------
        batches : iterable of Contacts
            In the order in which they became known; how they are cut does not matter.
        due_dates : DueDates
        until : int
            The last week to close.
        """
        state = self.state
        week, origin = state.week + 1, state.origin
        begin = int(np.searchsorted(due_dates.known, state.moment, side="right"))
        for batch in batches:
            first = 0
            while True:
                moment = origin + week * WEEK_US
                last = int(np.searchsorted(batch.known, moment, side="right"))
                self._absorb(batch, first, last, week)
                first = last
                if last == len(batch) or week > until:
                    break
                begin = self._due(due_dates, begin, moment)
                yield self._close(week)
                week += 1
        while week <= until:
            begin = self._due(due_dates, begin, origin + week * WEEK_US)
            yield self._close(week)
            week += 1

    def _absorb(self, batch: Contacts, first: int, last: int, week: int) -> None:
        state = self.state
        absorb(
            (batch.rel, batch.at, batch.minutes),
            batch.flags,
            first,
            last,
            week,
            state.origin,
            state.relations.starts,
            state.own,
            state.ring,
            state.spent,
        )

    def _due(self, due: DueDates, begin: int, moment: int) -> int:
        end = int(np.searchsorted(due.known, moment, side="right"))
        absorb_due(due.rel, due.kind, begin, end, self.state.own)
        return end

    def _close(self, week: int) -> WeekRows:
        state = self.state
        relations = state.relations
        moment = state.origin + week * WEEK_US
        at_risk, *prior, factor = close_week(
            moment, relations.starts, relations.known_end, state.own
        )
        self._calendar.append(self._calendar[-1] + factor)
        calendar = np.array(self._calendar)
        update_charts(moment, at_risk, *prior, factor, relations.starts, state.own)
        values = write_rows(
            (week, moment, state.origin, state.first_week),
            at_risk,
            tuple(prior),
            factor,
            calendar,
            relations.starts,
            state.own,
            state.ring,
            state.spent,
        )
        state.ring[(week + 1) % WINDOW] = 0
        state.spent[(week + 1) % WINDOW] = 0
        self.state = replace(state, week=week, calendar=calendar)
        return WeekRows(moment, at_risk, values)


def copy_state(state: FeatureState) -> FeatureState:
    """Give a state whose arrays are its own."""
    return replace(
        state,
        own=state.own.copy(),
        ring=state.ring.copy(),
        spent=state.spent.copy(),
    )


def moment_of(microsecond: int) -> pd.Timestamp:
    """Show a microsecond as a moment.

    Examples
    --------
    >>> moment_of(0).year
    1970
    """
    return pd.Timestamp(np.datetime64(microsecond, "us"))
