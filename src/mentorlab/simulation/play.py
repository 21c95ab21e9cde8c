"""Playing one replication: a world, an assignment, and the weeks that follow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .constants import constants_of, record_of
from .kernel.keys import (
    CHEMISTRY,
    EVENTS,
    GIVEN,
    MENTOR_WEEKS,
    WAITING_WEEKS,
    stream_key,
)
from .kernel.layout import (
    MENTOR_STATE,
    N_ELEMENTS,
    N_LIVE,
    RELATIONSHIPS,
    STATE,
    STREAMS,
    WAITING,
    Book,
    Trace,
)
from .kernel.program import (
    begin_program,
    close_books,
    live_program,
    live_weeks,
    open_week,
    start_matches,
)
from .kernel.summarize import settle
from .model import ProgramModel
from .parameters import Levers
from .world import World

_DISCRETE = tuple(name for name in RELATIONSHIPS.names if RELATIONSHIPS[name].kind == "i")

LaterRound = Callable[[World, Book, np.ndarray, int], np.ndarray]


@dataclass(frozen=True, eq=False)
class Played:
    """What happened in one replication.

    Attributes
    ----------
    relationships : ndarray of RELATIONSHIPS, shape (n_mentees * max_matches,)
        One row for each mentee and episode, row = mentee * max_matches + episode; `mentor` is -1
        where there was none.
    final, early : ndarray of float64, shape (rows, 2, 5)
        Elements of mentor (0) and mentee (1) at the end and at the survey week; nan where there
        was none.
    benefit : ndarray of float64, shape (n_mentees,)
        Outcome with the program minus outcome without it, in SD.
    waited : ndarray of int64, shape (n_mentees,)
        Weeks spent waiting, all queues together.
    left_at : ndarray of int64, shape (n_mentors,)
        Week in which a mentor left, -1 for those who stayed.
    trace : Trace or None
        Every week of every relationship, where it was asked for.
    """

    relationships: np.ndarray
    final: np.ndarray
    early: np.ndarray
    benefit: np.ndarray
    waited: np.ndarray
    left_at: np.ndarray
    trace: Trace | None

    @property
    def digest(self) -> int:
        """A 64-bit hash of all discrete outcomes, equal for equal runs."""
        whole = hashlib.blake2b(digest_size=8)
        parts = [self.relationships[name] for name in _DISCRETE]
        for part in (*parts, self.waited, self.left_at):
            whole.update(part.astype("<i4").tobytes())
        return int.from_bytes(whole.digest(), "little")


def play(
    world: World,
    mentor_of: np.ndarray,
    model: ProgramModel,
    levers: Levers,
    *,
    seed: int,
    run: int,
    later_round: LaterRound | None = None,
    by_pair: bool = False,
    philox: int | None = None,
    trace: bool = False,
) -> Played:
    """Play the weeks of one replication that follow an assignment.

    Parameters
    ----------
    world : World
        People and market of this replication.
    mentor_of : ndarray of int64, shape (n_mentees,)
        The first round's assignment, -1 for those who wait; late applicants are not asked.
    model, levers : ProgramModel, Levers
        What is assumed, and what the program decides.
    seed, run : int
        Name the replication's draws.
    later_round : callable, optional
        Asked for ``(world, book, waiting, week)`` in later rounds where the levers leave
        them to the policy; gives a mentor position for each of `waiting`, -1 for none.
    by_pair : bool
        Whether luck belongs to the pair instead of the mentee's episode.
    philox : None or int
        None for splitmix64, else Philox.
    trace : bool
        Whether to keep every week of every relationship.

    Returns
    -------
    Played
    """
    constants = constants_of(model, levers, by_pair=by_pair)
    pool, book = world.pool, new_book(world, levers)
    kept = new_trace(len(book.rows), levers.planned_weeks) if trace else None
    begin = (philox, constants, streams_of(seed, run), pool, book)
    begin_program(*begin, mentor_of)
    horizon, batch = levers.horizon_weeks, levers.batch_weeks
    if levers.later_rounds == "policy" and later_round is not None:
        for week in range(0, horizon, batch):
            if week > 0:
                open_week(*begin, week)
                _match_later(begin, world, later_round, week)
            live_weeks(*begin, kept, week, min(horizon, week + batch))
    else:
        live_program(*begin, kept, horizon, batch, levers.later_rounds == "best_available")
    close_books(constants, book, horizon)
    return Played(
        book.rows,
        book.final.reshape(-1, 2, N_ELEMENTS),
        book.early.reshape(-1, 2, N_ELEMENTS),
        benefit_of(world, model, levers, book.rows),
        book.state["waited"].copy(),
        book.mentors["left_at"].copy(),
        kept,
    )


def _match_later(begin: tuple, world: World, later_round: LaterRound, week: int) -> None:
    book: Book = begin[-1]
    waiting = np.flatnonzero(book.state["status"] == WAITING)
    if len(waiting):
        mentor_of = later_round(world, book, waiting, week)
        found = mentor_of >= 0
        start_matches(*begin, waiting[found], mentor_of[found], week)


def streams_of(seed: int, run: int) -> np.void:
    """Give the keys of one replication's streams; no policy enters them."""
    keys = {
        name: stream_key(np.uint64(seed), stream, run)
        for name, stream in zip(
            STREAMS.names, (CHEMISTRY, EVENTS, MENTOR_WEEKS, WAITING_WEEKS, GIVEN), strict=True
        )
    }
    return record_of(STREAMS, **keys)


def new_book(world: World, levers: Levers) -> Book:
    """Give state and records before the first week."""
    n = world.n_mentees
    n_rows = n * levers.max_matches
    state = np.zeros(n, dtype=STATE)
    state["mentor"] = -1
    mentors = np.zeros(world.n_mentors, dtype=MENTOR_STATE)
    mentors["left_at"] = -1
    rows = np.zeros(n_rows, dtype=RELATIONSHIPS)
    rows["mentor"] = -1
    return Book(
        state=state,
        mentors=mentors,
        live=np.zeros((n, N_LIVE)),
        rows=rows,
        final=np.full((n_rows, 2 * N_ELEMENTS), np.nan),
        early=np.full((n_rows, 2 * N_ELEMENTS), np.nan),
    )


def new_trace(rows: int, weeks: int) -> Trace:
    """Give an empty trace."""
    return Trace(
        met=np.zeros((rows, weeks), dtype=np.uint8),
        checked=np.zeros((rows, weeks), dtype=np.uint8),
        phase=np.full((rows, weeks), -1, dtype=np.int8),
        elements=np.full((rows, weeks, 2 * N_ELEMENTS), np.nan, dtype=np.float32),
    )


def benefit_of(world: World, model: ProgramModel, levers: Levers, rows: np.ndarray) -> np.ndarray:
    """Tell what the program did for each mentee.

    Returns
    -------
    ndarray of float64, shape (n_mentees,)

    Notes
    -----
    ``gain * scale * (1 - d) * sum of dose - losses``, with d the worth of a meeting relative to
    the one before: an endless relationship of average quality brings `scale`. Each unplanned end
    costs `early_end_loss` times exp(-weeks lived / early_end_weeks), less with a closure
    procedure; each new start costs `rematch_loss`.
    """
    benefit = model.parameters.benefit
    relief = benefit.procedure_relief if levers.closure_procedure else 0.0
    return settle(
        world.gain,
        rows,
        levers.max_matches,
        benefit.scale,
        1.0 - 2.0 ** (-1.0 / benefit.half_meetings),
        benefit.early_end_loss * (1.0 - relief),
        benefit.early_end_weeks,
        benefit.rematch_loss,
    )
