"""Pictures that are made once and follow the answers: no pyplot, no layout per frame."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, ClassVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from .lettering import can_write, write


class Picture:
    """A figure whose artists are made once and moved for every answer.

    A subclass makes axes and artists in `build` and moves them in `update`. Two things make it
    fast. The layout engine runs once, so `build` must put text of the greatest size it will ever
    show where the layout depends on it. And the artists that `build` returns are drawn over a kept
    background: axes, ticks and labels are drawn again only when one of them was changed, so
    `update` should not set what is already so (see `change`). Moving texts lie above all else.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        The figure, on an Agg canvas of its own.
    """

    size: ClassVar[tuple[float, float]] = (8.4, 3.8)
    dpi: ClassVar[int] = 96

    def __init__(self) -> None:
        self.figure = Figure(figsize=self.size, dpi=self.dpi, layout="constrained")
        self._canvas = FigureCanvasAgg(self.figure)
        self._moving = tuple(self.build())
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")
        for artist in self._moving:
            artist.set_animated(True)
        self._background: Any = None
        self.n_backgrounds = 0

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture."""
        width, height = self._canvas.get_width_height()
        return width, height

    def build(self) -> Sequence[Artist]:
        """Make axes and artists; give those of the axes that move, in the order to draw them."""
        raise NotImplementedError

    def update(self, answer: Any) -> None:
        """Move the artists to show an answer."""
        raise NotImplementedError

    def png(self) -> bytes:
        """Draw; the lightest compression, since the picture only travels to the page."""
        if self._background is None or self.figure.stale:
            self._canvas.draw()  # leaves animated artists out, and nothing else stale
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
            self.n_backgrounds += 1
        else:
            self._canvas.restore_region(self._background)
        moving = [artist for artist in self._moving if artist.axes.get_visible()]
        texts = [artist for artist in moving if can_write(artist)]
        for artist in moving:
            if artist not in texts:
                artist.draw(self._canvas.get_renderer())
        image = Image.frombuffer("RGBA", self.pixels, self._canvas.buffer_rgba()).convert("RGB")
        for text in texts:
            write(image, text)
        file = BytesIO()
        image.save(file, "png", compress_level=1)
        return file.getvalue()


def change(artist: Artist, **wanted: Any) -> None:
    """Set properties of an artist that differ from what is wanted.

    Setting a property to what it is already would still cost a new background.

    Examples
    --------
    >>> axes = Figure().add_subplot()
    >>> change(axes, xlabel="weeks", xlim=(0, 10))
    >>> axes.get_xlim()
    (np.float64(0.0), np.float64(10.0))
    """
    new = {
        name: value
        for name, value in wanted.items()
        if not np.array_equal(getattr(artist, f"get_{name}")(), value)
    }
    if new:
        artist.set(**new)
