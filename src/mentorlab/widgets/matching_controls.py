"""The control of `matching_lab` alone: several weights in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import ipywidgets as W  # noqa: N812 (its usual short name)
from traitlets import Tuple, Unicode

from .controls import Slider

_DECIMALS = 6  # the page adds steps up, and 1.2500000000000002 is no weight to quote


@dataclass(frozen=True, kw_only=True)
class Weights(Slider):
    """One number for each of several names, each on a slider; the state holds them as a tuple.

    Parameters
    ----------
    names : sequence of str
        What is weighted, in the order of the tuple.
    """

    names: Sequence[str]

    keys: ClassVar[str] = "Tab reaches a slider, arrow keys move it"
    width: ClassVar[str] = "auto"

    def check(self, value: Any) -> None:
        """Say what would do if `value` is not one number between the ends for each name."""
        if not isinstance(value, tuple) or len(value) != len(self.names):
            self._refuse(f"be a tuple of {len(self.names)} numbers", value)
        for one in value:
            super().check(one)

    def _make(self, **settings: Any) -> SliderColumn:
        return SliderColumn(
            self.names, low=self.low, high=self.high, step=self.step, help=self.help, **settings
        )


class SliderColumn(W.VBox):
    """Sliders under one label, each below its name; `value` is the tuple of their numbers.

    Parameters
    ----------
    names : sequence of str
        What stands above each slider.
    low, high, step : float
        The ends, inclusive, and the distance of one key press.
    help : str
        What a number means, for the sliders' tooltips.
    value : tuple of float
        Where the sliders stand at the start.
    description, tooltip : str
        The label and what it says when pointed at.
    style, layout : mapping
        As other controls take them; of `style` nothing is used.
    """

    value = Tuple()
    tooltip = Unicode()  # not sent to the page: the view of a box breaks on one

    def __init__(
        self,
        names: Sequence[str],
        *,
        low: float,
        high: float,
        step: float,
        help: str,
        value: tuple[float, ...],
        description: str,
        tooltip: str,
        style: Mapping[str, str],
        layout: Mapping[str, str],
    ) -> None:
        self.description = description
        self.tooltip = tooltip
        self._settling = False
        self.sliders = [
            W.FloatSlider(
                min=low,
                max=high,
                step=step,
                description=name,
                tooltip=f"{help}: {name} (arrow keys move it)",
                readout_format=".2f",
                style={"description_width": "initial"},
                layout={"width": "auto", "height": "auto", "flex_flow": "row wrap"},
            )
            for name in names
        ]
        caption = W.Label(value=description, tooltip=tooltip)
        super().__init__([caption, *self.sliders], layout=dict(layout))
        self.observe(self._show_value, names="value")
        self.value = value
        for slider in self.sliders:
            slider.observe(self._read_sliders, names="value")

    def _show_value(self, change: Mapping[str, Any]) -> None:
        self._settling = True
        for slider, number in zip(self.sliders, change["new"], strict=True):
            slider.value = number
        self._settling = False

    def _read_sliders(self, _: Any) -> None:
        if not self._settling:
            self.value = tuple(round(slider.value, _DECIMALS) for slider in self.sliders)
