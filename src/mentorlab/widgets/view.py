"""What a widget shows at one moment, and how to show it without a front end."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .picture import Picture


@dataclass(frozen=True, eq=False)
class View:
    """One moment of a widget; the same state always gives the same view.

    Attributes
    ----------
    answer : object
        What the picture draws, usually the result of the widget's twin.
    frame : pandas.DataFrame
        The numbers behind the picture, tidy and at full precision.
    tables : sequence of pandas.DataFrame
        What the widget prints, rounded when shown.
    notes : tuple of str
        What a reader must know before quoting the numbers.
    code : str
        The line of code that gives `answer` again.
    headline : str
        What is shown, in one line.
    """

    answer: Any
    frame: pd.DataFrame
    tables: Sequence[pd.DataFrame]
    notes: tuple[str, ...]
    code: str
    headline: str

    def to_html(self) -> str:
        """The tables and notes as the widget prints them."""
        return html.view(
            *(html.table(table) for table in self.tables),
            html.bullets(self.notes),
        )

    def to_text(self) -> str:
        """The view in plain text: no ids, no addresses, no times."""
        return "\n".join(
            [
                self.headline,
                *(html.text_table(table) for table in self.tables),
                *(f"- {note}" for note in self.notes),
                self.code,
            ]
        )


class Static:
    """A view as a figure and a table that need no running kernel.

    In a notebook it shows the picture and below it the table, as two outputs, so that a page
    without a kernel (a repository's preview, an export) shows both.

    Attributes
    ----------
    view : View
        The numbers, notes and code.
    figure : matplotlib.figure.Figure
        A figure of its own, yours to change or save.
    """

    def __init__(self, view: View, picture: Picture) -> None:
        picture.update(view.answer)
        self.view = view
        self.figure: Figure = picture.figure
        self._picture = picture

    @property
    def frame(self) -> pd.DataFrame:
        """The numbers behind the picture, a copy."""
        return self.view.frame.copy()

    def __repr__(self) -> str:
        return self.view.to_text()

    def _repr_png_(self) -> bytes:
        return self._picture.png()

    def _repr_html_(self) -> str:
        return html.view(html.heading(self.view.headline)) + self.view.to_html()

    def _ipython_display_(self) -> None:
        from IPython.display import publish_display_data

        publish_display_data(
            {
                "text/plain": f"<picture: {self.view.headline}>",
                "image/png": b64encode(self._repr_png_()).decode("ascii"),
            }
        )
        publish_display_data({"text/plain": repr(self), "text/html": self._repr_html_()})
