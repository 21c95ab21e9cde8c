"""Unclear expectations: no goal agreed on, or meetings without an agenda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from .base import Signal, judged
from .reading import Reading
from .registry import register_signal


@dataclass(frozen=True)
class UnclearExpectations(Signal):
    """Raised when a relationship has run for weeks without any goal on record, or without agendas.

    Parameters
    ----------
    weeks : int
        By then a goal should stand.
    agenda_share : float
        Share of the last eight weeks' meetings with an agenda, Beta(1, 1)-shrunk.
    """

    weeks: int = 4
    agenda_share: float = 0.25

    name: ClassVar[str] = "unclear_expectations"
    cause: ClassVar[str] = "unclear expectations, no goals"
    needs: ClassVar[tuple[str, ...]] = ("goals",)
    rests_on: ClassVar[str] = "goals and agendas on record"
    reason: ClassVar[str] = (
        "guides ask for goals in the first month; a quarter after shrinkage takes two meetings "
        "without an agenda and none with one"
    )
    cannot_tell: ClassVar[str] = "goals that were agreed on and not entered"
    question: ClassVar[str] = "What do you two want to have done by the end, and by when?"

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Look for goals of relationships that are old enough, and for agendas."""
        features = reading.features
        goals = reading.program.goals
        none = ~features["relationship_id"].isin(goals["relationship_id"])
        old = features["week"] > self.weeks
        agenda = self.agenda_share / features["agenda_share_8w"]
        value = np.fmax((none & old).to_numpy(float), agenda.to_numpy())
        said = []
        for has_none, is_old, row in zip(none, old, features.itertuples(), strict=True):
            words = []
            if has_none and is_old:
                words.append(f"no goal on record in week {row.week}")
            if row.agenda_share_8w <= self.agenda_share:
                words.append("hardly any meeting of the last eight weeks had an agenda")
            said.append("; ".join(words))
        return judged(pd.Index(features["relationship_id"]), value, said)


register_signal(UnclearExpectations())
