"""Who mentors whom across levels: upward, downward, among equals, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, quote
from ...provenance import Provenance
from ...result import Result
from .people import check_members, check_people, level_numbers

WHO = "level_gaps"


@dataclass(frozen=True, eq=False, repr=False)
class LevelGaps(Result):
    """How many levels lie between mentors and mentees.

    Attributes
    ----------
    pairs : pandas.DataFrame
        One row a mentor and mentee: `relationship_id`, `mentor_id`, `mentee_id`, `gap` (mentor's
        level minus mentee's), `direction` (downward, level, reverse), `mutual` (whether the two
        mentor each other in other relationships).
    n_without_level : int
        Pairs left out because a person has no row or no level.
    """

    pairs: pd.DataFrame
    n_without_level: int

    plotter: ClassVar[str] = "mentorlab.plots.matching_forms:level_gaps"

    def to_frame(self) -> pd.DataFrame:
        """Give one row a pair."""
        return self.pairs.copy()

    def headline(self) -> str:
        """How many pairs go which way."""
        share = self.pairs["direction"].value_counts(normalize=True)
        parts = [f"{share.get(name, 0.0):.0%} {name}" for name in ("downward", "level", "reverse")]
        return f"Levels of {count(len(self.pairs), 'pair')}: {', '.join(parts)}"

    def notes(self) -> tuple[str, ...]:
        """What was left out, and how many pairs are mutual."""
        said = [f"mutual pairs: {self.pairs['mutual'].mean():.0%}"]
        if self.n_without_level:
            said.append(f"{count(self.n_without_level, 'pair')} without a level: left out")
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        counts = self.pairs.groupby("gap").size()
        return counts.rename("pairs").reset_index()


def level_gaps(
    members: pd.DataFrame,
    people: pd.DataFrame,
    *,
    level: str = "level",
    levels: Sequence[str] | None = None,
) -> LevelGaps:
    """Tell how far apart mentors and mentees are in level, and which pairs run upward.

    Parameters
    ----------
    members : pandas.DataFrame
        Members rows of any form; every mentor and mentee of one relationship are a pair.
    people : pandas.DataFrame
        `person_id` and the level.
    level : str
        Column of levels: numbers, an ordered categorical, or words.
    levels : sequence of str, optional
        The words from junior to senior.

    Returns
    -------
    LevelGaps

    Raises
    ------
    OptionError
        If the column is absent or its words have no order.
    SchemaError
        If a table is not valid.
    EstimationError
        If no pair has both levels.

    Examples
    --------
    >>> members = pd.DataFrame(
    ...     {"relationship_id": ["a", "a", "b", "b"], "person_id": ["x", "y", "y", "x"],
    ...      "role": ["mentor", "mentee"] * 2}
    ... )
    >>> gaps = level_gaps(members, pd.DataFrame({"person_id": ["x", "y"], "level": [3, 1]}))
    >>> gaps.to_frame()[["gap", "direction", "mutual"]].values.tolist()
    [[2.0, 'downward', True], [-2.0, 'reverse', True]]
    """
    pairs = mentoring_pairs(members, who=WHO)
    clean = check_people(people, who=WHO)
    if level not in clean:
        raise OptionError(f"{WHO}: `people` has no column {quote(level)}.")
    known = clean[clean[level].notna()].reset_index(drop=True)
    height = pd.Series(
        level_numbers(known, column=level, levels=levels, who=WHO), index=known["person_id"]
    )
    gap = pairs["mentor_id"].map(height) - pairs["mentee_id"].map(height)
    has = gap.notna()
    if not has.any():
        raise EstimationError(f"{WHO}: no pair has levels of both partners.")
    edges = set(zip(pairs["mentor_id"], pairs["mentee_id"], strict=True))
    pairs["gap"] = gap
    sign = np.sign(gap.fillna(0)).astype(int)
    pairs["direction"] = sign.map({1: "downward", 0: "level", -1: "reverse"})
    pairs["mutual"] = [
        (mentee, mentor) in edges
        for mentor, mentee in zip(pairs["mentor_id"], pairs["mentee_id"], strict=True)
    ]
    return LevelGaps(
        pairs=pairs[has].reset_index(drop=True),
        n_without_level=int((~has).sum()),
        provenance=Provenance(WHO, {"level": level}),
    )


def mentoring_pairs(members: pd.DataFrame, *, who: str) -> pd.DataFrame:
    """List every mentor and mentee of one relationship: `relationship_id, mentor_id, mentee_id`."""
    clean = check_members(members, who=who)
    sides = [
        clean.loc[clean["role"] == role, ["relationship_id", "person_id"]].rename(
            columns={"person_id": f"{role}_id"}
        )
        for role in ("mentor", "mentee")
    ]
    return sides[0].merge(sides[1], on="relationship_id").reset_index(drop=True)


def form_sizes(members: pd.DataFrame, *, hours: float | None = None) -> pd.DataFrame:
    """Tell how large each relationship is and how much of a mentor's time each mentee has.

    Parameters
    ----------
    members : pandas.DataFrame
        Members rows of any form.
    hours : float, optional
        Hours that a mentor gives to a relationship, per month say.

    Returns
    -------
    pandas.DataFrame
        One row a relationship: `relationship_id`, `kind` where the members say it, `n_members`,
        `n_mentors`, `n_mentees`, `n_facilitators`, `mentees_per_mentor`, and `hours_per_mentee`
        (all mentors' hours shared evenly) where `hours` is given. Empty cells where there is no
        mentor or mentee.

    Raises
    ------
    SchemaError
        If it is not a members table.

    Examples
    --------
    >>> members = pd.DataFrame(
    ...     {"relationship_id": ["a"] * 3, "person_id": ["x", "y", "z"],
    ...      "role": ["mentor", "mentee", "mentee"]}
    ... )
    >>> form_sizes(members, hours=2)["hours_per_mentee"].tolist()
    [1.0]
    """
    clean = check_members(members, who="form_sizes")
    groups = clean.groupby("relationship_id", sort=False)
    frame = groups["person_id"].nunique().rename("n_members").reset_index()
    if "kind" in clean:
        frame.insert(1, "kind", groups["kind"].first().to_numpy())
    for role in ("mentor", "mentee", "facilitator"):
        n = clean[clean["role"] == role].groupby("relationship_id")["person_id"].nunique()
        frame[f"n_{role}s"] = frame["relationship_id"].map(n).fillna(0).astype("int64")
    mentors, mentees = (frame[f"n_{role}s"].to_numpy(float) for role in ("mentor", "mentee"))
    nobody = (mentors == 0) | (mentees == 0)
    frame["mentees_per_mentor"] = np.where(nobody, np.nan, mentees / np.maximum(mentors, 1))
    if hours is not None:
        frame["hours_per_mentee"] = hours / frame["mentees_per_mentor"]
    return frame
