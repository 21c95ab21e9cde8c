"""Talk: whose voice fills the meeting."""

from __future__ import annotations

import pandas as pd

from ...activity import Log, cases
from .registry import Practice

FAMILY = "talk"


def mentee_talk_share(log: Log) -> pd.DataFrame:
    """Give the share of speaking time on the mentee's side, meeting by meeting."""
    spoken = timed_meetings(log)
    return cases(spoken["relationship_id"], spoken["mentee"] / spoken["total"])


def mentee_talks_most(log: Log) -> pd.DataFrame:
    """Tell in which meetings the mentee's side spoke more than half of the time."""
    spoken = timed_meetings(log)
    return cases(spoken["relationship_id"], spoken["mentee"] > spoken["total"] / 2)


def timed_meetings(log: Log) -> pd.DataFrame:
    """Give seconds spoken by side for held meetings in which both sides were timed.

    Returns
    -------
    pandas.DataFrame
        `relationship_id, contact_id, mentor, mentee, total`.
    """
    rows = log.attendance[log.attendance["status"] == "held"].dropna(subset="talk_seconds")
    keys = ["relationship_id", "contact_id", "side"]
    spoken = rows.groupby(keys)["talk_seconds"].sum().unstack("side")
    spoken = spoken.reindex(columns=["mentor", "mentee"]).dropna()
    spoken = spoken.assign(total=spoken.sum(axis=1))
    return spoken[spoken["total"] > 0].reset_index()


PRACTICES = (
    Practice(
        "mentee_talk_share",
        FAMILY,
        "the mentee does the talking",
        "share of speaking time on the mentee's side",
        "held meetings in which both sides were timed",
        "mean",
        "share of speaking time",
        ("contacts", "attendance.talk_seconds"),
        "both",
        mentee_talk_share,
        "timed meetings may not stand for the others",
    ),
    Practice(
        "mentee_talks_most",
        FAMILY,
        "the mentee speaks more than half of the time",
        "mentee's side above half of the speaking time",
        "held meetings in which both sides were timed",
        "share",
        "share",
        ("contacts", "attendance.talk_seconds"),
        "both",
        mentee_talks_most,
    ),
)
