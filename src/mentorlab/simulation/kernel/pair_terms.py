"""What is true of a pair: how well two people fit, and what stands between them."""

from __future__ import annotations

import math

import numpy as np

from .compiler import compiled
from .keys import draw_bits
from .numbers import normal, uniform

# squared distance of two standard normal points in three dimensions: mean 6, variance 24
_DISTANCE_MEAN, _DISTANCE_SD = 6.0, math.sqrt(24.0)
# sum over four skills of the product of two uniform numbers around their mean: variance 4 / 144
_FIT_SD = 1.0 / 6.0
_ENOUGH_SLOTS = 3.0
_RANKS_APART = 2.0  # levels between people who do not compete
DRAWN_REPORTS = -2  # a mentee's `manager` where reports are drawn, not known
_FIT, _REPORTS = 0, 1  # slots of the stream of a given market's pairs


@compiled
def score_of(pool, i, j):
    """Give the perceived score of a pair, -inf if it may not be matched."""
    if pool.scores.shape[0] > 0:
        return pool.scores[i, j]
    for at in range(pool.indptr[i], pool.indptr[i + 1]):
        if pool.listed[at] == j:
            return pool.list_scores[at]
    return -np.inf


@compiled
def fit_behind_score(philox, pool, given_key, i, j, first, second):
    """Draw the fit of a pair, in SD of quality, given its perceived score.

    Score and truth correlate as a score of this kind does. What the score does not tell is luck
    like chemistry, and belongs to the same owner (`first`, `second`).
    """
    rated = pool.rated
    seen = (score_of(pool, i, j) - rated.score_center) / rated.score_scale
    luck = normal(draw_bits(philox, given_key, first, second, 0, _FIT))
    rest = math.sqrt(1.0 - rated.validity * rated.validity)
    return rated.true_scale * (rated.validity * seen + rest * luck)


@compiled
def fit_of_traits(constants, pool, i, j):
    """Give the fit of mentee `i` and mentor `j` by their traits, in SD of quality."""
    mentee, mentor = pool.mentees[i], pool.mentors[j]
    distance = (
        (mentee.deep_0 - mentor.deep_0) ** 2
        + (mentee.deep_1 - mentor.deep_1) ** 2
        + (mentee.deep_2 - mentor.deep_2) ** 2
    )
    fit = (
        (mentee.skill_0 - 0.5) * (mentor.skill_0 - 0.5)
        + (mentee.skill_1 - 0.5) * (mentor.skill_1 - 0.5)
        + (mentee.skill_2 - 0.5) * (mentor.skill_2 - 0.5)
        + (mentee.skill_3 - 0.5) * (mentor.skill_3 - 0.5)
    )
    return (
        constants.values_weight * (_DISTANCE_MEAN - distance) / _DISTANCE_SD
        + constants.skills_weight * fit / _FIT_SD
    )


@compiled
def surface_share(pool, i, j):
    """Give the share of surface groups that a pair has in common."""
    mentee, mentor = pool.mentees[i], pool.mentors[j]
    same = 0.0
    if mentee.surface_0 == mentor.surface_0:
        same += 0.5
    if mentee.surface_1 == mentor.surface_1:
        same += 0.5
    return same


@compiled
def pair_terms(philox, constants, pool, given_key, i, j, first, second):
    """Give what is true of a pair, whose luck belongs to the owner (`first`, `second`).

    Returns
    -------
    tuple of float
        Compatibility (SD of quality), surface (share in common less a half), competition
        (closeness in rank within a department, 0..1), conflict (1 where the mentee reports to the
        mentor), overlap (share of enough common slots, 0..1).
    """
    mentee, mentor = pool.mentees[i], pool.mentors[j]
    same_department = mentee.department == mentor.department
    competition, conflict = 0.0, 0.0
    if same_department:
        competition = max(0.0, 1.0 - abs(mentee.level - mentor.level) / _RANKS_APART)
    if mentee.manager == j:
        conflict = 1.0
    elif mentee.manager == DRAWN_REPORTS and same_department:
        draw = uniform(draw_bits(philox, given_key, i, j, 0, _REPORTS))
        conflict = 1.0 if draw < pool.rated.reporting_share else 0.0
    shared = mentee.slots & mentor.slots
    n_shared = 0.0
    while shared:
        shared &= shared - 1
        n_shared += 1.0
    if pool.rated.given:
        fit = fit_behind_score(philox, pool, given_key, i, j, first, second)
    else:
        fit = fit_of_traits(constants, pool, i, j)
    return (
        fit,
        surface_share(pool, i, j) - 0.5,
        competition,
        conflict,
        min(1.0, n_shared / _ENOUGH_SLOTS),
    )
