"""Controls, declared: what each one is called, what it may hold, how it is built.

A control has the name of one field of the widget's state. Each is labeled, reached with Tab and
moved with the keyboard; the tooltip says how. There is no dropdown and no list: JupyterLab takes
the keys of a `select` for its own shortcuts (arrows go to another cell, `r` turns the cell into
text and loses the widget; ipywidgets issue 3912).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import ipywidgets as W  # noqa: N812 (its usual short name)
from traitlets import Tuple, Unicode

from ..errors import OptionError, did_you_mean, listing, quote

CLASS = "mentorlab"


@dataclass(frozen=True, kw_only=True)
class Control:
    """One field of the state that a user can change.

    Parameters
    ----------
    name : str
        The field.
    label : str
        What stands before the control.
    help : str
        What the field means, a short phrase for the tooltip.
    """

    name: str
    label: str
    help: str = ""

    keys: ClassVar[str] = ""
    width: ClassVar[str] = "max-content"

    def build(self, value: Any) -> W.ValueWidget:
        """Make the control, holding `value`.

        Raises
        ------
        OptionError
            If the control can't hold the value.
        """
        self.check(value)
        made = self._make(
            value=value,
            description=self.label,
            tooltip=self.tooltip,
            style={"description_width": "initial"},
            layout={"width": self.width, "margin": "2px 1.2em 2px 0"},
        )
        made.add_class(f"{CLASS}-control")
        made.add_class(f"{CLASS}-{self.name}")
        return made

    @property
    def tooltip(self) -> str:
        """What the control is for and which keys move it."""
        return f"{self.help or self.label} ({self.keys})"

    def check(self, value: Any) -> None:
        """Say what would do if the control can't hold `value`."""
        raise NotImplementedError

    def _make(self, **settings: Any) -> W.ValueWidget:
        raise NotImplementedError

    def _refuse(self, must: str, value: Any, near: str = "") -> None:
        text = f"`{self.name}` must {must}; got {quote(value)}."
        raise OptionError(f"{text} {near}".rstrip())


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """Base of the controls with a list of values.

    Parameters
    ----------
    options : sequence of tuple
        What is shown and what it stands for.
    """

    options: Sequence[tuple[str, Any]]

    @property
    def values(self) -> list[Any]:
        """What can be chosen."""
        return [value for _, value in self.options]

    def check(self, value: Any) -> None:
        """Say what would do if `value` is not among the options."""
        if value not in self.values:
            near = did_you_mean(value, self.values) if isinstance(value, str) else ""
            self._refuse(f"be {listing(self.values)}", value, near)


@dataclass(frozen=True, kw_only=True)
class Buttons(Choice):
    """One of several values, each a button; all names are seen at once."""

    keys: ClassVar[str] = "Tab reaches a button, Space presses it"
    width: ClassVar[str] = "auto"

    def _make(self, **settings: Any) -> W.ValueWidget:
        settings["style"] = {**settings["style"], "button_width": "auto"}
        beside = {"display": "grid", "grid_template_columns": "max-content 1fr", "grid_gap": "6px"}
        settings["layout"] = {**settings["layout"], **beside}
        hints = [f"{self.label}: {label}" for label, _ in self.options]
        return W.ToggleButtons(options=list(self.options), tooltips=hints, **settings)


@dataclass(frozen=True, kw_only=True)
class Steps(Choice):
    """One of several values in order, on a slider."""

    keys: ClassVar[str] = "arrow keys move it"
    width: ClassVar[str] = "17em"

    def _make(self, **settings: Any) -> W.ValueWidget:
        return W.SelectionSlider(options=list(self.options), **settings)


@dataclass(frozen=True, kw_only=True)
class MultiSelect(Choice):
    """Any number of values, each a checkbox; the state holds them as a tuple in option order."""

    keys: ClassVar[str] = "Tab reaches a checkbox, Space changes it"
    width: ClassVar[str] = "auto"

    def check(self, value: Any) -> None:
        """Say what would do if `value` holds something that is not among the options."""
        if not isinstance(value, tuple):
            self._refuse("be a tuple of values", value)
        for one in value:
            super().check(one)

    def _make(self, **settings: Any) -> Checkboxes:
        return Checkboxes(self.options, **settings)


class Checkboxes(W.HBox):
    """Checkboxes in a row under one label; `value` is the tuple of what is checked.

    Parameters
    ----------
    options : sequence of tuple
        What is shown and what it stands for.
    value : tuple
        What is checked at the start.
    description, tooltip : str
        The label and what it says when pointed at.
    style, layout : mapping
        As other controls take them; of `style` nothing is used.
    """

    value = Tuple()
    tooltip = Unicode()  # not sent to the page: the view of a box breaks on one

    def __init__(
        self,
        options: Sequence[tuple[str, Any]],
        *,
        value: tuple[Any, ...],
        description: str,
        tooltip: str,
        style: Mapping[str, str],
        layout: Mapping[str, str],
    ) -> None:
        self.description = description
        self.tooltip = tooltip
        self._settling = False
        self._boxes = [
            (one, W.Checkbox(description=label, indent=False, layout={"width": "max-content"}))
            for label, one in options
        ]
        caption = W.Label(value=description, tooltip=tooltip)
        parts = [caption, *(box for _, box in self._boxes)]
        super().__init__(parts, layout={**layout, "flex_flow": "row wrap"})
        self.observe(self._show_value, names="value")
        self.value = value
        for _, box in self._boxes:
            box.observe(self._read_boxes, names="value")

    def _show_value(self, change: Mapping[str, Any]) -> None:
        self._settling = True
        for one, box in self._boxes:
            box.value = one in change["new"]
        self._settling = False

    def _read_boxes(self, _: Any) -> None:
        if not self._settling:
            self.value = tuple(one for one, box in self._boxes if box.value)


@dataclass(frozen=True, kw_only=True)
class Slider(Control):
    """A number between two ends; whole if the ends and the step are.

    Parameters
    ----------
    low, high, step : float
        The ends, inclusive, and the distance of one key press.
    """

    low: float
    high: float
    step: float = 1

    keys: ClassVar[str] = "arrow keys move it"
    width: ClassVar[str] = "22em"

    def check(self, value: Any) -> None:
        """Say what would do if `value` is not a number between the ends."""
        if not self._inside(value):
            self._refuse(f"lie in {self.low:g}..{self.high:g}", value)

    def _inside(self, value: Any) -> bool:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return is_number and self.low <= value <= self.high

    @property
    def _whole(self) -> bool:
        return all(isinstance(number, int) for number in (self.low, self.high, self.step))

    def _make(self, **settings: Any) -> W.ValueWidget:
        kind = W.IntSlider if self._whole else W.FloatSlider
        return kind(min=self.low, max=self.high, step=self.step, **settings)


@dataclass(frozen=True, kw_only=True)
class Range(Slider):
    """Two numbers between two ends, the lower one first."""

    def check(self, value: Any) -> None:
        """Say what would do if `value` is not two numbers in order between the ends."""
        pair = isinstance(value, tuple) and len(value) == 2 and all(map(self._inside, value))
        if not pair or value[0] > value[1]:
            self._refuse(f"be two numbers in order within {self.low:g}..{self.high:g}", value)

    def _make(self, **settings: Any) -> W.ValueWidget:
        kind = W.IntRangeSlider if self._whole else W.FloatRangeSlider
        return kind(min=self.low, max=self.high, step=self.step, **settings)


@dataclass(frozen=True, kw_only=True)
class Checkbox(Control):
    """Yes or no."""

    keys: ClassVar[str] = "Space changes it"

    def check(self, value: Any) -> None:
        """Say what would do if `value` is not true or false."""
        if not isinstance(value, bool):
            self._refuse("be True or False", value)

    def _make(self, **settings: Any) -> W.ValueWidget:
        return W.Checkbox(indent=False, **settings)


@dataclass(frozen=True, kw_only=True)
class Typed(Control):
    """A text that is typed, with suggestions; what is not known is refused in the status line.

    Parameters
    ----------
    suggestions : sequence of str
        What the field offers while one types.
    placeholder : str
        What stands in the empty field.
    """

    suggestions: Sequence[str] = ()
    placeholder: str = ""

    keys: ClassVar[str] = "type, and press Enter"
    width: ClassVar[str] = "auto"

    def check(self, value: Any) -> None:
        """Say what would do if `value` is not a text."""
        if not isinstance(value, str):
            self._refuse("be a text", value)

    def _make(self, **settings: Any) -> W.ValueWidget:
        return W.Combobox(
            options=list(self.suggestions),
            placeholder=self.placeholder,
            ensure_option=False,
            continuous_update=False,
            **settings,
        )
