import pandas as pd
import pytest
from toy import ToyPicture

from mentorlab.widgets.view import Static, View


@pytest.fixture
def view():
    frame = pd.DataFrame({"side": ["<mentor>"], "mean": [3.14159]})
    return View(3, frame, (frame,), ("say <this>",), "f(x='<')", "Three <of> ten")


def test_text_and_html_are_rounded_and_escaped(view):
    assert "3.14" in view.to_text()
    assert "3.14159" not in view.to_text()
    assert "&lt;mentor&gt;" in view.to_html()
    assert "<mentor>" not in view.to_html()


def test_static_shows_the_picture_and_then_the_table(view, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.publish_display_data", shown.append)
    Static(view, ToyPicture())._ipython_display_()
    picture, table = shown
    assert picture["text/plain"] == "<picture: Three <of> ten>"
    assert picture["image/png"].startswith("iVBOR")
    assert "text/html" not in picture
    assert "say &lt;this&gt;" in table["text/html"]
    assert table["text/plain"] == view.to_text()


def test_static_says_the_same_each_time(view):
    first, again = Static(view, ToyPicture()), Static(view, ToyPicture())
    assert repr(first) == repr(again)
    assert first._repr_html_() == again._repr_html_()
    assert first._repr_png_() == again._repr_png_()


def test_the_frame_is_yours_to_change(view):
    static = Static(view, ToyPicture())
    mine = static.frame
    mine.loc[0, "mean"] = 0
    assert static.frame.loc[0, "mean"] == 3.14159
