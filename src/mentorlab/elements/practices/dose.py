"""Dose: how much of the agreed contact took place, and how soon and how regularly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...activity import NO_CASES, Log, cases, count_cases
from ...spans import DAYS_PER_MONTH
from .registry import Practice

FAMILY = "dose"
START_DAYS = 30  # ours: a first meeting within about a month
_FEWEST_GAPS = 3  # a spread of fewer gaps says little


def meetings_held_of_agreed(log: Log) -> pd.DataFrame:
    """Count held meetings and calls against those agreed for the time observed."""
    agreed = log.program.relationships[["relationship_id", "meetings_per_month"]]
    spans = log.spans.merge(agreed, on="relationship_id")
    spans = spans.assign(due=spans["due_months"] * spans["meetings_per_month"])
    spans = spans[spans["due"] > 0]
    held = log.held
    in_time = held[~(held["at"].dt.normalize() > held["agreed_end"])]
    return count_cases(spans, in_time, "due")


def months_with_meeting(log: Log) -> pd.DataFrame:
    """Count months with a held meeting against whole months observed before the agreed end."""
    months = np.floor(log.spans["due_months"] + 1e-9)
    spans = log.spans.assign(whole=months)[months >= 1]
    held = log.held.merge(spans[["relationship_id", "whole"]], on="relationship_id")
    month = ((held["at"] - held["starts"]).dt.total_seconds() / 86400) // DAYS_PER_MONTH
    held = held.assign(month=month)[month < held["whole"]]
    return count_cases(spans, held.drop_duplicates(["relationship_id", "month"]), "whole")


def agreed_length_reached(log: Log) -> pd.DataFrame:
    """Tell which relationships lasted to their agreed end, of those whose agreed end has come."""
    spans = log.spans[log.spans["agreed_end"] <= log.known_until]
    spans = spans[spans["agreed_months"] > 0]
    return cases(spans["relationship_id"], spans["ends"] >= spans["agreed_end"])


def first_meeting_in_30_days(log: Log) -> pd.DataFrame:
    """Tell which relationships met within 30 days of their start, of those seen that long."""
    limit = pd.Timedelta(days=START_DAYS)
    held = log.held.groupby("relationship_id")["at"].min()
    first = log.spans["relationship_id"].map(held)
    met = (first - log.spans["starts"]) <= limit
    seen = met | ((log.known_until - log.spans["starts"]) >= limit)
    return cases(log.spans.loc[seen, "relationship_id"], met[seen])


def meeting_minutes(log: Log) -> pd.DataFrame:
    """Give the length of each held meeting."""
    held = log.held.dropna(subset="minutes")
    return cases(held["relationship_id"], held["minutes"])


def meeting_gap_variation(log: Log) -> pd.DataFrame:
    """Give each relationship's standard deviation of the gaps between meetings over their mean."""
    held = log.held
    gaps = held.groupby("relationship_id")["at"].diff().dt.total_seconds()
    by_pair = gaps.groupby(held["relationship_id"]).agg(["mean", "std", "count"])
    enough = by_pair[(by_pair["count"] >= _FEWEST_GAPS) & (by_pair["mean"] > 0)]
    return cases(enough.index.to_series(), enough["std"] / enough["mean"])


def messages_per_month(log: Log) -> pd.DataFrame:
    """Count messages against months observed."""
    contacts = log.contacts
    messages = contacts[contacts["kind"] == "message"]
    if messages.empty:
        return NO_CASES
    return count_cases(log.spans[log.spans["months"] > 0], messages, "months")


PRACTICES = (
    Practice(
        "meetings_held_of_agreed",
        FAMILY,
        "meetings take place as often as agreed",
        "held meetings and calls up to the agreed end",
        "meetings agreed for the months observed up to the agreed end",
        "rate",
        "per agreed meeting",
        ("relationships.meetings_per_month", "contacts"),
        "both",
        meetings_held_of_agreed,
        "pro-rated: a relationship that ended early owes nothing after its ending",
    ),
    Practice(
        "months_with_meeting",
        FAMILY,
        "no month goes by without a meeting",
        "months of 30.4 days with a held meeting or call",
        "whole months observed up to the agreed end",
        "share",
        "share",
        ("contacts",),
        "both",
        months_with_meeting,
    ),
    Practice(
        "agreed_length_reached",
        FAMILY,
        "relationships last as long as agreed",
        "relationships that ran to their agreed end",
        "relationships whose agreed end has come",
        "share",
        "share",
        ("relationships.ended_on",),
        "both",
        agreed_length_reached,
        "an early ending can be the right one; see end_reason",
    ),
    Practice(
        "first_meeting_in_30_days",
        FAMILY,
        "the first meeting comes soon",
        f"first held meeting within {START_DAYS} days of the start",
        f"relationships seen for {START_DAYS} days, or met sooner",
        "share",
        "share",
        ("contacts",),
        "both",
        first_meeting_in_30_days,
        f"the {START_DAYS} days are our choice",
    ),
    Practice(
        "meeting_minutes",
        FAMILY,
        "meetings are long",
        "minutes of the meeting",
        "held meetings of known length",
        "mean",
        "minutes",
        ("contacts.minutes",),
        "both",
        meeting_minutes,
    ),
    Practice(
        "meeting_gap_variation",
        FAMILY,
        "meetings come irregularly (0 is clockwork)",
        "standard deviation of the gaps between meetings over their mean",
        f"relationships with {_FEWEST_GAPS} gaps or more",
        "mean",
        "coefficient of variation",
        ("contacts",),
        "both",
        meeting_gap_variation,
    ),
    Practice(
        "messages_per_month",
        FAMILY,
        "partners write between meetings",
        "messages",
        "months observed",
        "rate",
        "per month",
        ("contacts",),
        "both",
        messages_per_month,
        "messages outside the program's channel are not seen",
    ),
)
