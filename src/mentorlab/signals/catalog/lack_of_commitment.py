"""Lack of commitment, by side: meetings missed, called off, put off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from .base import LogSignal
from .reading import times
from .registry import register_signal


@dataclass(frozen=True)
class LackOfCommitment(LogSignal):
    """Raised when one side misses or calls off meetings, or meetings are put off again and again.

    Parameters
    ----------
    missed_share : float
        Share of the last eight weeks' meetings, shrunk toward 1 in 10.
    in_row : int
        Meetings in a row without one held between.
    rescheduled : int
        Meetings put off in eight weeks.
    """

    missed_share: float = 0.3
    in_row: int = 2
    rescheduled: int = 3

    name: ClassVar[str] = "lack_of_commitment"
    cause: ClassVar[str] = "lack of commitment of either side"
    rests_on: ClassVar[str] = "meeting outcomes, by the side that missed or called off"
    reason: ClassVar[str] = (
        "30 % after shrinkage takes three failed meetings of five or two in a row; in the planted "
        "simulation behind the design it was the best single rule for this cause"
    )
    cannot_tell: ClassVar[str] = "good reasons such as leave or illness: mark them as known"
    question: ClassVar[str] = "Is the meeting rhythm you agreed on one that both of you can keep?"

    def parts(self, features: pd.DataFrame) -> dict[str, pd.Series]:
        """Each side's share and run, the pair's where sides are not told, and meetings put off."""
        found = {"rescheduled": features["rescheduled_8w"] / self.rescheduled}
        for side in ("mentor", "mentee"):
            found[f"share_{side}"] = features[f"missed_share_{side}_8w"] / self.missed_share
            found[f"row_{side}"] = features[f"missed_in_row_{side}"] / self.in_row
        found["share"] = features["missed_share_8w"] / self.missed_share
        found["row"] = features["missed_in_row"] / self.in_row
        by_side = pd.DataFrame({k: v for k, v in found.items() if k[-6:] in ("mentor", "mentee")})
        told = by_side.max(axis=1) >= 1
        return found | {k: found[k].where(~told, 0.0) for k in ("share", "row")}

    def words(self, reason: str, row: pd.Series) -> str:
        """Say one reason."""
        if reason == "rescheduled":
            return f"{times(row['rescheduled_8w'], 'meeting')} put off in eight weeks"
        what, _, side = reason.partition("_")
        by = f" by the {side}" if side else ""
        if what == "row":
            n = row[f"missed_in_row_{side}" if side else "missed_in_row"]
            return f"{times(n, 'meeting')} in a row missed or called off{by}"
        share = row[f"missed_share_{side}_8w" if side else "missed_share_8w"]
        return (
            f"{share:.0%} of meetings in eight weeks missed or called off{by} "
            f"(shrunk; {times(row['scheduled_8w'], 'meeting')} due)"
        )


register_signal(LackOfCommitment())
