"""One relationship on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...result import Result
from .phase_markers import RELATIONSHIP_ELEMENTS


@dataclass(frozen=True, eq=False, repr=False)
class RelationshipView(Result):
    """One relationship on a page.

    Attributes
    ----------
    facts : pandas.Series
        Its row of the profiles.
    scores : pandas.DataFrame
        `wave, element, mentor, mentee, mean, low, gap, n_pairs`.
    practices : pandas.DataFrame
        `family, practice, unit, estimate, conf_low, conf_high, done, due, pooled`.
    stays : pandas.DataFrame
        Its phases.
    level : float
        Confidence level of the intervals.
    """

    facts: pd.Series
    scores: pd.DataFrame
    practices: pd.DataFrame
    stays: pd.DataFrame
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.practices:relationship_view"
    references: ClassVar[tuple[str, ...]] = ("kenny2006", "kram1983")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the practices of this relationship beside the pooled ones."""
        return self.practices.copy()

    def headline(self) -> str:
        """Who, how long, in which phase."""
        facts = self.facts
        kind = "" if pd.isna(facts["kind"]) else f" ({str(facts['kind']).replace('_', ' ')})"
        text = f"Relationship {facts['relationship_id']}{kind}"
        if pd.notna(facts["started_on"]):
            text += f", since {facts['started_on']:%Y-%m-%d}"
        if pd.notna(facts["ended_on"]):
            text += f", ended {facts['ended_on']:%Y-%m-%d}"
        if pd.notna(facts["clock"]):
            text += f", {facts['clock']:.0%} of the agreed length"
        return text

    def notes(self) -> tuple[str, ...]:
        """Phases, contact and the scores worth a look, in words."""
        facts = self.facts
        said = [
            f"{stay.label} from {stay.from_on:%Y-%m-%d} to "
            f"{'now' if stay.open else f'{stay.to_on:%Y-%m-%d}'}: {stay.evidence}"
            for stay in self.stays.itertuples()
        ]
        if pd.notna(facts["n_held"]):
            said.append(
                f"{int(facts['n_held'])} meetings held, {int(facts['n_missed'])} missed or "
                "cancelled"
            )
        said += _score_notes(self.scores)
        said.append("few cases: intervals are wide, and most differences from the rest are chance")
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        shown = ["practice", "unit", "estimate", "conf_low", "conf_high", "due", "pooled"]
        return self.practices[shown]


def lowest_first(scores: pd.DataFrame) -> pd.DataFrame:
    """Give scores on relationship elements, where low is bad, with the lowest first.

    Scales of one's own may run the other way (negative experiences), so they are left out unless
    nothing else is there.
    """
    known = scores["element"].isin(RELATIONSHIP_ELEMENTS)
    judged = scores[known] if known.any() else scores
    return judged.sort_values("low", kind="stable", ignore_index=True)


def _score_notes(scores: pd.DataFrame) -> list[str]:
    if scores.empty:
        return ["no scores from both sides"]
    latest = lowest_first(scores[scores["wave"] == scores["wave"].max()])
    low, wide = latest.iloc[0], latest.loc[latest["gap"].abs().idxmax()]
    said = [
        f"wave {low['wave']}: lowest score {low['low']:.1f} on "
        f"{str(low['element']).replace('_', ' ')}"
    ]
    if abs(wide["gap"]) > 0:
        above = "mentor" if wide["gap"] > 0 else "mentee"
        said.append(
            f"largest gap {abs(wide['gap']):.1f} on {str(wide['element']).replace('_', ' ')}, "
            f"the {above} higher"
        )
    return said
