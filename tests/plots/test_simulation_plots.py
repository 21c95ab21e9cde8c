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
    drawn = next(line for line in ax.lines if line.get_marker() == "o")
    assert drawn.get_xdata().tolist() == comparison.contrasts("benefit")["estimate"].tolist()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["mentee proposing", "optimal"]
    assert "less that of random" in ax.get_xlabel()
    other = policy_contrasts(comparison, measure="early_end", baseline="optimal")
    assert "left of the line is better" in other.get_title()


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
