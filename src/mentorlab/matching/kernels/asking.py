"""One round of a self-match market: mentees look and ask, mentors read and answer."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def ask(indptr, mentor, mentee_utility, order, lots, asked, open_places, at_once):
    """Let mentees in turn ask the best of the open profiles that each happens to see.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n + 1,)
        The pairs of mentee `i` are ``indptr[i]:indptr[i + 1]``.
    mentor : ndarray of int32, shape (e,)
    mentee_utility : ndarray of float64, shape (e,)
    order : ndarray of int64, shape (k,)
        Whose turn it is.
    lots : ndarray of float64, shape (k, n_seen)
        Uniform numbers in [0, 1) that choose the profiles.
    asked : ndarray of bool, shape (e,)
        Pairs that are not asked again; written to.
    open_places : ndarray of int64, shape (m,)
        Written to where places go at once.
    at_once : bool
        Whether who asks gets the place.

    Returns
    -------
    ndarray of int64
        The pairs that were asked, in turn.
    """
    requests = np.empty(len(order), dtype=np.int64)
    listed = np.empty(len(open_places), dtype=np.int64)
    n_requests = 0
    for turn in range(len(order)):
        i = order[turn]
        n_listed = 0
        for at in range(indptr[i], indptr[i + 1]):
            if open_places[mentor[at]] > 0 and not asked[at]:
                listed[n_listed] = at
                n_listed += 1
        best = -1
        for look in range(min(lots.shape[1], n_listed)):
            place = look + int(lots[turn, look] * (n_listed - look))
            seen = listed[place]
            listed[place] = listed[look]
            if best < 0 or mentee_utility[seen] > mentee_utility[best]:
                best = seen
        if best >= 0:
            asked[best] = True
            requests[n_requests] = best
            n_requests += 1
            if at_once:
                open_places[mentor[best]] -= 1
    return requests[:n_requests]


@njit(cache=True, nogil=True)
def worth_by_mentor(mentor, worth, n_mentors):
    """Put what mentors get from their pairs in the order of mentors.

    Returns
    -------
    starts : ndarray of int64, shape (m + 1,)
    ordered : ndarray of float64, shape (e,)
        Mentor `j` owns ``ordered[starts[j]:starts[j + 1]]``, in no particular order.
    """
    starts = np.zeros(n_mentors + 1, dtype=np.int64)
    for j in mentor:
        starts[j + 1] += 1
    starts = np.cumsum(starts)
    place, ordered = starts[:-1].copy(), np.empty(len(mentor))
    for at in range(len(mentor)):
        j = mentor[at]
        ordered[place[j]] = worth[at]
        place[j] += 1
    return starts, ordered


@njit(cache=True, nogil=True)
def _standing(worth, others):
    """Tell the share of a mentor's acceptable mentees who are worth less to the mentor."""
    n_less = 0
    for other in others:
        n_less += other < worth
    return n_less / len(others)


@njit(cache=True, nogil=True)
def answer(
    inbox, mentee, mentor, worth, starts, ordered, share, n_read, asked, open_places, mentor_of
):
    """Let mentors read the first requests of a round, and accept the best who are good enough.

    Parameters
    ----------
    inbox : ndarray of int64, shape (k,)
        The pairs that were asked, in the order of mentors and then of asking.
    mentee, mentor : ndarray of int, shape (e,)
        Of each pair.
    worth : ndarray of float64, shape (e,)
        What the mentor gets from the pair.
    starts, ordered : ndarray
        From `worth_by_mentor`.
    share : float
        Share of a mentor's acceptable mentees who must be worth less than the one who is accepted.
    n_read : int
        Requests that a mentor reads.
    asked : ndarray of bool, shape (e,)
        Requests that nobody read are taken back; written to.
    open_places, mentor_of : ndarray of int64, shape (m,) and (n,)
        Written to.

    Returns
    -------
    n_unread, n_declined : int
    """
    n_unread, n_declined, first = 0, 0, 0
    while first < len(inbox):
        j = mentor[inbox[first]]
        last = first
        while last < len(inbox) and mentor[inbox[last]] == j:
            last += 1
        read = min(first + n_read, last)
        for at in range(first + 1, read):  # sort what is read, the best first
            request, place = inbox[at], at
            while place > first and worth[inbox[place - 1]] < worth[request]:
                inbox[place] = inbox[place - 1]
                place -= 1
            inbox[place] = request
        for request in inbox[first:read]:
            standing = _standing(worth[request], ordered[starts[j] : starts[j + 1]])
            if standing >= share and open_places[j] > 0:
                mentor_of[mentee[request]] = j
                open_places[j] -= 1
            else:
                n_declined += 1
        for request in inbox[read:last]:
            asked[request] = False
            n_unread += 1
        first = last
    return n_unread, n_declined
