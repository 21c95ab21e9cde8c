"""Phase problems: never begun, past the planned end, or a wish of one side to part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...spans import relationship_spans
from .base import Signal, judged
from .reading import Reading, day, times
from .registry import register_signal


@dataclass(frozen=True)
class PhaseProblems(Signal):
    """Raised when a relationship never got going, outlasts its agreed end, or one side wants out.

    Parameters
    ----------
    weeks : int
        Weeks in which at least two meetings should have been held.
    meetings : int
        So many make a beginning.
    """

    weeks: int = 6
    meetings: int = 2

    name: ClassVar[str] = "phase_problems"
    cause: ClassVar[str] = "a phase that is stuck or overdue"
    needs: ClassVar[tuple[str, ...]] = ("contacts", "relationships.started_on")
    rests_on: ClassVar[str] = "dates, meetings, closure forms"
    reason: ClassVar[str] = "six weeks with fewer than two meetings is not yet a relationship"
    cannot_tell: ClassVar[str] = "whether an ending would be bad: a friendly one is a success"
    question: ClassVar[str] = "Where do you two stand: starting, in the middle, or ready to close?"

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Take any of the three."""
        ids = reading.active
        features = reading.features.set_index("relationship_id")
        contacts = reading.program.contacts
        met = contacts[(contacts["status"] == "held") & (contacts["kind"] != "message")]
        n_met = met.groupby("relationship_id").size().reindex(ids).fillna(0)
        spans = relationship_spans(reading.program, who=self.name).set_index("relationship_id")
        planned = spans["agreed_end"].reindex(ids)
        stuck = (features["week"] > self.weeks) & (n_met < self.meetings)
        over = planned < reading.as_of.normalize()
        leaving = self._one_sided(reading)
        said = []
        for name in ids:
            words = []
            if stuck[name]:
                weeks = times(features.at[name, "week"], "week")
                words.append(f"{times(n_met[name], 'meeting')} held in {weeks}")
            if over[name]:
                words.append(f"past the agreed end ({day(planned[name])}): offer a friendly close")
            if name in leaving:
                words.append(f"only the {leaving[name]} filled in the closure form")
            said.append("; ".join(words))
        return judged(ids, np.array([bool(word) for word in said], float), said)

    def _one_sided(self, reading: Reading) -> dict[str, str]:
        """Relationships in which one side only has answered the closure form."""
        rows = reading.program.responses
        if rows is None or "form" not in rows:
            return {}
        rows = rows[(rows["form"] == "closure") & rows["value"].notna()]
        rows = rows[rows["relationship_id"].isin(reading.active)]
        sides = rows.groupby("relationship_id")["role"].unique()
        return {name: roles[0] for name, roles in sides.items() if len(roles) == 1}


register_signal(PhaseProblems())
