"""What both partners last said of their relationship, as far as it was known each week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...codebook import Codebook, item_bank
from ..catalog.reading import keyed

if TYPE_CHECKING:
    from ...program import Program

_NOT_RATINGS = ("negative_experiences",)  # keyed the other way round


def add_ratings(
    program: Program, features: pd.DataFrame, *, codebook: Codebook | None = None
) -> pd.DataFrame:
    """Add each side's last mean answer to weekly features, and the lower of the two.

    Parameters
    ----------
    program : Program
    features : pandas.DataFrame
        From `weekly_features`.
    codebook : Codebook, optional
        What survey items mean; the package's item bank without.

    Returns
    -------
    pandas.DataFrame
        With `rating_mentor`, `rating_mentee` and `rating_low`, 0 (worst) to 1, NaN where nothing
        was answered or its day is not known. An answer counts from the week in which it became
        known.
    """
    forms = _forms(program, item_bank() if codebook is None else codebook)
    found = {side: _last_known(forms, features, side) for side in ("mentor", "mentee")}
    return features.assign(
        rating_mentor=found["mentor"],
        rating_mentee=found["mentee"],
        rating_low=np.fmin(found["mentor"], found["mentee"]),
    )


def _forms(program: Program, codebook: Codebook) -> pd.DataFrame:
    """Mean answer by relationship, side, and day on which it became known."""
    columns = ["relationship_id", "side", "known", "score"]
    rows = program.responses
    dates = [name for name in ("recorded_at", "answered_at") if rows is not None and name in rows]
    if not dates:
        return pd.DataFrame(columns=columns)
    known = rows[dates].bfill(axis=1).iloc[:, 0].astype("datetime64[us]")
    if "answered_at" in rows:
        known = known.mask(rows["answered_at"] > known, rows["answered_at"])
    rows = rows.assign(known=known.dt.normalize())
    rows = keyed(rows[rows["known"].notna() & rows["value"].notna()], codebook)
    rows = rows[~rows["element"].isin(_NOT_RATINGS)]
    return rows.groupby(columns[:3], as_index=False)["score"].mean()


def _last_known(forms: pd.DataFrame, features: pd.DataFrame, side: str) -> np.ndarray:
    """The last score of each row's relationship that was known at the end of its week."""
    own = forms[forms["side"] == side]
    if own.empty:
        return np.full(len(features), np.nan)
    weeks = pd.DataFrame(
        {
            "relationship_id": features["relationship_id"].to_numpy(),
            "known": features["week_end"].dt.normalize().to_numpy(),
            "row": np.arange(len(features)),
        }
    )
    own = own[["relationship_id", "known", "score"]].astype({"known": weeks["known"].dtype})
    joined = pd.merge_asof(
        weeks.sort_values("known", kind="stable"),
        own.sort_values("known", kind="stable"),
        on="known",
        by="relationship_id",
    )
    return joined.sort_values("row")["score"].to_numpy(dtype=float)
