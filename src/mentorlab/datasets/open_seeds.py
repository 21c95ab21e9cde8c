"""Open Seeds: a real mentoring program of eight cohorts, without anybody's name."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..delimited import read_delimited
from ..errors import ReadError, count, quote
from ..program import Program
from .feedback_forms import FORMS, Form, read_cells
from .fetch import locate
from .record import LoadedData, read_columns
from .registry import SOURCES, DataSource

_COHORTS = range(1, 9)
_STAFF_ROLES = ("expert", "speaker", "facilitator", "organizer")
_PEOPLE_COLUMNS = ("first-name", "last-name", *(f"ols-{n}-role" for n in _COHORTS))
_PROJECT_COLUMNS = ("participants", "mentors", "cohort", "status")
_NOBODY = ("none", "nan")


@dataclass(frozen=True, eq=False, repr=False)
class OpenSeeds(LoadedData):
    """A real mentoring program of eight cohorts: who mentored whom, who graduated, what they said.

    Attributes
    ----------
    program : Program
        A relationship is a project with its mentors and mentees. ``relationships`` also has
        ``graduated``, ``n_mentors`` and ``n_mentees``; ``people`` has ``first_cohort_as_mentee``
        and ``first_cohort_as_mentor``, ``n_projects_as_mentee`` and ``n_projects_as_mentor``, and
        whether the person ever was an ``expert``, ``speaker``, ``facilitator`` or ``organizer``.
    feedback : pandas.DataFrame
        One row per form and closed question: ``form_id``, ``cohort``, ``moment`` (mid, final),
        ``role`` of who answered, ``question``, ``answer``, ``score`` (the answer's place in its
        order, counted from 1; missing where answers have no order) and ``missing`` (unanswered,
        free_text, several_choices). A question that a cohort's form did not have has no rows.
        Forms are anonymous and can't be joined to people or projects.
    questions : pandas.DataFrame
        One row per question of `feedback`: ``question, role, moment, wording, n_scored, answers``.
    n_free_text_dropped : int
        Cells of closed questions that held free text in place of a listed choice; now missing.
    n_unlinked_names : int
        People named by a project but not listed in the source's people file; they are kept, and
        what that file would say of them is missing.
    n_same_name : int
        Rows of the people file that were merged into an earlier row of the same name.
    source : DataSource
        License and citation.

    References
    ----------
    ols2024
    """

    program: Program
    feedback: pd.DataFrame
    n_free_text_dropped: int
    n_unlinked_names: int
    n_same_name: int

    @property
    def questions(self) -> pd.DataFrame:
        """What the questions of `feedback` are, with the wording of the form."""
        return pd.DataFrame(
            [
                {
                    "question": question.key,
                    "role": form.role,
                    "moment": form.moment,
                    "wording": question.wording,
                    "n_scored": question.n_scored,
                    "answers": "; ".join(name for name, _ in question.choices),
                }
                for form in FORMS
                for question in form.questions
            ]
        )

    def headline(self) -> str:
        """Say in one line how much there is."""
        projects, members = self.program.relationships, self.program.members
        of_role = members.groupby("role")["person_id"].nunique()
        return (
            f"{count(len(projects), 'project')}, {projects['graduated'].mean():.1%} graduated, "
            f"{count(int(of_role.get('mentor', 0)), 'mentor')}, "
            f"{count(int(of_role.get('mentee', 0)), 'mentee')}, "
            f"{count(self.feedback['form_id'].nunique(), 'anonymous feedback form')}."
        )

    def overview(self) -> pd.DataFrame:
        """Count projects, mentors and mentees, and give the share that graduated, by cohort."""
        projects = self.program.relationships
        by_cohort = projects.groupby("cohort")
        members = self.program.members.merge(projects[["relationship_id", "cohort"]])
        people = members.groupby(["cohort", "role"])["person_id"].nunique().unstack(fill_value=0)
        people = people.reindex(columns=["mentor", "mentee"], fill_value=0)
        return pd.DataFrame(
            {
                "n_projects": by_cohort.size(),
                "graduated": by_cohort["graduated"].mean().astype("float64"),
                "n_mentors": people["mentor"],
                "n_mentees": people["mentee"],
            }
        ).reset_index()

    def caveats(self) -> tuple[str, ...]:
        """Say what a reader must know before using the data."""
        return (
            "Observed, without a comparison group: what changed is change, not effect.",
            "Feedback is anonymous and from those who answered; ratings sit near the top of their "
            "scales, so they tell pairs apart poorly.",
            "No dates: cohorts are in time order, but meetings and endings are not recorded.",
        )


def load_open_seeds(path: str | Path | None = None) -> OpenSeeds:
    """Load a real program to see who mentors whom, who comes back as a mentor, who graduates.

    Names, handles, places, pronouns, project titles and everything that was written freely stay
    behind; ids are numbers in order of first appearance.

    Parameters
    ----------
    path : path, optional
        A folder with ``people.csv``, ``projects.csv`` and the two feedback folders; when left out,
        the folder that ``MENTORLAB_DATA`` names, the cache, or a download.

    Returns
    -------
    OpenSeeds
        With the :class:`~mentorlab.Program` `program` and the frame `feedback`.

    Raises
    ------
    DataUnavailableError
        If the files are neither here nor can be downloaded.
    ReadError
        If a file is not the table that it should be.

    Notes
    -----
    The source tells people apart by name only, so equal names (whatever their case and spacing)
    are one person. Projects without a mentor or without a mentee stay. Where a project names a
    person on both sides, the person is a member in both roles. A project counts as graduated where
    its status says so, else as not graduated.

    ``mentor_supported`` and ``mentor_overwhelmed`` are two statements of one question, to be ticked
    or left; where only one was ticked, the other is unanswered.

    References
    ----------
    ols2024
    """
    source = SOURCES["open_seeds"]
    listed = read_columns(locate(source, "people.csv", path=path), _PEOPLE_COLUMNS)
    projects = read_columns(locate(source, "projects.csv", path=path), _PROJECT_COLUMNS)
    names = _names(listed)
    ids = {name: _person_id(position) for position, name in enumerate(dict.fromkeys(names))}
    n_listed = len(ids)
    members = _members(projects, ids)
    people = _people(ids, members, projects["cohort"])
    people = people.join(_staff_roles(listed, [ids[name] for name in names]), on="person_id")
    feedback, n_free_text = _feedback(source, path)
    return OpenSeeds(
        program=Program(people, _relationships(projects, members), members),
        feedback=feedback,
        n_free_text_dropped=n_free_text,
        n_unlinked_names=len(ids) - n_listed,
        n_same_name=len(listed) - n_listed,
        source=source,
    )


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)


def _key(name: str) -> str:
    """What makes two spellings the same name: letters, whatever their case and spacing."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _names(listed: pd.DataFrame) -> list[str]:
    """Name each row; a nameless one gets a name that no cell can hold, so it stays apart."""
    pairs = zip(listed["first-name"], listed["last-name"], strict=True)
    names = [_key(f"{_text(first)} {_text(last)}") for first, last in pairs]
    return [name or f" row {row}" for row, name in enumerate(names)]


def _person_id(position: int) -> str:
    return f"os{position + 1:04d}"


def _relationship_id(position: int) -> str:
    return f"project{position + 1:03d}"


def _named(cell: object, known: Mapping[str, str]) -> list[str]:
    """Split a cell of names at its commas, except where a known name holds a comma itself."""
    parts = [_key(part) for part in _text(cell).split(",")]
    names: list[str] = []
    start = 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            name = ", ".join(parts[start:end])
            if name in known or end == start + 1:
                break
        is_name = name in known or (name and name not in _NOBODY)
        if is_name and name not in names:
            names.append(name)
        start = end
    return names


def _members(projects: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    """List who was in which project; a name that is not known yet is added to `ids`."""
    rows = []
    listed = dict(ids)
    for position, cells in enumerate(
        zip(projects["mentors"], projects["participants"], strict=True)
    ):
        for role, cell in zip(("mentor", "mentee"), cells, strict=True):
            for name in _named(cell, listed):
                person_id = ids.setdefault(name, _person_id(len(ids)))
                rows.append((_relationship_id(position), person_id, role))
    return pd.DataFrame(rows, columns=["relationship_id", "person_id", "role"])


def _relationships(projects: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    ids = [_relationship_id(position) for position in range(len(projects))]
    sizes = members.groupby(["relationship_id", "role"]).size().unstack(fill_value=0)
    sizes = sizes.reindex(index=ids, columns=["mentor", "mentee"], fill_value=0)
    n_mentors, n_mentees = sizes["mentor"].to_numpy(), sizes["mentee"].to_numpy()
    is_pair = (n_mentors == 1) & (n_mentees == 1)
    status = projects["status"].map(_text).map(_key)
    return pd.DataFrame(
        {
            "relationship_id": ids,
            "program_id": "open_seeds",
            "kind": pd.Series(is_pair).map({True: "one_to_one", False: "group"}),
            "cohort": projects["cohort"].map(_text).to_numpy(),
            "formal": True,
            "graduated": status.eq("graduated").to_numpy(),
            "n_mentors": n_mentors,
            "n_mentees": n_mentees,
        }
    )


def _people(ids: Mapping[str, str], members: pd.DataFrame, cohorts: pd.Series) -> pd.DataFrame:
    people = pd.DataFrame({"person_id": list(ids.values())})
    number = pd.to_numeric(cohorts, errors="coerce").astype("Int64")
    cohort_of = {_relationship_id(position): cohort for position, cohort in enumerate(number)}
    joined = members.assign(cohort=members["relationship_id"].map(cohort_of).astype("Int64"))
    for role in ("mentee", "mentor"):
        theirs = joined[joined["role"] == role].groupby("person_id")["cohort"]
        people[f"first_cohort_as_{role}"] = people["person_id"].map(theirs.min()).astype("Int64")
        n_projects = people["person_id"].map(theirs.size())
        people[f"n_projects_as_{role}"] = n_projects.fillna(0).astype("int64")
    return people


def _staff_roles(listed: pd.DataFrame, person_ids: list[str]) -> pd.DataFrame:
    """Tell for each listed person whether they ever had one of the other roles."""
    texts = listed[[f"ols-{n}-role" for n in _COHORTS]].fillna("").agg(", ".join, axis=1)
    has = pd.DataFrame(
        {
            role: texts.str.contains(rf"\b{role}\b", case=False).to_numpy(dtype=bool)
            for role in _STAFF_ROLES
        }
    )
    return has.groupby(person_ids).any().astype("boolean")


def _feedback(source: DataSource, path: str | Path | None) -> tuple[pd.DataFrame, int]:
    parts, n_free_text = [], 0
    for form in FORMS:
        files = [name for name in source.files if name.startswith(form.folder)]
        for relative in files:
            cohort = Path(relative).stem.removeprefix("OLS-")
            part, dropped = _form_answers(locate(source, relative, path=path), form, cohort)
            parts.append(part)
            n_free_text += dropped
    return pd.concat(parts, ignore_index=True), n_free_text


def _form_answers(file: Path, form: Form, cohort: str) -> tuple[pd.DataFrame, int]:
    wordings = list(dict.fromkeys(question.wording for question in form.questions))
    cells = read_delimited(file, text=wordings)
    asked = [wording for wording in wordings if wording in cells]
    if not asked:
        raise ReadError(
            f"{form.folder}/{file.name}: holds none of the questions of this form, such as "
            f"{quote(wordings[0])}. Is it the right file?"
        )
    form_ids = [f"{form.role}_{form.moment}_{cohort}_{row + 1:02d}" for row in range(len(cells))]
    parts, n_free_text = [], 0
    for wording in asked:
        questions = tuple(q for q in form.questions if q.wording == wording)
        answers, dropped = read_cells(cells[wording], questions)
        n_free_text += dropped
        parts += [
            answer.assign(form_id=form_ids, question=question.key)
            for question, answer in zip(questions, answers, strict=True)
        ]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.assign(cohort=cohort, moment=form.moment, role=form.role)
    columns = ["form_id", "cohort", "moment", "role", "question", "answer", "score", "missing"]
    return frame[columns].sort_values("form_id", kind="stable", ignore_index=True), n_free_text
