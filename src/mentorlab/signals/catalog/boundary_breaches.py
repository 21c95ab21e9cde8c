"""Boundary breaches: contact outside the agreed hours, and respect that is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from .base import LogSignal
from .registry import register_signal


@dataclass(frozen=True)
class BoundaryBreaches(LogSignal):
    """Raised when much of the contact lies outside the hours agreed on.

    Parameters
    ----------
    share : float
        Share of the last eight weeks' contacts outside the agreed hours.
    fewest : int
        Fewer contacts are not judged.
    """

    share: float = 0.5
    fewest: int = 3

    name: ClassVar[str] = "boundary_breaches"
    cause: ClassVar[str] = "boundaries or respect breached"
    needs: ClassVar[tuple[str, ...]] = ("contacts.out_of_hours",)
    rests_on: ClassVar[str] = "contacts marked as outside the agreed hours"
    reason: ClassVar[str] = "half of the contacts or more is no exception; our choice"
    cannot_tell: ClassVar[str] = "whether both like it that way"
    question: ClassVar[str] = "Do the hours and ways of contact you agreed on still suit both?"

    def parts(self, features: pd.DataFrame) -> dict[str, pd.Series]:
        """The share, where there were enough contacts."""
        share = features["out_of_hours_share_8w"] / self.share
        return {"hours": share.where(features["contacts_8w"] >= self.fewest, 0.0)}

    def words(self, reason: str, row: pd.Series) -> str:
        """Say the share."""
        return f"{row['out_of_hours_share_8w']:.0%} of contacts in eight weeks outside agreed hours"


register_signal(BoundaryBreaches())
