"""Gratitude and celebration."""

from __future__ import annotations

import pandas as pd

from ...activity import Log, acts_of, cases, followed, goals_of
from .registry import Practice
from .support import act_rate_row, acts_per_month

FAMILY = "gratitude"
CELEBRATE_DAYS = 30  # ours: by about the next meeting


def thanks_by_mentee(log: Log) -> pd.DataFrame:
    """Count thanks from the mentee's side."""
    return acts_per_month(log, "thanks", "mentee")


def thanks_by_mentor(log: Log) -> pd.DataFrame:
    """Count thanks from the mentor's side."""
    return acts_per_month(log, "thanks", "mentor")


def thanks_both_ways(log: Log) -> pd.DataFrame:
    """Tell in which relationships both sides said thanks, of those where either did."""
    by_mentor = set(acts_of(log, "thanks", "mentor")["relationship_id"])
    by_mentee = set(acts_of(log, "thanks", "mentee")["relationship_id"])
    n_sides = log.sides.groupby("relationship_id")["side"].nunique()
    due = pd.Series(sorted(by_mentor | by_mentee), dtype="str")
    due = due[due.map(n_sides) == 2]
    return cases(due, due.isin(by_mentor & by_mentee))


def goals_celebrated(log: Log) -> pd.DataFrame:
    """Tell which goals that were done were followed by a celebration."""
    limit = pd.Timedelta(days=CELEBRATE_DAYS)
    done = goals_of(log).dropna(subset="done_on")
    done = done[(done["ends"] - done["done_on"]) >= limit]
    feasts = acts_of(log, "celebration")
    if feasts.empty:
        done = done.iloc[:0]
    marked = followed(done, feasts, first_at="done_on", later_at="at", within=limit)
    return cases(done["relationship_id"], marked)


def celebrations(log: Log) -> pd.DataFrame:
    """Count celebrations by the mentor's side."""
    return acts_per_month(log, "celebration", "mentor")


PRACTICES = (
    act_rate_row(
        "thanks_by_mentee",
        FAMILY,
        "the mentee says thanks",
        "thanks from the mentee's side",
        "mentee",
        thanks_by_mentee,
    ),
    act_rate_row(
        "thanks_by_mentor",
        FAMILY,
        "the mentor says thanks",
        "thanks from the mentor's side",
        "mentor",
        thanks_by_mentor,
    ),
    Practice(
        "thanks_both_ways",
        FAMILY,
        "thanks go both ways",
        "thanks from both sides",
        "relationships with two sides in which either said thanks",
        "share",
        "share",
        ("acts",),
        "both",
        thanks_both_ways,
    ),
    Practice(
        "goals_celebrated",
        FAMILY,
        "goals that were reached are celebrated",
        f"a celebration within {CELEBRATE_DAYS} days",
        f"goals done, with {CELEBRATE_DAYS} more days observed",
        "share",
        "share",
        ("goals.done_on", "acts"),
        "both",
        goals_celebrated,
        "that the celebration is for the goal is inferred from timing",
    ),
    act_rate_row(
        "celebrations",
        FAMILY,
        "the mentor celebrates with the mentee",
        "celebrations by the mentor's side",
        "mentor",
        celebrations,
    ),
)
