"""Flash mentoring: short meetings in rounds, nobody twice with the same person."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, did_you_mean, quote
from ...stats.many_to_many import best_pairs
from ..kernels.rounds import color_rounds
from ..market.market import Market
from .people import members_frame

WHO = "rotate_flash"


def rotate_flash(
    market: Market,
    *,
    n_rounds: int,
    seats: int = 1,
    met: pd.DataFrame | None = None,
) -> pd.DataFrame:
    r"""Plan rounds of short meetings so that as many as possible meet, and those who suit best.

    Parameters
    ----------
    market : Market
        Who may meet whom. Mentors whose capacity is 0 stay out; otherwise capacity, which is about
        mentees, does not count here.
    n_rounds : int
        How many rounds.
    seats : int
        How many mentees a mentor meets at once.
    met : pandas.DataFrame, optional
        Pairs who have met before and are not to meet again: `mentee_id`, `mentor_id`.

    Returns
    -------
    pandas.DataFrame
        Members rows, one relationship a mentor and round: `relationship_id`, `person_id`, `role`,
        `kind`, `round` (from 1).

    Raises
    ------
    OptionError
        If a number is less than 1, or `met` is not such a table.
    MarketError
        If `met` names someone unknown.

    Notes
    -----
    Exact, in two steps. First the set of meetings: as many as possible, then as many mentees with
    one at all, then the largest total utility, each mentee in at most T meetings and each mentor
    in at most T times `seats` (one min-cost flow). Then the rounds: a bipartite graph in which
    nobody has more than T edges can be colored with T colors (König), so every chosen meeting
    finds a round, and planning round by round could do no better.

    References
    ----------
    konig1916 : Über Graphen und ihre Anwendung auf Determinantentheorie und Mengenlehre.
    ahuja1993 : Network flows: theory, algorithms, and applications.

    Examples
    --------
    >>> market = Market.from_utilities([[2, 1], [1, 2]], [[1, 1], [1, 1]], capacity=1)
    >>> plan = rotate_flash(market, n_rounds=2)
    >>> plan.groupby("round").size().tolist()
    [4, 4]
    """
    for name, value in (("n_rounds", n_rounds), ("seats", seats)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise OptionError(f"{WHO}: `{name}` must be 1 or more; got {quote(value)}.")
    edges = market.pairs()
    mentee = edges.mentee()
    open_to = (market.capacity > 0)[edges.mentor] & ~_have_met(market, mentee, met)
    mentee, mentor = mentee[open_to], edges.mentor[open_to].astype(np.int64)
    total = (edges.mentee_utility + edges.mentor_utility)[open_to]
    chosen = best_pairs(
        mentee,
        mentor,
        total,
        left_places=np.full(market.n_mentees, n_rounds),
        right_places=np.full(market.n_mentors, n_rounds * seats),
    )
    mentee, mentor = mentee[chosen], mentor[chosen]
    seat = _seats(mentor, market.n_mentors, n_rounds)
    table = mentor * seats + seat
    at = color_rounds(mentee, table, market.n_mentees, market.n_mentors * seats, int(n_rounds))
    return _members(market, mentee, mentor, at)


def flash_reach(
    members: pd.DataFrame, *, minutes: float, met: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Tell how many new people each one meets, and how many an hour.

    Parameters
    ----------
    members : pandas.DataFrame
        From `rotate_flash`.
    minutes : float
        Length of a round.
    met : pandas.DataFrame, optional
        Pairs who knew each other before: `mentee_id`, `mentor_id`.

    Returns
    -------
    pandas.DataFrame
        One row a person: `person_id`, `role`, `n_rounds` (with a meeting), `n_met` (people of the
        other side), `n_new` (not met before), `n_repeats`, `new_per_hour` (of own time).

    Raises
    ------
    OptionError
        If `minutes` is not more than 0.

    Examples
    --------
    >>> market = Market.from_utilities([[2, 1], [1, 2]], [[1, 1], [1, 1]], capacity=1)
    >>> flash_reach(rotate_flash(market, n_rounds=2), minutes=15)["new_per_hour"].tolist()
    [4.0, 4.0, 4.0, 4.0]
    """
    if not minutes > 0:
        raise OptionError(f"flash_reach: `minutes` must be more than 0; got {quote(minutes)}.")
    sides = {role: members[members["role"] == role] for role in ("mentor", "mentee")}
    pairs = sides["mentee"].merge(
        sides["mentor"][["relationship_id", "person_id"]],
        on="relationship_id",
        suffixes=("_mentee", "_mentor"),
    )
    known = set() if met is None else set(zip(met["mentee_id"], met["mentor_id"], strict=True))
    pairs["known"] = [
        pair in known
        for pair in zip(pairs["person_id_mentee"], pairs["person_id_mentor"], strict=True)
    ]
    rows = []
    for role, other in (("mentee", "mentor"), ("mentor", "mentee")):
        for person, own in pairs.groupby(f"person_id_{role}", sort=True):
            n_rounds = own["relationship_id"].nunique()
            partners = own.drop_duplicates(f"person_id_{other}")
            n_new = int((~partners["known"]).sum())
            rows.append(
                {
                    "person_id": person,
                    "role": role,
                    "n_rounds": n_rounds,
                    "n_met": len(partners),
                    "n_new": n_new,
                    "n_repeats": len(own) - n_new,
                    "new_per_hour": n_new / (n_rounds * minutes / 60),
                }
            )
    columns = ["person_id", "role", "n_rounds", "n_met", "n_new", "n_repeats", "new_per_hour"]
    return pd.DataFrame(rows, columns=columns)


def _have_met(market: Market, mentee: np.ndarray, met: pd.DataFrame | None) -> np.ndarray:
    if met is None:
        return np.zeros(len(mentee), dtype=bool)
    if not isinstance(met, pd.DataFrame) or not {"mentee_id", "mentor_id"} <= set(met.columns):
        raise OptionError(f"{WHO}: `met` must be a table with mentee_id and mentor_id.")
    code = []
    for side, ids in (("mentee", market.mentee_ids), ("mentor", market.mentor_ids)):
        places = pd.Index(ids).get_indexer(pd.Index(met[f"{side}_id"]))
        if (places < 0).any():
            wrong = met[f"{side}_id"].iloc[int((places < 0).argmax())]
            near = did_you_mean(wrong, ids)
            raise MarketError(f"{WHO}: `met` names {side} {quote(wrong)}, unknown here. {near}")
        code.append(places.astype(np.int64))
    banned = code[0] * market.n_mentors + code[1]
    return np.isin(mentee * market.n_mentors + market.pairs().mentor, banned)


def _seats(mentor: np.ndarray, n_mentors: int, n_rounds: int) -> np.ndarray:
    """Deal each mentor's meetings over seats, at most one round's worth each."""
    order = np.argsort(mentor, kind="stable")
    starts = np.searchsorted(mentor[order], np.arange(n_mentors))
    turn = np.empty(len(mentor), dtype=np.int64)
    turn[order] = np.arange(len(mentor)) - starts[mentor[order]]
    return turn // n_rounds


def _members(
    market: Market, mentee: np.ndarray, mentor: np.ndarray, at: np.ndarray
) -> pd.DataFrame:
    order = np.lexsort((mentee, mentor, at))
    mentee, mentor, at = mentee[order], mentor[order], at[order]
    meeting = at * market.n_mentors + mentor
    distinct, number = np.unique(meeting, return_inverse=True)
    numbers = np.concatenate([np.arange(len(distinct)), number])
    people = np.concatenate(
        [market.mentor_ids[distinct % market.n_mentors], market.mentee_ids[mentee]]
    )
    roles = np.repeat(["mentor", "mentee"], [len(distinct), len(mentee)])
    rounds = np.concatenate([distinct // market.n_mentors, at]) + 1
    order = np.argsort(numbers, kind="stable")
    return members_frame("flash", numbers[order], people[order], roles[order], round=rounds[order])
