"""What every loaded data set can say about itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from .. import html
from ..delimited import read_delimited
from ..errors import ReadError, count, quote
from ..references import reference
from .registry import DataSource


@dataclass(frozen=True, eq=False, repr=False)
class LoadedData:
    """Base of the loaded data sets. A subclass adds its frames, `headline`, `overview`,
    `caveats`.

    Attributes
    ----------
    source : DataSource
        Where the data come from, and on which terms.
    """

    source: DataSource = field(kw_only=True)

    def headline(self) -> str:
        """Say in one line how much there is."""
        raise NotImplementedError

    def overview(self) -> pd.DataFrame:
        """Count what there is, in a small tidy frame without any id."""
        raise NotImplementedError

    def caveats(self) -> tuple[str, ...]:
        """Say what a reader must know before using the data."""
        return ()

    def notes(self) -> tuple[str, ...]:
        """Caveats, then license and citation."""
        return (*self.caveats(), f"License: {self.source.license}", f"Cite: {self.cite()}")

    def cite(self) -> str:
        """The work to cite, ready for a reference list."""
        return str(reference(self.source.citation))

    def summary(self) -> str:
        """Say in plain text what the data are, how much there is, and whom to cite."""
        shown = self.overview().round(_DIGITS)
        table = shown.to_string(index=False, formatters=dict.fromkeys(shown.columns, html.cell))
        head = [self.source.title, self.headline()]
        return "\n".join([*head, table, *(f"- {note}" for note in self.notes())])

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return html.view(
            html.heading(self.source.title),
            html.paragraph(self.headline()),
            html.table(self.overview().round(_DIGITS)),
            html.bullets(self.notes()),
        )


def read_columns(file: Path, columns: Iterable[str]) -> pd.DataFrame:
    """Read a CSV file that must hold these columns, as text.

    Raises
    ------
    ReadError
        If the file can't be read or a column is absent.
    """
    columns = tuple(columns)
    frame = read_delimited(file, text=columns)
    require_columns(frame, columns, file)
    return frame


def require_columns(frame: pd.DataFrame, columns: Iterable[str], file: Path) -> None:
    """Say which columns a file should hold and does not.

    Raises
    ------
    ReadError
        If a column is absent.
    """
    absent = [name for name in columns if name not in frame]
    if absent:
        raise ReadError(
            f"{file.name}: must hold the column {quote(absent[0])}"
            + (f" and {count(len(absent) - 1, 'other')}" if len(absent) > 1 else "")
            + f"; got {count(frame.shape[1], 'column')} without. Is it the right file?"
        )


_DIGITS = 3
