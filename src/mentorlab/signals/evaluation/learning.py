"""What a model could learn by each quarter of the judged weeks, from other mentors only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import EstimationError
from .hazard import fit_predictors, predictors
from .panel import RiskPanel

_WEEKS_BETWEEN_FITS = 13
_OLDEST_MONTH = 60
_PULL = 20.0
"""Relationship-weeks of a month of age at which its own share weighs as much as the overall one."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """Rows to learn from and rows to judge by what was learned.

    Attributes
    ----------
    train : numpy.ndarray of bool, shape (m,)
        Rows of the panel whose horizon was over.
    bad : numpy.ndarray of bool, shape (m,)
        Whether a problematic ending within the horizon was known by then.
    judged : numpy.ndarray of int
        Places among the judged rows.
    """

    train: np.ndarray
    bad: np.ndarray
    judged: np.ndarray


@dataclass(frozen=True, eq=False)
class Timetable:
    """When models are fitted anew, and who is judged by whom.

    Attributes
    ----------
    panel : RiskPanel
    judged : numpy.ndarray of int
        Rows of the panel that are judged, in order of weeks.
    folds : numpy.ndarray of int, shape (m,)
        Fold of each row's mentor; a fold is judged by models of the others.
    begins : pandas.Timestamp
        The first fit; later ones follow every quarter.
    horizon_weeks : int
    """

    panel: RiskPanel
    judged: np.ndarray
    folds: np.ndarray
    begins: pd.Timestamp
    horizon_weeks: int

    def lessons(self) -> Iterator[Lesson]:
        """Go through fits and folds.

        Raises
        ------
        EstimationError
            If no week of other mentors was over.
        """
        ends = self.panel.features["week_end"].to_numpy()
        soon = self.panel.ends_within(self.horizon_weeks)
        begin = np.datetime64(self.begins, "us")
        quarter = (ends[self.judged] - begin) // np.timedelta64(7 * _WEEKS_BETWEEN_FITS, "D")
        for number in np.unique(quarter):
            cut = begin + number * np.timedelta64(7 * _WEEKS_BETWEEN_FITS, "D")
            over = ends + np.timedelta64(7 * self.horizon_weeks, "D") <= cut
            known = soon & (self.panel.told <= cut)
            for fold in np.unique(self.folds[self.judged]):
                train = over & (self.folds != fold)
                rows = np.flatnonzero((quarter == number) & (self.folds[self.judged] == fold))
                if not len(rows):
                    continue
                if not train.any():
                    raise EstimationError("no week of other mentors was over before the split.")
                yield Lesson(train, known, rows)


def hazard_risk(timetable: Timetable) -> np.ndarray:
    """Score the judged rows by the hazard model."""
    table = predictors(timetable.panel.features)
    risk = np.full(len(timetable.judged), np.nan)
    for lesson in timetable.lessons():
        model = fit_predictors(
            table[lesson.train], lesson.bad[lesson.train], horizon_weeks=timetable.horizon_weeks
        )
        risk[lesson.judged] = model.risk_of(table.iloc[timetable.judged[lesson.judged]])
    return risk


def tenure_risk(timetable: Timetable) -> np.ndarray:
    """Score by the share that ended within the horizon by month of age, pulled to the overall."""
    age = timetable.panel.features["age_days"].to_numpy()
    month = np.minimum((age // 28).astype(int), _OLDEST_MONTH)
    risk = np.full(len(timetable.judged), np.nan)
    for lesson in timetable.lessons():
        own = month[lesson.train]
        n = np.bincount(own, minlength=_OLDEST_MONTH + 1)
        ended = np.bincount(own, weights=lesson.bad[lesson.train], minlength=_OLDEST_MONTH + 1)
        usual = (ended.sum() + 0.5) / (n.sum() + 1)
        share = (ended + _PULL * usual) / (n + _PULL)
        risk[lesson.judged] = share[month[timetable.judged[lesson.judged]]]
    return risk
