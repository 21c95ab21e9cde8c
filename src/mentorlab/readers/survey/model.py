"""A survey export as every system has one: answer rows, questions, and what the file says of both.

The readers bring a vendor's file to a :class:`Survey`; :mod:`mentorlab.readers.survey.pipeline`
brings that to the data model, the same way for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ..read_result import Dropped


@dataclass(frozen=True)
class Tick:
    """One option of a question with several ticks, in a column of its own.

    Attributes
    ----------
    field, question, choice : str
        The column, the question it belongs to, the option that it stands for.
    """

    field: str
    question: str
    choice: str


@dataclass(frozen=True)
class TickCell:
    """All ticked options of a question in one cell.

    Attributes
    ----------
    field, question : str
        The column and its question.
    separator : str
        What stands between two options; options themselves may hold it.
    tight : bool
        Whether the separator is never followed by a space between two options.
    """

    field: str
    question: str
    separator: str
    tight: bool = False


@dataclass(frozen=True, eq=False)
class Survey:
    """Answer rows of one export, one row a submission.

    Attributes
    ----------
    name, recognized : str
        The file, and what gave its format away.
    cells : pandas.DataFrame
        All columns as text, ``""`` where empty.
    rows : numpy.ndarray of int64, shape (n_rows,)
        Where each row stands in the file, counted from 1 at the first row of data.
    finished : numpy.ndarray of bool, shape (n_rows,)
        Whether the form was sent off.
    ended : pandas.Series of datetime64[us]
        When it was.
    headings : mapping of str to str
        Question texts by column.
    structure : mapping of str to str
        Our names to the columns that hold them, where the system itself says so.
    fixed : mapping of str to str
        Our names to what holds for all rows.
    waves : pandas.Series of int64 or None
        The wave of each row, where the system has one.
    value_labels : mapping of str to mapping of str to str
        Labels of the codes of a column.
    kinds : mapping of str to str
        Codes and texts that stand for a kind of missing, in any column, folded.
    field_kinds : mapping of str to mapping of str to str
        The same for single columns.
    marks_unanswered : bool
        Whether unanswered questions have a code of their own, so that an empty cell was not shown.
    hidden : frozenset of str
        Columns that are shown to some only: an empty cell was not shown.
    beyond : bool
        Whether the code after the highest answer stands for "not applicable".
    numbered : re.Pattern or None
        How answer codes are made from numbers.
    ticks, tick_cells : tuple
        Questions with several ticks.
    housekeeping : frozenset of str
        The system's own columns, which say nothing about anybody.
    known : mapping of str to str
        The system's columns that identify people, and as what.
    texts : frozenset of str
        Columns for text entry.
    parts : numpy.ndarray of int64 or None
        Which part of a submission each row is, where one stands in several rows.
    asked : mapping of str to numpy.ndarray of bool
        Rows in which a column stood on the form, where not in all.
    beside : pandas.DataFrame
        Rows of the file that are no answers, such as an intake form's: they are looked at for what
        identifies people, and what is not read of them is counted.
    codebook : Codebook or None
        The file's own.
    dropped : tuple of Dropped
        What was left out before.
    assumed : tuple of str
        What was taken for granted before.
    """

    name: str
    recognized: str
    cells: pd.DataFrame
    rows: np.ndarray
    finished: np.ndarray
    ended: pd.Series
    headings: Mapping[str, str] = field(default_factory=dict)
    structure: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    waves: pd.Series | None = None
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    field_kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    marks_unanswered: bool = False
    hidden: frozenset[str] = frozenset()
    beyond: bool = False
    numbered: re.Pattern[str] | None = None
    ticks: tuple[Tick, ...] = ()
    tick_cells: tuple[TickCell, ...] = ()
    housekeeping: frozenset[str] = frozenset()
    known: Mapping[str, str] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    parts: np.ndarray | None = None
    asked: Mapping[str, np.ndarray] = field(default_factory=dict)
    beside: pd.DataFrame = field(default_factory=pd.DataFrame)
    codebook: Codebook | None = None
    dropped: tuple[Dropped, ...] = ()
    assumed: tuple[str, ...] = ()

    def heading(self, column: str) -> str:
        """Give the question of a column, or its name where it has none."""
        return self.headings.get(column) or column

    def in_all_rows(self, columns: Sequence[str]) -> pd.DataFrame:
        """Give columns with the rows that are no answers."""
        there = [name for name in columns if name in self.beside]
        return pd.concat([self.cells[list(columns)], self.beside[there]]).fillna("")

    def at(self, kept: np.ndarray) -> Survey:
        """Give the survey with some of its rows."""
        return replace(
            self,
            cells=self.cells[kept].reset_index(drop=True),
            rows=self.rows[kept],
            finished=self.finished[kept],
            ended=self.ended[kept].reset_index(drop=True),
            parts=None if self.parts is None else self.parts[kept],
            asked={name: rows[kept] for name, rows in self.asked.items()},
        )


def no_moments(n: int) -> pd.Series:
    """Give `n` moments that are not known."""
    return pd.Series(pd.NaT, index=range(n), dtype="datetime64[us]")


def text_frame(rows: list[list[str]], columns: list[str]) -> pd.DataFrame:
    """Put text cells into a frame without any of them becoming a number or missing."""
    return pd.DataFrame(np.array(rows, dtype=object).reshape(-1, len(columns)), columns=columns)


def number_repeats(headings: list[str]) -> list[str]:
    """Make headings unique: the second "Complete?" becomes "Complete? (2)".

    Examples
    --------
    >>> number_repeats(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    seen: dict[str, int] = {}
    unique = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        name = heading if seen[heading] == 1 else f"{heading} ({seen[heading]})"
        while name in unique:
            name += "'"
        unique.append(name)
    return unique
