"""How a self-match market runs, round by round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .kernels.asking import answer, ask, worth_by_mentor
from .market.market import Market


@dataclass(frozen=True, eq=False)
class BrowsingRun:
    """What came of a self-match market.

    Attributes
    ----------
    mentor_of : ndarray of int64, shape (n_mentees,)
        Mentor positions, -1 for unmatched.
    requests, unread, declined : ndarray of int64, shape (n_rounds,)
        Requests sent in each round, those that nobody read, and those that were declined.
    """

    mentor_of: np.ndarray
    requests: np.ndarray
    unread: np.ndarray
    declined: np.ndarray


def browse(
    market: Market,
    rng: np.random.Generator,
    *,
    two_sided: bool,
    n_seen: int,
    n_read: int,
    n_rounds: int,
    pickiness: float,
) -> BrowsingRun:
    """Let mentees look, ask and be answered for some rounds; see `SelfMatch`.

    Parameters
    ----------
    market : Market
    rng : numpy.random.Generator
    two_sided : bool
        Whether mentors read and may decline; otherwise the first who ask get the places.
    n_seen, n_read, n_rounds : int
    pickiness : float

    Returns
    -------
    BrowsingRun
    """
    pairs = market.pairs()
    mentee = pairs.mentee()
    by_mentor = worth_by_mentor(pairs.mentor, pairs.mentor_utility, market.n_mentors)
    asked = np.zeros(pairs.n_pairs, dtype=bool)
    open_places = market.capacity.copy()
    mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
    counts = np.zeros((3, n_rounds), dtype=np.int64)
    for turn in range(n_rounds):
        order = rng.permutation(np.flatnonzero(mentor_of < 0))
        lots = rng.random((len(order), n_seen))
        requests = ask(
            pairs.indptr,
            pairs.mentor,
            pairs.mentee_utility,
            order,
            lots,
            asked,
            open_places,
            not two_sided,
        )
        counts[0, turn] = len(requests)
        if not two_sided:
            mentor_of[mentee[requests]] = pairs.mentor[requests]
            continue
        inbox = requests[np.argsort(pairs.mentor[requests], kind="stable")]
        counts[1:, turn] = answer(
            inbox,
            mentee,
            pairs.mentor,
            pairs.mentor_utility,
            *by_mentor,
            pickiness * (1 - turn / max(n_rounds - 1, 1)),
            n_read,
            asked,
            open_places,
            mentor_of,
        )
    return BrowsingRun(mentor_of, *counts)
