"""What is left as mentors leave one after the other."""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def orphans_by_step(out_indptr, out_indices, n_mentors, order):
    """Count mentees without a mentor, and mentees still there, after each leaving.

    Parameters
    ----------
    out_indptr, out_indices : numpy.ndarray
        Mentees of each mentor.
    n_mentors : numpy.ndarray of int64
        Mentors of each person at the start; people with none are not mentees.
    order : numpy.ndarray of int64
        Who leaves, in order.

    Returns
    -------
    orphans, present : numpy.ndarray of int64, shape (n_steps + 1,)
        The first entry is before anybody left.
    """
    left = n_mentors.copy()
    gone = np.zeros(len(left), np.bool_)
    orphans = np.zeros(len(order) + 1, np.int64)
    present = np.zeros(len(order) + 1, np.int64)
    alone, there = 0, 0
    for v in range(len(left)):
        there += n_mentors[v] > 0
    present[0] = there
    for step in range(len(order)):
        v = order[step]
        gone[v] = True
        if n_mentors[v] > 0:
            there -= 1
            alone -= left[v] == 0
        for e in range(out_indptr[v], out_indptr[v + 1]):
            w = out_indices[e]
            left[w] -= 1
            if left[w] == 0 and not gone[w]:
                alone += 1
        orphans[step + 1] = alone
        present[step + 1] = there
    return orphans, present


@njit(cache=True, nogil=True)
def _root(parent, v):
    while parent[v] != v:
        parent[v] = parent[parent[v]]
        v = parent[v]
    return v


@njit(cache=True, nogil=True)
def giant_by_step(indptr, indices, order):
    """Give the size of the largest connected part after each leaving.

    Leavers are put back in reverse order, so that parts only grow and a union-find is enough.

    Parameters
    ----------
    indptr, indices : numpy.ndarray
        Neighbors in either direction.
    order : numpy.ndarray of int64
        Who leaves, in order.

    Returns
    -------
    numpy.ndarray of int64, shape (n_steps + 1,)
        The first entry is before anybody left.
    """
    n = len(indptr) - 1
    parent = np.arange(n)
    size = np.ones(n, np.int64)
    there = np.ones(n, np.bool_)
    for v in order:
        there[v] = False
    n_steps = len(order)
    giant = np.zeros(n_steps + 1, np.int64)
    largest = 0
    for v in range(n):
        if there[v]:
            largest = _join(indptr, indices, v, there, parent, size, largest)
    giant[n_steps] = largest
    for step in range(n_steps - 1, -1, -1):
        v = order[step]
        there[v] = True
        largest = _join(indptr, indices, v, there, parent, size, largest)
        giant[step] = largest
    return giant


@njit(cache=True, nogil=True)
def _join(indptr, indices, v, there, parent, size, largest):
    root = _root(parent, v)
    for e in range(indptr[v], indptr[v + 1]):
        w = indices[e]
        if there[w]:
            other = _root(parent, w)
            if other != root:
                if size[other] > size[root]:
                    root, other = other, root
                parent[other] = root
                size[root] += size[other]
    return max(largest, size[root])


@njit(cache=True, nogil=True)
def worst_order(out_indptr, out_indices, in_indptr, in_indices, mentors, rank):
    """Order mentors so that each step orphans as many as one more leaving can.

    Parameters
    ----------
    out_indptr, out_indices, in_indptr, in_indices : numpy.ndarray
        Mentees of each mentor and mentors of each mentee.
    mentors : numpy.ndarray of int64
        Who may leave.
    rank : numpy.ndarray of int64, shape (n_people,)
        Breaks ties: the lower leaves first.
    """
    n = len(out_indptr) - 1
    gone = np.zeros(n, np.bool_)
    left = np.empty(n, np.int64)
    alone = np.zeros(n, np.int64)
    for v in range(n):
        left[v] = in_indptr[v + 1] - in_indptr[v]
        if left[v] == 1:
            alone[in_indices[in_indptr[v]]] += 1
    heap = [(-alone[v], rank[v], v) for v in mentors]
    heapq.heapify(heap)
    order = np.empty(len(mentors), np.int64)
    n_left = 0
    while len(heap):
        worth, place, v = heapq.heappop(heap)
        if gone[v]:
            continue
        if -worth != alone[v]:
            heapq.heappush(heap, (-alone[v], place, v))
            continue
        gone[v] = True
        order[n_left] = v
        n_left += 1
        if left[v] == 1:
            for e in range(in_indptr[v], in_indptr[v + 1]):
                if not gone[in_indices[e]]:
                    alone[in_indices[e]] -= 1
        for e in range(out_indptr[v], out_indptr[v + 1]):
            w = out_indices[e]
            left[w] -= 1
            if left[w] == 1 and not gone[w]:
                for f in range(in_indptr[w], in_indptr[w + 1]):
                    u = np.int64(in_indices[f])
                    if not gone[u]:
                        alone[u] += 1
                        heapq.heappush(heap, (-alone[u], rank[u], u))
    return order
