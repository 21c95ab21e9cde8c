"""What lies around one person: Burt's measures, brokerage roles, triangles."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def structural_holes(indptr, indices, weight):
    """Compute Burt's measures from ties added over both directions.

    Two people's common contacts are found once for both of them, by triangles, so the work grows
    with the triangles and not with the squares of the numbers of contacts.

    Parameters
    ----------
    indptr, indices, weight : numpy.ndarray
        Symmetric: the weight of i and j is a_ij + a_ji; sorted within rows, nobody tied to
        themselves.

    Returns
    -------
    numpy.ndarray of float64, shape (n_people, 3)
        Constraint, effective size and hierarchy; NaN where a person has no tie of positive
        weight. Hierarchy of a single contact is 1.
    """
    n = len(indptr) - 1
    row_sum, row_max = np.zeros(n), np.zeros(n)
    largest = 0
    for i in range(n):
        largest = max(largest, indptr[i + 1] - indptr[i])
        for e in range(indptr[i], indptr[i + 1]):
            row_sum[i] += weight[e]
            row_max[i] = max(row_max[i], weight[e])
    per_max = np.zeros(n)
    for i in range(n):
        if row_max[i] > 0.0:
            per_max[i] = 1.0 / row_max[i]
    tie = _tie_numbers(indptr, indices)
    common = _common_contacts(indptr, indices, weight, tie, row_sum)
    measures = np.full((n, 3), np.nan)
    costs = np.empty(largest)
    for i in range(n):
        if row_sum[i] == 0.0:
            continue
        n_contacts, redundancy, total = 0, 0.0, 0.0
        for e in range(indptr[i], indptr[i + 1]):
            if weight[e] == 0.0:
                continue
            redundancy += common[tie[e], 0] * per_max[indices[e]]
            costs[n_contacts] = (weight[e] + common[tie[e], 1]) ** 2
            total += costs[n_contacts]
            n_contacts += 1
        measures[i, 0] = total / row_sum[i] ** 2
        measures[i, 1] = n_contacts - redundancy / row_sum[i]
        measures[i, 2] = _inequality(costs[:n_contacts], total)
    return measures


@njit(cache=True, nogil=True)
def _tie_numbers(indptr, indices):
    """Number the ties of a symmetric graph, the same from both ends; rows are sorted."""
    n = len(indptr) - 1
    number = np.empty(len(indices), np.int64)
    reached = indptr[:-1].copy()  # in each row, the first entry that has no number
    n_ties = 0
    for i in range(n):
        for e in range(reached[i], indptr[i + 1]):
            j = indices[e]
            number[e] = number[reached[j]] = n_ties
            reached[j] += 1
            n_ties += 1
    return number


@njit(cache=True, nogil=True)
def _common_contacts(indptr, indices, weight, tie, row_sum):
    """Add up over the common contacts q of i and j: a_iq a_jq, and a_iq a_jq over the sum of q."""
    n = len(indptr) - 1
    # each tie is kept at its end with fewer contacts, so that nobody keeps many
    begins = np.zeros(n + 1, np.int64)
    to = np.empty(len(indices) // 2 + 1, np.int64)  # one more, to write before it is decided
    number, amount = np.empty(len(to), np.int64), np.empty(len(to))
    m = 0
    for i in range(n):
        degree = indptr[i + 1] - indptr[i]
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            other = indptr[j + 1] - indptr[j]
            to[m], number[m], amount[m] = j, tie[e], weight[e]
            m += other > degree or (other == degree and j > i)
        begins[i + 1] = m
    found = _over_triangles(begins, to, amount, row_sum)
    common = np.empty((m, 2))
    for e in range(m):
        common[number[e], 0], common[number[e], 1] = found[e, 0], found[e, 1]
    return common


@njit(cache=True, nogil=True)
def _over_triangles(begins, to, amount, row_sum):
    """Do that for ties kept at one end, by the place where each is kept."""
    n = len(row_sum)
    per_sum = np.zeros(n)
    for i in range(n):
        if row_sum[i] > 0.0:
            per_sum[i] = 1.0 / row_sum[i]
    found = np.zeros((begins[n], 2))
    at = np.full(n, -1, np.int64)  # where the tie of v to each contact is kept
    for v in range(n):
        for e in range(begins[v], begins[v + 1]):
            at[to[e]] = e
        for e in range(begins[v], begins[v + 1]):
            w = to[e]
            for f in range(begins[w], begins[w + 1]):
                g = at[to[f]]
                if g < 0:
                    continue
                opposite = (amount[e] * amount[g], amount[e] * amount[f], amount[g] * amount[f])
                found[f, 0] += opposite[0]
                found[f, 1] += opposite[0] * per_sum[v]
                found[g, 0] += opposite[1]
                found[g, 1] += opposite[1] * per_sum[w]
                found[e, 0] += opposite[2]
                found[e, 1] += opposite[2] * per_sum[to[f]]
        for e in range(begins[v], begins[v + 1]):
            at[to[e]] = -1
    return found


@njit(cache=True, nogil=True)
def _inequality(costs, total):
    """Burt's hierarchy: how far constraint comes from a single contact."""
    k = len(costs)
    if k == 1:
        return 1.0
    unequal = 0.0
    for cost in costs:
        ratio = cost * k / total
        unequal += ratio * np.log(ratio)
    return unequal / (k * np.log(k))


@njit(cache=True, nogil=True)
def brokerage_counts(out_indptr, out_indices, in_indptr, in_indices, group):
    """Count the open two-step paths through each person by the groups of the three.

    Parameters
    ----------
    out_indptr, out_indices, in_indptr, in_indices : numpy.ndarray
        Receivers and givers row by row, sorted within rows.
    group : numpy.ndarray of int64, shape (n_people,)
        Group codes; -1 where not known.

    Returns
    -------
    numpy.ndarray of int64, shape (n_people, 6)
        Coordinator, consultant, representative, gatekeeper, liaison, group not known.
    """
    n = len(out_indptr) - 1
    counts = np.zeros((n, 6), np.int64)
    for v in range(n):
        for e in range(in_indptr[v], in_indptr[v + 1]):
            a = in_indices[e]
            f, stop = out_indptr[a], out_indptr[a + 1]
            for h in range(out_indptr[v], out_indptr[v + 1]):
                b = out_indices[h]
                while f < stop and out_indices[f] < b:
                    f += 1
                closed = f < stop and out_indices[f] == b
                if b == a or closed:
                    continue
                counts[v, _role(group[a], group[v], group[b])] += 1
    return counts


@njit(cache=True, nogil=True)
def _role(a, v, b):
    if a < 0 or v < 0 or b < 0:
        return 5
    if a == b:
        return 0 if a == v else 1
    if a == v:
        return 2
    return 3 if v == b else 4


@njit(cache=True, nogil=True)
def triangles(indptr, indices):
    """Count the triangles of an undirected graph and its two-step paths.

    Returns
    -------
    n_triangles, n_paths : int
        Paths are counted once whichever end they start from.
    """
    n = len(indptr) - 1
    n_triangles, n_paths = 0, 0
    rank = np.empty(n, np.int64)
    for v in range(n):
        degree = indptr[v + 1] - indptr[v]
        n_paths += degree * (degree - 1) // 2
        rank[v] = degree
    mark = np.full(n, -1, np.int64)
    for v in range(n):
        for e in range(indptr[v], indptr[v + 1]):
            w = indices[e]
            if rank[w] > rank[v] or (rank[w] == rank[v] and w > v):
                mark[w] = v
        for e in range(indptr[v], indptr[v + 1]):
            w = indices[e]
            if mark[w] != v:
                continue
            for f in range(indptr[w], indptr[w + 1]):
                u = indices[f]
                if mark[u] == v and (rank[u] > rank[w] or (rank[u] == rank[w] and u > w)):
                    n_triangles += 1
    return n_triangles, n_paths


@njit(cache=True, nogil=True)
def coreness(indptr, indices):
    """Give the largest k such that a person is in a part where all have k contacts or more.

    Parameters
    ----------
    indptr, indices : numpy.ndarray
        Symmetric.
    """
    n = len(indptr) - 1
    degree = np.diff(indptr)
    largest = degree.max() if n else 0
    begins = np.zeros(largest + 2, np.int64)
    for v in range(n):
        begins[degree[v] + 1] += 1
    begins = np.cumsum(begins)
    place = np.empty(n, np.int64)
    order = np.empty(n, np.int64)
    free = begins.copy()
    for v in range(n):
        place[v] = free[degree[v]]
        order[place[v]] = v
        free[degree[v]] += 1
    for i in range(n):
        v = order[i]
        for e in range(indptr[v], indptr[v + 1]):
            w = indices[e]
            if degree[w] > degree[v]:
                first = begins[degree[w]]
                other = order[first]
                order[first], order[place[w]] = w, other
                place[other], place[w] = place[w], first
                begins[degree[w]] += 1
                degree[w] -= 1
    return degree
