"""What changed from one assignment to the next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...errors import OptionError, count, listing, quote
from ..assignment import Assignment

CHANGES = ("kept", "moved", "new", "lost", "still_unmatched", "gone")


def changes(
    assignment: Assignment, previous: Assignment | pd.DataFrame, *, who: str = "changes"
) -> pd.DataFrame:
    """Tell mentee by mentee what changed since an earlier assignment.

    Parameters
    ----------
    assignment : Assignment
        The present one.
    previous : Assignment or pandas.DataFrame
        The earlier one, or its pairs: `mentee_id, mentor_id`, each mentee once.
    who : str
        The function that asks.

    Returns
    -------
    pandas.DataFrame
        `mentee_id`, `before`, `after` (mentors' ids, empty for nobody), `change` (kept, moved, new,
        lost, still_unmatched; gone for a mentee who is no longer there), `forced` (whether the
        earlier mentor is no longer there).

    Raises
    ------
    OptionError
        If `previous` is neither, or names a mentee twice.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[2, 1], [3, 4]], [[1, 1], [2, 2]], capacity=1)
    >>> now = assign(market, "mentee_proposing", seed=1)
    >>> before = pd.DataFrame({"mentee_id": [0, 7], "mentor_id": [1, 0]})
    >>> changes(now, before)["change"].tolist()
    ['moved', 'new', 'gone']
    """
    earlier = _pairs(previous, who)
    twice = earlier["mentee_id"].duplicated()
    if twice.any():
        named = earlier.loc[twice, "mentee_id"]
        raise OptionError(
            f"{who}: `previous` must name each mentee once; {listing(named.unique(), limit=3)} "
            f"{'comes' if len(named) == 1 else 'come'} again."
        )
    market = assignment.market
    had = dict(zip(earlier["mentee_id"], earlier["mentor_id"], strict=True))
    now = {
        mentee: market.mentor_ids[j] if j >= 0 else None
        for mentee, j in zip(market.mentee_ids, assignment.mentor_of, strict=True)
    }
    mentors = set(market.mentor_ids)
    rows = [
        (mentee, had.get(mentee), after, _change(had.get(mentee), after))
        for mentee, after in now.items()
    ]
    rows += [(mentee, before, None, "gone") for mentee, before in had.items() if mentee not in now]
    frame = pd.DataFrame(rows, columns=["mentee_id", "before", "after", "change"], dtype="object")
    gone = [before is not None and before not in mentors for before in frame["before"]]
    return frame.assign(change=frame["change"].astype("str"), forced=np.array(gone, dtype=bool))


def churn(changed: pd.DataFrame) -> dict[str, float]:
    """Count the changes, and give churn: who lost a mentor, of all who had one and are still here.

    Parameters
    ----------
    changed : pandas.DataFrame
        From `changes`.

    Returns
    -------
    dict of str to float
        ``n_kept``, ``n_moved``, ``n_new``, ``n_lost``, ``n_gone``, ``churn`` (moved or lost, of
        those who had a mentor), ``churn_by_choice`` (the same among those whose mentor is still
        there). NaN without such mentees.
    """
    n = {name: int((changed["change"] == name).sum()) for name in CHANGES}
    broken = changed["change"].isin(["moved", "lost"])
    stays = broken | (changed["change"] == "kept")
    free = stays & ~changed["forced"]
    return {
        **{f"n_{name}": n[name] for name in ("kept", "moved", "new", "lost", "gone")},
        "churn": float(broken[stays].mean()) if stays.any() else np.nan,
        "churn_by_choice": float(broken[free].mean()) if free.any() else np.nan,
    }


def _pairs(previous: Any, who: str) -> pd.DataFrame:
    if isinstance(previous, Assignment):
        return previous.pairs()
    if isinstance(previous, pd.DataFrame) and {"mentee_id", "mentor_id"} <= set(previous.columns):
        return previous[["mentee_id", "mentor_id"]]
    got = (
        f"a table with {count(previous.shape[1], 'column')}"
        if isinstance(previous, pd.DataFrame)
        else quote(previous)
    )
    raise OptionError(
        f"{who}: `previous` must be an Assignment or a table of mentee_id and mentor_id; got {got}."
    )


def _change(before: Any, after: Any) -> str:
    if before is None:
        return "still_unmatched" if after is None else "new"
    if after is None:
        return "lost"
    return "kept" if before == after else "moved"
