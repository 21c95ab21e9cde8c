"""The picture of missing answers shows the numbers of the report."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

import mentorlab as ml
from mentorlab.errors import OptionError
from mentorlab.missing_data import missingness
from mentorlab.plots.missing_data import BACK, answer_shares

mpl.use("Agg")


@pytest.fixture(scope="module")
def result():
    return missingness(ml.datasets.load_example_program())


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure(figsize=(6.4, 4), layout="constrained").subplots()


def test_shares_of_a_bar_add_up_to_what_was_due(result):
    shares = answer_shares(result)

    parts = shares.drop(columns=["wave", "role", "due", "returned"])
    np.testing.assert_allclose(parts.sum(axis=1), 1)
    np.testing.assert_allclose(shares[BACK], 1 - shares["returned"] / shares["due"])


def test_bars_are_as_long_as_the_shares(result, ax):
    shares = answer_shares(result)

    drawn = result.plot(ax=ax)

    assert drawn is ax
    widths = [[bar.get_width() for bar in bars] for bars in ax.containers]
    kinds = ["answered", "not_shown", "not_applicable", "unanswered", "unknown", BACK]
    np.testing.assert_allclose(widths, shares[kinds].T)


def test_every_kind_that_occurs_is_named_once(result, ax):
    result.plot(ax=ax)

    texts = [text.get_text() for text in ax.texts]
    for name in ("not shown", "not applicable", "unanswered", BACK):
        assert texts.count(name) == 1
    assert "no reason given" not in texts
    assert sum("answered" in text and "%" in text for text in texts) == 1


def test_bars_are_named_and_counted(result, ax):
    result.plot(ax=ax)

    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[:2] == ["wave 1, mentees", "wave 1, mentors"]
    forms = result.forms.iloc[0]
    texts = [text.get_text() for text in ax.texts]
    assert f"{forms['returned']} of {forms['due']} forms" in texts


def test_names_above_a_bar_do_not_overlap(result, ax):
    result.plot(ax=ax)
    ax.figure.canvas.draw()

    boxes = [text.get_window_extent() for text in ax.texts]
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[i + 1 :]), ax.texts[i]


def test_counts_by_other_columns_have_no_picture(ax):
    result = missingness(ml.datasets.load_example_program(), by="item")

    with pytest.raises(OptionError, match="needs counts by wave and role; got by="):
        result.plot(ax=ax)
