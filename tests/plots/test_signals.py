"""Pictures of endings show what the curves say."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import mentorlab as ml
from mentorlab.plots import closure_curve, closure_model
from mentorlab.plots.line_names import row_height, spread_out


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
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert sorted(names) == ["north", "south"]
    assert "problematic ending" in ax.get_ylabel()


def test_groups_that_end_apart_are_named_at_their_ends(program):
    ax = closure_curve(ml.closure_curve(program, by="site"), outcome="friendly ending")
    ends = sorted(line.get_ydata()[-1] for line in ax.lines if len(line.get_ydata()) > 2)
    named_in_list = ax.get_legend() is not None
    assert named_in_list == (ends[1] - ends[0] < row_height(ax))


def test_names_keep_their_distance_and_their_order():
    places = spread_out([0.1, 0.1, 0.1, 0.9], gap=0.1, low=0.0, high=1.0)
    assert (np.diff(places) >= 0.1 - 1e-12).all()
    assert places[-1] == 0.9
    pushed_down = spread_out([0.95, 0.97, 1.0], gap=0.1, low=0.0, high=1.0)
    assert pushed_down == pytest.approx([0.8, 0.9, 1.0])


def test_ratios_are_written_plainly(program):
    ax = ml.closure_model(program, covariates=["site"]).plot()
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert "1" in labels
    assert not any("10^" in label for label in labels)


def test_ratios_without_end_are_arrows_at_the_edge(program):
    result = ml.closure_model(program, covariates=["site", "purpose"])
    frame = result.to_frame()
    ax = closure_model(result)
    low, high = ax.get_xlim()
    assert low > 0.005
    assert high < 200
    arrows = [line for line in ax.lines if line.get_marker() in "<>" and len(line.get_xdata())]
    assert (
        sum(len(line.get_xdata()) for line in arrows)
        == ((frame["ratio"] < 0.01) | (frame["ratio"] > 100)).sum()
    )
