"""Conflict of interest: one partner has power over the other beside the mentoring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from .base import Signal, judged
from .reading import Reading
from .registry import register_signal


@dataclass(frozen=True)
class ConflictOfInterest(Signal):
    """Raised when one partner stands in the other's reporting line, or a tie of interest is known.

    Parameters
    ----------
    levels : int
        Steps up the reporting line that count.
    ties : tuple of str
        Kinds of ties between partners that count.
    """

    levels: int = 2
    ties: tuple[str, ...] = ("kin", "family", "contract", "evaluation", "supervision", "reports_to")

    name: ClassVar[str] = "conflict_of_interest"
    cause: ClassVar[str] = "a conflict of interest"
    needs: ClassVar[tuple[str, ...]] = ("people.reports_to",)
    rests_on: ClassVar[str] = "the reporting line, and ties on record"
    reason: ClassVar[str] = "a rule of compliance: any hit is shown, outside the calls of the week"
    cannot_tell: ClassVar[str] = "interests that nobody declared"
    question: ClassVar[str] = "Who could stand in, so that neither of you judges the other at work?"
    in_budget: ClassVar[bool] = False

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Walk up the reporting lines of both partners, and look for ties between them."""
        people = reading.program.people
        boss = people.set_index("person_id")["reports_to"]
        pairs = reading.partners
        said = pd.Series("", index=pairs.index)
        for below, above in (("mentee", "mentor"), ("mentor", "mentee")):
            chief = pairs[f"{below}_id"]
            for step in range(1, self.levels + 1):
                chief = chief.map(boss)
                hit = (chief == pairs[f"{above}_id"]).fillna(False) & (said == "")
                how = "reports to" if step == 1 else f"works {step} levels below"
                said[hit] = f"the {below} {how} the {above}"
        said = said.where(said != "", self._tied(reading, pairs))
        found = said[said != ""].groupby(pairs["relationship_id"]).first()
        ids = reading.active
        words = [found.get(name, "") for name in ids]
        return judged(ids, np.array([bool(word) for word in words], float), words)

    def _tied(self, reading: Reading, pairs: pd.DataFrame) -> pd.Series:
        ties = reading.program.ties
        said = pd.Series("", index=pairs.index)
        if ties is None:
            return said
        ties = ties[ties["kind"].isin(self.ties)]
        kind = {
            frozenset(pair): word
            for *pair, word in ties[["source", "target", "kind"]].itertuples(index=False)
        }
        for i, pair in pairs[["mentor_id", "mentee_id"]].iterrows():
            word = kind.get(frozenset(pair))
            if word:
                said[i] = f"a tie of the kind '{word}' between the partners is on record"
        return said


register_signal(ConflictOfInterest())
