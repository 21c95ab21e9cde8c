"""One replication with the ids and days under which it is written out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ...errors import OptionError, quote
from ...rng import child_rng
from ..kernel.layout import CAUSES, Trace
from ..parameters import Levers
from ..play import Played
from ..run import ProgramRuns, relationship_frame
from ..world import World
from .declines import Declines, draw_declines
from .settings import Observation

DAYS = 7
_NOT_SILENT = 10**6
REASONS = {
    "ongoing": None,
    "communication": "poor_communication",
    "commitment": "lack_of_commitment",
    "personality": "personality_differences",
    "competition": "competition",
    "conflict_of_interest": "conflict_of_interest",
    "inexperience": "inexperience",
    "external": "external",
    "planned_end": "planned_end",
}


@dataclass(frozen=True, eq=False)
class Written:
    """One replication, with names for everything.

    Attributes
    ----------
    world, played, levers : World, Played, Levers
        The replication.
    seen : Observation
        What surveys and logs catch.
    truth : pandas.DataFrame
        Relationships in order of time with `relationship_id`, true terms and causes.
    rows : ndarray of int64
        Where each stands in the trace.
    mentee_ids, mentor_ids : ndarray of object
        Ids by position.
    start : pandas.Timestamp
        First day of the program.
    seed, run : int
        Name the draws of the observation.
    """

    world: World
    played: Played
    levers: Levers
    seen: Observation
    truth: pd.DataFrame
    rows: np.ndarray
    mentee_ids: np.ndarray
    mentor_ids: np.ndarray
    start: pd.Timestamp
    seed: int
    run: int

    @property
    def trace(self) -> Trace:
        """Every week of every relationship."""
        return self.played.trace

    @cached_property
    def logged(self) -> np.ndarray:
        """Weeks in which a relationship lived and its log had not stopped, shape (n, weeks)."""
        weeks = np.arange(self.trace.met.shape[1])
        going = weeks[None, :] < self.truth["log_stops_week"].to_numpy()[:, None]
        return (self.trace.phase[self.rows] >= 0) & going

    @cached_property
    def felt(self) -> np.ndarray:
        """Elements in each week lived, the mentor's five and then the mentee's; 0 in others."""
        lived = self.trace.phase[self.rows] >= 0
        return np.where(lived[..., None], self.trace.elements[self.rows], np.float32(0))

    @cached_property
    def declines(self) -> Declines:
        """Bad times, those before an end and those that pass."""
        truth = self.truth
        return draw_declines(
            truth["cause"].map(CAUSES.index).to_numpy(np.int64),
            (truth["started_by"] == "mentor").to_numpy(),
            (truth["end_week"] - truth["start_week"]).to_numpy(np.int64),
            self.trace.met.shape[1],
            self.seen,
            self.rng("declines"),
        )

    def people(self, role: str) -> np.ndarray:
        """Give the ids of one side by relationship."""
        return self.truth[f"{role}_id"].to_numpy()

    @property
    def started_on(self) -> pd.Series:
        """First day of each relationship."""
        return self.day(self.truth["start_week"])

    def rng(self, what: str) -> np.random.Generator:
        """Give the stream for one table."""
        return child_rng(self.seed, "observation", what, self.run)

    def day(self, week: pd.Series) -> pd.Series:
        """Turn weeks into days."""
        return self.start + pd.to_timedelta(week * DAYS, unit="D")


def write_down(
    runs: ProgramRuns, *, run: int, start: str, observation: Observation | None, who: str
) -> Written:
    """Play a replication with every week kept, and name everything in it.

    Raises
    ------
    OptionError
        For an argument that can't be used.
    """
    if not isinstance(runs, ProgramRuns):
        raise OptionError(
            f"{who}: `runs` must come from simulate(...); got {quote(type(runs).__name__)}."
        )
    seen = Observation() if observation is None else observation
    if not isinstance(seen, Observation):
        raise OptionError(f"{who}: `observation` must be Observation(...); got {quote(seen)}.")
    try:
        first = pd.Timestamp(start).normalize()
    except (TypeError, ValueError):
        first = pd.NaT
    if first is pd.NaT:
        raise OptionError(f"{who}: `start` must be a day such as '2025-01-06'; got {quote(start)}.")
    world, played = runs.world(run), runs.play(run, trace=True)
    levers = runs.study.rows[0].levers
    mentee_ids, mentor_ids = person_ids(world)
    truth = relationship_frame(world, played, levers)
    mentee = pd.Index(world.market.mentee_ids).get_indexer(truth["mentee_id"])
    mentor = pd.Index(world.market.mentor_ids).get_indexer(truth["mentor_id"])
    truth["mentee_id"], truth["mentor_id"] = mentee_ids[mentee], mentor_ids[mentor]
    width = len(str(len(truth)))
    truth.insert(0, "relationship_id", [f"r{k:0{width}d}" for k in range(1, len(truth) + 1)])
    rows = mentee * levers.max_matches + truth["episode"].to_numpy() - 1
    found = Written(
        world,
        played,
        levers,
        seen,
        truth,
        rows,
        mentee_ids,
        mentor_ids,
        first,
        runs.study.seed,
        int(run),
    )
    return _with_gaps(found)


def person_ids(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Give ids as text: the market's own where no two people share one, else made ones."""
    mentees = np.array([str(name) for name in world.market.mentee_ids], dtype=object)
    mentors = np.array([str(name) for name in world.market.mentor_ids], dtype=object)
    if not set(mentees) & set(mentors):
        return mentees, mentors
    return made_ids("mentee", len(mentees)), made_ids("mentor", len(mentors))


def made_ids(word: str, n: int) -> np.ndarray:
    """Number people."""
    width = len(str(n))
    return np.array([f"{word}_{k:0{width}d}" for k in range(1, n + 1)], dtype=object)


def _with_gaps(found: Written) -> Written:
    """Decide whose cause the staff gets to know, and whose log stops."""
    rng, n = found.rng("gaps"), len(found.truth)
    unplanned = ~found.truth["cause"].isin(["ongoing", "planned_end"])
    known = rng.random(n) < found.seen.reasons_known
    found.truth["reason_known"] = known | ~unplanned
    lived = found.truth["end_week"] - found.truth["start_week"]
    silent = rng.random(n) < found.seen.silent_logs
    stops = np.ceil(rng.random(n) * lived).astype(int)
    found.truth["log_stops_week"] = np.where(silent, stops, _NOT_SILENT)
    return found
