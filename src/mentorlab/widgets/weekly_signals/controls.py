"""The control of `explore_signals` alone: labels for whoever is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import ipywidgets as W  # noqa: N812 (its usual short name)
from traitlets import Tuple, Unicode

from ...signals.silence import LABELS
from ..controls import Control
from .pool import Label

_NONE = ""
_WORDS = {name: name.replace("_", " ") for name in LABELS}


@dataclass(frozen=True, kw_only=True)
class Labels(Control):
    """Labels of relationships; the buttons set that of the one looked at.

    The state holds all of them as triples of relationship, day and label.
    """

    keys: ClassVar[str] = "Tab reaches a button, Space presses it"
    width: ClassVar[str] = "auto"

    def check(self, value: Any) -> None:
        """Say what would do if `value` is not a tuple of triples of text."""
        if not isinstance(value, tuple) or not all(map(_is_label, value)):
            self._refuse("be a tuple of (relationship, day, label)", value)

    def _make(self, **settings: Any) -> LabelButtons:
        return LabelButtons(**settings)


def _is_label(row: Any) -> bool:
    is_triple = isinstance(row, tuple) and len(row) == 3
    return is_triple and all(isinstance(part, str) for part in row) and row[2] in LABELS


class LabelButtons(W.HBox):
    """Buttons beside the name of the relationship that they label; `value` holds all labels.

    Parameters
    ----------
    value : tuple of Label
        The labels at the start.
    description, tooltip : str
        The label and what it says when pointed at.
    style, layout : mapping
        As other controls take them; of `style` nothing is used.
    """

    value = Tuple()
    tooltip = Unicode()  # not sent to the page: the view of a box breaks on one

    def __init__(
        self,
        *,
        value: tuple[Label, ...],
        description: str,
        tooltip: str,
        style: Mapping[str, str],
        layout: Mapping[str, str],
    ) -> None:
        self.description = description
        self.tooltip = tooltip
        self._whom, self._day = "", ""
        self._settling = False
        self._caption = W.Label(value=description, tooltip=tooltip)
        self.buttons = W.ToggleButtons(
            options=[("no label", _NONE), *((words, name) for name, words in _WORDS.items())],
            tooltips=["take the label away", *(f"label it: {words}" for words in _WORDS.values())],
            style={"button_width": "auto"},
        )
        super().__init__([self._caption, self.buttons], layout={**layout, "flex_flow": "row wrap"})
        self.value = value
        self.observe(self._show, names="value")
        self.buttons.observe(self._press, names="value")

    def about(self, whom: str, day: str) -> None:
        """Let the buttons stand for one relationship on one day.

        Parameters
        ----------
        whom : str
            The relationship; empty for nobody, and then the buttons are off.
        day : str
            The day that new labels get.
        """
        self._whom, self._day = whom, day
        self._caption.value = f"{self.description}: {whom}" if whom else self.description
        self.buttons.disabled = not whom
        self._show(None)

    def _show(self, _: Any) -> None:
        own = [label for whom, day, label in self.value if whom == self._whom and day <= self._day]
        self._settling = True
        self.buttons.value = own[-1] if own else _NONE
        self._settling = False

    def _press(self, change: Mapping[str, Any]) -> None:
        if self._settling or not self._whom:
            return
        others = tuple(row for row in self.value if row[0] != self._whom)
        own = ((self._whom, self._day, change["new"]),) if change["new"] else ()
        self.value = (*others, *own)
