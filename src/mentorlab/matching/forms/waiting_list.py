"""The waiting list: who is next, and for which mentors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, did_you_mean, quote
from ..assignment import Assignment
from ..judgment.standing import Standing

WHO = "waiting_list"


def waiting_list(
    assignment: Assignment, *, since: Mapping[Any, Any] | pd.Series | None = None
) -> pd.DataFrame:
    """Tell who waits for a mentor, in which order, and whose place would be theirs.

    Parameters
    ----------
    assignment : Assignment
        From `assign`.
    since : mapping of id to date or number, optional
        When each mentee began to wait. Who waits longest comes first; without it, who has fewest
        acceptable mentors.

    Returns
    -------
    pandas.DataFrame
        One row an unmatched mentee: `place` (from 1), `mentee_id`, `since`, `n_acceptable`
        (mentors), `n_free` (of these, with a free place), `first_in_line` (mentors who like this
        mentee best of all who wait for them, most wanted first; of equals, who waits longer).

    Raises
    ------
    MarketError
        If `since` names someone unknown, or not everyone who waits.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_preferences(
    ...     {"ann": ["mia"], "bob": ["mia"], "cy": ["mia"]}, {"mia": ["bob", "cy", "ann"]},
    ...     capacity=1,
    ... )
    >>> line = waiting_list(assign(market, "mentee_proposing", seed=1))
    >>> line[["mentee_id", "first_in_line"]].values.tolist()
    [['ann', []], ['cy', ['mia']]]
    """
    market = assignment.market
    standing = Standing(market, assignment.mentor_of)
    waiting = np.flatnonzero(assignment.mentor_of < 0)
    edges = standing.edges
    length = np.diff(edges.indptr)
    free = ~standing.full[edges.mentor]
    n_free = np.bincount(standing.mentee, weights=free, minlength=market.n_mentees)
    frame = pd.DataFrame(
        {
            "mentee_id": market.mentee_ids[waiting],
            "since": _since(market.mentee_ids, waiting, since),
            "n_acceptable": length[waiting],
            "n_free": n_free[waiting].astype(np.int64),
        }
    )
    keys = ["n_acceptable"] if since is None else ["since", "n_acceptable"]
    order = frame.sort_values(keys, kind="stable").index.to_numpy()
    turn = np.full(market.n_mentees, -1, dtype=np.int64)
    turn[waiting[order]] = np.arange(len(order))
    first = _first_in_line(standing, turn)
    frame["first_in_line"] = pd.Series([first.get(int(i), []) for i in waiting], dtype="object")
    frame = frame.loc[order].reset_index(drop=True)
    frame.insert(0, "place", np.arange(1, len(frame) + 1))
    return frame


def _since(ids: np.ndarray, waiting: np.ndarray, since: Any) -> Any:
    if since is None:
        return pd.Series([None] * len(waiting), dtype="object")
    known = dict(since.items())
    for person in known:
        if person not in set(ids):
            near = did_you_mean(person, ids)
            raise MarketError(
                f"{WHO}: `since` names {quote(person)}, who is no mentee here. {near}".rstrip()
            )
    absent = [person for person in ids[waiting] if person not in known]
    if absent:
        raise MarketError(
            f"{WHO}: `since` must name everyone who waits; {quote(absent[0])} is absent "
            f"({len(absent):,} in all)."
        )
    return pd.Series([known[person] for person in ids[waiting]]).to_numpy()


def _first_in_line(standing: Standing, turn: np.ndarray) -> dict[int, list[Any]]:
    """Find the mentors who like each waiting mentee best of all who wait for them."""
    edges, market = standing.edges, standing.market
    places = np.flatnonzero((turn[standing.mentee] >= 0) & (market.capacity[edges.mentor] > 0))
    mentor, mentee = edges.mentor[places], standing.mentee[places]
    order = np.lexsort((turn[mentee], -edges.mentor_utility[places], mentor))
    mentor, places = mentor[order], places[order]
    head = np.ones(len(mentor), dtype=bool)
    head[1:] = mentor[1:] != mentor[:-1]
    first: dict[int, list[Any]] = {}
    for place in np.sort(places[head]):
        first.setdefault(int(standing.mentee[place]), []).append(
            market.mentor_ids[edges.mentor[place]]
        )
    return first
