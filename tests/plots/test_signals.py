"""Pictures of endings show what the curves say."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest

import mentorlab as ml
from mentorlab.plots import closure_curve


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def program():
    return ml.datasets.load_example_program()


def test_every_outcome_is_drawn_and_named(program):
    result = ml.closure_curve(program)
    ax = result.plot()
    frame = result.to_frame()
    drawn = {line.get_ydata()[-1] for line in ax.lines if len(line.get_ydata()) > 2}
    last = set(frame.groupby("outcome")["estimate"].last())
    assert {round(value, 6) for value in drawn} == {round(value, 6) for value in last}
    assert {text.get_text() for text in ax.texts} == set(frame["outcome"])


def test_groups_share_one_outcome(program):
    ax = closure_curve(ml.closure_curve(program, by="site"), outcome="problematic ending")
    assert {text.get_text() for text in ax.texts} == {"north", "south"}
    assert "problematic ending" in ax.get_ylabel()
