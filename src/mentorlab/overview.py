"""What a program holds and what it can't answer, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from .errors import count
from .provenance import Provenance
from .result import Result
from .tables import TABLES

if TYPE_CHECKING:
    from .program import Program

_DAY = "%Y-%m-%d"


@dataclass(frozen=True, eq=False, repr=False)
class Overview(Result):
    """A program at a glance.

    Attributes
    ----------
    tables : pandas.DataFrame
        One row a table: `table`, `rows`, `relationships_covered` (share with at least one row;
        missing where it does not apply), `first`, `last` (days), `missing` (share of empty cells
        in the declared columns that are there).
    title : str
        Counts and time span in one line.
    said : tuple of str
        What a reader must know: who is absent, what can't be answered.
    """

    tables: pd.DataFrame
    title: str
    said: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give the table counts."""
        return self.tables.copy()

    def headline(self) -> str:
        """Counts and time span."""
        return self.title

    def notes(self) -> tuple[str, ...]:
        """What is absent and what that forbids."""
        return self.said

    def _display_frame(self) -> pd.DataFrame:
        shares = {
            name: self.tables[name].map("{:.0%}".format, na_action="ignore")
            for name in ("relationships_covered", "missing")
        }
        return self.tables.assign(**shares).rename(
            columns={"relationships_covered": "relationships covered", "missing": "empty cells"}
        )


def overview(program: Program) -> Overview:
    """Describe a program: counts, coverage, time span, missing cells, and what it can't answer."""
    rows = [_table_row(program, name, frame) for name, frame in program.tables.items()]
    tables = pd.DataFrame(
        rows, columns=["table", "rows", "relationships_covered", "first", "last", "missing"]
    )
    said = (
        *_who_is_left_out(program),
        *_shape(program),
        *_one_sidedness(program),
        *_closure(program),
        *_absences(program),
        *program.notes,
    )
    return Overview(
        tables=tables,
        title=_title(program),
        said=said,
        provenance=Provenance("overview", {"tables": len(tables)}),
    )


def _title(program: Program) -> str:
    relationships = program.relationships
    text = (
        f"Program: {count(len(program.people), 'person', 'people')} in "
        f"{count(len(relationships), 'relationship')}"
    )
    if "started_on" in relationships and relationships["started_on"].notna().any():
        started = relationships["started_on"].dropna()
        text += f", started {started.min():{_DAY}} to {started.max():{_DAY}}"
    return text if program.cut_at is None else f"{text}, as known on {program.cut_at:{_DAY}}"


def _table_row(program: Program, name: str, frame: pd.DataFrame) -> tuple:
    table = TABLES[name]
    declared = [column for column in table.names if column in frame]
    dates = [c.name for c in table.columns if c.kind == "date" and c.name in frame]
    known = [frame[column].dropna() for column in dates if frame[column].notna().any()]
    covered = None
    if name != "relationships" and "relationship_id" in frame and len(program.relationships):
        covered = frame["relationship_id"].nunique() / len(program.relationships)
    empty = frame[declared].isna().to_numpy()
    return (
        name,
        len(frame),
        covered,
        f"{min(days.min() for days in known):{_DAY}}" if known else None,
        f"{max(days.max() for days in known):{_DAY}}" if known else None,
        float(empty.mean()) if empty.size else None,
    )


def _who_is_left_out(program: Program) -> list[str]:
    if not program.n_withdrawn:
        return []
    people = count(program.n_withdrawn, "person", "people")
    return [f"{people} withdrew consent and {_is(program.n_withdrawn)} left out everywhere"]


def _is(n: int) -> str:
    return "is" if n == 1 else "are"


def _shape(program: Program) -> list[str]:
    said = []
    relationships, members = program.relationships, program.members
    if "kind" in relationships:
        kinds = relationships["kind"].value_counts()
        said.append("kinds: " + ", ".join(f"{kind} {n}" for kind, n in kinds.items()))
    if "formal" not in relationships:
        said.append("formality unknown: formal and informal relationships can't be told apart")
    sizes = members.groupby(["relationship_id", "role"]).size().unstack(fill_value=0)
    for role in ("mentor", "mentee"):
        several = int((sizes[role] > 1).sum()) if role in sizes else 0
        if several:
            said.append(f"{count(several, 'relationship')} with more than one {role}")
    roles = members.groupby("person_id")["role"].nunique()
    if (roles > 1).any():
        both = count(int((roles > 1).sum()), "person holds", "people hold")
        said.append(f"{both} more than one role across relationships")
    return said


def _one_sidedness(program: Program) -> list[str]:
    responses = program.responses
    if responses is None:
        return []
    answered = responses.dropna(subset="value")
    said = []
    if answered["wave"].nunique() == 1:
        said.append("single wave: change over time can't be seen")
    roles = set(answered["role"])
    if len(roles) == 1:
        said.append(f"single source: only the {roles.pop()}s answered, so agreement is unknown")
        return said
    sides = answered.groupby(["relationship_id", "wave"])["role"].nunique()
    one_sided = int((sides == 1).sum())
    if one_sided:
        said.append(
            f"one-sided answers in {one_sided:,} of {len(sides):,} relationship-waves: one partner "
            "did not answer"
        )
    return said


def _closure(program: Program) -> list[str]:
    relationships = program.relationships
    if "ended_on" not in relationships:
        return ["no end dates: early endings can't be studied"]
    ended = relationships[relationships["ended_on"].notna()]
    said = [f"ended: {len(ended):,} of {count(len(relationships), 'relationship')}"]
    unknown = len(ended) if "end_reason" not in ended else int(ended["end_reason"].isna().sum())
    if unknown:
        said.append(f"{count(unknown, 'ending')} without a reason")
    return said


def _absences(program: Program) -> list[str]:
    said = [
        f"no {table.name}: {table.forbids}"
        for table in TABLES.values()
        if table.name not in program.tables and table.forbids
    ]
    outcomes = program.outcomes
    if outcomes is not None and ("arm" not in outcomes or outcomes["arm"].nunique() < 2):
        said.append("outcomes without a comparison group: they show change, not effect")
    return said
