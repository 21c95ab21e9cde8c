"""All rotations of a market with capacities: the steps from one stable matching to the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit


class Rotations(NamedTuple):
    """Every rotation of a market and the order they ask for.

    Attributes
    ----------
    rotation, old, new : numpy.ndarray
        ``(n_moves,)`` int64: in which rotation a mentee moves, from which pair, to which pair, in
        an order in which they can be carried out.
    later, earlier : numpy.ndarray
        ``(n_requirements,)`` int64: rotation ``later[k]`` needs ``earlier[k]`` before it.
    """

    rotation: np.ndarray
    old: np.ndarray
    new: np.ndarray
    later: np.ndarray
    earlier: np.ndarray


def find_rotations(
    indptr: np.ndarray,
    mentor: np.ndarray,
    rank: np.ndarray,
    worst_first: np.ndarray,
    starts: np.ndarray,
    capacity: np.ndarray,
    position: np.ndarray,
) -> Rotations:
    """List every rotation between the mentee-best and the mentor-best stable matching.

    Parameters
    ----------
    indptr : numpy.ndarray
        ``(n + 1,)`` int64; mentee `i` prefers ``mentor[indptr[i]:indptr[i + 1]]`` in this order,
        without equals.
    mentor : numpy.ndarray
        ``(e,)`` int32 mentor positions.
    rank : numpy.ndarray
        ``(e,)`` int64 place of the mentee in the mentor's order, 0 the best, without equals.
    worst_first, starts : numpy.ndarray
        ``(e,)`` int32 mentees of each mentor, the worst first, and ``(m + 1,)`` int64 where they
        begin.
    capacity : numpy.ndarray
        ``(m,)`` int64 places.
    position : numpy.ndarray
        ``(n,)`` int64 pair of each mentee in the mentee-best stable matching, -1 for unmatched.

    Returns
    -------
    Rotations
        The stable matchings are the sets of rotations that contain what each one needs.

    Notes
    -----
    A mentee's candidate is the first mentor below the present one who prefers them to the worst
    mentee held; following it to that mentee closes cycles. Whoever runs into a mentor with an
    open place, the end of the list, or someone stuck is stuck for good. Requirements: the
    previous rotation of the same mentee and of the same mentor, and for each mentor passed over
    the rotation that put the mentee out of reach. O(e), beside the look-up of the latter.

    References
    ----------
    irving1987; gusfield1989.
    """
    moves, requirements = _find_rotations(
        indptr, mentor, rank, worst_first, starts, capacity, position.copy()
    )
    return Rotations(moves[0], moves[1], moves[2], requirements[0], requirements[1])


@njit(cache=True, nogil=True)
def _find_rotations(indptr, mentor, rank, worst_first, starts, capacity, position):
    n, m, e = len(indptr) - 1, len(capacity), len(mentor)
    load = np.zeros(m, dtype=np.int64)
    for i in range(n):
        if position[i] >= 0:
            load[mentor[position[i]]] += 1
    worst, worst_rank = starts[:-1].copy(), np.full(m, -1, dtype=np.int64)
    for j in range(m):
        _find_worst(j, mentor, rank, worst_first, position, load, worst, worst_rank)
    first_rank = worst_rank.copy()
    candidate = position + 1
    state = np.zeros(n, dtype=np.int8)
    stack = np.empty(n, dtype=np.int64)
    last_of_mentee = np.full(n, -1, dtype=np.int64)
    latest = np.full(m, -1, dtype=np.int64)
    before, rank_after = np.empty(e, dtype=np.int64), np.empty(e, dtype=np.int64)
    moves = np.empty((3, e), dtype=np.int64)
    requirements = np.empty((2, 3 * e), dtype=np.int64)
    n_moves, n_requirements, n_rotations = 0, 0, 0
    for start in range(n):
        depth = 0
        while depth > 0 or (state[start] == 0 and position[start] >= 0):
            if depth == 0:
                stack[0], state[start], depth = start, 1, 1
            pair = _next_candidate(
                stack[depth - 1], indptr, mentor, rank, capacity, load, worst_rank, candidate
            )
            follower = -1 if pair < 0 else worst_first[worst[mentor[pair]]]
            if follower < 0 or state[follower] == 2:
                for level in range(depth):
                    state[stack[level]] = 2
                depth = 0
                continue
            if state[follower] == 0:
                stack[depth], state[follower] = follower, 1
                depth += 1
                continue
            begin = depth - 1
            while stack[begin] != follower:
                begin -= 1
            for level in range(begin, depth):
                n_requirements = _note_requirements(
                    stack[level], n_rotations, mentor, rank, capacity, candidate, position,
                    last_of_mentee, latest, before, rank_after, first_rank, moves[0],
                    requirements, n_requirements,
                )  # fmt: skip
            first_move = n_moves
            for level in range(begin, depth):
                i = stack[level]
                moves[0, n_moves], moves[1, n_moves] = n_rotations, position[i]
                moves[2, n_moves] = candidate[i]
                n_moves += 1
                position[i] = candidate[i]
                candidate[i] += 1
                last_of_mentee[i] = n_rotations
                state[i] = 0
            for move in range(first_move, n_moves):
                j = mentor[moves[2, move]]
                _find_worst(j, mentor, rank, worst_first, position, load, worst, worst_rank)
                before[move], rank_after[move], latest[j] = latest[j], worst_rank[j], move
            n_rotations += 1
            depth = begin
    return moves[:, :n_moves], requirements[:, :n_requirements]


@njit(cache=True, nogil=True)
def _find_worst(j, mentor, rank, worst_first, position, load, worst, worst_rank):
    """Move mentor j's pointer up to the worst mentee held."""
    if load[j] == 0:
        return
    while True:
        pair = position[worst_first[worst[j]]]
        if pair >= 0 and mentor[pair] == j:
            worst_rank[j] = rank[pair]
            return
        worst[j] += 1


@njit(cache=True, nogil=True)
def _next_candidate(i, indptr, mentor, rank, capacity, load, worst_rank, candidate):
    """Move mentee i's pointer down to the next mentor who would take them; -1 if none can."""
    while candidate[i] < indptr[i + 1]:
        pair = candidate[i]
        j = mentor[pair]
        if capacity[j] > 0:
            if load[j] < capacity[j]:
                return -1
            if rank[pair] < worst_rank[j]:
                return pair
        candidate[i] += 1
    return -1


@njit(cache=True, nogil=True)
def _note_requirements(
    i, number, mentor, rank, capacity, candidate, position,
    last_of_mentee, latest, before, rank_after, first_rank, rotation_of_move,
    requirements, n_requirements,
):  # fmt: skip
    """Write down which rotations must come before mentee i's move in rotation `number`."""
    if last_of_mentee[i] >= 0:
        requirements[0, n_requirements] = number
        requirements[1, n_requirements] = last_of_mentee[i]
        n_requirements += 1
    for pair in range(position[i] + 1, candidate[i] + 1):
        j = mentor[pair]
        event = latest[j]
        if event < 0 or capacity[j] == 0:
            continue
        if pair < candidate[i]:
            if first_rank[j] < rank[pair]:
                continue
            while before[event] >= 0 and rank_after[before[event]] < rank[pair]:
                event = before[event]
        if rotation_of_move[event] != last_of_mentee[i]:
            requirements[0, n_requirements] = number
            requirements[1, n_requirements] = rotation_of_move[event]
            n_requirements += 1
    return n_requirements
