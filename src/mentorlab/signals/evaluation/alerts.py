"""Weekly lists at a fixed budget, played over the past, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

SILENT_WEEKS = 8


@dataclass(frozen=True, eq=False)
class Tally:
    """What lists of one detector at one budget achieved, by mentor.

    Attributes
    ----------
    alerts, hits : numpy.ndarray of float, shape (n_mentors,)
        Alerts, and those that a problematic ending followed within the horizon.
    endings, caught : numpy.ndarray of float, shape (n_mentors,)
        Problematic endings that could be caught in time, and those that were.
    lead_weeks : numpy.ndarray of float
        Weeks from the first timely alert to each ending caught.
    caught_rel : numpy.ndarray of int
        Codes of the relationships caught.
    """

    alerts: np.ndarray
    hits: np.ndarray
    endings: np.ndarray
    caught: np.ndarray
    lead_weeks: np.ndarray
    caught_rel: np.ndarray

    def ppv(self) -> float:
        """Share of alerts that an ending followed."""
        return _ratio(self.hits.sum(), self.alerts.sum())

    def recall(self) -> float:
        """Share of endings that were caught in time."""
        return _ratio(self.caught.sum(), self.endings.sum())


@dataclass(frozen=True, eq=False)
class Weeks:
    """Relationship-weeks as arrays, in order of the weeks.

    Attributes
    ----------
    week : numpy.ndarray of int, shape (m,)
        Calendar week, 0 first.
    rel, mentor : numpy.ndarray of int, shape (m,)
        Codes.
    days_left : numpy.ndarray of float, shape (m,)
    bad : numpy.ndarray of bool, shape (m,)
        Whether the relationship ended problematically.
    n_mentors : int
    """

    week: np.ndarray
    rel: np.ndarray
    mentor: np.ndarray
    days_left: np.ndarray
    bad: np.ndarray
    n_mentors: int


def play(
    weeks: Weeks, score: np.ndarray, *, per_hundred: float, rng: np.random.Generator
) -> np.ndarray:
    """Choose each week's list: the highest scores, ties by lot, silence after an alert.

    Parameters
    ----------
    weeks : Weeks
    score : numpy.ndarray of float, shape (m,)
        Higher means sooner to call; NaN is never chosen.
    per_hundred : float
        Calls a week per 100 relationships that go on; fractions are carried to the next week.
    rng : numpy.random.Generator
        For ties.

    Returns
    -------
    numpy.ndarray of int
        Rows chosen.

    Examples
    --------
    >>> weeks = Weeks(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.zeros(4, int),
    ...               np.full(4, 30.0), np.zeros(4, bool), 1)
    >>> chosen = play(weeks, np.array([2.0, 1, 2, 1]), per_hundred=50,
    ...               rng=np.random.default_rng(1))
    >>> chosen.tolist()
    [0, 3]
    """
    silent_until = np.full(int(weeks.rel.max(initial=-1)) + 1, -1)
    bounds = np.searchsorted(weeks.week, np.arange(int(weeks.week.max(initial=-1)) + 2))
    chosen, credit = [], 0.0
    lot = rng.random(len(score))
    for week, (first, last) in enumerate(pairwise(bounds)):
        credit += per_hundred * (last - first) / 100
        free = np.arange(first, last)
        free = free[(silent_until[weeks.rel[free]] < week) & ~np.isnan(score[free])]
        n = min(int(credit + 1e-9), len(free))
        if not n:
            continue
        credit -= n
        top = free[np.lexsort((lot[free], -score[free]))[:n]]
        silent_until[weeks.rel[top]] = week + SILENT_WEEKS
        chosen.append(top)
    return np.concatenate(chosen) if chosen else np.zeros(0, np.int64)


def tally(weeks: Weeks, chosen: np.ndarray, *, horizon_weeks: int, early_weeks: int) -> Tally:
    """Count what lists achieved.

    Parameters
    ----------
    weeks : Weeks
    chosen : numpy.ndarray of int
        Rows on the lists.
    horizon_weeks : int
        An alert is a hit if a problematic ending follows within it.
    early_weeks : int
        An ending is caught if an alert came at least so many weeks before, within the horizon.
    """
    inside = weeks.bad & (weeks.days_left <= 7 * horizon_weeks)
    timely = inside & (weeks.days_left >= 7 * early_weeks)
    n = weeks.n_mentors
    alerts = np.bincount(weeks.mentor[chosen], minlength=n).astype(float)
    hits = np.bincount(weeks.mentor[chosen], weights=inside[chosen], minlength=n)
    _, first = np.unique(weeks.rel[timely], return_index=True)
    endings = np.bincount(weeks.mentor[timely][first], minlength=n).astype(float)
    early = chosen[timely[chosen]]
    caught, first = np.unique(weeks.rel[early], return_index=True)
    caught_by = np.bincount(weeks.mentor[early][first], minlength=n).astype(float)
    return Tally(alerts, hits, endings, caught_by, weeks.days_left[early][first] / 7, caught)


def mean_tally(tallies: list[Tally]) -> Tally:
    """Average tallies of lists drawn by lot."""
    counts = (
        np.mean([getattr(each, name) for each in tallies], axis=0)
        for name in ("alerts", "hits", "endings", "caught")
    )
    return Tally(
        *counts,
        np.concatenate([each.lead_weeks for each in tallies]),
        np.concatenate([each.caught_rel for each in tallies]),
    )


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")
