"""Sponsorship: doors opened for the mentee, and a ledger of who opened them for whom."""

from __future__ import annotations

import pandas as pd

from ...activity import Log, acts_of, cases, read_log
from ...program import Program
from ...spans import DAYS_PER_MONTH
from .registry import Practice
from .support import act_rate_row, acts_per_month

FAMILY = "sponsorship"
SPONSORING = ("introduction", "nomination")
_GUIDING = ("advice", "feedback_given")
_LEDGER = [
    "relationship_id",
    "by",
    "to",
    "side",
    "introductions",
    "nominations",
    "first_at",
    "last_at",
    "months",
    "per_year",
]


def introductions(log: Log) -> pd.DataFrame:
    """Count introductions by the mentor's side."""
    return acts_per_month(log, "introduction", "mentor")


def nominations(log: Log) -> pd.DataFrame:
    """Count nominations by the mentor's side."""
    return acts_per_month(log, "nomination", "mentor")


def sponsoring_share(log: Log) -> pd.DataFrame:
    """Tell which acts of the mentor's side open doors, of those that open doors or guide."""
    found = pd.concat([acts_of(log, act, "mentor") for act in (*SPONSORING, *_GUIDING)])
    return cases(found["relationship_id"], found["act"].isin(SPONSORING))


def sponsorship_ledger(program: Program) -> pd.DataFrame:
    """Tell who opened doors for whom: introductions and nominations, giver by receiver.

    Parameters
    ----------
    program : Program
        Needs `acts` and `relationships.started_on`.

    Returns
    -------
    pandas.DataFrame
        `relationship_id, by, to, side` (of the giver), `introductions, nominations, first_at,
        last_at, months` (observed), `per_year` (both kinds); most active first.

    Raises
    ------
    MissingTableError
        Without `acts` or `relationships.started_on`.

    Notes
    -----
    Counts what the log holds inside each relationship's dates. It does not say what came of an
    introduction: that a tie lasted, or that a nomination succeeded, is not recorded.

    Examples
    --------
    >>> import mentorlab as ml
    >>> ledger = sponsorship_ledger(ml.datasets.load_example_program())
    >>> bool((ledger["introductions"] + ledger["nominations"] > 0).all())
    True
    """
    who = "sponsorship_ledger"
    program.need("acts", "act", who=who)
    log = read_log(program, who=who)
    found = pd.concat([acts_of(log, act) for act in SPONSORING])
    if "to" not in found:
        found = found.assign(to=pd.Series(pd.NA, index=found.index, dtype="str"))
    found = found.merge(log.sides.rename(columns={"person_id": "by"}), how="left")
    if found.empty:
        return pd.DataFrame(columns=_LEDGER)
    keys = ["relationship_id", "by", "to", "side"]
    ledger = found.groupby(keys, dropna=False, sort=False).agg(
        introductions=("act", lambda act: int((act == "introduction").sum())),
        nominations=("act", lambda act: int((act == "nomination").sum())),
        first_at=("at", "min"),
        last_at=("at", "max"),
        months=("months", "first"),
    )
    total = ledger["introductions"] + ledger["nominations"]
    years = (ledger["months"] / 12).clip(lower=1 / DAYS_PER_MONTH / 12)
    ledger = ledger.assign(per_year=total / years, total=total).reset_index()
    ledger = ledger.sort_values(["total", "relationship_id"], ascending=[False, True])
    return ledger.drop(columns="total").reset_index(drop=True)


PRACTICES = (
    act_rate_row(
        "introductions",
        FAMILY,
        "the mentor makes introductions",
        "introductions by the mentor's side",
        "mentor",
        introductions,
    ),
    act_rate_row(
        "nominations",
        FAMILY,
        "the mentor nominates the mentee",
        "nominations by the mentor's side",
        "mentor",
        nominations,
    ),
    Practice(
        "sponsoring_share",
        FAMILY,
        "the mentor sponsors as well as guides",
        "introductions and nominations",
        "introductions, nominations, advice and feedback by the mentor's side",
        "share",
        "share",
        ("acts",),
        "mentor",
        sponsoring_share,
        "a mix, not a goal: sponsoring is not better than guiding",
    ),
)
