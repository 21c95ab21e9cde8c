"""Matchings that no pair would block if one of them gains and the other does not mind."""

from __future__ import annotations

import numpy as np

from ..market.edges import Edges
from .tied_lists import TiedLists

Held = list[set[int]]


def strongly_stable_for_mentees(
    pairs: Edges, capacity: np.ndarray, possible: np.ndarray
) -> np.ndarray | None:
    """Find the strongly stable matching that is best for mentees, None if there is none.

    As for super stability every free mentee is held by all mentors at the head of the list. When
    some mentees then compete for too few places among equals (the critical set), the mentors they
    compete for strike out their worst equals, and the search goes on.

    Parameters
    ----------
    pairs : Edges
    capacity : ndarray of int64, shape (m,)
    possible : ndarray of bool, shape (n_pairs,)
        Which pairs may be formed.

    Returns
    -------
    ndarray of int64, shape (n,), or None
        Mentor positions, -1 for unmatched.

    References
    ----------
    irving2003 : Strong stability in the hospitals/residents problem.
    """
    lists = TiedLists(pairs, capacity, possible)
    held: Held = [set() for _ in capacity]
    while True:
        _propose(lists, held)
        bound, rest = _part_bound(lists, held)
        open_places = capacity - np.bincount(
            [pairs.mentor[at] for at in bound.values()], minlength=len(capacity)
        )
        chosen, critical = _match_rest(lists, rest, open_places)
        mentors = {int(pairs.mentor[at]) for i in critical for at in rest[i]}
        if not mentors:
            break
        for j in sorted(mentors):
            _strike(lists, held, lists.tail(j))
    mentor_of = np.full(len(pairs.indptr) - 1, -1, dtype=np.int64)
    for at in (*bound.values(), *chosen.values()):
        mentor_of[lists.mentee[at]] = pairs.mentor[at]
    return mentor_of if _is_strongly_stable(pairs, capacity, possible, mentor_of) else None


def _propose(lists: TiedLists, held: Held) -> None:
    """Let every mentee whom nobody holds be held by all at the head of the list."""
    n = len(lists.pairs.indptr) - 1
    n_holding = np.bincount(
        [lists.mentee[at] for place in held for at in place], minlength=n
    ).astype(np.int64)
    free = [i for i in range(n) if n_holding[i] == 0]
    while free:
        i = free.pop()
        if n_holding[i]:
            continue
        for at in lists.head(i).tolist():
            if not lists.possible[at]:
                continue
            j = int(lists.pairs.mentor[at])
            held[j].add(at)
            n_holding[i] += 1
            if len(held[j]) >= lists.capacity[j]:
                keys = np.sort(lists.pairs.mentor_utility[list(held[j])])[::-1]
                for other in _strike(lists, held, lists.below(j, keys[lists.capacity[j] - 1])):
                    n_holding[other] -= 1
                    if n_holding[other] == 0:
                        free.append(other)


def _strike(lists: TiedLists, held: Held, struck: np.ndarray) -> list[int]:
    """Strike pairs out; give the mentee of each that was held."""
    lists.strike(struck)
    dropped = []
    for at in struck.tolist():
        place = held[int(lists.pairs.mentor[at])]
        if at in place:
            place.discard(at)
            dropped.append(int(lists.mentee[at]))
    return dropped


def _part_bound(lists: TiedLists, held: Held) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Tell mentees who are sure of a mentor, and the pairs of those who compete among equals."""
    bound: dict[int, int] = {}
    rest: dict[int, list[int]] = {}
    for j, place in enumerate(held):
        tail = set(lists.tail(j).tolist()) if len(place) > lists.capacity[j] else set()
        for at in sorted(place):
            i = int(lists.mentee[at])
            if at in tail:
                rest.setdefault(i, []).append(at)
            else:
                bound[i] = at
    return bound, {i: listed for i, listed in rest.items() if i not in bound}


def _match_rest(
    lists: TiedLists, rest: dict[int, list[int]], open_places: np.ndarray
) -> tuple[dict[int, int], set[int]]:
    """Match as many competing mentees as possible; tell who competes for too few places."""
    chosen: dict[int, int] = {}
    taken: dict[int, set[int]] = {}
    critical: set[int] = set()
    for start in rest:
        came_by: dict[int, tuple[int, int]] = {}
        reached, queue, seen = None, [start], {start}
        while queue and reached is None:
            i = queue.pop(0)
            for at in rest[i]:
                j = int(lists.pairs.mentor[at])
                if j in came_by:
                    continue
                came_by[j] = (i, at)
                users = taken.setdefault(j, set())
                if len(users) < open_places[j]:
                    reached = j
                    break
                queue += [other for other in users if other not in seen]
                seen |= users
        if reached is None:
            critical |= seen
            continue
        while True:
            i, at = came_by[reached]
            before = chosen.get(i)
            chosen[i] = at
            taken[reached].add(i)
            if before is None:
                break
            reached = int(lists.pairs.mentor[before])
            taken[reached].discard(i)
    return chosen, critical


def _is_strongly_stable(
    pairs: Edges, capacity: np.ndarray, possible: np.ndarray, mentor_of: np.ndarray
) -> bool:
    """Whether no pair blocks in which one gains and the other does not lose."""
    mentee = pairs.mentee()
    is_pair = mentor_of[mentee] == pairs.mentor
    mine = np.full(len(mentor_of), -np.inf)
    mine[mentee[is_pair]] = pairs.mentee_utility[is_pair]
    load = np.bincount(pairs.mentor[is_pair], minlength=len(capacity))
    worst = np.full(len(capacity), np.inf)
    np.minimum.at(worst, pairs.mentor[is_pair], pairs.mentor_utility[is_pair])
    worst[load < capacity] = -np.inf
    worst[capacity == 0] = np.inf
    gain = pairs.mentee_utility - mine[mentee]
    gain_of_mentor = pairs.mentor_utility - worst[pairs.mentor]
    blocks = (gain >= 0) & (gain_of_mentor >= 0) & ((gain > 0) | (gain_of_mentor > 0))
    return not (blocks & possible & ~is_pair).any()
