"""Pictures of simulations hold what the frames hold."""

from __future__ import annotations

import pytest

from mentorlab.errors import OptionError
from mentorlab.plots.simulation import closure_curves, group_gains, policy_contrasts
from mentorlab.simulation import PoolGenerator, compare_policies, simulate


@pytest.fixture(scope="module")
def comparison():
    policies = ["random", "mentee_proposing", "optimal"]
    return compare_policies(PoolGenerator(30, 20), policies, n_runs=6, seed=1)


def test_contrasts_stand_at_their_estimates(comparison):
    ax = comparison.plot()
    drawn = [line for line in ax.lines if line.get_label().startswith("_child")]
    points = [line.get_xdata()[0] for line in drawn if line.get_markersize() == 5.5]
    assert points == comparison.contrasts("benefit")["estimate"].tolist()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["mentee proposing", "optimal"]
    assert "less that of random" in ax.get_xlabel()
    other = policy_contrasts(comparison, measure="early_end", baseline="optimal")
    assert "left of the line is better" in other.get_title()


def test_a_policy_has_one_color_in_all_pictures(comparison):
    curves = {line.get_label(): line.get_color() for line in closure_curves(comparison).lines}
    groups = {line.get_label(): line.get_color() for line in group_gains(comparison).lines}
    assert groups["optimal"] == curves["optimal"] != curves["mentee proposing"]


def test_what_is_not_told_apart_is_hollow():
    twins = {"one": "random", "two": "random", "best": "optimal"}
    found = compare_policies(PoolGenerator(30, 20), twins, n_runs=6, seed=1)
    ax = policy_contrasts(found)
    hollow = [
        line.get_ydata()[0]
        for line in ax.lines
        if line.get_color() == "white" and len(line.get_xdata())
    ]
    assert hollow == [0]
    assert "hollow: not told apart" in ax.get_title()


def test_curves_start_at_one_and_are_labelled(comparison):
    ax = closure_curves(comparison)
    assert [line.get_ydata()[0] for line in ax.lines] == [1, 1, 1]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["random", "mentee proposing", "optimal"]
    runs = simulate(PoolGenerator(30, 20), policy="random", n_runs=2, seed=1)
    assert len(runs.plot().lines) == 1


def test_groups_are_named_and_other_measures_refused(comparison):
    ax = group_gains(comparison)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[:2] == ["larger group", "smaller group"]
    assert len(ax.lines) >= 2
    with pytest.raises(OptionError, match="`measure` must be 'benefit' or 'matched'"):
        group_gains(comparison, measure="quality")


def test_one_policy_has_no_contrast():
    alone = compare_policies(PoolGenerator(20, 20), ["random"], n_runs=2, seed=1)
    with pytest.raises(OptionError, match="needs two policies"):
        policy_contrasts(alone)
