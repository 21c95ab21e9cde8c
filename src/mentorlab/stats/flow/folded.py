"""The best total on matrices, one left node at a time, with places folded into their owners."""

from __future__ import annotations

import numpy as np
from numba import njit

SHORTEST_BITS, LONGEST_BITS = 20, 50
_PATH_BITS = 57


def insertion_bits(n_right: int) -> int:
    """Tell how many bits costs may take so that sums along any path fit into 60."""
    return max(SHORTEST_BITS, min(LONGEST_BITS, _PATH_BITS - int(n_right).bit_length()))


@njit(cache=True, nogil=True)
def insert_all(cost, upper):
    """Give every left node a place at the least total cost.

    Parameters
    ----------
    cost : ndarray of int64, shape (n_left, n_right)
        0 or more; 2**60 where the pair is not allowed.
    upper : ndarray of int64, shape (n_right,)
        Places of each right node.

    Returns
    -------
    place : ndarray of int64, shape (n_left,)
        Right node of each left node; empty when not everyone can have a place.

    Notes
    -----
    Successive shortest paths with prices (Edmonds and Karp; Jonker and Volgenant for one place
    each). The search runs on right nodes only: moving from a to b costs the least
    ``cost[x, b] - cost[x, a]`` of the left nodes x at a, a row that is kept until a's left nodes
    change. O(n_left * n_right * (n_right + largest place)) at worst.
    """
    n, m = cost.shape
    far = np.int64(1) << 60
    price = np.zeros(m, dtype=np.int64)
    load = np.zeros(m, dtype=np.int64)
    starts = np.zeros(m + 1, dtype=np.int64)
    for b in range(m):
        starts[b + 1] = starts[b] + min(upper[b], n)
    held = np.empty(starts[m], dtype=np.int64)
    place = np.full(n, -1, dtype=np.int64)
    row_of = np.full(m, -1, dtype=np.int64)
    folded = np.empty((min(n, m), m), dtype=np.int64)
    n_rows = 0
    stale = np.ones(m, dtype=np.bool_)
    distance = np.empty(m, dtype=np.int64)
    came_from = np.empty(m, dtype=np.int64)
    done = np.zeros(m, dtype=np.bool_)
    settled = np.empty(m, dtype=np.int64)
    for i in range(n):
        for b in range(m):
            distance[b] = cost[i, b] + price[b]
            came_from[b] = -1
            done[b] = upper[b] == 0
        n_settled = 0
        while True:
            nearest, least = -1, far >> 1
            for b in range(m):
                if distance[b] < least and not done[b]:
                    nearest, least = b, distance[b]
            if nearest < 0:
                return place[:0]
            if load[nearest] < upper[nearest]:
                break
            done[nearest] = True
            settled[n_settled] = nearest
            n_settled += 1
            if row_of[nearest] < 0:
                row_of[nearest] = n_rows
                n_rows += 1
            fold = folded[row_of[nearest]]
            if stale[nearest]:
                _fold_row(cost, held[starts[nearest] : starts[nearest + 1]], nearest, fold)
                stale[nearest] = False
            base = least - price[nearest]
            for b in range(m):
                through = base + fold[b] + price[b]
                shorter = through < distance[b]
                distance[b] = through if shorter else distance[b]
                came_from[b] = nearest if shorter else came_from[b]
        for k in range(n_settled):
            price[settled[k]] += least - distance[settled[k]]
        b = nearest
        hole = starts[b] + load[b]
        load[b] += 1
        while came_from[b] >= 0:
            a = came_from[b]
            slot = starts[a]
            while cost[held[slot], b] - cost[held[slot], a] != folded[row_of[a], b]:
                slot += 1
            held[hole], place[held[slot]], stale[b] = held[slot], b, True
            hole, b = slot, a
        held[hole], place[i], stale[b] = i, b, True
    return place


@njit(cache=True, nogil=True)
def _fold_row(cost, members, a, fold):
    """Least cost of moving one of the members from node a to each node."""
    fold[:] = np.int64(1) << 60
    for x in members:
        own, other = cost[x, a], cost[x]
        for b in range(len(fold)):
            fold[b] = min(fold[b], other[b] - own)


@njit(cache=True, nogil=True)
def whole_matrix(score, acceptable, high, step, outside_cost, n_columns):
    """Write costs as whole numbers, with a column for staying out where asked.

    Parameters
    ----------
    score : ndarray of float64, shape (n_left, n_right)
    acceptable : ndarray of bool, shape (n_left, n_right) or empty for all
    high : float
        The best score, in steps; it costs 0.
    step : float
        Score that one unit of cost stands for.
    outside_cost : int
        Cost of staying out.
    n_columns : int
        n_right, or one more for staying out.

    Returns
    -------
    cost : ndarray of int64, shape (n_left, n_columns)
        2**60 where not acceptable.
    exact : bool
        Whether no score was rounded.
    """
    n, m = score.shape
    masked = acceptable.size > 0
    cost = np.empty((n, n_columns), dtype=np.int64)
    exact = True
    for i in range(n):
        for b in range(m):
            scaled = score[i, b] / step
            whole = np.rint(scaled)
            exact &= whole == scaled
            cost[i, b] = np.int64(high - whole)
            if masked and not acceptable[i, b]:
                cost[i, b] = np.int64(1) << 60
        if n_columns > m:
            cost[i, m] = outside_cost
    return cost, exact
