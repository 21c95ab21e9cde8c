"""The works that results and docstrings cite, each once.

The list itself is ``references.csv`` beside this module. A docstring cites by key in its
References section, and ``result.cite()`` prints the entry.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from .errors import OptionError, did_you_mean, quote


@dataclass(frozen=True)
class Reference:
    """One cited work.

    Attributes
    ----------
    authors, title, where : str
        As a reference list prints them.
    year : int
        Year of publication.
    doi : str
        Digital object identifier without prefix; empty when the work has none.
    """

    authors: str
    year: int
    title: str
    where: str
    doi: str = ""

    def __str__(self) -> str:
        text = f"{self.authors} ({self.year}). {self.title}. {self.where}."
        return f"{text} https://doi.org/{self.doi}" if self.doi else text


def _read_list() -> dict[str, Reference]:
    with (files(__package__) / "references.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["key"]: Reference(
                row["authors"], int(row["year"]), row["title"], row["where"], row["doi"]
            )
            for row in csv.DictReader(lines)
        }


REFERENCES: dict[str, Reference] = _read_list()


def reference(key: str) -> Reference:
    """Look one work up by its key.

    Raises
    ------
    OptionError
        If no work has this key.

    Examples
    --------
    >>> reference("feldt1965").year
    1965
    """
    if key not in REFERENCES:
        near = did_you_mean(key, REFERENCES)
        raise OptionError(f"reference: no work has the key {quote(key)}. {near}".rstrip())
    return REFERENCES[key]
