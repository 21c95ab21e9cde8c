"""What is wanted and what is offered, skill by skill, and how complete the forms are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...checks import conform
from ...errors import MissingTableError, OptionError, count, did_you_mean, listing, quote
from ...provenance import Provenance
from ...result import Result
from ...tables import APPLICANTS, PREFERENCES
from ..market.encoding import split_list

WHO = "skill_coverage"


@dataclass(frozen=True, eq=False, repr=False)
class SkillCoverage(Result):
    """Supply, demand and queue of each skill.

    Attributes
    ----------
    skills : pandas.DataFrame
        One row a skill, the longest queue first: `skill`, `n_wanted` (mentees), `n_mentors` (who
        offer it and have a place), `n_places` (theirs), `queue` (mentees beyond these places if
        every place went to this skill), `wanted_per_place`.
    matrix : pandas.DataFrame
        Mentors by skills, true where offered; only skills that someone wants.
    n_mentees, n_mentors, n_covered : int
        Mentees; mentors with a place; mentees who want something that such a mentor offers.
    n_silent : int
        Mentees who name nothing they want.
    """

    skills: pd.DataFrame
    matrix: pd.DataFrame
    n_mentees: int
    n_mentors: int
    n_covered: int
    n_silent: int

    plotter: ClassVar[str] = "mentorlab.plots.matching_forms:skill_coverage"
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row a skill."""
        return self.skills.copy()

    def headline(self) -> str:
        """The size of the pool and how far it covers what is wanted."""
        none = int((self.skills["n_mentors"] == 0).sum())
        return (
            f"Pool of {count(self.n_mentors, 'mentor')} for {count(self.n_mentees, 'mentee')}: "
            f"{self.n_covered:,} find a skill they want, {count(none, 'wanted skill')} nobody "
            "offers"
        )

    def notes(self) -> tuple[str, ...]:
        """How to read a queue, and who named nothing."""
        said = ["a mentor's places are counted for each skill: queues do not add up"]
        if self.n_silent:
            said.append(f"{count(self.n_silent, 'mentee')} named nothing they want")
        return tuple(said)


def skill_coverage(
    applicants: pd.DataFrame, *, wants: str = "interests", has: str = "skills"
) -> SkillCoverage:
    """Tell which skills are wanted, which are offered, and where a queue must form.

    Parameters
    ----------
    applicants : pandas.DataFrame
        The applicants table, with list columns. A mentor without a capacity has one place.
    wants : str
        What mentees want; lists or ``;``-separated text.
    has : str
        What mentors offer.

    Returns
    -------
    SkillCoverage

    Raises
    ------
    SchemaError
        If it is not an applicants table.
    MissingTableError
        If a column is absent, or there are no mentees or no mentors.

    Examples
    --------
    >>> pool = pd.DataFrame(
    ...     {"person_id": ["a", "b", "m"], "role": ["mentee", "mentee", "mentor"],
    ...      "interests": ["law", "law; video", ""], "skills": ["", "", "law"]}
    ... )
    >>> skill_coverage(pool).to_frame()[["skill", "n_wanted", "queue"]].values.tolist()
    [['law', 2, 1], ['video', 1, 1]]
    """
    table = conform(applicants, APPLICANTS, who=WHO)
    for name in (wants, has):
        if name not in table:
            near = did_you_mean(name, table.columns)
            raise MissingTableError(
                f"{WHO}: needs applicants.{name}, which is absent (applicants has "
                f"{', '.join(map(str, table.columns))}). {near}".rstrip()
            )
    mentees, mentors = (table[table["role"] == role] for role in ("mentee", "mentor"))
    for role, side in (("mentee", mentees), ("mentor", mentors)):
        if side.empty:
            raise MissingTableError(f"{WHO}: needs applicants whose role is {role}; got none.")
    places = pd.Series(1, index=mentors.index)
    if "capacity" in mentors:
        places = mentors["capacity"].fillna(1).astype("int64")
    open_to = places > 0
    mentors, places = mentors[open_to], places[open_to].to_numpy()
    wanted = [split_list(cell) for cell in mentees[wants]]
    offered = [set(split_list(cell)) for cell in mentors[has]]
    skills = sorted({skill for cells in wanted for skill in cells})
    matrix = np.array([[skill in own for skill in skills] for own in offered], dtype=bool)
    matrix = matrix.reshape(len(offered), len(skills))
    n_wanted = np.array([sum(skill in cells for cells in wanted) for skill in skills], dtype=int)
    n_places = places @ matrix if len(skills) else np.zeros(0, dtype=int)
    frame = pd.DataFrame(
        {
            "skill": pd.array(skills, dtype="str"),
            "n_wanted": n_wanted,
            "n_mentors": matrix.sum(axis=0),
            "n_places": n_places,
            "queue": np.maximum(n_wanted - n_places, 0),
            "wanted_per_place": np.where(n_places > 0, n_wanted / np.maximum(n_places, 1), np.inf),
        }
    ).sort_values(["queue", "n_wanted"], ascending=False, kind="stable")
    there = set().union(*offered) if offered else set()
    return SkillCoverage(
        skills=frame.reset_index(drop=True),
        matrix=pd.DataFrame(matrix, index=mentors["person_id"].to_numpy(), columns=skills),
        n_mentees=len(mentees),
        n_mentors=len(mentors),
        n_covered=sum(bool(there & set(cells)) for cells in wanted),
        n_silent=sum(not cells for cells in wanted),
        provenance=Provenance(WHO, {"wants": wants, "has": has}),
    )


def input_quality(
    applicants: pd.DataFrame,
    *,
    preferences: pd.DataFrame | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Tell how much each applicant has given to match on.

    Parameters
    ----------
    applicants : pandas.DataFrame
        The applicants table.
    preferences : pandas.DataFrame, optional
        Stated wishes: `person_id, other_id, rank`.
    columns : sequence of str, optional
        What matching will look at; all columns but id, role and capacity when left out.

    Returns
    -------
    pandas.DataFrame
        One row an applicant, the emptiest first: `person_id`, `role`, `filled` (share of columns
        with a value; a list without an entry is empty), `empty` (names of the others), `n_wishes`,
        `n_returned` (wishes that the other returns).

    Raises
    ------
    SchemaError
        If a table is not valid.
    OptionError
        If a column is unknown.

    Examples
    --------
    >>> pool = pd.DataFrame(
    ...     {"person_id": ["a", "m"], "role": ["mentee", "mentor"], "skills": ["", "law"]}
    ... )
    >>> input_quality(pool)[["person_id", "filled"]].values.tolist()
    [['a', 0.0], ['m', 1.0]]
    """
    who = "input_quality"
    table = conform(applicants, APPLICANTS, who=who)
    own = [name for name in table if name not in ("person_id", "role", "capacity")]
    chosen = own if columns is None else list(columns)
    for name in chosen:
        if name not in table:
            near = did_you_mean(name, own)
            raise OptionError(
                f"{who}: `columns` must name columns of the applicants ({listing(own, limit=20)}); "
                f"got {quote(name)}. {near}".rstrip()
            )
    there = pd.DataFrame(
        {name: table[name].map(lambda cell: bool(split_list(cell))) for name in chosen}
    )
    wishes = set()
    if preferences is not None:
        stated = conform(preferences, PREFERENCES, who=who)
        wishes = set(zip(stated["person_id"], stated["other_id"], strict=True))
    n_wishes = pd.Series([person for person, _ in wishes], dtype="str").value_counts()
    returned = pd.Series([a for a, b in wishes if (b, a) in wishes], dtype="str").value_counts()
    filled = there.mean(axis=1) if chosen else pd.Series(1.0, index=table.index)
    frame = table[["person_id", "role"]].assign(
        filled=filled,
        empty=[[name for name in chosen if not there.at[at, name]] for at in table.index],
        n_wishes=table["person_id"].map(n_wishes).fillna(0).astype("int64"),
        n_returned=table["person_id"].map(returned).fillna(0).astype("int64"),
    )
    return frame.sort_values(["filled", "n_wishes"], kind="stable").reset_index(drop=True)
