"""The two sides of an applicant pool, read from its tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...checks import conform
from ...errors import MarketError, count, did_you_mean, quote
from ...tables import APPLICANTS, PREFERENCES
from .encoding import Applicants


def read_sides(
    applicants: pd.DataFrame, preferences: pd.DataFrame | None, who: str
) -> tuple[Applicants, int]:
    """Check the tables and part the applicants by role.

    Returns
    -------
    pool : Applicants
        Without the people who withdrew consent.
    left_out : int
        How many those are.

    Raises
    ------
    SchemaError
        If a table does not fit the data model.
    MarketError
        For other roles, an empty side, mentees who ask for several mentors, or wishes about people
        who did not apply.
    """
    table = conform(applicants, APPLICANTS, who=who)
    strangers = ~table["role"].isin(["mentee", "mentor"])
    if strangers.any():
        raise MarketError(
            f"{who}: `role` must be 'mentee' or 'mentor'; got "
            f"{quote(table['role'][strangers].iloc[0])} in {count(int(strangers.sum()), 'row')}, "
            f"first row {int(np.flatnonzero(strangers)[0]) + 1}. Circles and peers have forms of "
            "their own: form_circles, pair_peers."
        )
    left_out = 0
    if "consent" in table:
        withdrawn = table["consent"].astype("boolean").fillna(True) == False  # noqa: E712
        left_out = int(withdrawn.sum())
        table = table[~withdrawn.to_numpy(dtype=bool)]
    sides = {}
    for role in ("mentee", "mentor"):
        sides[role] = table[table["role"] == role].reset_index(drop=True)
        if sides[role].empty:
            raise MarketError(
                f"{who}: there must be at least one {role}; got none"
                + (f" after {count(left_out, 'person', 'people')} without consent" * bool(left_out))
                + "."
            )
    _check_mentee_capacity(sides["mentee"], who)
    wishes = None if preferences is None else _wishes(preferences, sides, left_out, table, who)
    return Applicants(sides["mentee"], sides["mentor"], wishes), left_out


def _check_mentee_capacity(mentees: pd.DataFrame, who: str) -> None:
    if "capacity" not in mentees:
        return
    other = mentees["capacity"].fillna(1).to_numpy(dtype=np.int64) != 1
    if other.any():
        first = mentees[other].iloc[0]
        raise MarketError(
            f"{who}: a mentee gets one mentor, so `capacity` must be 1 or empty for mentees; got "
            f"{quote(first['capacity'])} for {count(int(other.sum()), 'mentee')}, first "
            f"{quote(first['person_id'])}. Leave out who is not to be matched; several mentors for "
            "one mentee are co-mentors."
        )


def _wishes(
    preferences: pd.DataFrame,
    sides: dict[str, pd.DataFrame],
    left_out: int,
    table: pd.DataFrame,
    who: str,
) -> pd.DataFrame:
    wishes = conform(preferences, PREFERENCES, who=who)
    alone = (wishes["person_id"] == wishes["other_id"]).to_numpy(dtype=bool)
    if alone.any():
        raise MarketError(
            f"{who}: {quote(wishes['person_id'][alone].iloc[0])} lists themself in `preferences`, "
            f"row {int(np.flatnonzero(alone)[0]) + 1}."
        )
    ids = {role: set(frame["person_id"]) for role, frame in sides.items()}
    everyone = ids["mentee"] | ids["mentor"]
    if left_out:
        known = wishes["person_id"].isin(everyone) & wishes["other_id"].isin(everyone)
        return wishes[known].reset_index(drop=True)
    for row, (person, other) in enumerate(
        zip(wishes["person_id"], wishes["other_id"], strict=True), start=1
    ):
        for name in (person, other):
            if name not in everyone:
                near = did_you_mean(name, everyone)
                raise MarketError(
                    f"{who}: `preferences` names {quote(name)} in row {row}, who is no applicant. "
                    f"{near}".rstrip()
                )
        if not (
            (person in ids["mentee"] and other in ids["mentor"])
            or (person in ids["mentor"] and other in ids["mentee"])
        ):
            role = "mentor" if person in ids["mentee"] else "mentee"
            raise MarketError(
                f"{who}: `preferences` row {row}: {quote(person)} lists {quote(other)}, who is no "
                f"{role}."
            )
    return wishes
