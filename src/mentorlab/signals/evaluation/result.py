"""The evaluation of a detector as a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...errors import count
from ...result import Result


@dataclass(frozen=True, eq=False, repr=False)
class DetectorEvaluation(Result):
    """How well detectors would have done on the past, beside honest baselines.

    Attributes
    ----------
    lists : pandas.DataFrame
        One row a detector and budget: `detector`, `per_hundred` (calls a week per 100
        relationships), `alerts_per_week`, `ppv` and `recall` with `_low` and `_high`,
        `work_per_hit` (alerts for one that an ending followed), `lead_weeks` (median) with
        `lead_q1` and `lead_q3`, `alerts`, `endings`.
    accuracy : pandas.DataFrame
        One row a detector: `auc` with `auc_low`, `auc_high`, `brier`, `brier_null`, and for
        probabilities `predicted`, `observed`, `intercept`, `slope`.
    net_benefit : pandas.DataFrame
        `detector`, `threshold`, `net_benefit`, `call_everyone`.
    gains : pandas.DataFrame
        What each detector gains over each baseline: `detector`, `baseline`, `per_hundred`,
        `ppv_gain` and `recall_gain` with `_low` and `_high`, mentors drawn for both at once.
    by_reason : pandas.DataFrame
        Recall by `end_reason`, or by the true causes that were given: `detector`, `per_hundred`,
        `reason`, `endings`, `recall`, and the recall of chance beside it (`random`).
    subgroups : pandas.DataFrame
        `group`, `detector`, `per_hundred`, `alerts_per_hundred`, `ppv`, `recall`, `endings`;
        groups with few relationships are left out.
    leak : pandas.DataFrame
        Sudden endings: `detector`, `per_hundred`, `endings`, `recall`, `random`, `p_value`,
        `alarm`; empty without any.
    horizon_weeks, early_weeks : int
    n_relationships, n_weeks, n_endings : int
        Judged relationships, relationship-weeks, and problematic endings that could be caught.
    judged_from : pandas.Timestamp
    level : float
    remarks : tuple of str
    """

    lists: pd.DataFrame
    accuracy: pd.DataFrame
    net_benefit: pd.DataFrame
    gains: pd.DataFrame
    by_reason: pd.DataFrame
    subgroups: pd.DataFrame
    leak: pd.DataFrame
    horizon_weeks: int
    early_weeks: int
    n_relationships: int
    n_weeks: int
    n_endings: int
    judged_from: pd.Timestamp
    level: float
    remarks: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.signals_detection:evaluation"
    references: ClassVar[tuple[str, ...]] = ("blanche2013", "graf1999", "efron1993")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row a detector and budget."""
        return self.lists.copy()

    def headline(self) -> str:
        """What was judged, and when."""
        return (
            f"Detectors judged on {count(self.n_weeks, 'relationship-week')} of "
            f"{count(self.n_relationships, 'relationship')} from {self.judged_from:%Y-%m-%d} on: "
            f"{count(self.n_endings, 'problematic ending')} could be caught"
        )

    def notes(self) -> tuple[str, ...]:
        """AUCs, what counts as caught, the leak alarm, and what limits the numbers."""
        said = [
            f"a hit: a problematic ending within {self.horizon_weeks} weeks of the alert; caught: "
            f"an alert {self.early_weeks} to {self.horizon_weeks} weeks before; eight weeks "
            "without a second alert"
        ]
        known = self.accuracy.dropna(subset="auc")
        aucs = ", ".join(f"{row.detector} {row.auc:.2f}" for row in known.itertuples())
        said.append(f"AUC at {self.horizon_weeks} weeks: {aucs}")
        said += self._standing()
        said += [
            f"LEAK ALARM: {row.detector} at {row.per_hundred:g} a hundred caught {row.recall:.0%} "
            f"of endings that nobody could foresee, chance {row.random:.0%}: features look ahead"
            for row in self.leak[self.leak["alarm"]].itertuples()
        ]
        if not self.leak.empty and not self.leak["alarm"].any():
            said.append("no leak: sudden endings are caught as often as by chance")
        said.append(
            "how well endings are foreseen; whether a call helps is another question, for a trial"
        )
        return (*said, *self.remarks)

    def _standing(self) -> list[str]:
        """Which detectors are ahead of every baseline in PPV and recall, and at which budgets."""
        said = []
        for name, own in self.gains.groupby("detector", sort=False):
            ahead = own.assign(both=(own["ppv_gain"] > 0) & (own["recall_gain"] > 0))
            ahead = ahead.groupby("per_hundred")["both"].all()
            budgets = " and ".join(f"{budget:g}" for budget in ahead.index[ahead])
            said.append(
                f"{name}: ahead of every baseline in PPV and recall at {budgets} a hundred"
                if budgets
                else f"{name}: at no budget ahead of every baseline in both PPV and recall"
            )
        return said

    def _display_frame(self) -> pd.DataFrame:
        columns = ["detector", "per_hundred", "ppv", "recall", "work_per_hit", "lead_weeks"]
        return self.lists[columns]
