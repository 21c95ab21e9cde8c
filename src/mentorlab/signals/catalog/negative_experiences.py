"""Negative mentoring experiences: a profile over their kinds, from survey items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from .base import Signal
from .reading import Reading
from .registry import register_signal

_KINDS = {
    "negative_experiences_1": "ways of working that clash",
    "negative_experiences_2": "a partner hard to reach",
    "negative_experiences_3": "personal advantage put first",
    "negative_experiences_4": "knowledge that is lacking",
}


@dataclass(frozen=True)
class NegativeExperiences(Signal):
    """Raised when a partner agrees that a kind of negative experience is there.

    Parameters
    ----------
    kinds : mapping of str to str
        Item to the kind of experience in words.
    agree : float
        Answer from 0 (not at all) to 1 from which on it counts; three quarters is 'agree' on a
        scale of five.
    """

    kinds: dict[str, str] = field(default_factory=lambda: dict(_KINDS), hash=False)
    agree: float = 0.75

    name: ClassVar[str] = "negative_experiences"
    cause: ClassVar[str] = "negative experiences with the partner"
    needs: ClassVar[tuple[str, ...]] = ("responses",)
    rests_on: ClassVar[str] = "survey answers of either side"
    reason: ClassVar[str] = "'agree' or more on any kind; our choice, the items are unvalidated"
    cannot_tell: ClassVar[str] = "what both did; experiences that nobody dares to report"
    question: ClassVar[str] = "Is there something between you two that we should help with?"

    def profile(self, reading: Reading) -> pd.DataFrame:
        """Give each side's latest answer to each kind: `relationship_id, side, kind, answer`."""
        rows = reading.answers[reading.answers["item"].isin(self.kinds)]
        rows = rows.sort_values("wave").drop_duplicates(
            ["relationship_id", "side", "item"], keep="last"
        )
        # Items of the element are keyed so that agreeing means more of the negative experience.
        return pd.DataFrame(
            {
                "relationship_id": rows["relationship_id"],
                "side": rows["side"],
                "kind": rows["item"].map(self.kinds),
                "answer": rows["score"],
            }
        ).reset_index(drop=True)

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Take the worst kind, and name every one that counts."""
        found = self.profile(reading)
        rows = []
        for name, own in found.groupby("relationship_id"):
            felt = own[own["answer"] >= self.agree].sort_values(["side", "kind"])
            words = "; ".join(f"{row.kind} (the {row.side})" for row in felt.itertuples())
            rows.append((name, own["answer"].max() / self.agree, words))
        return pd.DataFrame(rows, columns=["relationship_id", "value", "evidence"])


register_signal(NegativeExperiences())
