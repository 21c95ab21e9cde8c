"""How a self-match market runs, round by round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .market.edges import Edges
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
    asked = np.zeros(pairs.n_pairs, dtype=bool)
    open_places = market.capacity.copy()
    mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
    counts = np.zeros((3, n_rounds), dtype=np.int64)
    standing = _standing(pairs, market.n_mentors)
    for turn in range(n_rounds):
        share = pickiness * (1 - turn / max(n_rounds - 1, 1))
        inbox: dict[int, list[int]] = {}
        for i in rng.permutation(np.flatnonzero(mentor_of < 0)):
            at = _request(pairs, i, asked, open_places, n_seen, rng)
            if at < 0:
                continue
            asked[at] = True
            counts[0, turn] += 1
            j = int(pairs.mentor[at])
            if two_sided:
                inbox.setdefault(j, []).append(at)
            else:
                mentor_of[i] = j
                open_places[j] -= 1
        for j, requests in sorted(inbox.items()):
            read = sorted(requests[:n_read], key=lambda at: -pairs.mentor_utility[at])
            good = [at for at in read if standing[at] >= share][: open_places[j]]
            counts[1, turn] += len(requests) - len(read)
            counts[2, turn] += len(read) - len(good)
            mentee = np.searchsorted(pairs.indptr, good, side="right") - 1
            mentor_of[mentee] = j
            open_places[j] -= len(good)
            asked[requests[n_read:]] = False
    return BrowsingRun(mentor_of, *counts)


def _request(
    pairs: Edges,
    i: int,
    asked: np.ndarray,
    open_places: np.ndarray,
    n_seen: int,
    rng: np.random.Generator,
) -> int:
    """Choose the best of the open profiles that mentee `i` happens to see, -1 for none."""
    first, end = pairs.indptr[i], pairs.indptr[i + 1]
    can_ask = (open_places[pairs.mentor[first:end]] > 0) & ~asked[first:end]
    listed = first + np.flatnonzero(can_ask)
    if not len(listed):
        return -1
    seen = rng.choice(listed, size=min(n_seen, len(listed)), replace=False)
    best = seen[pairs.mentee_utility[seen] == pairs.mentee_utility[seen].max()]
    return int(best[0])


def _standing(pairs: Edges, n_mentors: int) -> np.ndarray:
    """Tell for each pair the share of the mentor's acceptable mentees who are worth less."""
    order = np.lexsort((pairs.mentor_utility, pairs.mentor))
    mentor, utility = pairs.mentor[order], pairs.mentor_utility[order]
    counts = np.bincount(pairs.mentor, minlength=n_mentors)
    starts = np.cumsum(counts) - counts
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (mentor[1:] != mentor[:-1]) | (utility[1:] != utility[:-1])
    level_start = np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))
    standing = np.empty(len(order))
    standing[order] = (level_start - starts[mentor]) / np.maximum(counts[mentor], 1)
    return standing
