"""The pass over the log: events into the state, and the close of a week into rows."""

from __future__ import annotations

import numpy as np
from numba import njit

from .layout import (
    BOTH,
    CANCELLED,
    CONTACTS,
    CUSUM,
    CUSUM_PACE,
    DAY_US,
    DUE_MISSED_RUN,
    EWMA,
    HELD,
    LAST_AT,
    MENTEE,
    MENTOR,
    MESSAGE,
    MESSAGE_AT,
    MESSAGE_SIDE,
    MISSED,
    MISSED_RUN,
    MISSED_RUN_MENTEE,
    MISSED_RUN_MENTOR,
    NEW,
    NOBODY,
    OVERDUE,
    PACE_AT_LAST,
    R_AGENDA,
    R_ASKED_MENTEE,
    R_ASKED_MENTOR,
    R_CANCELLED,
    R_CONTACTS,
    R_FAULT_MENTEE,
    R_FAULT_MENTOR,
    R_HELD_ANY,
    R_MEETINGS,
    R_MISSED,
    R_OUT_OF_HOURS,
    R_READY_MENTEE,
    R_READY_MENTOR,
    R_RESCHEDULED,
    R_STARTED_MENTEE,
    R_STARTED_MENTOR,
    REPLIES_MENTEE,
    REPLIES_MENTOR,
    SCHEDULED,
    STARTED_MENTEE,
    STARTED_MENTOR,
    UNKNOWN,
    WEEK_US,
    WINDOW,
)

HOUR_US = 3_600_000_000
LEARNING_DAYS = 42
"""Six weeks: a pair's own usual pace and answering time are not known earlier."""
FEWEST_REPLIES = 3
REPLY_SMOOTHING = 0.3
SHORTEST_REPLY_HOURS = 1 / 12
DROP = 0.4
"""The slowdown that the chart looks for: contacts at 40 % of the own pace."""
SMOOTHING = 0.25
CALENDAR_WEIGHT = 20.0
"""Expected contacts of the pool at which a week's own factor weighs as much as no change."""
DEFAULT_WEEKS, FEWEST_WEEKS, MOST_WEEKS = 4.0, 1.0, 52.0
"""Weeks of a pair's own log that weigh as much as the pool's pace."""
SMALL_POOL = 10
AHEAD = 32
"""Events whose state is read ahead."""


@njit(cache=True, nogil=True)
def absorb(events, flags, first, last, week, origin, starts, own, ring, spent):
    """Take contacts into the state, in the order in which they became known.

    Parameters
    ----------
    events : tuple
        `rel` (row in the state), `at` (microseconds), `minutes` (NaN when not told).
    flags : ndarray of int8, shape (n, 9)
        Kind, status, who began it, who missed it, agenda, prepared by each side (-1 when not
        asked), out of hours, and whether it counts.
    first, last : int
        Events ``first`` to ``last - 1``.
    week, origin : int
        The week that is open, and the moment at which week 0 ends.
    starts : ndarray of int64
        First moments of the relationships.
    own, ring, spent : ndarray
        The state, changed in place.

    Returns
    -------
    float
        Without meaning: it keeps the compiler from leaving out what is read ahead.
    """
    rel, at, minutes = events
    fetched = 0.0
    for e in range(first, last):
        if (e - first) % AHEAD == 0:
            fetched += _fetch(rel, e, min(e + AHEAD, last), own, ring[week % WINDOW])
        if flags[e, 8] == 0:
            continue
        i, when = rel[e], at[e]
        kind, status = flags[e, 0], flags[e, 1]
        by, fault = flags[e, 2], flags[e, 3]
        own_week = -((origin - when) // WEEK_US)
        inside = week - own_week < WINDOW
        slot = own_week % WINDOW
        if status == HELD:
            own[i, CONTACTS] += 1
            own[i, NEW] += 1
            if when > own[i, LAST_AT]:
                own[i, LAST_AT] = when
            if kind == SCHEDULED:
                own[i, MISSED_RUN] = 0
                own[i, MISSED_RUN_MENTOR] = 0
                own[i, MISSED_RUN_MENTEE] = 0
            if by == MENTOR:
                own[i, STARTED_MENTOR] += 1
            elif by == MENTEE:
                own[i, STARTED_MENTEE] += 1
            if kind == MESSAGE and by != NOBODY:
                _reply(own[i], when, by, starts[i])
            if inside:
                _count_held(ring[slot, i], flags[e])
                if not np.isnan(minutes[e]):
                    spent[slot, i] += minutes[e]
        elif kind == SCHEDULED:
            if status in (MISSED, CANCELLED):
                own[i, MISSED_RUN] += 1
                if fault in (MENTOR, BOTH):
                    own[i, MISSED_RUN_MENTOR] += 1
                if fault in (MENTEE, BOTH):
                    own[i, MISSED_RUN_MENTEE] += 1
            if inside:
                _count_failed(ring[slot, i], status, fault)
    return fetched


@njit(cache=True, nogil=True)
def _fetch(rel, first, last, own, cells):
    """Read the state of some events at once, nearly twice as fast as one after the other."""
    total = 0.0
    for e in range(first, last):
        i = rel[e]
        total += own[i, CONTACTS] + own[i, MESSAGE_AT] + own[i, REPLIES_MENTEE] + cells[i, 0]
    return total


@njit(cache=True, nogil=True, inline="always")
def _count_held(cell, flag):
    cell[R_CONTACTS] += 1
    if flag[0] == SCHEDULED:
        cell[R_MEETINGS] += 1
        if flag[4] == 1:
            cell[R_AGENDA] += 1
        if flag[5] != UNKNOWN:
            cell[R_ASKED_MENTOR] += 1
            cell[R_READY_MENTOR] += flag[5]
        if flag[6] != UNKNOWN:
            cell[R_ASKED_MENTEE] += 1
            cell[R_READY_MENTEE] += flag[6]
    if flag[2] == MENTOR:
        cell[R_STARTED_MENTOR] += 1
    elif flag[2] == MENTEE:
        cell[R_STARTED_MENTEE] += 1
    if flag[7] != UNKNOWN:
        cell[R_HELD_ANY] += 1
        cell[R_OUT_OF_HOURS] += flag[7]


@njit(cache=True, nogil=True, inline="always")
def _count_failed(cell, status, fault):
    if status == MISSED:
        cell[R_MISSED] += 1
    elif status == CANCELLED:
        cell[R_CANCELLED] += 1
    else:
        cell[R_RESCHEDULED] += 1
        return
    if fault in (MENTOR, BOTH):
        cell[R_FAULT_MENTOR] += 1
    if fault in (MENTEE, BOTH):
        cell[R_FAULT_MENTEE] += 1


@njit(cache=True, nogil=True, inline="always")
def _reply(own, when, by, start):
    """Time a message that answers the other side's first unanswered one."""
    asked = np.int64(own[MESSAGE_AT])
    if when < asked:
        return
    if own[MESSAGE_SIDE] == by:
        return
    if own[MESSAGE_SIDE] != NOBODY:
        hours = (when - asked) / HOUR_US
        value = np.log(max(hours, SHORTEST_REPLY_HOURS))
        k = REPLIES_MENTOR if by == MENTOR else REPLIES_MENTEE
        n = own[k]
        if n < FEWEST_REPLIES or when - start <= LEARNING_DAYS * DAY_US:
            own[k + 1] = (own[k + 1] * n + value) / (n + 1)
            own[k + 2] = own[k + 1]
        else:
            own[k + 2] += REPLY_SMOOTHING * (value - own[k + 2])
        own[k] = n + 1
    own[MESSAGE_SIDE] = by
    own[MESSAGE_AT] = when


@njit(cache=True, nogil=True)
def absorb_due(rel, kind, first, last, own):
    """Take due dates into the state: 0 passed without the item done, 1 done late, 2 done in time.

    Parameters
    ----------
    rel : ndarray of int64
    kind : ndarray of int8
    first, last : int
        Events ``first`` to ``last - 1``.
    own : ndarray
        The state, changed in place.
    """
    for e in range(first, last):
        i = rel[e]
        if kind[e] == 0:
            own[i, OVERDUE] += 1
            own[i, DUE_MISSED_RUN] += 1
        else:
            own[i, DUE_MISSED_RUN] = 0
            if kind[e] == 1:
                own[i, OVERDUE] -= 1


@njit(cache=True, nogil=True)
def close_week(moment, starts, known_end, own):
    """Read the pool at the end of a week.

    Parameters
    ----------
    moment : int
        Last microsecond of the week.
    starts, known_end : ndarray of int64, shape (n,)
        First moments, and the moments from which the endings are known.
    own : ndarray
        The state.

    Returns
    -------
    at_risk : ndarray of int64
        Relationships that had begun and were not known to have ended.
    prior_contacts, prior_weeks : float
        The gamma distribution of paces over the pool.
    factor : float
        Contacts of the week over those expected at everyone's own pace.

    Notes
    -----
    Paces follow a gamma distribution fitted by moments, weights the weeks observed.
    """
    n = 0
    for i in range(len(starts)):
        if starts[i] <= moment < known_end[i]:
            n += 1
    at_risk = np.empty(n, np.int64)
    n = 0
    contacts, weeks, squares = 0.0, 0.0, 0.0
    for i in range(len(starts)):
        if starts[i] <= moment < known_end[i]:
            at_risk[n] = i
            n += 1
            w = (moment + 1 - starts[i]) / WEEK_US
            contacts += own[i, CONTACTS]
            weeks += w
            squares += w * w
    if n == 0:
        return at_risk, 0.0, DEFAULT_WEEKS, 1.0
    mean = contacts / weeks
    prior_weeks = DEFAULT_WEEKS
    if n >= SMALL_POOL and mean > 0:
        spread = 0.0
        for r in range(n):
            i = at_risk[r]
            w = (moment + 1 - starts[i]) / WEEK_US
            spread += w * (own[i, CONTACTS] / w - mean) ** 2
        between = (spread - (n - 1) * mean) / (weeks - squares / weeks)
        prior_weeks = MOST_WEEKS
        if between > 0:
            prior_weeks = min(max(mean / between, FEWEST_WEEKS), MOST_WEEKS)
    prior_contacts = mean * prior_weeks
    seen, expected = CALENDAR_WEIGHT, CALENDAR_WEIGHT
    for r in range(n):
        i = at_risk[r]
        w = (moment + 1 - starts[i]) / WEEK_US
        part = min(w, 1.0)
        seen += own[i, NEW]
        expected += (
            part * (prior_contacts + own[i, CONTACTS] - own[i, NEW]) / (prior_weeks + w - part)
        )
    return at_risk, prior_contacts, prior_weeks, seen / expected


@njit(cache=True, nogil=True)
def update_charts(moment, at_risk, prior_contacts, prior_weeks, factor, starts, own):
    """Move pace, CUSUM and EWMA of each relationship at risk by one week.

    Notes
    -----
    With the pace before the present slowdown :math:`\\mu` and the calendar factor f, the chart is
    :math:`S=\\max(0,S+x\\ln d+(1-d)\\mu f)`: the log-likelihood ratio of a fall to the share d of
    the own pace. The reference pace is taken anew whenever the chart stands at 0.
    """
    for r in range(len(at_risk)):
        i = at_risk[r]
        weeks = (moment + 1 - starts[i]) / WEEK_US
        part = min(weeks, 1.0)
        new = own[i, NEW]
        before = (prior_contacts + own[i, CONTACTS] - new) / (prior_weeks + weeks - part)
        if new > 0:
            own[i, PACE_AT_LAST] = (prior_contacts + own[i, CONTACTS]) / (prior_weeks + weeks)
        if weeks * 7 > LEARNING_DAYS:
            if own[i, CUSUM] == 0.0:
                own[i, CUSUM_PACE] = before
            due = own[i, CUSUM_PACE] * factor * part
            own[i, CUSUM] = max(0.0, own[i, CUSUM] + new * np.log(DROP) + (1 - DROP) * due)
            due = before * factor * part
            score = (new - due) / np.sqrt(max(due, SMOOTHING))
            own[i, EWMA] += SMOOTHING * (score - own[i, EWMA])
        own[i, NEW] = 0
