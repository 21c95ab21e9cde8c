"""What a declaration of the data model can say: tables, columns, and when a value becomes known.

The tables themselves are declared in :mod:`mentorlab.tables` and checked by
:mod:`mentorlab.checks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "whole", "number", "flag", "date"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name, about : str
        The name and what it holds, unit included.
    kind : Kind
        ``id`` and ``text`` are strings, ``whole`` and ``number`` numeric, ``flag`` true or false,
        ``date`` a day or a moment without time zone.
    required : bool
        Whether the table is invalid without it; required columns may not be empty.
    may_be_empty : bool
        For a required column whose cells may be empty all the same.
    allowed : tuple of str
        The values it may take; empty when any will do.
    minimum, maximum : float or None
        Its range, inclusive.
    refers : str
        The table whose key its values must be found in, or ``""``.
    must_exist : bool
        Whether a value of `refers` has to be found there.
    owns_row : bool
        For references to people: whether the row is about that person and goes when the person
        withdraws (else only the reference is blanked).
    not_before : str
        A date column of the same table that may not be later than this one, or ``""``.
    """

    name: str
    about: str
    kind: Kind = "text"
    required: bool = False
    may_be_empty: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    refers: str = ""
    must_exist: bool = True
    owns_row: bool = True
    not_before: str = ""


@dataclass(frozen=True)
class Reveal:
    """Columns that become known later than their row does.

    Attributes
    ----------
    columns : tuple of str
        Blanked by a cut in time until they are known.
    known_at : tuple of str
        Date columns; the first one given says when.
    """

    columns: tuple[str, ...]
    known_at: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table of the data model.

    Attributes
    ----------
    name, row, forbids : str
        Its name, what one row is, and what can't be done without it.
    columns : tuple of Column
        Declared columns, required first; other columns pass through unchanged.
    key : tuple of str
        Columns that tell rows apart; empty when rows need not be unique.
    known_at : tuple of str
        Date columns that place a row in time, recording time first; the first one given counts.
    happens_at : str
        Date column of what the row tells of: a row entered ahead of it is known from it on only,
        since nobody can know yet how it went; empty when rows can't be entered ahead.
    undated : {"keep", "drop"}
        What a cut in time does with a row that none of `known_at` dates.
    reveals : tuple of Reveal
        Columns that become known later.
    required : bool
        Whether a program must have the table.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    known_at: tuple[str, ...] = ()
    happens_at: str = ""
    undated: Literal["keep", "drop"] = "drop"
    reveals: tuple[Reveal, ...] = ()
    required: bool = False
    forbids: str = ""

    def column(self, name: str) -> Column:
        """Look a declared column up by name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the declared columns, in order."""
        return tuple(column.name for column in self.columns)
