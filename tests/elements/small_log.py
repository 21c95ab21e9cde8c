"""A program small enough to count by hand: two pairs and a circle, known until 2026-04-30."""

import pandas as pd

from mentorlab import Program

T, F, N = True, False, None


def frame(columns, rows):
    return pd.DataFrame(rows, columns=columns.split())


PEOPLE = frame(
    "person_id reports_to",
    [
        ("ann", N),
        ("bo", "ed"),
        ("cy", N),
        ("di", "ed"),
        ("ed", "cy"),
        ("flo", N),
        ("x", N),
        ("y", N),
        ("z", N),
    ],
)
RELATIONSHIPS = frame(
    "relationship_id kind started_on planned_end meetings_per_month ended_on end_reason",
    [
        ("r1", "one_to_one", "2026-01-01", "2026-07-01", 1, N, N),
        ("r2", "one_to_one", "2026-01-01", "2026-12-31", 2, "2026-03-01", N),
        ("c1", "circle", "2026-02-01", "2026-12-31", 1, N, N),
    ],
)
MEMBERS = frame(
    "relationship_id person_id role",
    [
        ("r1", "ann", "mentor"),
        ("r1", "bo", "mentee"),
        ("r2", "cy", "mentor"),
        ("r2", "di", "mentee"),
        ("c1", "flo", "facilitator"),
        ("c1", "x", "peer"),
        ("c1", "y", "peer"),
        ("c1", "z", "peer"),
    ],
)
CONTACTS = frame(
    "contact_id relationship_id at kind status initiated_by at_fault minutes out_of_hours "
    "agenda_by",
    [
        ("k1", "r1", "2026-01-10 10:00", "meeting", "held", "ann", N, 60, F, "bo"),
        ("k2", "r1", "2026-01-20 10:00", "message", "held", "bo", N, N, N, N),
        ("k3", "r1", "2026-02-10 10:00", "call", "missed", N, "bo", N, N, N),
        ("k4", "r1", "2026-02-20 10:00", "meeting", "held", "bo", N, 30, T, N),
        ("k5", "r1", "2026-03-20 10:00", "meeting", "rescheduled", N, "ann", N, N, N),
        ("k6", "r1", "2026-03-25 10:00", "meeting", "held", "ann", N, 45, N, "ann"),
        ("k7", "r2", "2026-02-15 10:00", "meeting", "cancelled", N, "cy", N, N, N),
        ("k8", "r2", "2026-02-20 10:00", "meeting", "held", "di", N, 50, N, "di"),
        ("k9", "r2", "2026-03-10 10:00", "meeting", "held", "di", N, 50, F, "di"),
        ("k10", "c1", "2026-03-01 10:00", "meeting", "held", N, N, N, N, N),
        ("k11", "c1", "2026-04-01 10:00", "meeting", "held", N, N, N, N, N),
    ],
)
ATTENDANCE = frame(
    "contact_id person_id present late_minutes prepared talk_seconds",
    [
        ("k1", "ann", T, 0, T, 600),
        ("k1", "bo", T, 10, F, 900),
        ("k3", "ann", T, 0, T, N),
        ("k3", "bo", F, N, N, N),
        ("k4", "ann", T, 5, T, 300),
        ("k4", "bo", T, 0, T, 300),
        ("k8", "cy", T, 20, F, N),
        ("k8", "di", T, 0, T, N),
        ("k10", "flo", T, N, N, 100),
        ("k10", "x", T, N, N, 300),
        ("k10", "y", T, N, N, 300),
        ("k10", "z", T, N, N, 0),
        ("k11", "flo", F, N, N, N),
        ("k11", "x", T, N, N, 200),
        ("k11", "y", T, N, N, 100),
        ("k11", "z", F, N, N, N),
    ],
)
SMART = ["specific", "measurable", "achievable", "relevant", "time_bound"]
REVIEW = "2026-02-01"
GOALS = frame(
    "relationship_id goal_id parent_id owner_role goal_kind set_on due_on done_on reviewed_on",
    [
        ("r1", "g1", N, "mentee", "goal", "2026-01-15", "2026-03-15", "2026-03-10", "2026-03-20"),
        ("r1", "g2", N, "mentee", "goal", "2026-02-01", "2026-06-01", N, N),
        ("r1", "a1", "g1", "mentee", "action", "2026-01-16", "2026-01-22", "2026-01-21", REVIEW),
        ("r1", "a2", "g1", "mentee", "action", "2026-02-01", "2026-03-01", "2026-03-05", N),
        ("r1", "a3", "g1", N, "action", "2026-02-20", "2026-05-15", N, N),
        ("r2", "g1", N, "mentee", "goal", "2026-01-20", "2026-02-20", N, "2026-02-25"),
        ("r2", "a1", "g1", "mentee", "action", "2026-01-25", "2026-02-10", N, N),
        ("r2", "a2", "g1", "mentee", "action", "2026-02-01", "2026-03-20", N, N),
    ],
).assign(
    attainment=[1, N, N, N, N, -1, N, N],
    grow_step=[N, N, "goal", "options", "reality", N, N, N],
    **{flag: [T, i < 3, N, N, N, N, N, N] for i, flag in enumerate(SMART)},
)
ACTS = frame(
    "relationship_id at by act to",
    [
        ("r1", "2026-01-10", "ann", "advice", "bo"),
        ("r1", "2026-01-12", "bo", "feedback_asked", "ann"),
        ("r1", "2026-01-15", "ann", "disclosure", "bo"),
        ("r1", "2026-02-01", "bo", "disclosure", "ann"),
        ("r1", "2026-02-01", "ann", "feedback_given", "bo"),
        ("r1", "2026-02-10", "ann", "introduction", "bo"),
        ("r1", "2026-03-01", "ann", "advice", "bo"),
        ("r1", "2026-03-01", "bo", "thanks", "ann"),
        ("r1", "2026-03-20", "ann", "celebration", "bo"),
        ("r1", "2026-04-20", "bo", "feedback_asked", "ann"),
        ("r1", "2026-04-30", "bo", "topic", N),
        ("r2", "2026-02-01", "cy", "nomination", "di"),
        ("r2", "2026-02-20", "cy", "thanks", "di"),
        ("r2", "2026-02-25", "di", "thanks", "cy"),
    ],
)
RESPONSES = frame(
    "relationship_id rater_id role wave item value form answered_at",
    [
        ("r1", "bo", "mentee", 1, "p1", 4, "pulse", "2026-01-12"),
        ("r2", "cy", "mentor", 1, "e1", 2, "closure", "2026-03-01"),
    ],
)


def small_program(**changes):
    """Make the program with some tables replaced, or left out by None."""
    tables = {
        "people": PEOPLE,
        "relationships": RELATIONSHIPS,
        "members": MEMBERS,
        "contacts": CONTACTS,
        "attendance": ATTENDANCE,
        "goals": GOALS,
        "acts": ACTS,
        "responses": RESPONSES,
    }
    return Program(**{**tables, **changes})
