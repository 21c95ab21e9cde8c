"""Commitment loops: actions agreed, due, done and reviewed."""

from __future__ import annotations

import pandas as pd

from ...activity import Log, actions_of, cases
from .registry import Practice

FAMILY = "loops"
SHORT_DAYS = 7  # weekly sub-goals
_DUE = "actions that fell due while the relationship was observed"


def actions_dated_and_owned(log: Log) -> pd.DataFrame:
    """Tell which actions have an owner and a due date."""
    actions = actions_of(log)
    whole = actions["due_on"].notna() & actions["owner_role"].notna()
    return cases(actions["relationship_id"], whole)


def short_actions(log: Log) -> pd.DataFrame:
    """Tell which actions were to be done within a week."""
    actions = actions_of(log).dropna(subset=["set_on", "due_on"])
    planned = actions["due_on"] - actions["set_on"]
    return cases(actions["relationship_id"], planned <= pd.Timedelta(days=SHORT_DAYS))


def loops_done(log: Log) -> pd.DataFrame:
    """Tell which actions that fell due were done by the last moment observed."""
    due = actions_due(log)
    return cases(due["relationship_id"], due["done"])


def loops_done_on_time(log: Log) -> pd.DataFrame:
    """Tell which actions that fell due were done by their due date."""
    due = actions_due(log)
    return cases(due["relationship_id"], due["done"] & (due["done_on"] <= due["due_on"]))


def loops_reviewed(log: Log) -> pd.DataFrame:
    """Tell which actions that fell due were reviewed by the last moment observed."""
    due = actions_due(log)
    return cases(due["relationship_id"], due["reviewed"])


def loops_closed(log: Log) -> pd.DataFrame:
    """Tell which actions that fell due were both done and reviewed."""
    due = actions_due(log)
    return cases(due["relationship_id"], due["done"] & due["reviewed"])


def done_before_next_meeting(log: Log) -> pd.DataFrame:
    """Tell which actions were done by the day of the next held meeting."""
    actions = actions_of(log).dropna(subset="set_on").reset_index(names="row")
    held = log.held[["relationship_id", "at"]]
    later = actions.merge(held, on="relationship_id")
    later = later[later["at"].dt.normalize() > later["set_on"].dt.normalize()]
    upcoming = actions["row"].map(later.groupby("row")["at"].min())
    seen = upcoming.notna()
    done = actions["done_on"].dt.normalize() <= upcoming.dt.normalize()
    return cases(actions.loc[seen, "relationship_id"], done[seen])


def loop_days(log: Log) -> pd.DataFrame:
    """Give the days from agreeing to doing, for actions that were done."""
    return _days_between(log, "set_on", "done_on")


def loop_delay_days(log: Log) -> pd.DataFrame:
    """Give the days from the due date to doing (negative is early), for actions done."""
    return _days_between(log, "due_on", "done_on")


def review_delay_days(log: Log) -> pd.DataFrame:
    """Give the days from doing to reviewing, for actions that were done and reviewed."""
    return _days_between(log, "done_on", "reviewed_on")


def actions_due(log: Log) -> pd.DataFrame:
    """Give actions due in the span, with `done` and `reviewed` by the last moment observed."""
    actions = actions_of(log)
    due = actions[actions["due_on"] <= actions["ends"]]
    return due.assign(**{name: _by_then(due, f"{name}_on") for name in ("done", "reviewed")})


def _by_then(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series(False, index=rows.index)
    return rows[column] <= rows["ends"]


def _days_between(log: Log, begin: str, end: str) -> pd.DataFrame:
    rows = actions_of(log).dropna(subset=[begin, end])
    rows = rows[rows[end] <= rows["ends"]]
    return cases(rows["relationship_id"], (rows[end] - rows[begin]).dt.days)


def _closing(name: str, about: str, done: str, needs: tuple[str, ...], function) -> Practice:
    needs = ("goals.due_on", *needs)
    return Practice(name, FAMILY, about, done, _DUE, "share", "share", needs, "both", function)


def _delay(name: str, about: str, done: str, due: str, needs: tuple[str, ...], function):
    caution = "only of those that came that far: read beside loops_done and loops_reviewed"
    return Practice(
        name, FAMILY, about, done, due, "mean", "days", needs, "both", function, caution
    )


PRACTICES = (
    Practice(
        "actions_dated_and_owned",
        FAMILY,
        "actions have an owner and a date",
        "an owner and a due date",
        "actions agreed",
        "share",
        "share",
        ("goals.due_on", "goals.owner_role"),
        "both",
        actions_dated_and_owned,
    ),
    Practice(
        "short_actions",
        FAMILY,
        "actions are cut into weekly steps",
        f"due within {SHORT_DAYS} days of being agreed",
        "actions with both dates",
        "share",
        "share",
        ("goals.set_on", "goals.due_on"),
        "both",
        short_actions,
    ),
    _closing(
        "loops_done",
        "actions are done",
        "done, late or not",
        ("goals.done_on",),
        loops_done,
    ),
    _closing(
        "loops_done_on_time",
        "actions are done by their date",
        "done by the due date",
        ("goals.done_on",),
        loops_done_on_time,
    ),
    _closing(
        "loops_reviewed",
        "partners come back to what they agreed",
        "reviewed",
        ("goals.reviewed_on",),
        loops_reviewed,
    ),
    _closing(
        "loops_closed",
        "loops are closed: done and reviewed",
        "done and reviewed",
        ("goals.done_on", "goals.reviewed_on"),
        loops_closed,
    ),
    Practice(
        "done_before_next_meeting",
        FAMILY,
        "actions are done before the partners meet again",
        "done by the day of the next held meeting",
        "actions followed by a held meeting",
        "share",
        "share",
        ("goals.set_on", "goals.done_on", "contacts"),
        "both",
        done_before_next_meeting,
        "actions with a later date are due later than that",
    ),
    _delay(
        "loop_days",
        "actions take long",
        "days from agreed to done",
        "actions done",
        ("goals.set_on", "goals.done_on"),
        loop_days,
    ),
    _delay(
        "loop_delay_days",
        "actions are done late (below 0: early)",
        "days from the due date to done",
        "actions done",
        ("goals.due_on", "goals.done_on"),
        loop_delay_days,
    ),
    _delay(
        "review_delay_days",
        "reviews come late",
        "days from done to reviewed",
        "actions done and reviewed",
        ("goals.done_on", "goals.reviewed_on"),
        review_delay_days,
    ),
)
