import io

import numpy as np
import pytest
from PIL import Image
from toy import ToyPicture

from mentorlab.widgets.picture import Picture, change


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_the_picture_has_the_size_it_says():
    picture = ToyPicture()
    assert pixels(picture.png()).shape == (*picture.pixels[::-1], 3)


def test_moving_an_artist_keeps_the_background():
    picture = ToyPicture()
    first = picture.png()
    picture.update(5)
    assert picture.png() != first
    assert picture.n_backgrounds == 1


def test_changing_the_axes_makes_a_new_background():
    picture = ToyPicture()
    picture.png()
    picture.figure.axes[0].set_xlim(0, 20)
    picture.png()
    assert picture.n_backgrounds == 2


def test_a_kept_background_gives_the_same_pixels_as_a_new_one():
    kept, fresh = ToyPicture(), ToyPicture()
    for number in (2, 7, 5):
        kept.update(number)
        kept.png()
    fresh.update(5)
    assert np.array_equal(pixels(kept.png()), pixels(fresh.png()))


def test_the_layout_runs_once():
    picture = ToyPicture()
    place = picture.figure.axes[0].get_position().bounds
    picture.figure.axes[0].set_ylabel("a label\nof two lines")
    picture.png()
    assert picture.figure.axes[0].get_position().bounds == place


def test_a_saved_figure_shows_the_moving_artists(tmp_path):
    picture = ToyPicture()
    picture.update(5)
    saved = tmp_path / "saved.png"
    picture.figure.savefig(saved, dpi=picture.dpi)
    difference = np.abs(pixels(saved.read_bytes()).astype(int) - pixels(picture.png()))
    assert difference.max() <= 2


def test_what_is_so_already_is_not_set_again():
    picture = ToyPicture()
    picture.png()
    axes = picture.figure.axes[0]
    change(axes, xlim=axes.get_xlim(), visible=True)
    assert not picture.figure.stale
    change(axes, xlim=(0, 3))
    assert picture.figure.stale
    assert axes.get_xlim() == (0, 3)


def test_a_picture_must_be_built():
    with pytest.raises(NotImplementedError):
        Picture()
