"""Write matplotlib texts onto a finished picture with Pillow, which takes a twentieth of the time.

In matplotlib 3.11 a line of text costs milliseconds, more than all bars and bubbles of a frame
together, since every glyph is laid out and rasterized anew. The font file, size, color and place
are those of the artist; a saved figure has the same text drawn by matplotlib.
"""

from __future__ import annotations

from functools import lru_cache

from matplotlib.artist import Artist
from matplotlib.colors import to_rgb
from matplotlib.font_manager import findfont
from matplotlib.text import Text
from PIL import Image, ImageDraw, ImageFont

_ACROSS = {"left": "l", "center": "m", "right": "r"}
_UP = {"top": "a", "center": "m", "bottom": "d", "baseline": "s"}
_LINE_GAP = 3  # pixels between lines
_FIRST_SHAPED = 0x0590  # Latin, Greek, Cyrillic and Armenian lie below


def can_write(artist: Artist) -> bool:
    """Tell whether `write` gives what matplotlib would: plain level text without a box.

    Scripts that need shaping (Hebrew, Arabic, Devanagari ...) are left to matplotlib, and so are
    several lines on one baseline.
    """
    if type(artist) is not Text:
        return False
    words, up = artist.get_text(), artist.get_verticalalignment()
    return (
        artist.get_rotation() == 0
        and artist.get_alpha() is None
        and artist.get_bbox_patch() is None
        and not (artist.get_parse_math() and "$" in words)
        and max(map(ord, words), default=0) < _FIRST_SHAPED
        and up in _UP
        and not (up == "baseline" and "\n" in words)
    )


def write(image: Image.Image, text: Text) -> None:
    """Write one text onto the picture of its figure.

    Parameters
    ----------
    image : PIL.Image.Image
        The picture, as large as the figure.
    text : matplotlib.text.Text
        What to write; `can_write` holds.
    """
    words = text.get_text()
    if not words or not text.get_visible():
        return
    x, y = text.get_transform().transform(text.get_unitless_position())
    across = text.get_horizontalalignment()
    ImageDraw.Draw(image).text(
        (x, image.height - y),
        words,
        font=_font(findfont(text.get_fontproperties()), text.get_size() * text.figure.dpi / 72),
        fill=tuple(round(255 * part) for part in to_rgb(text.get_color())),
        anchor=_ACROSS[across] + _UP[text.get_verticalalignment()],
        align=across,
        spacing=_LINE_GAP,
    )


@lru_cache(maxsize=32)
def _font(path: str, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)
