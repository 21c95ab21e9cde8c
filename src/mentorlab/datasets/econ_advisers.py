"""Advisers of economics PhD students: a real pool of mentors, many to many."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import count
from ..program import Program
from .fetch import locate
from .record import LoadedData, read_columns
from .registry import SOURCES

_TIES = "199_adviser-student_map/actual.csv"
_STUDENTS = "005_student_lists/main.csv"
_PLACEMENTS = "020_placements/placements.csv"
_FIELDS = "162_author_fields/main.csv"


@dataclass(frozen=True, eq=False, repr=False)
class EconAdvisers(LoadedData):
    """Who advised whom in economics, with fields, schools and first placements.

    Attributes
    ----------
    program : Program
        A relationship is a student's committee; ``members`` also has ``tie`` (adviser, committee;
        empty for the student). ``people`` has ``field`` (letter of the Journal of Economic
        Literature classification), and for students ``school`` (a number in place of the name),
        ``cohort_year`` and ``placement`` (class of the first position; often unknown).
    source : DataSource
        License and citation.

    References
    ----------
    rose2023
    """

    program: Program

    @property
    def ties(self) -> pd.DataFrame:
        """One row per mentor and mentee: ``mentor_id, mentee_id, tie``."""
        members = self.program.members
        mentors = members[members["role"] == "mentor"].rename(columns={"person_id": "mentor_id"})
        mentees = members[members["role"] == "mentee"].rename(columns={"person_id": "mentee_id"})
        joined = mentors.merge(mentees[["relationship_id", "mentee_id"]], on="relationship_id")
        return joined[["mentor_id", "mentee_id", "tie"]]

    def headline(self) -> str:
        """Say in one line how much there is."""
        ties = self.ties
        return (
            f"{count(ties['mentee_id'].nunique(), 'student')}, "
            f"{count(ties['mentor_id'].nunique(), 'mentor')} and {count(len(ties), 'tie')}."
        )

    def overview(self) -> pd.DataFrame:
        """Count mentors by how many students they have, and students by mentors."""
        ties = self.ties
        load, committee = ties["mentor_id"].value_counts(), ties["mentee_id"].value_counts()
        rows = {
            "advisers": int((ties["tie"] == "adviser").sum()),
            "other committee members": int((ties["tie"] == "committee").sum()),
            "students with one mentor": int((committee == 1).sum()),
            "mentors with one student": int((load == 1).sum()),
            "largest load": int(load.max()),
        }
        return pd.DataFrame({"what": list(rows), "n": list(rows.values())})

    def caveats(self) -> tuple[str, ...]:
        """Say what a reader must know before using the data."""
        return (
            "Ties come from theses and job market pages; committees are known for a third of the "
            "students only, so loads are a floor.",
            "Ids are pseudonyms of a public record, not anonymous: do not rank single mentors.",
        )


def load_econ_advisers(path: str | Path | None = None) -> EconAdvisers:
    """Load a real pool of mentors to see load, homophily and what breaks if a mentor leaves.

    Parameters
    ----------
    path : path, optional
        A folder with the four CSV files; when left out, the folder that ``MENTORLAB_DATA`` names,
        the cache, or a download.

    Returns
    -------
    EconAdvisers
        With the :class:`~mentorlab.Program` `program` and the frame `ties`.

    Raises
    ------
    DataUnavailableError
        If the files are neither here nor can be downloaded.
    ReadError
        If a file is not the table that it should be.

    Notes
    -----
    A mentor named twice for a student is one tie, as adviser if named as such. Students without any
    known mentor are left out, as in the paper's network.

    References
    ----------
    rose2023
    """
    source = SOURCES["econ_advisers"]
    maps = read_columns(locate(source, _TIES, path=path), ("stu_id", "adv_scopus", "comm_scopus"))
    students = read_columns(
        locate(source, _STUDENTS, path=path), ("stu_id", "stu_school", "stu_year", "stu_jel")
    )
    placements = read_columns(locate(source, _PLACEMENTS, path=path), ("stu_id", "stu_rank"))
    fields = read_columns(locate(source, _FIELDS, path=path), ("adv_scopus", "adv_jel"))
    named = _named_ties(maps)
    student_ids = _number(named["stu_id"], "s")
    mentor_ids = _number(named["mentor"], "m")
    people = pd.concat(
        [
            _student_rows(student_ids, students, placements),
            _mentor_rows(mentor_ids, fields),
        ],
        ignore_index=True,
    )
    ties = pd.DataFrame(
        {
            "mentee_id": named["stu_id"].map(student_ids),
            "mentor_id": named["mentor"].map(mentor_ids),
            "tie": named["tie"],
        }
    )
    return EconAdvisers(program=_program(people, ties), source=source)


def _named_ties(maps: pd.DataFrame) -> pd.DataFrame:
    parts = [
        maps.assign(mentor=maps[column].str.split(";"), tie=tie)[["stu_id", "mentor", "tie"]]
        .explode("mentor")
        .dropna(subset="mentor")
        for column, tie in (("adv_scopus", "adviser"), ("comm_scopus", "committee"))
    ]
    ties = pd.concat(parts, ignore_index=True)
    ties["mentor"] = ties["mentor"].str.strip()
    ties = ties[ties["mentor"] != ""]
    return ties.drop_duplicates(["stu_id", "mentor"]).reset_index(drop=True)


def _number(names: pd.Series, prefix: str) -> dict[str, str]:
    return {name: f"{prefix}{n:04d}" for n, name in enumerate(names.unique(), start=1)}


def _student_rows(
    ids: dict[str, str], students: pd.DataFrame, placements: pd.DataFrame
) -> pd.DataFrame:
    known = students.drop_duplicates("stu_id").set_index("stu_id").reindex(list(ids))
    schools = _number(known["stu_school"].dropna(), "school")
    placed = placements.drop_duplicates("stu_id").set_index("stu_id")["stu_rank"]
    return pd.DataFrame(
        {
            "person_id": list(ids.values()),
            "role_hint": "mentee",
            "field": known["stu_jel"].to_numpy(),
            "school": known["stu_school"].map(schools).to_numpy(),
            "cohort_year": pd.to_numeric(known["stu_year"]).astype("Int64").to_numpy(),
            "placement": placed.reindex(list(ids)).to_numpy(),
        }
    )


def _mentor_rows(ids: dict[str, str], fields: pd.DataFrame) -> pd.DataFrame:
    field = fields.drop_duplicates("adv_scopus").set_index("adv_scopus")["adv_jel"]
    return pd.DataFrame(
        {
            "person_id": list(ids.values()),
            "role_hint": "mentor",
            "field": field.reindex(list(ids)).to_numpy(),
        }
    )


def _program(people: pd.DataFrame, ties: pd.DataFrame) -> Program:
    relationship = "committee_" + ties["mentee_id"]
    mentees = pd.DataFrame(
        {"relationship_id": relationship, "person_id": ties["mentee_id"], "role": "mentee"}
    ).drop_duplicates()
    mentors = pd.DataFrame(
        {
            "relationship_id": relationship,
            "person_id": ties["mentor_id"],
            "role": "mentor",
            "tie": ties["tie"],
        }
    )
    size = relationship.value_counts()
    relationships = pd.DataFrame(
        {
            "relationship_id": mentees["relationship_id"],
            "program_id": "econ_advisers",
            "kind": mentees["relationship_id"]
            .map(size)
            .gt(1)
            .map({True: "group", False: "one_to_one"}),
            "formal": True,
        }
    )
    members = pd.concat([mentees, mentors], ignore_index=True)
    return Program(people, relationships, members)
