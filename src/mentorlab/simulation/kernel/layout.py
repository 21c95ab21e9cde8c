"""What stands where: constants, people, pairs, state and records, as the kernels read them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

ELEMENTS = ("trust", "respect", "reciprocity", "communication", "commitment")
N_ELEMENTS = len(ELEMENTS)
TRUST, COMMUNICATION, COMMITMENT = 0, 3, 4

CAUSES = (
    "ongoing",
    "communication",
    "commitment",
    "personality",
    "competition",
    "conflict_of_interest",
    "inexperience",
    "external",
    "planned_end",
)
ONGOING, EXTERNAL, PLANNED_END = 0, 7, 8
NOBODY, BY_MENTOR, BY_MENTEE = 0, 1, 2
PHASES = ("initiation", "cultivation", "separation")
INITIATION, CULTIVATION, SEPARATION = 0, 1, 2

# a mentee's status
AHEAD, WAITING, MATCHED, GONE = 0, 1, 2, 3

# slots of the chemistry stream (mentee, episode)
SLOT_SHARED, SLOT_MENTOR, SLOT_MENTEE, SLOT_MEETING, SLOT_AGREEMENT, SLOT_OFFSET = 0, 1, 2, 3, 4, 5
# slots of the event stream (mentee, episode, relationship week)
SLOT_MEET, SLOT_END, SLOT_REQUEUE, SLOT_GO_ON, SLOT_NOISE = 0, 1, 2, 3, 4

# columns of Book.live: the mentor's elements, the mentee's, and the elements' own offsets
OFFSET, N_LIVE = 2 * N_ELEMENTS, 3 * N_ELEMENTS

_WHOLE_CONSTANTS = (
    "max_matches",
    "planned_weeks",
    "month_mask",
    "checkin_every",
    "survey_week",
    "by_pair",
    "group_size",
)
_CONSTANTS = (
    "values_weight",
    "skills_weight",
    "surface_weight",
    "surface_decay",
    "chemistry",
    "side_chemistry",
    "agreement_weight",
    "element_spread",
    "start_pull",
    "training_mentor",
    "training_mentee",
    "initiative_effect",
    "choice_commitment",
    "waiting_cost",
    "growth",
    "trust_growth",
    "noise",
    "missed_week",
    "checkin_lift",
    "meeting_base",
    "meeting_commitment",
    "meeting_load",
    "availability",
    "meeting_spread",
    "initiation_weeks",
    "separation_weeks",
    "trust_reached",
    "trust_lost",
    "initiation_growth",
    "separation_growth",
    "initiation_hazard",
    "separation_hazard",
    "go_on",
    "load_growth",
    "load_sharing",
    "sensitivity",
    "gap",
    "communication_mentor",
    "communication_mentee",
    "commitment_mentor",
    "commitment_mentee",
    "side_rates",
    "person_mentor",
    "person_mentee",
    "competition",
    "closeness",
    "conflict",
    "reporting",
    "inexperience",
    "mentor_training",
    "mentee_exit",
    "mentor_exit",
    "failure_exit",
    "give_up",
    "requeue",
    "quality_gain",
    "discount",
)


def _record(whole: tuple[str, ...], numbers: tuple[str, ...] = (), keys: tuple[str, ...] = ()):
    fields = [(name, np.int64) for name in whole] + [(name, np.float64) for name in numbers]
    return np.dtype(fields + [(name, np.uint64) for name in keys])


CONSTANTS = _record(_WHOLE_CONSTANTS, _CONSTANTS)
"""The model's parameters and the program's levers, as the weekly step needs them."""

STREAMS = _record((), (), ("chemistry", "events", "mentor_weeks", "waiting", "given"))
"""Keys of one replication's streams."""

_FACTS = ("department", "slots", "surface_0", "surface_1")
_TRAITS = ("level", "quality", "deep_0", "deep_1", "deep_2")
_SKILLS = ("skill_0", "skill_1", "skill_2", "skill_3")
MENTEES = _record(("manager", "arrival", *_FACTS), ("initiative", "show", *_TRAITS, *_SKILLS))
"""Mentees of a world; `manager` is a mentor's position, -1 for none, -2 where it is drawn."""

MENTORS = _record(("places", *_FACTS), ("experience", "show", *_TRAITS, *_SKILLS))
"""Mentors of a world."""

RATED = _record(
    ("given",),
    ("validity", "score_center", "score_scale", "true_scale", "reporting_share"),
)
"""How scores and truth hang together."""

STATE = _record(
    (
        "status",
        "since",
        "n_matches",
        "mentor",
        "start",
        "gap",
        "met",
        "checkins",
        "phase",
        "waited",
    ),
    (
        "pull_mentor",
        "pull_mentee",
        "surface",
        "meeting",  # logit of a meeting, apart from commitment and load
        "person_mentor",
        "person_mentee",
        "competition",
        "conflict",
        "inexperience",
        "dose",
        "discount",
    ),
    ("owner",),  # key of the relationship's weekly draws
)
"""What changes from week to week, one row for each mentee."""

MENTOR_STATE = _record(("load", "failures", "left_at"), ("fate", "staying", "stays"))
"""What changes from week to week, one row for each mentor.

`left_at` is -1 while there; a mentor leaves once the chance to have stayed so long, `staying`, is
down to `fate`; `stays` is the chance to stay another week.
"""

RELATIONSHIPS = _record(
    (
        "mentor",
        "start",
        "end",
        "cause",
        "started_by",
        "met",
        "checkins",
        "waited",
        "continued",
    ),
    ("dose", "compatibility", "surface", "competition", "conflict", "overlap", "chemistry"),
)
"""One row for each mentee and episode, row = mentee * max_matches + episode.

`mentor` is -1 for an episode that never was, `end` the program week after the last one lived,
`waited` the weeks before the match, `chemistry` the personal fit that both sides feel.
"""


class Pool(NamedTuple):
    """People and perceived scores of one world, by position.

    `scores` holds what both sides together are thought to get from a pair: a matrix
    (n_mentees, n_mentors) with -inf for pairs that may not be matched, or an empty matrix and the
    lists `indptr`, `listed`, `list_scores`.
    """

    mentees: np.ndarray
    mentors: np.ndarray
    rated: np.record
    scores: np.ndarray
    indptr: np.ndarray
    listed: np.ndarray
    list_scores: np.ndarray


class Book(NamedTuple):
    """State and records of one replication."""

    state: np.ndarray  # (n,) STATE
    mentors: np.ndarray  # (m,) MENTOR_STATE
    live: np.ndarray  # (n, N_LIVE) float64
    rows: np.ndarray  # (rows,) RELATIONSHIPS
    final: np.ndarray  # (rows, 10) float64: the mentor's elements at the end, then the mentee's
    early: np.ndarray  # (rows, 10) float64: at the survey week, nan where it was not reached


class Trace(NamedTuple):
    """Every week of every relationship, by row and relationship week."""

    met: np.ndarray  # (rows, weeks) uint8
    checked: np.ndarray  # (rows, weeks) uint8
    phase: np.ndarray  # (rows, weeks) int8, -1 where the relationship was over
    elements: np.ndarray  # (rows, weeks, 10) float32
