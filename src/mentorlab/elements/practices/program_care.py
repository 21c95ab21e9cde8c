"""What the program owes: no manager as mentor, and a pulse after meetings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...activity import Log, cases
from .registry import Practice

FAMILY = "program"
PULSE_DAYS = 7  # ours: within a week
_DEEPEST = 20  # levels of management; more means that the chart goes in a circle


def mentor_outside_line(log: Log) -> pd.DataFrame:
    """Tell which mentors do not stand above their mentee in the reporting line."""
    people = log.program.people.set_index("person_id")["reports_to"]
    members = log.program.members[log.program.members["relationship_id"].isin(_ids(log))]
    mentors = members[members["role"].isin(["mentor", "sponsor"])]
    mentees = members[(members["role"] == "mentee") & members["person_id"].isin(people.index)]
    pairs = mentors.merge(mentees, on="relationship_id", suffixes=("_mentor", "_mentee"))
    boss, above = pairs["person_id_mentee"], pd.Series(False, index=pairs.index)
    known = pairs["person_id_mentee"].map(people).notna()
    for _ in range(_DEEPEST):
        boss = boss.map(people)
        above |= boss.eq(pairs["person_id_mentor"]).fillna(False).astype(bool)
    return cases(pairs.loc[known, "relationship_id"], ~above[known])


def pulse_after_meeting(log: Log) -> pd.DataFrame:
    """Tell which held meetings were followed by a pulse from anyone within a week."""
    answers = log.program.responses
    answers = answers[answers["form"].eq("pulse") & answers["value"].notna()]
    pulses = answers[["relationship_id", "answered_at"]].dropna().drop_duplicates()
    held = log.held[["relationship_id", "at"]] if len(pulses) else log.contacts.iloc[:0]
    pairs = held.reset_index(names="row").merge(pulses, on="relationship_id")
    wait = pairs["answered_at"] - pairs["at"].dt.normalize()
    limit = pd.Timedelta(days=PULSE_DAYS + 1)
    hit = pairs.loc[(wait >= pd.Timedelta(0)) & (wait < limit), "row"]
    return cases(held["relationship_id"], np.isin(held.index, hit))


def _ids(log: Log) -> pd.Series:
    return log.spans["relationship_id"]


PRACTICES = (
    Practice(
        "mentor_outside_line",
        FAMILY,
        "no mentor stands above the mentee in the reporting line",
        "mentor or sponsor not among the mentee's managers at any level",
        "pairs of mentor (or sponsor) and mentee whose manager is known",
        "share",
        "share",
        ("people.reports_to",),
        "program",
        mentor_outside_line,
        "other conflicts of interest are not recorded",
    ),
    Practice(
        "pulse_after_meeting",
        FAMILY,
        "meetings are followed by a word on how they went",
        f"a pulse form answered within {PULSE_DAYS} days",
        "held meetings, in a program that uses pulse forms",
        "share",
        "share",
        ("contacts", "responses.form", "responses.answered_at"),
        "both",
        pulse_after_meeting,
    ),
)
