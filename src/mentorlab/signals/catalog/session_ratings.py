"""Session ratings: what mentees say right after meetings, as a control chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from .base import Signal
from .reading import Reading
from .registry import register_signal


@dataclass(frozen=True)
class SessionRatings(Signal):
    """Raised when ratings after meetings fall below what they were at first.

    Parameters
    ----------
    smoothing : float
        Weight of the newest rating.
    width : float
        Standard deviations of the smoothed rating; with 0.2 about one false alarm in 560 ratings.
    baseline : int
        First ratings that set the usual level.
    """

    smoothing: float = 0.2
    width: float = 3.0
    baseline: int = 4

    name: ClassVar[str] = "session_ratings"
    cause: ClassVar[str] = "ratings after meetings that fall"
    needs: ClassVar[tuple[str, ...]] = ("responses.form",)
    rests_on: ClassVar[str] = "answers to the form after meetings"
    reason: ClassVar[str] = "three standard deviations of the smoothed rating, as charts are drawn"
    cannot_tell: ClassVar[str] = "meetings that were not rated, often the worse ones"
    question: ClassVar[str] = "What would make your next meeting a good one?"

    def chart(self, reading: Reading) -> pd.DataFrame:
        """Give each rating with its smoothed value and limit, in pooled standard deviations.

        Columns `relationship_id, side, wave, rating, usual, smoothed, limit`; the limit is the
        lower one, and the first ratings have none.
        """
        rows = reading.program.responses
        rows = rows[(rows["form"] == "pulse") & rows["value"].notna()]
        rows = rows[rows["relationship_id"].isin(reading.active)]
        keys = ["relationship_id", "role", "wave"]
        ratings = rows.groupby(keys, as_index=False)["value"].mean()
        columns = ["relationship_id", "side", "wave", "rating", "usual", "smoothed", "limit"]
        if ratings.empty:
            return pd.DataFrame(columns=columns)
        within = ratings["value"] - ratings.groupby(keys[:2])["value"].transform("mean")
        sizes = ratings.groupby(keys[:2])["value"].transform("size")
        degrees = (1 - 1 / sizes).sum()
        spread = float(np.sqrt((within**2).sum() / degrees)) if degrees > 0 else 0.0
        parts = []
        for (name, side), own in ratings.groupby(keys[:2]):
            value = own["value"].to_numpy(float)
            usual = value[: self.baseline].mean()
            smoothed = np.full(len(value), np.nan)
            level = usual
            for k in range(self.baseline, len(value)):
                level += self.smoothing * (value[k] - level)
                smoothed[k] = level
            half = self.width * spread * np.sqrt(self.smoothing / (2 - self.smoothing))
            parts.append(
                pd.DataFrame(
                    {
                        "relationship_id": name,
                        "side": side,
                        "wave": own["wave"].to_numpy(),
                        "rating": value,
                        "usual": usual,
                        "smoothed": smoothed,
                        "limit": np.where(np.isnan(smoothed), np.nan, usual - half),
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Compare the last smoothed rating with its limit."""
        last = self.chart(reading).drop_duplicates(["relationship_id", "side"], keep="last")
        last = last[last["smoothed"].notna() & (last["usual"] > last["limit"])]
        fall = (last["usual"] - last["smoothed"]) / (last["usual"] - last["limit"])
        found = pd.DataFrame(
            {
                "relationship_id": last["relationship_id"],
                "value": fall.clip(lower=0).astype(float),
                "evidence": [
                    f"the {row.side}'s ratings after meetings fell from {row.usual:.1f} to "
                    f"{row.smoothed:.1f}"
                    for row in last.itertuples()
                ],
            }
        )
        worst = found.sort_values("value", ascending=False, kind="stable")
        return worst.drop_duplicates("relationship_id")


register_signal(SessionRatings())
