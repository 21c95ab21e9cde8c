"""Circles and groups: size, and whether everyone takes part."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...activity import Log, attendance_of, cases
from .registry import Practice

FAMILY = "circles"
GROUP_KINDS = ("circle", "group")
CIRCLE_SIZE = (5, 8)  # members of a circle as the field's guides give it
_FEWEST = 3  # people among whom equality means anything


def circle_size_5_to_8(log: Log) -> pd.DataFrame:
    """Tell which circles have five to eight members beside those who lead them."""
    circles = log.spans.loc[log.spans["kind"] == "circle", "relationship_id"]
    members = log.sides[log.sides["side"] == "mentee"].groupby("relationship_id").size()
    return cases(circles, circles.map(members).fillna(0).between(*CIRCLE_SIZE))


def talk_equality(log: Log) -> pd.DataFrame:
    """Give the equality of speaking time among the members of each timed group meeting."""
    rows = attendance_of(log, "mentee").dropna(subset="talk_seconds")
    rows = rows[rows["kind_of"].isin(GROUP_KINDS) & (rows["status"] == "held")]
    return _equality(rows, ["relationship_id", "contact_id"], "talk_seconds")


def attendance_equality(log: Log) -> pd.DataFrame:
    """Give the equality of attendance among the members of each group."""
    rows = attendance_of(log, "mentee").dropna(subset="present")
    rows = rows[rows["kind_of"].isin(GROUP_KINDS)]
    came = rows.assign(came=rows["present"].astype(float))
    by_person = came.groupby(["relationship_id", "person_id"])["came"].mean().reset_index()
    return _equality(by_person, ["relationship_id"], "came")


def facilitator_present(log: Log) -> pd.DataFrame:
    """Tell at which meetings of circles anyone from the leading side was present."""
    rows = attendance_of(log, "mentor").dropna(subset="present")
    rows = rows[(rows["kind_of"] == "circle") & (rows["status"] == "held")]
    there = rows.groupby(["relationship_id", "contact_id"])["present"].any().reset_index()
    return cases(there["relationship_id"], there["present"].astype(bool))


def equality(amounts: np.ndarray) -> float:
    r"""Tell how evenly an amount is spread: 1 is even, 0 is all with one person.

    Parameters
    ----------
    amounts : numpy.ndarray of float, shape (n,)
        Amounts of 0 or more, two or more of them.

    Returns
    -------
    float
        One minus the Gini coefficient times n / (n - 1); NaN when all amounts are 0.

    Notes
    -----
    :math:`G = \sum_i (2i - n - 1)x_{(i)} / (n\sum x)`. The factor makes 0 the value of the most
    uneven spread for any n, so groups of different sizes can be compared.

    References
    ----------
    deltas2003 : The small-sample bias of the Gini coefficient.

    Examples
    --------
    >>> equality(np.array([10.0, 10, 10])), equality(np.array([30.0, 0, 0]))
    (1.0, 0.0)
    """
    n, total = len(amounts), amounts.sum()
    if total <= 0:
        return float("nan")
    weights = 2 * np.arange(1, n + 1) - n - 1
    gini = (weights * np.sort(amounts)).sum() / (n * total)
    return float(1 - gini * n / (n - 1))


def _equality(rows: pd.DataFrame, keys: list[str], amount: str) -> pd.DataFrame:
    found = [
        (group[0], equality(part.to_numpy(dtype=float)))
        for group, part in rows.groupby(keys)[amount]
        if len(part) >= _FEWEST
    ]
    frame = pd.DataFrame(found, columns=["relationship_id", "value"]).dropna()
    return cases(frame["relationship_id"], frame["value"])


PRACTICES = (
    Practice(
        "circle_size_5_to_8",
        FAMILY,
        "circles have the usual size",
        f"{CIRCLE_SIZE[0]} to {CIRCLE_SIZE[1]} members beside facilitators",
        "circles",
        "share",
        "share",
        ("relationships.kind",),
        "program",
        circle_size_5_to_8,
    ),
    Practice(
        "talk_equality",
        FAMILY,
        "everyone in the group speaks",
        "equality of speaking time among members (1 is even)",
        f"held group meetings with {_FEWEST} or more members timed",
        "mean",
        "equality",
        ("relationships.kind", "contacts", "attendance.talk_seconds"),
        "both",
        talk_equality,
    ),
    Practice(
        "attendance_equality",
        FAMILY,
        "everyone in the group comes",
        "equality of attendance among members (1 is even)",
        f"groups and circles with {_FEWEST} or more members",
        "mean",
        "equality",
        ("relationships.kind", "contacts", "attendance.present"),
        "both",
        attendance_equality,
    ),
    Practice(
        "facilitator_present",
        FAMILY,
        "circles meet with their facilitator",
        "anyone from the leading side present",
        "held meetings of circles with attendance known",
        "share",
        "share",
        ("relationships.kind", "contacts", "attendance.present"),
        "program",
        facilitator_present,
    ),
)
