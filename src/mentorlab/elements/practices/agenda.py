"""Agenda, preparation and initiative: who steers the relationship."""

from __future__ import annotations

import pandas as pd

from ...activity import Log, attendance_of, cases, side_of
from .registry import Practice

FAMILY = "agenda"


def agenda_set(log: Log) -> pd.DataFrame:
    """Tell which held meetings had somebody's agenda."""
    held = log.held
    if held["agenda_by"].isna().all():
        held = held.iloc[:0]
    return cases(held["relationship_id"], held["agenda_by"].notna())


def agenda_by_mentee(log: Log) -> pd.DataFrame:
    """Tell which agendas came from the mentee's side, where there are two sides."""
    held = log.held.dropna(subset="agenda_by")
    return _by_mentee(log, held, "agenda_by")


def contact_by_mentee(log: Log) -> pd.DataFrame:
    """Tell which contacts the mentee's side proposed, where there are two sides."""
    contacts = log.contacts.dropna(subset="initiated_by")
    return _by_mentee(log, contacts, "initiated_by")


def _by_mentee(log: Log, rows: pd.DataFrame, person: str) -> pd.DataFrame:
    n_sides = log.sides.groupby("relationship_id")["side"].nunique()
    rows = rows[rows["relationship_id"].map(n_sides) == 2]
    side = side_of(log, rows, person)
    known = side.notna()
    return cases(rows.loc[known, "relationship_id"], side[known] == "mentee")


def prepared_mentor(log: Log) -> pd.DataFrame:
    """Tell to which meetings the mentor's side came prepared."""
    return _prepared(log, "mentor")


def prepared_mentee(log: Log) -> pd.DataFrame:
    """Tell to which meetings the mentee's side came prepared."""
    return _prepared(log, "mentee")


def _prepared(log: Log, side: str) -> pd.DataFrame:
    rows = attendance_of(log, side).dropna(subset="prepared")
    return cases(rows["relationship_id"], rows["prepared"].astype(bool))


def _prepared_row(side: str, function) -> Practice:
    return Practice(
        f"prepared_{side}",
        FAMILY,
        f"people on the {side}'s side come prepared",
        "prepared",
        f"persons on the {side}'s side at meetings of whom it is known",
        "share",
        "share",
        ("contacts", "attendance.prepared"),
        side,
        function,
    )


PRACTICES = (
    Practice(
        "agenda_set",
        FAMILY,
        "meetings have an agenda",
        "somebody set an agenda",
        "held meetings and calls",
        "share",
        "share",
        ("contacts.agenda_by",),
        "both",
        agenda_set,
        "an agenda that nobody noted counts as none",
    ),
    Practice(
        "agenda_by_mentee",
        FAMILY,
        "the mentee sets the agenda",
        "agenda from the mentee's side",
        "held meetings with an agenda, in relationships with two sides",
        "share",
        "share",
        ("contacts.agenda_by",),
        "mentee",
        agenda_by_mentee,
    ),
    _prepared_row("mentor", prepared_mentor),
    _prepared_row("mentee", prepared_mentee),
    Practice(
        "contact_by_mentee",
        FAMILY,
        "the mentee takes the initiative",
        "contacts that the mentee's side proposed",
        "contacts of which it is known who proposed them, in relationships with two sides",
        "share",
        "share",
        ("contacts.initiated_by",),
        "mentee",
        contact_by_mentee,
        "one half is an even balance",
    ),
)
