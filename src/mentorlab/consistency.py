"""What the data model allows but a person would question: partners missing, clocks that clash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from .errors import count
from .provenance import Provenance
from .result import Result
from .tables import TABLES

if TYPE_CHECKING:
    from .program import Program

_COLUMNS = ["table", "finding", "n_rows", "first_row", "what_to_do"]


@dataclass(frozen=True, eq=False, repr=False)
class CheckReport(Result):
    """What looks wrong in a valid program; nothing was changed.

    Attributes
    ----------
    findings : pandas.DataFrame
        `table`, `finding`, `n_rows`, `first_row` (from 1), `what_to_do`; empty when all is well.
    """

    findings: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Give the findings, one row each."""
        return self.findings.copy()

    def headline(self) -> str:
        """How many things look wrong."""
        if self.findings.empty:
            return "Check: nothing looks wrong"
        return f"Check: {count(len(self.findings), 'thing')} to look at; nothing was changed"

    def _display_frame(self) -> pd.DataFrame:
        return self.findings.rename(columns=lambda name: name.replace("_", " "))


Finding = tuple[str, str, pd.Series, str]


def check_program(program: Program) -> CheckReport:
    """Look for what is allowed but questionable; the body of ``Program.check``."""
    rows = [
        (table, finding, int(mask.sum()), int(mask.to_numpy(dtype=bool).argmax()) + 1, advice)
        for rule in RULES
        for table, finding, mask, advice in rule(program)
        if mask.any()
    ]
    return CheckReport(
        findings=pd.DataFrame(rows, columns=_COLUMNS),
        provenance=Provenance("Program.check", {"rules": len(RULES)}),
    )


def _lonely_relationships(program: Program) -> list[Finding]:
    relationships, members = program.relationships, program.members
    sizes = members.groupby("relationship_id").size()
    n_members = relationships["relationship_id"].map(sizes).fillna(0)
    return [
        ("relationships", "nobody is a member", n_members.eq(0), "add members or drop the row"),
        ("relationships", "only one member", n_members.eq(1), "add the partner if known"),
    ]


def _stray_spaces(program: Program) -> list[Finding]:
    found = []
    for name, frame in program.tables.items():
        for column in TABLES[name].columns:
            if column.kind == "id" and column.name in frame:
                text = frame[column.name]
                stray = text.notna() & (text != text.str.strip())
                found.append((name, f"{column.name} has spaces around it", stray, "strip them"))
    return found


def _ids_by_case(program: Program) -> list[Finding]:
    ids = program.people["person_id"]
    twins = ids.str.lower().duplicated(keep=False)
    return [("people", "person_id differs from another by case only", twins, "merge if the same")]


def _answers_by_strangers(program: Program) -> list[Finding]:
    if program.responses is None:
        return []
    keys = ["relationship_id", "person_id", "role"]
    members = pd.MultiIndex.from_frame(program.members[keys])
    raters = pd.MultiIndex.from_frame(program.responses[["relationship_id", "rater_id", "role"]])
    stranger = pd.Series(~raters.isin(members), index=program.responses.index)
    finding = "the rater is not a member of the relationship in this role"
    return [("responses", finding, stranger, "correct the rater, the role or members")]


def _contacts_outside(program: Program) -> list[Finding]:
    contacts, relationships = program.contacts, program.relationships
    if contacts is None:
        return []
    days = relationships.set_index("relationship_id")
    found = []
    for column, name, side in (
        ("started_on", "before the start", pd.Series.lt),
        ("ended_on", "after the end", pd.Series.gt),
    ):
        if column in days:
            bound = contacts["relationship_id"].map(days[column])
            outside = side(contacts["at"].dt.normalize(), bound)
            found.append(("contacts", f"{name} of the relationship", outside, "check both dates"))
    return found


def _contacts_twice(program: Program) -> list[Finding]:
    if program.contacts is None:
        return []
    again = program.contacts.duplicated(["relationship_id", "at", "kind"])
    return [("contacts", "same relationship, time and kind again", again, "drop true duplicates")]


def _recorded_before(program: Program) -> list[Finding]:
    found = []
    for name, event in (("contacts", "at"), ("acts", "at"), ("responses", "answered_at")):
        frame = program.tables.get(name)
        if frame is not None and {"recorded_at", event} <= set(frame.columns):
            early = frame["recorded_at"].lt(frame[event].dt.normalize())
            finding = f"recorded before it happened (`{event}`)"
            found.append((name, finding, early, "planned contacts are fine; else check the clock"))
    return found


def _values_and_reasons(program: Program) -> list[Finding]:
    frame = program.responses
    if frame is None or "missing" not in frame:
        return []
    both = frame["value"].notna() & frame["missing"].notna()
    neither = frame["value"].isna() & frame["missing"].isna()
    return [
        ("responses", "a value and a reason why it is missing", both, "keep one of them"),
        ("responses", "no value and no reason", neither, "say not_shown, unanswered ..."),
    ]


def _endings_without_date(program: Program) -> list[Finding]:
    frame = program.relationships
    if not {"end_reason", "ended_on"} <= set(frame.columns):
        return []
    undated = frame["end_reason"].notna() & frame["ended_on"].isna()
    return [("relationships", "an end reason without an end date", undated, "add `ended_on`")]


RULES: tuple[Callable[[Program], list[Finding]], ...] = (
    _lonely_relationships,
    _stray_spaces,
    _ids_by_case,
    _answers_by_strangers,
    _contacts_outside,
    _contacts_twice,
    _recorded_before,
    _values_and_reasons,
    _endings_without_date,
)
