"""Breadth-first walks: who is reached, who lies between, which parts hang together."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def reach_counts(indptr, indices, starts, n_hops):
    """Count the people reached from each start within 1, 2, ... hops, the start left out.

    Parameters
    ----------
    indptr, indices : numpy.ndarray
        Neighbors row by row.
    starts : numpy.ndarray of int64, shape (n_starts,)
        Positions to start from.
    n_hops : int
        How far to go.

    Returns
    -------
    numpy.ndarray of int64, shape (n_starts, n_hops)
        Cumulative over hops.
    """
    n = len(indptr) - 1
    seen = np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    reached = np.zeros((len(starts), n_hops), np.int64)
    for s in range(len(starts)):
        start = starts[s]
        seen[start] = s
        queue[0] = start
        head, tail = 0, 1
        for hop in range(n_hops):
            level_end = tail
            found = 0
            while head < level_end:
                v = queue[head]
                head += 1
                for e in range(indptr[v], indptr[v + 1]):
                    w = indices[e]
                    if seen[w] != s:
                        seen[w] = s
                        queue[tail] = w
                        tail += 1
                        found += 1
            reached[s, hop] = found + (reached[s, hop - 1] if hop else 0)
    return reached


@njit(cache=True, nogil=True)
def descendant_counts(indptr, indices):
    """Count the distinct people below each person, however far; in a cycle not the person."""
    n = len(indptr) - 1
    seen = np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    counts = np.zeros(n, np.int64)
    for start in range(n):
        seen[start] = start
        queue[0] = start
        head, tail = 0, 1
        while head < tail:
            v = queue[head]
            head += 1
            for e in range(indptr[v], indptr[v + 1]):
                w = indices[e]
                if seen[w] != start:
                    seen[w] = start
                    queue[tail] = w
                    tail += 1
        counts[start] = tail - 1
    return counts


@njit(cache=True, nogil=True)
def reach_through(in_indptr, in_indices, indptr, indices, people):
    """Count for each person those tied to one's mentors but not to oneself.

    Parameters
    ----------
    in_indptr, in_indices : numpy.ndarray
        Mentors of each person.
    indptr, indices : numpy.ndarray
        Neighbors of each person in either direction.
    people : numpy.ndarray of int64
        For whom to count.
    """
    seen = np.full(len(indptr) - 1, -1, np.int64)
    counts = np.zeros(len(people), np.int64)
    for i in range(len(people)):
        v = people[i]
        seen[v] = i
        for e in range(indptr[v], indptr[v + 1]):
            seen[indices[e]] = i
        for e in range(in_indptr[v], in_indptr[v + 1]):
            mentor = in_indices[e]
            for f in range(indptr[mentor], indptr[mentor + 1]):
                w = indices[f]
                if seen[w] != i:
                    seen[w] = i
                    counts[i] += 1
    return counts


@njit(cache=True, nogil=True)
def between_counts(indptr, indices, hangers, starts, n_starts, n_hanging_starts):
    """Add up, over shortest paths from each start, the share that passes through each person.

    Brandes' accumulation. People are renumbered in the order in which they are found, and ties to
    the next level are kept, so that the way back reads memory in order. The inner loop has no
    branch, since a processor could not foretell it.

    Parameters
    ----------
    indptr, indices : numpy.ndarray
        Neighbors row by row, in the direction of the paths.
    hangers : numpy.ndarray of float64, shape (n,)
        People who are tied to this person alone and were taken out.
    starts : numpy.ndarray of int64
        Positions to start from.
    n_starts, n_hanging_starts : numpy.ndarray of float64
        How many of the person and the hangers start here, and how many of those are hangers.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
    """
    n = len(indptr) - 1
    total = np.zeros(n)
    found_as = np.full(n, -1, np.int32)
    person = np.empty(n + 1, np.int32)
    n_paths, share = np.zeros(n + 1), np.zeros(n)
    onward = np.empty(len(indices) + 1, np.int32)
    begins = np.empty(n + 1, np.int64)
    for s in range(len(starts)):
        start = starts[s]
        found_as[start] = 0
        person[0] = start
        n_paths[0] = 1.0
        head, tail, n_onward = 0, 1, 0
        while head < tail:
            level_end = tail
            while head < level_end:
                v = person[head]
                paths = n_paths[head]
                begins[head] = n_onward
                for e in range(indptr[v], indptr[v + 1]):
                    w = indices[e]
                    place = found_as[w]
                    is_new = place < 0
                    place = tail if is_new else place
                    is_onward = place >= level_end
                    found_as[w] = place
                    person[tail] = w
                    onward[n_onward] = place
                    n_paths[place] += paths * is_onward
                    n_onward += is_onward
                    tail += is_new
                head += 1
        begins[tail] = n_onward
        for i in range(tail - 1, -1, -1):
            v = person[i]
            depends = 0.0
            for e in range(begins[i], begins[i + 1]):
                depends += share[onward[e]]
            depends = depends * n_paths[i] + hangers[v]
            share[i] = (1.0 + depends) / n_paths[i]
            if i > 0:
                total[v] += n_starts[s] * depends
            else:
                total[v] += n_hanging_starts[s] * (depends - 1.0)
            found_as[v] = -1
            n_paths[i] = 0.0
    return total


@njit(cache=True, nogil=True)
def longest_lines(indptr, indices, order):
    """Give the length of the longest line that ends in each vertex of an acyclic graph.

    Parameters
    ----------
    indptr, indices : numpy.ndarray
        Successors row by row.
    order : numpy.ndarray of int64
        All vertices, every one before its successors.
    """
    length = np.zeros(len(indptr) - 1, np.int64)
    for v in order:
        for e in range(indptr[v], indptr[v + 1]):
            w = indices[e]
            if length[w] < length[v] + 1:
                length[w] = length[v] + 1
    return length


@njit(cache=True, nogil=True)
def topological_order(indptr, indices):
    """Order the vertices of an acyclic graph so that each stands before its successors."""
    n = len(indptr) - 1
    waiting = np.zeros(n, np.int64)
    for w in indices:
        waiting[w] += 1
    order = np.empty(n, np.int64)
    tail = 0
    for v in range(n):
        if waiting[v] == 0:
            order[tail] = v
            tail += 1
    head = 0
    while head < tail:
        v = order[head]
        head += 1
        for e in range(indptr[v], indptr[v + 1]):
            w = indices[e]
            waiting[w] -= 1
            if waiting[w] == 0:
                order[tail] = w
                tail += 1
    return order[:tail]


@njit(cache=True, nogil=True)
def shortest_levels(indptr, indices, starts):
    """Give each vertex's distance from the nearest start, -1 where none leads there."""
    n = len(indptr) - 1
    level = np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    tail = 0
    for start in starts:
        if level[start] < 0:
            level[start] = 0
            queue[tail] = start
            tail += 1
    head = 0
    while head < tail:
        v = queue[head]
        head += 1
        for e in range(indptr[v], indptr[v + 1]):
            w = indices[e]
            if level[w] < 0:
                level[w] = level[v] + 1
                queue[tail] = w
                tail += 1
    return level
