"""What raters believe of pairs: the truth, the rater's error, self-presentation, surface bias."""

from __future__ import annotations

import numpy as np

from .compiler import compiled
from .keys import draw_bits
from .numbers import normal
from .pair_terms import fit_of_traits, surface_share

_MENTEE_SEES, _MENTOR_SEES, _START, _STEP = 0, 1, 2, 3


@compiled
def perceive_row(philox, constants, pool, key, rating, i, mentors, by_mentee, by_mentor):
    """Fill in what mentee `i` and some mentors look like to one another.

    Parameters
    ----------
    rating : tuple of float and bool
        Scale of the truth, noise, self-presentation, surface bias, and whether one rater speaks
        for both sides.
    mentors : ndarray of int64, shape (k,)
        Positions.
    by_mentee, by_mentor : ndarray of float64, shape (k,)
        Written to.
    """
    scale, noise, self_presentation, bias, one_rater = rating
    other = _MENTEE_SEES if one_rater else _MENTOR_SEES
    for place, j in enumerate(mentors):
        truth = fit_of_traits(constants, pool, i, j) * scale
        truth += bias * (surface_share(pool, i, j) - 0.5)
        by_mentee[place] = truth + self_presentation * pool.mentors[j].show
        by_mentor[place] = truth + self_presentation * pool.mentees[i].show
    for place, j in enumerate(mentors):
        by_mentee[place] += noise * normal(draw_bits(philox, key, i, j, 1, _MENTEE_SEES))
        by_mentor[place] += noise * normal(draw_bits(philox, key, i, j, 1, other))


@compiled
def perceive_all(philox, constants, pool, key, rating):
    """Rate all pairs.

    Returns
    -------
    two ndarrays of float64, shape (n_mentees, n_mentors)
        As mentees and as mentors see them.
    """
    n, m = len(pool.mentees), len(pool.mentors)
    by_mentee, by_mentor = np.empty((n, m)), np.empty((n, m))
    everyone = np.arange(m)
    for i in range(n):
        perceive_row(philox, constants, pool, key, rating, i, everyone, by_mentee[i], by_mentor[i])
    return by_mentee, by_mentor


@compiled
def _common_divisor(a, b):
    while b:
        a, b = b, a % b
    return a


@compiled
def perceive_listed(philox, constants, pool, key, rating, k):
    """Rate `k` mentors for each mentee, found by a walk through all with a random step.

    Returns
    -------
    listed : ndarray of int64, shape (n_mentees, k)
    by_mentee, by_mentor : ndarray of float64, shape (n_mentees, k)
    """
    n, m = len(pool.mentees), len(pool.mentors)
    listed = np.empty((n, k), dtype=np.int64)
    by_mentee, by_mentor = np.empty((n, k)), np.empty((n, k))
    for i in range(n):
        at = np.int64(draw_bits(philox, key, i, m, 2, _START) % np.uint64(m))
        step = np.int64(draw_bits(philox, key, i, m, 2, _STEP) % np.uint64(m))
        while _common_divisor(max(step, 1), m) != 1:
            step += 1
        step = max(step, 1)
        for place in range(k):
            listed[i, place] = at
            at = (at + step) % m
        perceive_row(philox, constants, pool, key, rating, i, listed[i], by_mentee[i], by_mentor[i])
    return listed, by_mentee, by_mentor
