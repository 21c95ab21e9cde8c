"""Every relationship-week with its features and what came after, for fitting and judging."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import EstimationError
from ...spans import last_known
from ..closure.endings import EXTERNAL, FRIENDLY, read_endings
from ..features.weekly import weekly_features
from .ratings import add_ratings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...codebook import Codebook
    from ...program import Program

DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class RiskPanel:
    """One row a relationship and week at risk.

    Attributes
    ----------
    features : pandas.DataFrame
        From `weekly_features`, with `mentor_id`, `mentor_rate` (problematic endings a week of the
        mentor's pairs known by then, over the pool's, pulled toward 1), `rating_mentor`,
        `rating_mentee`, `rating_low` (last answers known by then, 0 to 1) and `agreed_days_left`.
    days_left : numpy.ndarray of float, shape (m,)
        Days from the end of the week to the last day: the ending, or what is known.
    kind : numpy.ndarray of int, shape (m,)
        0 still going, 1 problematic, 2 friendly, 3 external.
    reason : numpy.ndarray of object, shape (m,)
        `end_reason` of the relationship.
    told : numpy.ndarray of datetime64, shape (m,)
        End of the first week in which the relationship's ending was known; NaT for those still
        going.
    known_until : pandas.Timestamp
    n_over : int
        Rows left out because the relationship had ended and nobody had entered it yet.
    notes : tuple of str
    """

    features: pd.DataFrame
    days_left: np.ndarray
    kind: np.ndarray
    reason: np.ndarray
    told: np.ndarray
    known_until: pd.Timestamp
    n_over: int
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.days_left)

    def follow_up(self) -> np.ndarray:
        """Days from the end of each row's week to the last known day."""
        until = np.datetime64(self.known_until.normalize())
        return (until - self.features["week_end"].to_numpy()) / DAY

    def ends_within(self, weeks: int) -> np.ndarray:
        """Rows that a problematic ending follows within so many weeks."""
        return (self.kind == 1) & (self.days_left <= 7 * weeks)

    def take(self, rows: np.ndarray) -> RiskPanel:
        """Keep some rows."""
        return RiskPanel(
            self.features.iloc[rows].reset_index(drop=True),
            self.days_left[rows],
            self.kind[rows],
            self.reason[rows],
            self.told[rows],
            self.known_until,
            self.n_over,
            self.notes,
        )


def read_panel(
    program: Program,
    *,
    friendly: Iterable[str] = FRIENDLY,
    external: Iterable[str] = EXTERNAL,
    features: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    who: str,
) -> RiskPanel:
    """Join weekly features with what came after.

    Parameters
    ----------
    program : Program
    friendly, external : iterable of str
        Values of `end_reason`.
    features : pandas.DataFrame, optional
        Weekly features up to the last known day, if there are any already.
    codebook : Codebook, optional
        What survey items mean.
    who : str
        The function that asks.

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.
    EstimationError
        If no relationship-week was seen at risk.
    """
    until = last_known(program)
    endings = read_endings(program, friendly=friendly, external=external, who=who)
    if features is None:
        features = weekly_features(program, as_of=until)
    facts, days_left, kind = _what_came(endings.frame, features)
    reasons = program.relationships.set_index("relationship_id").get("end_reason")
    reason = np.full(len(features), None, dtype=object)
    if reasons is not None:
        reason = reasons.reindex(features["relationship_id"]).to_numpy(dtype=object)
    features = _with_context(program, features, facts, kind, codebook)
    kept = days_left > 0
    if not kept.any():
        raise EstimationError(f"{who}: no relationship-week was followed by a day on record.")
    over = int((~kept & (kind > 0)).sum())
    told = _told(features, kind)
    panel = RiskPanel(features, days_left, kind, reason, told, until, over, endings.notes)
    return panel.take(kept)


def add_context(
    program: Program, features: pd.DataFrame, *, codebook: Codebook | None = None, who: str
) -> pd.DataFrame:
    """Add mentor, `mentor_rate`, ratings and the agreed end to features up to the last day."""
    facts, _, kind = _what_came(read_endings(program, who=who).frame, features)
    return _with_context(program, features, facts, kind, codebook)


def _with_context(
    program: Program,
    features: pd.DataFrame,
    facts: pd.DataFrame,
    kind: np.ndarray,
    codebook: Codebook | None,
) -> pd.DataFrame:
    agreed = facts["starts"].to_numpy() + (facts["agreed_days"].to_numpy() - 1) * DAY
    features = add_ratings(program, features, codebook=codebook).assign(
        mentor_id=facts["mentor_id"].to_numpy(),
        agreed_days_left=(agreed - features["week_end"].to_numpy()) / DAY,
    )
    return features.assign(mentor_rate=_mentor_rate(features, kind))


def _what_came(
    endings: pd.DataFrame, features: pd.DataFrame
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Facts of each row's relationship, days left, and the kind of ending."""
    facts = endings.set_index("relationship_id").reindex(features["relationship_id"])
    last_day = facts["starts"].to_numpy() + (facts["days"].to_numpy() - 1) * DAY
    days_left = (last_day - features["week_end"].to_numpy()) / DAY
    return facts, days_left, facts["kind"].to_numpy()


def _told(features: pd.DataFrame, kind: np.ndarray) -> np.ndarray:
    """End of the week after a relationship's last row, the first in which its ending is known."""
    last = features.groupby("relationship_id")["week_end"].transform("max")
    return (last + pd.Timedelta(days=7)).where(kind > 0).to_numpy()


def _mentor_rate(features: pd.DataFrame, kind: np.ndarray) -> np.ndarray:
    """Problematic endings a week of the mentor's pairs, known by then, over the pool's.

    The pool's rate weighs as much as the weeks in which it expects one ending.
    """
    frame = pd.DataFrame(
        {
            "mentor": features["mentor_id"].to_numpy(),
            "rel": features["relationship_id"].to_numpy(),
            "end": features["week_end"].to_numpy(),
            "kind": kind,
        }
    )
    weeks = frame.groupby(["end", "mentor"]).size().unstack(fill_value=0).cumsum()
    last = frame.sort_values("end").drop_duplicates("rel", keep="last")
    final = frame["end"].max()
    # The week after its last row is the first one in which the ending is known.
    ended = last[(last["kind"] == 1) & (last["end"] < final)]
    known = ended["end"] + pd.Timedelta(days=7)
    bad = pd.crosstab(known, ended["mentor"]).reindex(
        index=weeks.index, columns=weeks.columns, fill_value=0
    )
    bad = bad.cumsum()
    pool = (bad.sum(axis=1) + 0.5) / (weeks.sum(axis=1) + 50.0)
    rate = bad.add(1.0).div(weeks.add(1.0 / pool, axis=0)).div(pool, axis=0)
    place = weeks.index.get_indexer(frame["end"])
    column = weeks.columns.get_indexer(frame["mentor"])
    return rate.to_numpy()[place, column]
