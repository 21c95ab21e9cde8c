"""Competition, real or perceived: overlap of positions and a partner who feels it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from .base import Signal, judged
from .reading import Reading
from .registry import register_signal


@dataclass(frozen=True)
class Competition(Signal):
    """Raised when partners hold like positions and one of them answers as if they competed.

    Parameters
    ----------
    items : tuple of str
        Survey items that ask for it.
    low : float
        Keyed answer, 0 (worst) to 1, from which on downward it is felt.
    same : tuple of str
        Columns of `people` that must be equal for an overlap.
    """

    items: tuple[str, ...] = ("negative_experiences_3",)
    low: float = 0.25
    same: tuple[str, ...] = ("department", "level")

    name: ClassVar[str] = "competition"
    cause: ClassVar[str] = "competition, real or perceived"
    needs: ClassVar[tuple[str, ...]] = ("responses", "people.department", "people.level")
    rests_on: ClassVar[str] = "positions of both, and an item of either"
    reason: ClassVar[str] = "a rule: overlap and an answer in the lowest quarter; both are shown"
    cannot_tell: ClassVar[str] = "intent; a promotion or project that only one can have"
    question: ClassVar[str] = "Is there anything at work that you both want and only one can get?"

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Give a half for the overlap and a half for the answer."""
        pairs = reading.partners
        overlap = np.ones(len(pairs), bool)
        for column in self.same:
            overlap &= (pairs[f"{column}_mentor"] == pairs[f"{column}_mentee"]).fillna(False)
        shared = pairs[overlap].groupby("relationship_id").size()
        answers = reading.answers[reading.answers["item"].isin(self.items)]
        last = answers.sort_values("wave").drop_duplicates(
            ["relationship_id", "side", "item"], keep="last"
        )
        felt = self._felt(last)
        ids = reading.active
        value = ids.isin(shared.index) * 0.5 + ids.isin(felt.index) * 0.5
        said = [
            f"same {' and '.join(self.same)}; the {felt.get(name, 'partner')} answers as if the "
            "other put personal advantage first"
            for name in ids
        ]
        return judged(ids, value, said)

    def _felt(self, last: pd.DataFrame) -> pd.Series:
        """The side that feels it, by relationship; negative items are keyed best at 1 here."""
        negative = last["element"].eq("negative_experiences")
        score = last["score"].where(~negative, 1 - last["score"])
        rows = last[score <= self.low].drop_duplicates("relationship_id")
        return rows.set_index("relationship_id")["side"]


register_signal(Competition())
