"""Peers: pairs within one group, by stability or by the best total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, NoStableMatching, OptionError, count, listing, quote
from ...options import LeftOver, OneSided, PeerMethod, check_option
from ...rng import child_rng
from ..kernels.roommates import stable_roommates
from .people import members_frame
from .wishes import Wishes, read_wishes

WHO = "pair_peers"
MOST_BY_TOTAL = 1_000


def pair_peers(
    wishes: Mapping[Any, Sequence[Any]] | pd.DataFrame,
    *,
    method: PeerMethod = "stable",
    odd: LeftOver = "leave",
    one_sided: OneSided = "refuse",
    seed: int | None = None,
) -> pd.DataFrame:
    """Pair people of one group as peers, so that no two would rather have each other.

    Parameters
    ----------
    wishes : mapping, preferences table or square table
        Ordered lists by person, best first, an inner list holding equals; rows `person_id,
        other_id, rank`; or utilities with the same people as index and columns, empty where two
        may not be paired. Lists may be incomplete.
    method : {"stable", "best_total"}
        ``"stable"``: no two people prefer each other to their partners. ``"best_total"``: as many
        pairs as can be made and, among these, the largest sum of both partners' values.
    odd : {"leave", "three", "refuse"}
        What becomes of those who stay over: they have no row, they join the pair that suits all
        three best, or it is an error.
    one_sided : {"refuse", "drop"}
        Whether a wish that is not returned is an error or left out.
    seed : int, optional
        Breaks ties of stable pairs by lottery; needed only where someone has equals.

    Returns
    -------
    pandas.DataFrame
        Members rows: `relationship_id`, `person_id`, `role` (peer), `kind`, `rank` (of the partner
        among the person's acceptable ones, 1 is best; the worse one in a three).

    Raises
    ------
    NoStableMatching
        If no stable pairing exists, or none under the lottery's order of equals.
    MarketError
        For wishes that can't be read or are not returned, or people who can't be placed.
    OptionError
        If an option is unknown, a seed is needed, or the group is too large for ``best_total``.

    Notes
    -----
    Irving's algorithm with incomplete lists, in time quadratic in the group. Who is left alone is
    the same in every stable pairing. With equals, weak stability is asked for, and whether it can
    be had is NP-complete to tell: another `seed` may find one where this seed does not. Maximum
    weight is by the blossom algorithm. Neither asks who may be trusted with whom.

    References
    ----------
    irving1985 : An efficient algorithm for the stable roommates problem.
    gusfield1989 : The stable marriage problem: structure and algorithms.
    edmonds1965 : Paths, trees, and flowers.

    Examples
    --------
    >>> wishes = {"a": ["b", "c", "d"], "b": ["c", "a", "d"], "c": ["b", "d", "a"], "d": ["a"]}
    >>> pairs = pair_peers(wishes, one_sided="drop")
    >>> pairs["person_id"].tolist()
    ['a', 'd', 'b', 'c']
    """
    check_option(method, PeerMethod, who=WHO, name="method")
    check_option(odd, LeftOver, who=WHO, name="odd")
    check_option(one_sided, OneSided, who=WHO, name="one_sided")
    read = read_wishes(wishes, who=WHO)
    lonely = read.one_sided()
    if lonely and one_sided == "refuse":
        raise MarketError(
            f"{WHO}: wishes must be returned; {quote(lonely[0][0])} lists {quote(lonely[0][1])}, "
            f"who does not list {quote(lonely[0][0])} "
            f"({count(len(lonely), 'such wish', 'such wishes')}). Complete the lists, or give "
            'one_sided="drop".'
        )
    value = np.where(read.mutual, read.value, np.nan)
    partner = _stable(value, read, seed) if method == "stable" else _best_total(value)
    groups = [[i, k] for i, k in enumerate(partner.tolist()) if i < k]
    left = np.flatnonzero(partner < 0).tolist()
    if left and odd == "refuse":
        raise MarketError(
            f"{WHO}: {count(len(left), 'person stays', 'people stay')} over: "
            f"{listing((read.ids[i] for i in left), limit=4)}. Give odd='three' to let them join "
            "a pair, or odd='leave'."
        )
    if left and odd == "three":
        groups = _join(groups, left, value, read)
    return _members(groups, value, read)


def _stable(value: np.ndarray, wishes: Wishes, seed: int | None) -> np.ndarray:
    lists, tied = _strict_lists(value, seed, wishes)
    exists, partner = stable_roommates(lists)
    if not exists:
        why = (
            "with this lottery for equals; try another seed"
            if tied
            else "whoever is paired, two people prefer each other to their partners"
        )
        raise NoStableMatching(
            f"{WHO}: no stable pairing of {count(len(lists), 'person', 'people')} exists "
            f'({why}). method="best_total" always finds a pairing.'
        )
    return partner


def _strict_lists(
    value: np.ndarray, seed: int | None, wishes: Wishes
) -> tuple[np.ndarray, np.ndarray | bool]:
    """Order everyone's acceptable partners, best first, equals by lottery."""
    n = len(value)
    ordered = np.sort(value, axis=1)
    ties = (np.diff(ordered, axis=1) == 0).any(axis=1)
    if ties.any() and seed is None:
        who = wishes.ids[int(ties.argmax())]
        raise OptionError(
            f"{WHO}: `seed` is needed, since equals are ordered by lottery; "
            f"{count(int(ties.sum()), 'person has', 'people have')} equals, first {quote(who)}."
        )
    lottery = (
        np.tile(np.arange(n, dtype=np.float64), (n, 1))
        if seed is None
        else child_rng(seed, WHO, "ties").random((n, n))
    )
    unacceptable = np.isnan(value)
    order = np.lexsort((lottery, -np.where(unacceptable, -np.inf, value)), axis=1)
    lists = np.where(np.take_along_axis(unacceptable, order, axis=1), -1, order)
    longest = max(int((lists >= 0).sum(axis=1).max()), 1)
    return np.ascontiguousarray(lists[:, :longest], dtype=np.int64), bool(ties.any())


def _best_total(value: np.ndarray) -> np.ndarray:
    import networkx as nx

    if len(value) > MOST_BY_TOTAL:
        raise OptionError(
            f'{WHO}: method="best_total" takes at most {MOST_BY_TOTAL:,} people; got '
            f'{len(value):,}. Use method="stable", or pair site by site.'
        )
    graph = nx.Graph()
    graph.add_nodes_from(range(len(value)))
    both = value + value.T
    for i, k in np.argwhere(np.triu(~np.isnan(both), 1)).tolist():
        graph.add_edge(i, k, weight=float(both[i, k]))
    partner = np.full(len(value), -1)
    for i, k in nx.max_weight_matching(graph, maxcardinality=True):
        partner[i], partner[k] = k, i
    return partner


def _join(
    groups: list[list[int]], left: list[int], value: np.ndarray, wishes: Wishes
) -> list[list[int]]:
    """Let each one who stayed over join a pair of their own, with the best total for all."""
    from scipy.optimize import linear_sum_assignment

    both = value + value.T
    worth = np.array([[both[i, a] + both[i, b] for a, b in groups] for i in left]).reshape(
        len(left), len(groups)
    )
    open_to = ~np.isnan(worth)
    price = 1.0 + np.abs(np.where(open_to, worth, 0.0)).sum() * 2
    rows, columns = linear_sum_assignment(-np.where(open_to, worth, -price))
    placed = {left[r]: c for r, c in zip(rows, columns, strict=True) if open_to[r, c]}
    stuck = [wishes.ids[i] for i in left if i not in placed]
    if stuck:
        raise MarketError(
            f"{WHO}: {listing(stuck, limit=4)} can join no pair in which all three accept each "
            "other. Complete the wishes, or give odd='leave'."
        )
    joined = [list(group) for group in groups]
    for i, c in placed.items():
        joined[c].append(i)
    return joined


def _members(groups: list[list[int]], value: np.ndarray, wishes: Wishes) -> pd.DataFrame:
    numbers, people, ranks = [], [], []
    for number, group in enumerate(groups):
        for i in group:
            worst = min(value[i, k] for k in group if k != i)
            numbers.append(number)
            people.append(str(wishes.ids[i]))
            ranks.append(1 + int((value[i] > worst).sum()))
    return members_frame("peer", numbers, people, "peer", rank=pd.array(ranks, dtype="int64"))
