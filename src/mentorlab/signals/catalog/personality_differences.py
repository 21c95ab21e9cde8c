"""Personality differences: how the partners get on, and whether that falls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from .base import Signal
from .reading import Reading
from .registry import register_signal


@dataclass(frozen=True)
class PersonalityDifferences(Signal):
    """Raised when a partner's sense of connection is low, or fell reliably between two waves.

    Parameters
    ----------
    elements : tuple of str
        Elements of the codebook that ask how the partners get on.
    reliable_change : float
        Fall between the last two waves in standard errors of a difference.
    reliability : float
        Of a scale score; what is not reliable is error.
    low : float
        Score of the lower partner, 0 to 1, that counts as low.
    """

    elements: tuple[str, ...] = ("personal_connection",)
    reliable_change: float = 1.96
    reliability: float = 0.8
    low: float = 0.25

    name: ClassVar[str] = "personality_differences"
    cause: ClassVar[str] = "personality differences that hurt"
    needs: ClassVar[tuple[str, ...]] = ("responses",)
    rests_on: ClassVar[str] = "survey answers of both"
    reason: ClassVar[str] = (
        "a fall of 1.96 standard errors is unlikely to be noise in one comparison; a quarter of "
        "the scale is 'disagree' on five points"
    )
    cannot_tell: ClassVar[str] = (
        "dissimilarity as such, which can work well; one wave says little. Never read from the log"
    )
    question: ClassVar[str] = "What in how you two work together is easy, and what is hard?"

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Compare the last two waves of each partner, and the last one with the scale."""
        scores = reading.element_scores(self.elements)
        rows = []
        for (rel, element, side), own in scores.groupby(["relationship_id", "element", "side"]):
            own = own.sort_values("wave")
            wave, score = own["wave"].iloc[-1], own["score"].iloc[-1]
            strength = min(self.low / max(score, self.low / 10), 3.0)
            words = f"the {side}'s {element.replace('_', ' ')} at {score:.2f} of 1 in wave {wave}"
            if len(own) > 1:
                fall = own["score"].iloc[-2] - score
                error = self._error(scores, element)
                change = fall / error / self.reliable_change if error > 0 else 0.0
                if change > strength:
                    strength, words = change, f"{words}, down {fall:.2f} since the wave before"
            else:
                strength, words = min(strength, 1.0), f"{words} (one wave only)"
            rows.append((rel, strength, words))
        found = pd.DataFrame(rows, columns=["relationship_id", "value", "evidence"])
        worst = found.sort_values("value", ascending=False, kind="stable")
        return worst.drop_duplicates("relationship_id")

    def _error(self, scores: pd.DataFrame, element: str) -> float:
        """Standard error of a difference: spread of scores times what is not reliable."""
        spread = scores.loc[scores["element"] == element, "score"].std()
        return float(spread * np.sqrt(2 * (1 - self.reliability)))


register_signal(PersonalityDifferences())
