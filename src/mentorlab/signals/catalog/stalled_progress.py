"""Stalled progress: due dates pass and nothing is completed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from .base import LogSignal
from .reading import times
from .registry import register_signal


@dataclass(frozen=True)
class StalledProgress(LogSignal):
    """Raised when due dates of goals and actions pass one after the other with nothing done.

    Parameters
    ----------
    in_row : int
        Due dates missed since the last item was done.
    """

    in_row: int = 2

    name: ClassVar[str] = "stalled_progress"
    cause: ClassVar[str] = "stalled progress on goals and actions"
    needs: ClassVar[tuple[str, ...]] = ("goals.due_on", "goals.done_on")
    rests_on: ClassVar[str] = "due dates of goals and actions of both"
    reason: ClassVar[str] = "one missed date is common; two without anything done between is not"
    cannot_tell: ClassVar[str] = "progress that nobody ticked off"
    question: ClassVar[str] = "Which of your next steps still matter, and what is in their way?"

    def parts(self, features: pd.DataFrame) -> dict[str, pd.Series]:
        """Due dates missed in a row."""
        return {"row": features["due_missed_in_row"] / self.in_row}

    def words(self, reason: str, row: pd.Series) -> str:
        """Say how many."""
        return (
            f"{times(row['due_missed_in_row'], 'due date')} missed since an item was last done, "
            f"{times(row['overdue_items'], 'item')} open past the date"
        )


register_signal(StalledProgress())
