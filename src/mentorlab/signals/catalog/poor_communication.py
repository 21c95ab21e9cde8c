"""Poor communication: silence, slowing contact, slower answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from .base import LogSignal
from .reading import times
from .registry import register_signal


@dataclass(frozen=True)
class PoorCommunication(LogSignal):
    """Raised when contact falls silent, thins out, or one side answers much later than it used to.

    Parameters
    ----------
    silence : float
        Contacts expected since the last one at the pair's own pace.
    slowdown : float
        Log-likelihood ratio of a fall to 40 % of the own pace.
    slower_replies : float
        Log hours above the side's own first weeks; 1 is 2.7 times as slow.
    """

    silence: float = 3.0
    slowdown: float = 4.0
    slower_replies: float = 1.0

    name: ClassVar[str] = "poor_communication"
    cause: ClassVar[str] = "poor communication"
    reason: ClassVar[str] = (
        "silence 3: under Poisson contacts 5 of 100 such silences are chance; slowdown 4: about "
        "one false alarm in 200 relationship-weeks; replies 2.7 times as slow. They only "
        "prepare a list that the number of calls then cuts"
    )
    cannot_tell: ClassVar[str] = "what was said; contacts in channels that are not logged"
    question: ClassVar[str] = "How do you two keep in touch these days, and does that suit you?"

    def parts(self, features: pd.DataFrame) -> dict[str, pd.Series]:
        """Silence, slowdown, and each side's answers."""
        return {
            "silence": features["expected_since_last"] / self.silence,
            "slowdown": features["cusum_llr"] / self.slowdown,
            "mentor": features["reply_slowdown_mentor"] / self.slower_replies,
            "mentee": features["reply_slowdown_mentee"] / self.slower_replies,
        }

    def words(self, reason: str, row: pd.Series) -> str:
        """Say one reason."""
        if reason == "silence":
            since = row["week_end"] - pd.Timedelta(days=int(row["gap_days"]))
            return (
                f"{row['expected_since_last']:.1f} contacts expected since the last one "
                f"({since:%Y-%m-%d}) at this pair's pace, none seen"
            )
        if reason == "slowdown":
            return (
                f"contacts thinned out: {times(row['contacts_8w'], 'contact')} in eight weeks at a "
                f"usual {row['pace_per_week']:.1f} a week"
            )
        return (
            f"the {reason} answers after {row[f'reply_hours_{reason}']:.0f} hours, "
            f"{2.718281828 ** row[f'reply_slowdown_{reason}']:.1f} times the usual"
        )


register_signal(PoorCommunication())
