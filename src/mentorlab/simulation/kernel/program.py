"""All weeks of one replication: rounds of matching, and between them block by block.

Between two rounds relationships touch only through their mentor. So the weeks of a block of
mentors are lived in one go, in cache, before the next block's; the outcome is that of going through
the whole program week by week, whatever the size of the block.
"""

from __future__ import annotations

import numpy as np

from .compiler import compiled, inlined
from .keys import draw_bits
from .layout import (
    AHEAD,
    BY_MENTOR,
    EXTERNAL,
    GONE,
    MATCHED,
    ONGOING,
    WAITING,
)
from .numbers import exponential, uniform
from .week import end_match, live_week, start_match, write_down

MENTORS_PER_BLOCK = 64


@compiled
def let_arrive(pool, book, week):
    """Let mentees who apply by this week wait."""
    for i in range(len(book.state)):
        if book.state[i].status == AHEAD and pool.mentees[i].arrival <= week:
            book.state[i].status, book.state[i].since = WAITING, pool.mentees[i].arrival


@inlined
def has_place(pool, book, j):
    """Tell whether a mentor is there and has a place left."""
    mentor = book.mentors[j]
    return mentor.left_at < 0 and mentor.load < pool.mentors[j].places


@inlined
def had_before(constants, book, i, j):
    """Tell whether the mentor is one whom the mentee had."""
    for episode in range(book.state[i].n_matches):
        if book.rows[i * constants.max_matches + episode].mentor == j:
            return True
    return False


@compiled
def best_open_mentor(constants, pool, book, i, open_mentors):
    """Find the open mentor with the best perceived score who is new to the mentee, or -1."""
    best, found = -np.inf, -1
    if pool.scores.shape[0] > 0:
        for j in open_mentors:
            better = pool.scores[i, j] > best
            if better and has_place(pool, book, j) and not had_before(constants, book, i, j):
                best, found = pool.scores[i, j], j
        return found
    for at in range(pool.indptr[i], pool.indptr[i + 1]):
        j = pool.listed[at]
        score = pool.list_scores[at]
        better = score > best or (score == best and j < found)
        if better and has_place(pool, book, j) and not had_before(constants, book, i, j):
            best, found = score, j
    return found


@compiled
def match_best_available(philox, constants, streams, pool, book, week):
    """Give those who wait, longest first, the best open mentor each."""
    waiting = np.flatnonzero(book.state["status"] == WAITING)
    here = (book.mentors["left_at"] < 0) & (book.mentors["load"] < pool.mentors["places"])
    open_mentors = np.flatnonzero(here)
    if len(waiting) == 0 or len(open_mentors) == 0:
        return
    since = book.state["since"][waiting]
    for i in waiting[np.argsort(since, kind="mergesort")]:
        j = best_open_mentor(constants, pool, book, i, open_mentors)
        if j >= 0:
            start_match(philox, constants, streams, pool, book, i, j, week)


@compiled
def start_matches(philox, constants, streams, pool, book, mentees, mentors, week):
    """Begin relationships of given pairs of positions."""
    for at in range(len(mentees)):
        start_match(philox, constants, streams, pool, book, mentees[at], mentors[at], week)


@compiled
def lose_patience(philox, constants, streams, book, week, until):
    """Let some of those who wait give up, in each week since the last round that they waited."""
    chance = 1.0 - exponential(-constants.give_up)
    for i in range(len(book.state)):
        if book.state[i].status != WAITING:
            continue
        for w in range(max(week, book.state[i].since), until):
            if uniform(draw_bits(philox, streams.waiting, i, 0, w, 0)) < chance:
                book.state[i].status = GONE
                book.state[i].waited += w - book.state[i].since
                break


@compiled
def by_mentor(book):
    """List the matched mentees of each mentor.

    Returns
    -------
    indptr : ndarray of int64, shape (m + 1,)
    mentees : ndarray of int64
    """
    n, m = len(book.state), len(book.mentors)
    indptr = np.zeros(m + 1, dtype=np.int64)
    for j in range(m):
        indptr[j + 1] = indptr[j] + book.mentors[j].load
    place = indptr[:-1].copy()
    mentees = np.empty(indptr[m], dtype=np.int64)
    for i in range(n):
        if book.state[i].status == MATCHED:
            j = book.state[i].mentor
            mentees[place[j]] = i
            place[j] += 1
    return indptr, mentees


@compiled
def chance_to_stay(constants, failures):
    """Give a mentor's weekly chance to stay, lower after each relationship that failed."""
    rate = constants.mentor_exit * exponential(constants.failure_exit * failures)
    return exponential(-rate)


@compiled
def begin_program(philox, constants, streams, pool, book, mentor_of):
    """Begin with those who apply at once: the mentor of each, -1 for those who wait."""
    draw_fates(philox, constants, streams, book)
    let_arrive(pool, book, 0)
    for i in range(len(mentor_of)):
        if mentor_of[i] >= 0 and pool.mentees[i].arrival == 0:
            start_match(philox, constants, streams, pool, book, i, mentor_of[i], 0)


@compiled
def draw_fates(philox, constants, streams, book):
    """Draw for each mentor how much risk of leaving it takes until the mentor leaves."""
    for j in range(len(book.mentors)):
        mentor = book.mentors[j]
        mentor.fate = uniform(draw_bits(philox, streams.mentor_weeks, j, 0, 0, 0))
        mentor.staying = 1.0
        mentor.stays = chance_to_stay(constants, 0)


@inlined
def has_left(mentor, week):
    """Let a mentor's risk of leaving grow by a week, and tell whether it was enough."""
    mentor.staying *= mentor.stays
    if mentor.fate < mentor.staying:
        return False
    mentor.left_at = week
    return True


@compiled
def let_mentors_leave(philox, constants, streams, book, week):
    """Let mentors leave who change roles before this week's round of matching."""
    left = False
    for j in range(len(book.mentors)):
        mentor = book.mentors[j]
        if mentor.left_at < 0 and has_left(mentor, week):
            left = True
    if left:
        for i in range(len(book.state)):
            person = book.state[i]
            if person.status == MATCHED and book.mentors[person.mentor].left_at == week:
                end_match(philox, constants, streams, book, i, week, EXTERNAL, BY_MENTOR)


@compiled
def live_block(philox, constants, streams, book, trace, indptr, mentees, first, last, week, until):
    """Live the weeks of a block of mentors, small enough for its state to stay in cache.

    The open relationships of mentor `j` stand in `mentees` from ``indptr[j]`` on. One loop, since
    handing arrays on to another function in it would count references each time.
    """
    state, live, early, mentors = book.state, book.live, book.early, book.mentors
    for w in range(week, until):
        for j in range(first, last):
            mentor = mentors[j]
            if mentor.left_at >= 0:
                continue
            load, kept, failed = mentor.load, indptr[j], 0
            n_groups = (load + constants.group_size - 1) // constants.group_size
            n_together = load / max(n_groups, 1)
            leaves = w > week and has_left(mentor, w)
            for at in range(kept, kept + load):
                i = mentees[at]
                if leaves:
                    end_match(philox, constants, streams, book, i, w, EXTERNAL, BY_MENTOR)
                    continue
                cause, started_by = live_week(
                    philox,
                    constants,
                    streams,
                    state,
                    live,
                    early,
                    trace,
                    i,
                    w,
                    n_groups,
                    n_together,
                )
                if cause == ONGOING:
                    mentees[kept] = i
                    kept += 1
                else:
                    end_match(philox, constants, streams, book, i, w + 1, cause, started_by)
                    failed += cause < EXTERNAL
            if failed:
                mentor.failures += failed
                mentor.stays = chance_to_stay(constants, mentor.failures)


@compiled
def open_week(philox, constants, streams, pool, book, week):
    """Let people come and go before a round of matching."""
    let_arrive(pool, book, week)
    if week > 0:
        let_mentors_leave(philox, constants, streams, book, week)


@compiled
def live_weeks(philox, constants, streams, pool, book, trace, week, until):
    """Live the weeks from one round of matching to the next."""
    indptr, mentees = by_mentor(book)
    m = len(book.mentors)
    for first in range(0, m, MENTORS_PER_BLOCK):
        last = min(first + MENTORS_PER_BLOCK, m)
        live_block(
            philox, constants, streams, book, trace, indptr, mentees, first, last, week, until
        )
    let_arrive(pool, book, until - 1)
    lose_patience(philox, constants, streams, book, week, until)


@compiled
def live_program(philox, constants, streams, pool, book, trace, horizon, batch, serve):
    """Live a program whose first round is done, with or without later rounds.

    In later rounds, every `batch` weeks, those who wait get the best open mentor.
    """
    week = 0
    while week < horizon:
        if week > 0:
            open_week(philox, constants, streams, pool, book, week)
            if serve:
                match_best_available(philox, constants, streams, pool, book, week)
        until = min(horizon, week + batch)
        live_weeks(philox, constants, streams, pool, book, trace, week, until)
        week = until


@compiled
def close_books(constants, book, horizon):
    """Write down what still runs, and who still waits, at the horizon."""
    for i in range(len(book.state)):
        person = book.state[i]
        if person.status == MATCHED:
            write_down(constants, book, i, horizon, ONGOING, 0)
        elif person.status == WAITING:
            person.waited += horizon - person.since
