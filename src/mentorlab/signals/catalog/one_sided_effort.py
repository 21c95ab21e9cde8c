"""One-sided effort: nearly all contacts begin on one side, and it was not so before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from .base import LogSignal
from .registry import register_signal


@dataclass(frozen=True)
class OneSidedEffort(LogSignal):
    """Raised when one side begins nearly all contacts and that is a change.

    Parameters
    ----------
    outside : float
        Share of the last eight weeks' contacts begun by a side, Beta(2, 2)-shrunk: below this or
        above one minus this.
    change : float
        Distance from the pair's own share before.
    fewest : int
        Fewer contacts with a known beginner are not judged.
    """

    outside: float = 0.25
    change: float = 0.2
    fewest: int = 4

    name: ClassVar[str] = "one_sided_effort"
    cause: ClassVar[str] = "effort on one side only"
    needs: ClassVar[tuple[str, ...]] = ("contacts.initiated_by",)
    rests_on: ClassVar[str] = "who began each contact"
    reason: ClassVar[str] = (
        "a quarter after shrinkage is one side beginning hardly any of five contacts; mentee-led "
        "is normal, so only a change from the pair's own past counts"
    )
    cannot_tell: ClassVar[str] = "meetings that follow a fixed schedule, which nobody begins"
    question: ClassVar[str] = "Who usually sets up your next talk, and does that suit both?"

    def parts(self, features: pd.DataFrame) -> dict[str, pd.Series]:
        """The change, where the share is one-sided and enough is known."""
        share = features["initiated_by_mentee_share_8w"]
        moved = (share - features["initiated_by_mentee_share_before"]).abs() / self.change
        one_sided = np.minimum(share, 1 - share) <= self.outside
        judged = features["initiated_8w"] >= self.fewest
        return {"change": moved.where(one_sided, np.minimum(moved, 0.9)).where(judged, 0.0)}

    def words(self, reason: str, row: pd.Series) -> str:
        """Say who begins now, and how it was."""
        share, before = (
            row["initiated_by_mentee_share_8w"],
            row["initiated_by_mentee_share_before"],
        )
        side, now, past = (
            ("mentee", share, before) if share > 0.5 else ("mentor", 1 - share, 1 - before)
        )
        return f"the {side} began {now:.0%} of contacts in eight weeks, {past:.0%} before (shrunk)"


register_signal(OneSidedEffort())
