"""One replication in numbers: benefits, measures, closure counts."""

from __future__ import annotations

import numpy as np

from .compiler import compiled
from .layout import BY_MENTOR, EXTERNAL, N_ELEMENTS, ONGOING, PLANNED_END
from .numbers import exponential

_WEEKS_PER_MONTH = 365.25 / 12.0 / 7.0
_LOWEST = 0.1  # the share of mentees who are worst off


@compiled
def settle(gain, rows, max_matches, scale, worth, harm, harm_weeks, rematch_loss):
    """Tell what the program did for each mentee.

    Returns
    -------
    ndarray of float64, shape (n_mentees,)
        In SD of the outcome: the worth of meetings, less the harm of unplanned ends and new starts.
    """
    benefit = np.zeros(len(gain))
    for i in range(len(gain)):
        dose, lost, n_started = 0.0, 0.0, 0
        for row in rows[i * max_matches : (i + 1) * max_matches]:
            if row.mentor < 0:
                break
            n_started += 1
            dose += row.dose
            if row.cause != ONGOING and row.cause != PLANNED_END:
                lost += harm * exponential(-(row.end - row.start) / harm_weeks)
        benefit[i] = gain[i] * scale * worth * dose - lost
        if n_started > 1:
            benefit[i] -= rematch_loss * (n_started - 1)
    return benefit


@compiled
def summarize(rows, final, waited, left_at, benefit, max_matches, planned_weeks, horizon, measures):
    """Fill in the measures of one replication, in the order of `MEASURES`.

    Parameters
    ----------
    measures : ndarray of float64, shape (len(MEASURES),)
        Written to; nan where nobody was matched.
    """
    n, m = len(benefit), len(left_at)
    n_started, n_due, n_early, n_failed, n_unplanned, n_by_mentor = 0, 0, 0, 0, 0, 0
    n_matched, n_again, n_completed = 0, 0, 0
    quality, lower_side = 0.0, 0.0
    weeks, meetings, checkins = 0, 0, 0
    per_mentor = np.zeros(m, dtype=np.int64)
    for at in range(len(rows)):
        row = rows[at]
        if row.mentor < 0:
            continue
        n_started += 1
        n_matched += at % max_matches == 0
        n_again += at % max_matches == 1
        n_completed += row.cause == PLANNED_END
        per_mentor[row.mentor] += 1
        unplanned = row.cause != ONGOING and row.cause != PLANNED_END
        n_unplanned += unplanned
        n_failed += unplanned and row.cause != EXTERNAL
        n_by_mentor += unplanned and row.started_by == BY_MENTOR
        if row.start + planned_weeks <= horizon:
            n_due += 1
            n_early += unplanned
        weeks += row.end - row.start
        meetings += row.met
        checkins += row.checkins
        mentor_side, mentee_side = 0.0, 0.0
        for k in range(N_ELEMENTS):
            mentor_side += final[at, 0, k]
            mentee_side += final[at, 1, k]
        quality += 0.5 * (mentor_side + mentee_side) / N_ELEMENTS
        lower_side += min(mentor_side, mentee_side) / N_ELEMENTS
    n_worst = max(1, int(np.ceil(_LOWEST * n)))
    lowest = np.sort(benefit)[:n_worst].mean()
    busy = per_mentor[per_mentor > 0]
    n_left = 0
    for j in range(m):
        n_left += left_at[j] >= 0
    measures[0] = benefit.mean()
    measures[1] = lowest
    measures[2] = (benefit < 0).mean()
    measures[3] = n_early / n_due if n_due else np.nan
    measures[4] = n_failed / n_started if n_started else np.nan
    measures[5] = n_by_mentor / n_unplanned if n_unplanned else np.nan
    measures[6] = n_matched / n
    measures[7] = n_completed / n
    measures[8] = n_again / n
    measures[9] = waited.mean()
    measures[10] = quality / n_started if n_started else np.nan
    measures[11] = lower_side / n_started if n_started else np.nan
    measures[12] = meetings / weeks * _WEEKS_PER_MONTH if weeks else np.nan
    measures[13] = busy.mean() if len(busy) else 0.0
    measures[14] = per_mentor.max()
    measures[15] = n_left / m
    measures[16] = weeks / n
    measures[17] = meetings / n
    measures[18] = checkins / n


@compiled
def count_closures(rows, curve, causes):
    """Count relationships at risk and ended unplanned by relationship week, and all causes.

    Parameters
    ----------
    curve : ndarray of int64, shape (2, weeks)
        Written to: at risk at the start of each week, ended unplanned with it.
    causes : ndarray of int64, shape (len(CAUSES),)
        Written to.
    """
    for row in rows:
        if row.mentor < 0:
            continue
        causes[row.cause] += 1
        lived = row.end - row.start
        for week in range(lived):
            curve[0, week] += 1
        if row.cause != ONGOING and row.cause != PLANNED_END and lived > 0:
            curve[1, lived - 1] += 1


@compiled
def group_sums(codes, n_labels, benefit, rows, max_matches):
    """Count mentees of each group, and sum up their benefit and how many were ever matched.

    Returns
    -------
    ndarray of float64, shape (n_labels, 3)
    """
    sums = np.zeros((n_labels, 3))
    for i in range(len(codes)):
        if codes[i] >= 0:
            sums[codes[i], 0] += 1.0
            sums[codes[i], 1] += benefit[i]
            sums[codes[i], 2] += rows[i * max_matches].mentor >= 0
    return sums
