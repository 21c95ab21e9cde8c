"""Boundaries: contact in the agreed hours, and messages that do not go unanswered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...activity import Log, cases
from .registry import Practice

FAMILY = "boundaries"
ANSWER_DAYS = 7  # ours: a week


def contacts_in_hours(log: Log) -> pd.DataFrame:
    """Tell which contacts lay inside the agreed hours."""
    contacts = log.contacts.dropna(subset="out_of_hours")
    return cases(contacts["relationship_id"], ~contacts["out_of_hours"].astype(bool))


def messages_answered(log: Log) -> pd.DataFrame:
    """Tell which messages were followed within a week by contact from somebody else."""
    limit = pd.Timedelta(days=ANSWER_DAYS)
    contacts = log.contacts.dropna(subset="initiated_by")
    sent = contacts[contacts["kind"] == "message"].reset_index(names="row")
    sent = sent[(sent["ends"] - sent["at"]) >= limit]
    back = contacts.loc[
        contacts["status"] == "held", ["relationship_id", "at", "initiated_by"]
    ].rename(columns={"at": "back_at", "initiated_by": "back_by"})
    pairs = sent.merge(back, on="relationship_id")
    wait = pairs["back_at"] - pairs["at"]
    answer = (pairs["back_by"] != pairs["initiated_by"]) & (wait > pd.Timedelta(0))
    answered = pairs.loc[answer & (wait <= limit), "row"]
    return cases(sent["relationship_id"], np.isin(sent["row"], answered))


PRACTICES = (
    Practice(
        "contacts_in_hours",
        FAMILY,
        "agreed hours are respected",
        "contacts inside the agreed hours",
        "contacts of which it is known",
        "share",
        "share",
        ("contacts.out_of_hours",),
        "both",
        contacts_in_hours,
    ),
    Practice(
        "messages_answered",
        FAMILY,
        "messages are answered",
        f"contact proposed by somebody else within {ANSWER_DAYS} days",
        f"messages with {ANSWER_DAYS} more days observed",
        "share",
        "share",
        ("contacts.initiated_by",),
        "both",
        messages_answered,
        "where one row stands for a whole exchange, an answer inside it is not seen",
    ),
)
