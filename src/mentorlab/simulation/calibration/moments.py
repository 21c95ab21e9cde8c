"""What a published study would have found in one simulated replication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...stats.agreement.icc import icc_groups
from ...stats.reliability.alpha import cronbach_alpha
from ..kernel.layout import BY_MENTOR, CAUSES, N_ELEMENTS
from ..observation.answers import form_answers, satisfaction_of
from ..observation.settings import Observation
from ..parameters import Levers
from ..play import Played
from ..world import World

MENTOR, MENTEE = 0, 1
_WEEKS_PER_MONTH = 365.25 / 12.0 / 7.0
_SHORT_WEEKS, _HALF_YEAR, _YEAR = 13, 26, 52  # three, six and twelve months
_DISTANCE_MEAN, _DISTANCE_SD = 6.0, np.sqrt(24.0)  # of two people in three deep traits
_ITEMS = 4
_SPECIFICITY = 0.75  # where the published screen was set
_ONGOING, _PLANNED_END = CAUSES.index("ongoing"), CAUSES.index("planned_end")


@dataclass(frozen=True, eq=False)
class Seen:
    """One replication as arrays over the relationships that ever began.

    Attributes
    ----------
    world, played, levers : World, Played, Levers
        The replication.
    observation : Observation
        How surveys catch it.
    rng : numpy.random.Generator
        Draws the errors of surveys.
    """

    world: World
    played: Played
    levers: Levers
    observation: Observation
    rng: np.random.Generator

    @cached_property
    def at(self) -> np.ndarray:
        """Rows of the relationships that began."""
        return np.flatnonzero(self.played.relationships["mentor"] >= 0)

    @cached_property
    def rows(self) -> np.ndarray:
        """Their records."""
        return self.played.relationships[self.at]

    @cached_property
    def mentee(self) -> np.ndarray:
        """Position of the mentee."""
        return self.at // self.levers.max_matches

    @cached_property
    def lived(self) -> np.ndarray:
        """Weeks lived."""
        return self.rows["end"] - self.rows["start"]

    @cached_property
    def unplanned(self) -> np.ndarray:
        """Whether it ended, and not as planned."""
        return (self.rows["cause"] != _ONGOING) & (self.rows["cause"] != _PLANNED_END)

    @cached_property
    def due(self) -> np.ndarray:
        """Whether its planned end lies within the horizon."""
        return self.rows["start"] + self.levers.planned_weeks <= self.levers.horizon_weeks

    @cached_property
    def elements(self) -> np.ndarray:
        """Elements at the end, shape (n, 2, 5)."""
        return self.played.final[self.at]

    @cached_property
    def quality(self) -> np.ndarray:
        """Mean of a side's elements at the end, shape (n, 2)."""
        return self.elements.mean(axis=2)

    @cached_property
    def surveyed(self) -> np.ndarray:
        """Whether it lasted until the early survey."""
        return np.isfinite(self.played.early[self.at, 0, 0])

    @cached_property
    def n_matches(self) -> np.ndarray:
        """Relationships of each mentee."""
        return np.bincount(self.mentee, minlength=self.world.n_mentees)


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Correlate, nan where one does not vary."""
    if len(first) < 3 or first.std() == 0 or second.std() == 0:
        return np.nan
    return float(np.corrcoef(first, second)[0, 1])


def area_under_curve(score: np.ndarray, event: np.ndarray) -> float:
    """Tell how often a higher score goes with the event, ties counted half."""
    from scipy.stats import rankdata

    n_event = int(event.sum())
    n_rest = len(event) - n_event
    if not n_event or not n_rest:
        return np.nan
    ranks = rankdata(score)
    return float((ranks[event].sum() - n_event * (n_event + 1) / 2) / (n_event * n_rest))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan


def _deep_terms(seen: Seen) -> np.ndarray:
    mentees, mentors = seen.world.pool.mentees, seen.world.pool.mentors
    apart = sum(
        (mentees[f"deep_{k}"][seen.mentee] - mentors[f"deep_{k}"][seen.rows["mentor"]]) ** 2
        for k in range(3)
    )
    return (_DISTANCE_MEAN - apart) / _DISTANCE_SD


def _deep_similarity(seen: Seen) -> float:
    part = seen.surveyed
    return correlation(_deep_terms(seen)[part], seen.quality[part].mean(axis=1))


def _surface_similarity(seen: Seen) -> float:
    part = seen.surveyed
    surface = seen.rows["surface"][part]
    return correlation(surface, seen.quality[part].mean(axis=1))


def _surface_below_deep(seen: Seen) -> float:
    return _surface_similarity(seen) - _deep_similarity(seen)


def _frequency(seen: Seen) -> float:
    part = seen.surveyed
    often = seen.rows["met"][part] / np.maximum(seen.lived[part], 1)
    return correlation(often, seen.quality[part, MENTEE])


def _satisfaction(seen: Seen) -> float:
    felt = seen.quality[seen.surveyed, MENTEE]
    return correlation(felt, satisfaction_of(felt, seen.observation, seen.rng))


def _effect(seen: Seen) -> float:
    return _mean(seen.played.benefit)


def _early_closure(seen: Seen) -> float:
    return _mean(seen.unplanned[seen.due])


def _mentors_start(seen: Seen) -> float:
    return _mean(seen.rows["started_by"][seen.unplanned] == BY_MENTOR)


def _screen(seen: Seen) -> tuple[np.ndarray, np.ndarray]:
    """Give survey scores (low is risky, so turned) and whether the relationship ended early."""
    part = seen.surveyed & seen.due
    felt = seen.played.early[seen.at][part]
    forms = form_answers(felt.reshape(-1, N_ELEMENTS), _ITEMS, seen.observation, seen.rng)
    score = forms.mean(axis=(1, 2)).reshape(-1, 2).mean(axis=1)
    return -score, seen.unplanned[part]


def _survey_screen(seen: Seen) -> float:
    return area_under_curve(*_screen(seen))


def _screen_sensitivity(seen: Seen) -> float:
    score, event = _screen(seen)
    if not event.any() or event.all():
        return np.nan
    return _mean(score[event] > np.quantile(score[~event], _SPECIFICITY))


def _length_bands(seen: Seen) -> list[float]:
    """Give mean benefit of mentees with one relationship, by its length, shortest first."""
    once = (seen.n_matches[seen.mentee] == 1) & (seen.rows["cause"] != _ONGOING)
    weeks, benefit = seen.lived[once], seen.played.benefit[seen.mentee[once]]
    bands = [weeks < _HALF_YEAR, (weeks >= _HALF_YEAR) & (weeks < _YEAR), weeks >= _YEAR]
    return [_mean(benefit[band]) for band in bands]


def _dose_order(seen: Seen) -> float:
    steps = np.diff(_length_bands(seen))
    return float(steps.min()) if np.isfinite(steps).all() else np.nan


def _very_short(seen: Seen) -> float:
    short = (seen.n_matches[seen.mentee] == 1) & seen.unplanned & (seen.lived < _SHORT_WEEKS)
    return _mean(seen.played.benefit[seen.mentee[short]])


def _rematched(seen: Seen) -> float:
    return _mean(seen.played.benefit[seen.n_matches > 1])


def _element_correlations(seen: Seen) -> np.ndarray:
    whole = np.corrcoef(seen.elements[seen.surveyed, MENTEE].T)
    return whole[np.triu_indices(N_ELEMENTS, 1)]


def _element_low(seen: Seen) -> float:
    return float(_element_correlations(seen).min())


def _element_high(seen: Seen) -> float:
    return float(_element_correlations(seen).max())


def _alpha(seen: Seen) -> float:
    felt = seen.elements[seen.surveyed, MENTEE]
    answers = form_answers(felt, _ITEMS, seen.observation, seen.rng).astype(float)
    return float(np.mean([cronbach_alpha(answers[:, k]) for k in range(N_ELEMENTS)]))


def _partner_agreement(seen: Seen) -> float:
    both = seen.quality[seen.surveyed]
    return correlation(both[:, MENTOR], both[:, MENTEE])


def _mentor_spread(seen: Seen) -> float:
    part = seen.surveyed
    return float(icc_groups(seen.quality[part, MENTEE], seen.rows["mentor"][part]).icc1)


def _meetings_per_month(seen: Seen) -> float:
    weeks = seen.lived.sum()
    return float(seen.rows["met"].sum() / weeks * _WEEKS_PER_MONTH) if weeks else np.nan


MOMENTS: dict[str, Callable[[Seen], float]] = {
    "deep_similarity": _deep_similarity,
    "surface_below_deep": _surface_below_deep,
    "frequency": _frequency,
    "satisfaction": _satisfaction,
    "effect": _effect,
    "early_closure": _early_closure,
    "mentors_start": _mentors_start,
    "survey_screen": _survey_screen,
    "screen_sensitivity": _screen_sensitivity,
    "dose_order": _dose_order,
    "very_short": _very_short,
    "rematched": _rematched,
    "element_correlation_low": _element_low,
    "element_correlation_high": _element_high,
    "alpha": _alpha,
    "partner_agreement": _partner_agreement,
    "mentor_spread": _mentor_spread,
    "meetings_per_month": _meetings_per_month,
}
"""Moments of one replication of one design, by name."""
