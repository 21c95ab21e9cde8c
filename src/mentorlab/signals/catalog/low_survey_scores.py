"""Low survey scores: the lower partner's rating of what relationships live on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from .base import Signal
from .reading import Reading
from .registry import register_signal


@dataclass(frozen=True)
class LowSurveyScores(Signal):
    """Raised when the lower partner rates two or more elements of the relationship as low.

    Parameters
    ----------
    elements : tuple of str
        Elements of the codebook.
    low : float
        Score from 0 (worst) to 1 that counts as low.
    fewest : int
        So many low elements raise it.
    """

    elements: tuple[str, ...] = ("communication", "commitment", "trust", "respect")
    low: float = 0.375
    fewest: int = 2

    name: ClassVar[str] = "low_survey_scores"
    cause: ClassVar[str] = "low ratings of the relationship by a partner"
    needs: ClassVar[tuple[str, ...]] = ("responses",)
    rests_on: ClassVar[str] = "the lower partner's latest survey answers"
    reason: ClassVar[str] = (
        "below the middle of the scale on two elements; the field's best survey screen finds 43 of "
        "100 early endings and flags 25 of 100 others"
    )
    cannot_tell: ClassVar[str] = "much about the single pair; what changed since the survey"
    question: ClassVar[str] = "What would make your meetings more worthwhile for each of you?"

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Look at the second lowest element, or whichever makes it so many."""
        scores = reading.element_scores(self.elements).sort_values("wave")
        last = scores.drop_duplicates(["relationship_id", "side", "element"], keep="last")
        lower = last.sort_values("score").drop_duplicates(["relationship_id", "element"])
        rows = []
        for name, own in lower.groupby("relationship_id"):
            if len(own) < self.fewest:
                continue
            deciding = np.sort(own["score"].to_numpy())[self.fewest - 1]
            low = own[own["score"] <= self.low].sort_values("element")
            words = ", ".join(f"{row.element} (the {row.side})" for row in low.itertuples())
            value = self.low / max(deciding, self.low / 3)
            rows.append((name, value, f"low ratings: {words.replace('_', ' ')}"))
        return pd.DataFrame(rows, columns=["relationship_id", "value", "evidence"])


register_signal(LowSurveyScores())
