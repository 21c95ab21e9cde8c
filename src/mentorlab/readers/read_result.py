"""What a reader hands over: tables that fit the data model, and an account of all the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from ..codebook import Codebook
from ..errors import count
from ..result import Result

if TYPE_CHECKING:
    from ..program import Program

DROPPED_COLUMNS = ["what", "name", "reason", "n", "first_row"]
UNLINKED_COLUMNS = ["kind", "code", "role", "n", "first_row", "near", "why"]
CHOICE_COLUMNS = ["relationship_id", "rater_id", "role", "wave", "question", "choice"]


@dataclass(frozen=True)
class Dropped:
    """One reason why something of a file is not in the tables.

    Attributes
    ----------
    what : str
        ``row``, ``column``, ``cell``, ``choice``, ``item``, ``event`` or ``sheet``.
    name : str
        Which column, item or sheet; empty for rows.
    reason : str
        Why.
    n : int
        How many rows or filled cells.
    first_row : int
        The first of them, counted from 1 at the first row of data; 0 when not about rows.
    """

    what: str
    name: str
    reason: str
    n: int
    first_row: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class ReadResult(Result):
    """Everything that was read from a file, and everything that was not.

    Attributes
    ----------
    responses : pandas.DataFrame or None
        Answers, a valid responses table.
    contacts : pandas.DataFrame or None
        Meetings, a valid contacts table.
    codebook : Codebook or None
        What the items mean: the one that was given, else the file's own.
    dropped : pandas.DataFrame
        What was left out: `what` (row, column, cell, choice, item, event, sheet), `name`,
        `reason`, `n`, `first_row`.
    unlinked : pandas.DataFrame
        Codes of pairs and partners that lead to nobody: `kind`, `code`, `role`, `n`, `first_row`,
        `near`, `why`.
    choices : pandas.DataFrame
        Ticks of questions with several answers: `relationship_id`, `rater_id`, `role`, `wave`,
        `question`, `choice`.
    recognized : str
        Which format the file has, and what gave it away.
    assumed : tuple of str
        What the reader took for granted because the file does not say it.
    others : mapping of str to pandas.DataFrame
        Other tables of the data model, by name: applicants and preferences of a workbook.
    """

    responses: pd.DataFrame | None = None
    contacts: pd.DataFrame | None = None
    codebook: Codebook | None = None
    dropped: pd.DataFrame = field(default_factory=lambda: dropped_frame([]))
    unlinked: pd.DataFrame = field(default_factory=lambda: unlinked_frame([]))
    choices: pd.DataFrame = field(default_factory=lambda: choices_frame([]))
    recognized: str = ""
    assumed: tuple[str, ...] = ()
    others: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the data model that were read, by name."""
        own = {"responses": self.responses, "contacts": self.contacts, **self.others}
        return {name: frame for name, frame in own.items() if frame is not None}

    def to_frame(self) -> pd.DataFrame:
        """Give the answers, or the first other table of a file that holds none, as a copy."""
        for frame in self.tables.values():
            return frame.copy()
        return pd.DataFrame()

    def to_program(
        self,
        *,
        people: pd.DataFrame | None = None,
        relationships: pd.DataFrame | None = None,
        members: pd.DataFrame | None = None,
    ) -> Program:
        """Make a program of what was read.

        People, relationships and members that are not given are those that the answers name: every
        rater is a member in the role in which the person answered, and the partner of a mentor or
        mentee in the other one.

        Parameters
        ----------
        people, relationships, members : pandas.DataFrame, optional
            Tables of the data model that the program office keeps.

        Returns
        -------
        Program

        Raises
        ------
        SchemaError
            If the tables do not fit together.
        ReadError
            If the file names no person.
        """
        from .joining import program_of

        return program_of(self, people=people, relationships=relationships, members=members)

    def concat(self, *others: ReadResult) -> ReadResult:
        """Join what was read from several files: both forms, several waves, a second export.

        Where the same person answered the same form twice, the answer given last counts and the
        others are counted in `dropped`; codes are linked again over all files.

        Parameters
        ----------
        *others : ReadResult
            Files to add.

        Returns
        -------
        ReadResult

        Raises
        ------
        ReadError
            If two files hold different answers of one person to one wave, and no times that would
            tell which came last.
        """
        from .joining import join_results

        return join_results((self, *others))

    def headline(self) -> str:
        parts = []
        if self.responses is not None:
            answers = self.responses
            parts += [
                count(len(answers), "answer"),
                count(answers["rater_id"].nunique(), "rater"),
                count(answers["relationship_id"].nunique(), "relationship"),
            ]
        if self.contacts is not None:
            parts.append(count(len(self.contacts), "contact"))
        parts += [
            count(len(frame), f"row of {n}", f"rows of {n}") for n, frame in self.others.items()
        ]
        return f"Read {', '.join(parts) or 'nothing'}"

    def notes(self) -> tuple[str, ...]:
        said = [self.recognized] if self.recognized else []
        said += [
            f"left out: {_dropped_in_words(row)}" for row in self.dropped.itertuples(index=False)
        ]
        if len(self.unlinked):
            said.append(
                f"{count(len(self.unlinked), 'code leads', 'codes lead')} to nobody in this file: "
                "see .unlinked"
            )
        return (*said, *(f"taken for granted: {text}" for text in self.assumed))

    def _display_frame(self) -> pd.DataFrame:
        if self.responses is None:
            return pd.DataFrame()
        answers = self.responses
        missing = answers.get("missing", pd.Series(None, index=answers.index, dtype="object"))
        return (
            answers.assign(
                answered=answers["value"].notna(),
                not_shown=missing.eq("not_shown"),
                unanswered=missing.eq("unanswered"),
                not_applicable=missing.eq("not_applicable"),
            )
            .groupby(["wave", "role"], as_index=False, observed=True)
            .agg(
                raters=("rater_id", "nunique"),
                items=("item", "nunique"),
                answered=("answered", "sum"),
                not_shown=("not_shown", "sum"),
                unanswered=("unanswered", "sum"),
                not_applicable=("not_applicable", "sum"),
            )
        )


def dropped_frame(dropped: list[Dropped]) -> pd.DataFrame:
    """Write reasons as a frame."""
    rows = [(d.what, d.name, d.reason, d.n, d.first_row) for d in dropped]
    frame = pd.DataFrame(rows, columns=DROPPED_COLUMNS)
    return frame.astype({"what": "str", "name": "str", "reason": "str", "n": int, "first_row": int})


def unlinked_frame(rows: list[tuple]) -> pd.DataFrame:
    """Write codes that lead to nobody as a frame."""
    frame = pd.DataFrame(rows, columns=UNLINKED_COLUMNS)
    text = {name: "str" for name in UNLINKED_COLUMNS if name not in ("n", "first_row")}
    return frame.astype({**text, "n": int, "first_row": int})


def choices_frame(rows: list[tuple]) -> pd.DataFrame:
    """Write ticks as a frame."""
    frame = pd.DataFrame(rows, columns=CHOICE_COLUMNS)
    text = {name: "str" for name in CHOICE_COLUMNS if name != "wave"}
    return frame.astype({**text, "wave": "int64"})


def _dropped_in_words(row: tuple) -> str:
    named = f"{row.what} '{row.name}'" if row.name else row.what
    words = f"{named}: {row.reason}"
    if not row.n:
        return words
    if row.what == "row":
        words = f"{count(row.n, 'row')}: {row.reason}"
        return f"{words}, first row {row.first_row}" if row.first_row else words
    return f"{words} ({count(row.n, 'cell')})"
