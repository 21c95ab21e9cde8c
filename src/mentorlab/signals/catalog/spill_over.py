"""Spill-over: another pair of the same mentor just ended badly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from .base import Signal, judged
from .reading import Reading
from .registry import register_signal


@dataclass(frozen=True)
class SpillOver(Signal):
    """Raised for some weeks after another pair of the same mentor ended badly.

    Parameters
    ----------
    weeks : int
        How long it is raised.
    """

    weeks: int = 8

    name: ClassVar[str] = "spill_over"
    cause: ClassVar[str] = "another pair of the mentor just failed"
    needs: ClassVar[tuple[str, ...]] = ("relationships.ended_on",)
    rests_on: ClassVar[str] = "endings of the mentor's other pairs"
    reason: ClassVar[str] = (
        "eight weeks, as long as an alert is silent; no published hazard ratio is known to us, so "
        "read closure_model on the program's own endings"
    )
    cannot_tell: ClassVar[str] = "whether the cause lies with the mentor, the program or chance"
    question: ClassVar[str] = "How is the mentor after the other pair ended, and what would help?"

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Find the last problematic ending of each mentor's other pairs."""
        ended = reading.endings[reading.endings["kind"] == 1]
        last_day = ended["starts"] + pd.to_timedelta(ended["days"] - 1, unit="D")
        latest = last_day.groupby(ended["mentor_id"]).max()
        mentor = reading.mentor_of()
        last = latest.reindex(mentor).set_axis(mentor.index)
        since = (reading.as_of.normalize() - last).dt.days.astype(float)
        window = 7 * self.weeks
        value = (2 - since / window).clip(0, 2).fillna(0.0)
        said = [
            f"another pair of the mentor ended badly {int(days) // 7} weeks ago"
            if days == days
            else ""
            for days in since
        ]
        return judged(reading.active, value, said)


register_signal(SpillOver())
