"""What a log shows of an end before it comes, and of bad times that pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kernel.layout import CAUSES
from .settings import Observation

_SHOWN_BY = {
    "communication": ("fewer messages", "slower answers"),
    "commitment": ("missed", "unprepared"),
    "personality": ("one-sided", "shorter", "fewer messages"),
    "competition": ("one-sided", "slower answers"),
    "inexperience": ("unprepared", "shorter"),
}
"""What of each cause shows. A conflict of interest shows in no log, nor does what takes people away
from outside."""
_VISIBLE = tuple(CAUSES.index(cause) for cause in _SHOWN_BY)
_SHAPE = 4.0  # of the gamma distribution of how long a bad time lasts
MENTOR, MENTEE = 0, 1


@dataclass(frozen=True, eq=False)
class Declines:
    """Bad times of relationships, those that lead to an end and those that pass.

    Attributes
    ----------
    cause : ndarray of int8, shape (n, weeks)
        Code of what goes wrong, 0 where nothing does.
    depth : ndarray of float32, shape (n, weeks)
        How far the log is changed, 0 to 1.
    side : ndarray of int8, shape (n, weeks)
        Whose doing it is: 0 the mentor's, 1 the mentee's.
    begins : ndarray of float64, shape (n,)
        Relationship week, the first is 0, from which the coming end shows; NaN where it never does.
    """

    cause: np.ndarray
    depth: np.ndarray
    side: np.ndarray
    begins: np.ndarray

    def channel(self, name: str) -> np.ndarray:
        """Give how far one thing is changed in each week, 0 where it is not."""
        codes = [code for code in _VISIBLE if name in _SHOWN_BY[CAUSES[code]]]
        return np.where(np.isin(self.cause, codes), self.depth, np.float32(0))


def draw_declines(
    cause: np.ndarray,
    by_mentor: np.ndarray,
    lived: np.ndarray,
    n_weeks: int,
    seen: Observation,
    rng: np.random.Generator,
) -> Declines:
    """Draw which ends show beforehand and from when on, and which bad times pass.

    Parameters
    ----------
    cause : ndarray of int64, shape (n,)
        Codes of the causes of the ends.
    by_mentor : ndarray of bool, shape (n,)
        Whose doing the end is.
    lived : ndarray of int64, shape (n,)
        Weeks from start to end.
    n_weeks : int
        Weeks of the trace.
    seen : Observation
        How often, how long and how far.
    rng : numpy.random.Generator
    """
    n = len(cause)
    rows, first = np.nonzero(rng.random((n, n_weeks)) < seen.passing)
    k = len(rows)
    passing = (rows, first, first + _lengths(k, seen, rng), rng.choice(_VISIBLE, k))
    sides = rng.integers(MENTOR, MENTEE + 1, k)
    ends = np.flatnonzero(np.isin(cause, _VISIBLE) & (rng.random(n) < seen.announced))
    onset = np.maximum(lived[ends] - _lengths(len(ends), seen, rng), 0)
    final = (ends, onset, lived[ends], cause[ends])
    spans = [np.concatenate(pair) for pair in zip(passing, final, strict=True)]
    sides = np.concatenate([sides, np.where(by_mentor[ends], MENTOR, MENTEE)])
    depths = np.minimum(2.0 * seen.depth * rng.random(len(sides)), 1.0)
    found = Declines(
        np.zeros((n, n_weeks), np.int8),
        np.zeros((n, n_weeks), np.float32),
        np.zeros((n, n_weeks), np.int8),
        np.full(n, np.nan),
    )
    for row, begin, end, code, side, depth in zip(*spans, sides, depths, strict=True):
        found.cause[row, begin:end] = code
        found.depth[row, begin:end] = depth
        found.side[row, begin:end] = side
    found.begins[ends] = onset
    return found


def _lengths(n: int, seen: Observation, rng: np.random.Generator) -> np.ndarray:
    weeks = rng.gamma(_SHAPE, seen.decline_weeks / _SHAPE, n)
    return np.maximum(np.rint(weeks), 1).astype(np.int64)
