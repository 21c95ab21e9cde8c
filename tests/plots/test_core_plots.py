"""What the pictures hold, not how they look."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab import plots
from mentorlab.errors import OptionError
from mentorlab.plots.elements import side_means


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture(scope="module")
def program():
    return ml.datasets.load_example_program()


@pytest.fixture(scope="module")
def pairs(program):
    scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    return ml.pair_partners(scores, members=program.members)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_reliability_has_a_row_an_element_and_labels_the_roles(program, ax):
    result = ml.reliability(program.responses, codebook=ml.item_bank(), by="role")
    assert result.plot(ax=ax) is ax
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[:2] == ["respect", "reciprocity"]
    assert {"mentor", "mentee"} <= set(texts(ax))
    assert "95% Feldt interval" in ax.get_xlabel()


def test_element_profile_shows_both_sides_means(pairs, ax):
    plots.element_profile(pairs, ax=ax)
    drawn = [line.get_xdata().tolist() for line in ax.lines]
    assert drawn[0] == pytest.approx(side_means(pairs, "mentor")["mean"].tolist())
    assert drawn[1] == pytest.approx(side_means(pairs, "mentee")["mean"].tolist())
    assert texts(ax) == ["mentors", "mentees"]


def test_a_mentor_with_several_mentees_counts_once():
    pairs = pd.DataFrame(
        {
            "mentor_id": ["ann", "ann", "bo"],
            "mentee_id": ["cy", "di", "ed"],
            "element": "trust",
            "mentor": [5.0, 3.0, 2.0],
            "mentee": [1.0, 2.0, 3.0],
        }
    )
    assert side_means(pairs, "mentor")[["mean", "n"]].values.tolist() == [[3.0, 2]]
    assert side_means(pairs, "mentee")[["mean", "n"]].values.tolist() == [[2.0, 3]]


def test_partner_scatter_counts_pairs(pairs, ax):
    plots.partner_scatter(pairs, element="trust", ax=ax)
    both = pairs.query("element == 'trust'").dropna(subset=["mentor", "mentee"])
    sizes = ax.collections[0].get_sizes()
    assert sizes.sum() / 18 == pytest.approx(len(both))


def test_partner_scatter_names_the_elements_there_are(pairs):
    with pytest.raises(OptionError, match=r"no pair has both scores of 'tust'.*'respect'"):
        plots.partner_scatter(pairs, element="tust")


def test_effects_show_estimate_and_interval(ax):
    trial = pd.DataFrame(
        {"arm": ["control"] * 4 + ["mentored"] * 4, "score": [1.0, 2, 3, 4, 3, 4, 5, 6]}
    )
    result = ml.treatment_effect(trial, outcome="score", treatment="arm", estimator="ols")
    result.plot(ax=ax)
    assert ax.lines[-1].get_xdata().tolist() == pytest.approx([2.0])
    assert "difference in score from control (95% interval)" in ax.get_xlabel()


def test_effects_over_time_fill_what_excludes_no_effect(ax):
    frame = pd.DataFrame(
        {
            "month": [1, 2],
            "estimate": [1.0, 5.0],
            "conf_low": [-1.0, 4.0],
            "conf_high": [3.0, 6.0],
        }
    )
    plots.effects_over_time(frame, time="month", label="effect (points)", ax=ax)
    filled, hollow = ax.lines[-2:]
    assert (filled.get_xdata().tolist(), hollow.get_xdata().tolist()) == ([2.0], [1.0])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("month", "effect (points)")


def test_contact_over_time_says_share_and_number(ax):
    frame = pd.DataFrame(
        {"month": [1, 3], "share": [0.8, 0.5], "conf_low": 0.4, "conf_high": 0.9, "n": [10, 1200]}
    )
    plots.contact_over_time(frame, time="month", ax=ax)
    assert texts(ax) == ["80%", "n 10", "50%", "n 1,200"]


@pytest.mark.parametrize("plot", [plots.contact_over_time, plots.effects_over_time])
def test_an_absent_column_is_named(plot):
    with pytest.raises(OptionError, match="has no column"):
        plot(pd.DataFrame({"month": [1]}), time="month")


def test_no_picture_shares_its_name_with_a_module():
    modules = {path.stem for path in Path(plots.__file__).parent.glob("*.py")}
    assert not modules & set(plots.__all__)
