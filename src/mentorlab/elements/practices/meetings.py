"""Meetings kept, attended and begun on time, by side."""

from __future__ import annotations

import pandas as pd

from ...activity import Log, attendance_of, cases, side_of
from .registry import Practice

FAMILY = "meetings"
ON_TIME_MINUTES = 5  # ours: what most people would call on time


def meetings_kept(log: Log) -> pd.DataFrame:
    """Tell which meetings were held, of those not moved to another time."""
    due = log.scheduled
    due = due[due["status"] != "rescheduled"]
    return cases(due["relationship_id"], due["status"] == "held")


def kept_by_mentor(log: Log) -> pd.DataFrame:
    """Tell which meetings the mentor's side did not miss, cancel or move."""
    return _kept_by(log, "mentor")


def kept_by_mentee(log: Log) -> pd.DataFrame:
    """Tell which meetings the mentee's side did not miss, cancel or move."""
    return _kept_by(log, "mentee")


def _kept_by(log: Log, side: str) -> pd.DataFrame:
    due = log.scheduled
    present = log.sides.loc[log.sides["side"] == side, "relationship_id"]
    due = due[due["relationship_id"].isin(present)]
    known = due[(due["status"] == "held") | due["at_fault"].notna()]
    fell = (known["status"] != "held") & (side_of(log, known, "at_fault") == side)
    return cases(known["relationship_id"], ~fell)


def attended_by_mentor(log: Log) -> pd.DataFrame:
    """Tell at which meetings the mentor's side was present."""
    return _attended(log, "mentor")


def attended_by_mentee(log: Log) -> pd.DataFrame:
    """Tell at which meetings the mentee's side was present."""
    return _attended(log, "mentee")


def _attended(log: Log, side: str) -> pd.DataFrame:
    rows = attendance_of(log, side).dropna(subset="present")
    return cases(rows["relationship_id"], rows["present"].astype(bool))


def on_time_mentor(log: Log) -> pd.DataFrame:
    """Tell at which meetings the mentor's side was on time."""
    return _on_time(log, "mentor")


def on_time_mentee(log: Log) -> pd.DataFrame:
    """Tell at which meetings the mentee's side was on time."""
    return _on_time(log, "mentee")


def _on_time(log: Log, side: str) -> pd.DataFrame:
    rows = attendance_of(log, side).dropna(subset="late_minutes")
    return cases(rows["relationship_id"], rows["late_minutes"] <= ON_TIME_MINUTES)


def _kept_row(side: str, function) -> Practice:
    return Practice(
        f"kept_by_{side}",
        FAMILY,
        f"the {side}'s side keeps appointments",
        f"meetings not missed, cancelled or moved by the {side}'s side",
        "meetings held, and others of which it is known who called them off",
        "share",
        "share",
        ("contacts.at_fault",),
        side,
        function,
    )


def _attended_row(side: str, function) -> Practice:
    return Practice(
        f"attended_by_{side}",
        FAMILY,
        f"people on the {side}'s side come",
        "present",
        f"persons on the {side}'s side at meetings held or missed",
        "share",
        "share",
        ("contacts", "attendance.present"),
        side,
        function,
    )


def _on_time_row(side: str, function) -> Practice:
    return Practice(
        f"on_time_{side}",
        FAMILY,
        f"people on the {side}'s side are on time",
        f"at most {ON_TIME_MINUTES} minutes late",
        f"persons on the {side}'s side who came",
        "share",
        "share",
        ("contacts", "attendance.late_minutes"),
        side,
        function,
        f"the {ON_TIME_MINUTES} minutes are our choice",
    )


PRACTICES = (
    Practice(
        "meetings_kept",
        FAMILY,
        "appointments are kept",
        "held",
        "meetings and calls held, missed or cancelled (moved ones count when their turn comes)",
        "share",
        "share",
        ("contacts",),
        "both",
        meetings_kept,
    ),
    _kept_row("mentor", kept_by_mentor),
    _kept_row("mentee", kept_by_mentee),
    _attended_row("mentor", attended_by_mentor),
    _attended_row("mentee", attended_by_mentee),
    _on_time_row("mentor", on_time_mentor),
    _on_time_row("mentee", on_time_mentee),
)
