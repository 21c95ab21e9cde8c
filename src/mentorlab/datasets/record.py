"""What every loaded data set can say about itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from .. import html
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


_DIGITS = 3
