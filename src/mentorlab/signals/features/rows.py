"""The rows of a week, written from the state."""

from __future__ import annotations

import numpy as np
from numba import njit

from .layout import (
    CONTACTS,
    CUSUM,
    DAY_US,
    DUE_MISSED_RUN,
    EWMA,
    LAST_AT,
    MISSED_RUN,
    MISSED_RUN_MENTEE,
    MISSED_RUN_MENTOR,
    N_COLUMNS,
    N_RING,
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
    SHORT_WINDOW,
    STARTED_MENTEE,
    STARTED_MENTOR,
    WEEK_US,
    WINDOW,
)

FAILED_PRIOR, SCHEDULED_PRIOR = 0.5, 5.0
"""Shares of failed meetings are pulled toward one in ten, with the weight of five meetings."""
EVEN_PRIOR = 2.0
"""Shares of starts are pulled toward one half: Beta(2, 2)."""


@njit(cache=True, nogil=True)
def write_rows(clock, at_risk, prior, factor, calendar, starts, own, ring, spent):
    """Give the features of each relationship at risk at the end of a week.

    Parameters
    ----------
    clock : tuple of int
        The week, its last microsecond, the moment at which week 0 ends, and the first week.
    at_risk : ndarray of int64, shape (m,)
    prior : tuple of float
        Contacts and weeks that the pool's pace weighs.
    factor : float
        Calendar factor of the week.
    calendar : ndarray of float
        Calendar factors added up from the first week on, 0 first.
    starts, own, ring, spent : ndarray
        The state.

    Returns
    -------
    ndarray of float, shape (m, n_columns)
    """
    out = np.empty((len(at_risk), N_COLUMNS))
    week, moment, origin, first_week = clock
    total = np.empty(N_RING, np.int32)
    short = np.empty(N_RING, np.int32)
    for r in range(len(at_risk)):
        i = at_risk[r]
        _windows(ring, i, week, total, short)
        weeks = (moment + 1 - starts[i]) / WEEK_US
        last = max(np.int64(own[i, LAST_AT]), starts[i])
        pool = prior[0] / prior[1]
        usual = own[i, PACE_AT_LAST] if own[i, CONTACTS] > 0 else pool
        row = out[r]
        row[0] = (moment + 1 - starts[i]) / DAY_US
        row[1] = (moment + 1 - last) / DAY_US
        row[2] = short[R_CONTACTS]
        row[3] = total[R_CONTACTS]
        row[4] = short[R_MEETINGS]
        row[5] = _minutes(spent, i, week)
        row[6] = (prior[0] + own[i, CONTACTS]) / (prior[1] + weeks)
        row[7] = factor
        row[8] = usual * (
            calendar[week - first_week + 1] - _calendar_at(last, calendar, first_week, origin)
        )
        row[9] = own[i, CUSUM]
        row[10] = own[i, EWMA]
        _write_meetings(row, total, own[i])
        _write_partners(row, total, own[i])
        row[32] = own[i, OVERDUE]
        row[33] = own[i, DUE_MISSED_RUN]
    return out


@njit(cache=True, nogil=True, inline="always")
def _windows(ring, i, week, total, short):
    total[:] = 0
    for lag in range(WINDOW):
        slot = (week - lag) % WINDOW
        for k in range(N_RING):
            total[k] += ring[slot, i, k]
        if lag == SHORT_WINDOW - 1:
            short[:] = total


@njit(cache=True, nogil=True, inline="always")
def _minutes(spent, i, week):
    minutes = 0.0
    for lag in range(SHORT_WINDOW):
        minutes += spent[(week - lag) % WINDOW, i]
    return minutes


@njit(cache=True, nogil=True, inline="always")
def _calendar_at(when, calendar, first_week, origin):
    """The calendar factors added up until a moment."""
    own_week = -((origin - when) // WEEK_US)
    k = max(own_week - first_week, 0)
    part = 1 - (origin + own_week * WEEK_US - when) / WEEK_US
    return calendar[k] + part * (calendar[k + 1] - calendar[k])


@njit(cache=True, nogil=True, inline="always")
def _write_meetings(row, total, own):
    failed = total[R_MISSED] + total[R_CANCELLED]
    due = total[R_MEETINGS] + failed + SCHEDULED_PRIOR
    row[11] = total[R_MEETINGS] + failed + total[R_RESCHEDULED]
    row[12] = (total[R_MEETINGS] + SCHEDULED_PRIOR - FAILED_PRIOR) / due
    row[13] = (total[R_MISSED] + FAILED_PRIOR) / (
        total[R_MEETINGS] + total[R_MISSED] + SCHEDULED_PRIOR
    )
    row[14] = (total[R_FAULT_MENTOR] + FAILED_PRIOR) / due
    row[15] = (total[R_FAULT_MENTEE] + FAILED_PRIOR) / due
    row[16] = own[MISSED_RUN]
    row[17] = own[MISSED_RUN_MENTOR]
    row[18] = own[MISSED_RUN_MENTEE]
    row[19] = total[R_CANCELLED]
    row[20] = total[R_RESCHEDULED]


@njit(cache=True, nogil=True, inline="always")
def _write_partners(row, total, own):
    row[21] = np.exp(own[REPLIES_MENTOR + 2]) if own[REPLIES_MENTOR] > 0 else np.nan
    row[22] = np.exp(own[REPLIES_MENTEE + 2]) if own[REPLIES_MENTEE] > 0 else np.nan
    row[23] = own[REPLIES_MENTOR + 2] - own[REPLIES_MENTOR + 1]
    row[24] = own[REPLIES_MENTEE + 2] - own[REPLIES_MENTEE + 1]
    begun = total[R_STARTED_MENTOR] + total[R_STARTED_MENTEE]
    row[25] = begun
    row[26] = (total[R_STARTED_MENTEE] + EVEN_PRIOR) / (begun + 2 * EVEN_PRIOR)
    earlier = own[STARTED_MENTEE] - total[R_STARTED_MENTEE]
    before = own[STARTED_MENTOR] + own[STARTED_MENTEE] - begun
    row[27] = (earlier + EVEN_PRIOR) / (before + 2 * EVEN_PRIOR)
    row[28] = (total[R_AGENDA] + 1) / (total[R_MEETINGS] + 2)
    row[29] = (total[R_READY_MENTOR] + 1) / (total[R_ASKED_MENTOR] + 2)
    row[30] = (total[R_READY_MENTEE] + 1) / (total[R_ASKED_MENTEE] + 2)
    row[31] = total[R_OUT_OF_HOURS] / total[R_HELD_ANY] if total[R_HELD_ANY] > 0 else 0.0
