import io

import numpy as np
import pytest
from PIL import Image

from mentorlab.widgets.lettering import can_write
from mentorlab.widgets.picture import Picture

# Across they agree to the pixel; lines lie 0 to 3 pixels apart, since matplotlib aligns the ink of
# the words and Pillow the height of the font.
TOLERANCE = np.array([0, 3, 0, 3])


class Words(Picture):
    """One text on empty axes."""

    size = (4, 2)
    style = {}  # noqa: RUF012 (set by each test)

    def build(self):
        axes = self.figure.add_subplot()
        axes.axis("off")
        place = {"transform": axes.transAxes, "parse_math": False}
        self.text = axes.text(0.5, 0.5, "", **{**place, **self.style})
        return [self.text]

    def update(self, answer):
        self.text.set_text(answer)


def ink(png):
    """Left, top, right and bottom of what is not white."""
    dark = np.asarray(Image.open(io.BytesIO(png)).convert("L")) < 200
    rows, columns = dark.any(axis=1).nonzero()[0], dark.any(axis=0).nonzero()[0]
    return np.array([columns[0], rows[0], columns[-1], rows[-1]])


def drawn_by_matplotlib(picture):
    file = io.BytesIO()
    picture.figure.savefig(file, dpi=picture.dpi)
    return file.getvalue()


@pytest.mark.parametrize("words", ["mean 3.14", "mentors, 73 scores\nmean 4.06"])
@pytest.mark.parametrize("ha", ["left", "center", "right"])
@pytest.mark.parametrize("va", ["top", "center", "bottom", "baseline"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_words_stand_where_matplotlib_puts_them(words, ha, va, weight):
    picture = type("Styled", (Words,), {"style": {"ha": ha, "va": va, "weight": weight}})()
    picture.update(words)
    assert (np.abs(ink(picture.png()) - ink(drawn_by_matplotlib(picture))) <= TOLERANCE).all()


def test_the_color_is_the_artists():
    picture = type("Red", (Words,), {"style": {"color": "#ff0000", "size": 40}})()
    picture.update("I")
    pixels = np.asarray(Image.open(io.BytesIO(picture.png())))
    assert [255, 0, 0] in pixels.reshape(-1, 3).tolist()


def test_hidden_words_are_not_written():
    picture = Words()
    picture.update("here")
    picture.text.set_visible(False)
    assert np.asarray(Image.open(io.BytesIO(picture.png()))).min() == 255


@pytest.mark.parametrize(
    "style",
    [{"rotation": 90}, {"alpha": 0.5}, {"bbox": {"facecolor": "white"}}, {"va": "center_baseline"}],
)
def test_what_pillow_would_get_wrong_is_left_to_matplotlib(style):
    picture = type("Odd", (Words,), {"style": style})()
    picture.update("words")
    assert not can_write(picture.text)
    saved = ink(drawn_by_matplotlib(picture))
    assert np.abs(ink(picture.png()) - saved).max() <= 1


def test_formulas_are_left_to_matplotlib():
    picture = Words()
    picture.text.set_parse_math(True)
    picture.update("$x^2$")
    assert not can_write(picture.text)


@pytest.mark.parametrize("words", ["אמון", "first\nsecond"])
def test_words_that_need_shaping_or_stacking_are_left_to_matplotlib(words):
    picture = type("Base", (Words,), {"style": {"va": "baseline"}})()
    picture.update(words)
    assert not can_write(picture.text)
