"""Feedback, advice and openness."""

from __future__ import annotations

import pandas as pd

from ...activity import (
    NO_CASES,
    Log,
    actions_of,
    acts_of,
    cases,
    count_cases,
    followed,
    with_side,
)
from .registry import Practice

FAMILY = "support"
ANSWER_DAYS = 30  # ours: by about the next meeting
ACTION_DAYS = 14  # ours: two weeks


def feedback_given(log: Log) -> pd.DataFrame:
    """Count feedback that the mentor's side gave."""
    return acts_per_month(log, "feedback_given", "mentor")


def feedback_asked(log: Log) -> pd.DataFrame:
    """Count requests for feedback by the mentee's side."""
    return acts_per_month(log, "feedback_asked", "mentee")


def feedback_answered(log: Log) -> pd.DataFrame:
    """Tell which requests for feedback were followed by feedback from the mentor's side."""
    limit = pd.Timedelta(days=ANSWER_DAYS)
    asked = acts_of(log, "feedback_asked", "mentee")
    asked = asked[(asked["ends"] - asked["at"]) >= limit]
    given = acts_of(log, "feedback_given", "mentor")
    answered = followed(asked, given, first_at="at", later_at="at", within=limit)
    return cases(asked["relationship_id"], answered)


def advice_given(log: Log) -> pd.DataFrame:
    """Count advice from the mentor's side."""
    return acts_per_month(log, "advice", "mentor")


def advice_then_action(log: Log) -> pd.DataFrame:
    """Tell which advice was followed by an agreed action that was then done."""
    limit = pd.Timedelta(days=ACTION_DAYS)
    advice = acts_of(log, "advice", "mentor")
    advice = advice[(advice["ends"] - advice["at"]) >= limit]
    actions = actions_of(log).dropna(subset="set_on")
    done = actions[actions["done_on"] <= actions["ends"]]
    applied = followed(advice, done, first_at="at", later_at="set_on", within=limit)
    return cases(advice["relationship_id"], applied)


def disclosure_by_mentor(log: Log) -> pd.DataFrame:
    """Count how often the mentor's side told of itself."""
    return acts_per_month(log, "disclosure", "mentor")


def disclosure_by_mentee(log: Log) -> pd.DataFrame:
    """Count how often the mentee's side told of itself."""
    return acts_per_month(log, "disclosure", "mentee")


def disclosure_returned(log: Log) -> pd.DataFrame:
    """Tell which disclosures of the mentor's side were followed by one of the mentee's."""
    limit = pd.Timedelta(days=ANSWER_DAYS)
    told = acts_of(log, "disclosure", "mentor")
    told = told[(told["ends"] - told["at"]) >= limit]
    back = acts_of(log, "disclosure", "mentee")
    returned = followed(told, back, first_at="at", later_at="at", within=limit)
    return cases(told["relationship_id"], returned)


def acts_per_month(log: Log, act: str, side: str) -> pd.DataFrame:
    """Count acts of one side by months observed; no cases if nobody ever logged such an act."""
    if acts_of(log, act).empty:
        return NO_CASES
    spans = with_side(log, side)
    return count_cases(spans[spans["months"] > 0], acts_of(log, act, side), "months")


def act_rate_row(name: str, family: str, about: str, done: str, side: str, function) -> Practice:
    """Write the row of a practice that counts acts of one side by month."""
    return Practice(
        name,
        family,
        about,
        done,
        f"months observed, in relationships with anyone on the {side}'s side",
        "rate",
        "per month",
        ("acts",),
        side,
        function,
        "what nobody logged counts as not done",
    )


PRACTICES = (
    act_rate_row(
        "feedback_given",
        FAMILY,
        "the mentor gives feedback",
        "feedback given by the mentor's side",
        "mentor",
        feedback_given,
    ),
    act_rate_row(
        "feedback_asked",
        FAMILY,
        "the mentee asks for feedback",
        "feedback asked by the mentee's side",
        "mentee",
        feedback_asked,
    ),
    Practice(
        "feedback_answered",
        FAMILY,
        "who asks for feedback gets it",
        f"feedback from the mentor's side within {ANSWER_DAYS} days",
        f"requests by the mentee's side with {ANSWER_DAYS} more days observed",
        "share",
        "share",
        ("acts",),
        "mentor",
        feedback_answered,
        "that the feedback answers the request is inferred from timing",
    ),
    act_rate_row(
        "advice_given",
        FAMILY,
        "the mentor gives advice",
        "advice given by the mentor's side",
        "mentor",
        advice_given,
    ),
    Practice(
        "advice_then_action",
        FAMILY,
        "advice turns into something done",
        f"an action agreed within {ACTION_DAYS} days of the advice, and done",
        f"advice from the mentor's side with {ACTION_DAYS} more days observed",
        "share",
        "share",
        ("acts", "goals.set_on", "goals.done_on"),
        "mentee",
        advice_then_action,
        "timing only: the log does not say which advice an action applies",
    ),
    act_rate_row(
        "disclosure_by_mentor",
        FAMILY,
        "the mentor tells of own experience",
        "disclosures by the mentor's side",
        "mentor",
        disclosure_by_mentor,
    ),
    act_rate_row(
        "disclosure_by_mentee",
        FAMILY,
        "the mentee opens up",
        "disclosures by the mentee's side",
        "mentee",
        disclosure_by_mentee,
    ),
    Practice(
        "disclosure_returned",
        FAMILY,
        "openness is returned",
        f"a disclosure by the mentee's side within {ANSWER_DAYS} days",
        f"disclosures by the mentor's side with {ANSWER_DAYS} more days observed",
        "share",
        "share",
        ("acts",),
        "mentee",
        disclosure_returned,
        "timing only: compare with disclosure_by_mentee before reading it as an answer",
    ),
)
