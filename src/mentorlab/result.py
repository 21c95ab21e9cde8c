"""What every answer of mentorlab has in common.

A result is frozen, knows its tidy frame, says itself in words, draws its picture, and names what
it rests on. Rounding happens here and in ``report`` only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from . import html
from .errors import OptionError
from .provenance import Provenance
from .references import reference

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Base of all results. A subclass adds its fields, `to_frame`, `headline` and `notes`.

    Attributes
    ----------
    provenance : Provenance
        What made it; never shown in reprs, since it changes from run to run.
    plotter : str
        Where its picture is drawn, ``"module:function"``; resolved when asked, so a result costs
        no plotting import.
    references : tuple of str
        Keys into :mod:`mentorlab.references`.
    digits : int
        Decimals in `summary` and the rich display.
    """

    provenance: Provenance = field(kw_only=True)

    plotter: ClassVar[str] = ""
    references: ClassVar[tuple[str, ...]] = ()
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give the answer as a tidy frame at full precision, a copy that is yours to change."""
        raise NotImplementedError

    def headline(self) -> str:
        """Say in one line what was asked and of how many."""
        raise NotImplementedError

    def notes(self) -> tuple[str, ...]:
        """Say what a reader must know before quoting the numbers."""
        return ()

    def summary(self) -> str:
        """Say the whole answer in plain text: headline, rounded table, notes."""
        frame = self._display_frame()
        table = [] if frame.empty else [html.text_table(frame, digits=self.digits)]
        return "\n".join([self.headline(), *table, *(f"- {note}" for note in self.notes())])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the result's picture.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure when left out.

        Raises
        ------
        OptionError
            If this kind of result has no picture.
        """
        if not self.plotter:
            raise OptionError(
                f"{type(self).__name__}.plot: this result has no picture of its own; "
                "use to_frame() and the functions of mentorlab.plots."
            )
        module, function = self.plotter.split(":")
        return getattr(import_module(module), function)(self, ax=ax)

    def cite(self) -> str:
        """List the works that the method rests on, ready for a reference list."""
        return "\n".join(str(reference(key)) for key in self.references)

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        frame = self._display_frame()
        return html.view(
            html.heading(self.headline()),
            "" if frame.empty else html.table(frame, digits=self.digits),
            html.bullets(self.notes()),
        )

    def _display_frame(self) -> pd.DataFrame:
        return self.to_frame()


def describe_size(frame: pd.DataFrame) -> str:
    """Describe a frame for a provenance record without holding it.

    Examples
    --------
    >>> describe_size(pd.DataFrame({"a": [1, 2]}))
    '2 rows x 1 columns'
    """
    return f"{len(frame)} rows x {frame.shape[1]} columns"
