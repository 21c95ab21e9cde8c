"""What can go wrong, said in the user's words.

Every error says who asked, what must hold, what came (value, count, first place), what is near,
and what to do. A :class:`Fault` is one broken rule; a :class:`SchemaError` carries all of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


class MentorlabError(Exception):
    """Base of every error that mentorlab raises on purpose."""


class OptionError(MentorlabError, ValueError):
    """An argument is not one of the values that a function accepts."""


class MissingTableError(MentorlabError, LookupError):
    """A function needs a table or a column that the program does not have."""


class ReadError(MentorlabError, ValueError):
    """A file or folder can't be read as what it was said to be."""


class WriteError(MentorlabError, OSError):
    """A write failed; what was there before is unchanged."""


class DataUnavailableError(MentorlabError, OSError):
    """A data set is neither on this machine nor could it be downloaded."""


class EstimationError(MentorlabError, ValueError):
    """The data can't answer the question that was asked of them."""


class MarketError(MentorlabError, ValueError):
    """A matching market can't be built or read from what was given, or its rules clash."""


class PolicyError(MentorlabError, ValueError):
    """A matching policy can't honor a market's rules, or returned what is no assignment."""


class NoStableMatching(MentorlabError, LookupError):  # noqa: N818 - the promised name
    """No matching of the kind of stability that was asked for exists in this market."""


@dataclass(frozen=True)
class Fault:
    """One broken rule in one column of one table.

    Parameters
    ----------
    column : str
        The column, or the columns joined by ``", "``.
    must : str
        What must hold, as the end of the sentence "`column` must ...".
    got : str
        What came instead; empty when `must` says it all.
    n_rows : int
        How many rows break the rule; 0 when the fault is not about rows.
    first_row : int
        The first such row, counted from 1 at the first row of data; 0 when not about rows.
    hint : str
        What is near or what to do, a whole sentence; empty when there is nothing to say.
    table : str
        The table; empty when only one table is checked.
    """

    column: str
    must: str
    got: str = ""
    n_rows: int = 0
    first_row: int = 0
    hint: str = ""
    table: str = ""

    def __str__(self) -> str:
        where = f"{self.table}: " if self.table else ""
        text = f"{where}`{self.column}` must {self.must}"
        if self.got:
            text += f"; got {self.got}"
        if self.n_rows:
            text += f" in {count(self.n_rows, 'row')}, first row {self.first_row}"
        text += "."
        return f"{text} {self.hint}" if self.hint else text


class SchemaError(MentorlabError, ValueError):
    """Tables break the data model; all faults of all tables are named at once.

    Parameters
    ----------
    who : str
        The function that checked, with what it checked: ``"score_elements: not a valid
        responses table"``.
    faults : sequence of Fault
        Every broken rule.
    advice : str
        What to do, printed last.
    """

    def __init__(self, who: str, faults: Sequence[Fault], advice: str = "") -> None:
        self.who = who
        self.faults = tuple(faults)
        self.advice = advice
        lines = [who, *(f"  - {fault}" for fault in self.faults)]
        if advice:
            lines.append(f"  {advice}")
        super().__init__("\n".join(lines))


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Say how many, in words a person would use.

    Examples
    --------
    >>> count(1, "row"), count(1200, "row"), count(2, "person", "people")
    ('1 row', '1,200 rows', '2 people')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def quote(value: Any) -> str:
    """Show a user's value as plain Python would, without numpy's wrappers.

    Examples
    --------
    >>> quote(np.int64(7)), quote("Mentee"), quote(np.float64("nan"))
    ('7', "'Mentee'", 'nan')
    """
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 60 else text[:57] + "..."


def listing(values: Iterable[Any], *, limit: int = 8) -> str:
    """Join values for a sentence, quoting each and saying how many were left out.

    Examples
    --------
    >>> listing(["mentor", "mentee"]), listing(range(10), limit=3)
    ("'mentor' or 'mentee'", '0, 1, 2 ... (7 more)')
    """
    items = [quote(value) for value in values]
    if len(items) > limit:
        return f"{', '.join(items[:limit])} ... ({len(items) - limit:,} more)"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} or {items[-1]}"


def did_you_mean(value: Any, known: Iterable[Any]) -> str:
    """Name the closest known value as a question, or say nothing when none is close.

    Examples
    --------
    >>> did_you_mean("Mentee", ["mentor", "mentee"])
    "Did you mean 'mentee'?"
    >>> did_you_mean("xyz", ["mentor", "mentee"])
    ''
    """
    by_lower = {str(name).lower(): str(name) for name in known}
    near = difflib.get_close_matches(str(value).strip().lower(), by_lower, n=1, cutoff=0.6)
    return f"Did you mean '{by_lower[near[0]]}'?" if near else ""
