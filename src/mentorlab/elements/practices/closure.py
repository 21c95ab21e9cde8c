"""Endings: met, thanked and looked back."""

from __future__ import annotations

import pandas as pd

from ...activity import SIDES, Log, acts_of, cases
from .registry import Practice

FAMILY = "closure"
LAST_DAYS = 30  # ours: the last month


def closing_meeting(log: Log) -> pd.DataFrame:
    """Tell which relationships met in the last 30 days before their ending."""
    return _in_last_days(log, log.held)


def thanked_at_end(log: Log) -> pd.DataFrame:
    """Tell in which relationships anyone said thanks in the last 30 days before the ending."""
    return _in_last_days(log, acts_of(log, "thanks"))


def end_reason_given(log: Log) -> pd.DataFrame:
    """Tell of which endings the reason is known."""
    ended = _ended(log).merge(log.program.relationships[["relationship_id", "end_reason"]])
    return cases(ended["relationship_id"], ended["end_reason"].notna())


def closure_form_from_both(log: Log) -> pd.DataFrame:
    """Tell of which endings both sides filled in a closure form, where forms are in use."""
    answers = log.program.responses
    answers = answers[answers["form"].eq("closure") & answers["value"].notna()]
    n_sides = answers["role"].map(SIDES).groupby(answers["relationship_id"]).nunique()
    ended = _ended(log) if len(answers) else log.spans.iloc[:0]
    return cases(ended["relationship_id"], ended["relationship_id"].map(n_sides).eq(2))


def _ended(log: Log) -> pd.DataFrame:
    return log.spans[log.spans["ended"]]


def _in_last_days(log: Log, events: pd.DataFrame) -> pd.DataFrame:
    ended = _ended(log)
    if events.empty:
        ended = ended.iloc[:0]
    late = events[events["at"] > events["ends"] - pd.Timedelta(days=LAST_DAYS)]
    return cases(ended["relationship_id"], ended["relationship_id"].isin(late["relationship_id"]))


def _row(name: str, about: str, done: str, needs: tuple[str, ...], depends_on: str, function):
    needs = ("relationships.ended_on", *needs)
    due = "relationships that ended"
    return Practice(name, FAMILY, about, done, due, "share", "share", needs, depends_on, function)


PRACTICES = (
    _row(
        "closing_meeting",
        "partners meet before they part",
        f"a held meeting in the last {LAST_DAYS} days",
        ("contacts",),
        "both",
        closing_meeting,
    ),
    _row(
        "thanked_at_end",
        "somebody says thanks at the end",
        f"thanks in the last {LAST_DAYS} days",
        ("acts",),
        "both",
        thanked_at_end,
    ),
    _row(
        "end_reason_given",
        "the reason for an ending is known",
        "a reason recorded",
        ("relationships.end_reason",),
        "program",
        end_reason_given,
    ),
    _row(
        "closure_form_from_both",
        "both sides look back",
        "closure forms from both sides",
        ("responses.form",),
        "both",
        closure_form_from_both,
    ),
)
