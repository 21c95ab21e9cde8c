"""Pictures of sweeps, indices and checks hold what the frames hold."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import OptionError
from mentorlab.plots import simulation_sweeps
from mentorlab.plots.simulation_checks import (
    calibrated_ranges,
    check_table,
    policy_costs,
    recovered_parameters,
)
from mentorlab.plots.simulation_sweeps import sweep_front, sweep_levels
from mentorlab.simulation import PoolGenerator, ProgramModel, compare_policies
from mentorlab.simulation.calibration import Setting, Target, calibrate, checks, recover
from mentorlab.simulation.calibration.targets import EXTERNAL_CHECKS
from mentorlab.simulation.experiments import Design, cost_table, sensitivity_indices, sweep

POOL = PoolGenerator(30, 20)
POLICIES = ["random", "mentee_proposing"]


def points_of(ax):
    return [line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata())]


def tick_words(labels):
    return [label.get_text() for label in labels]


@pytest.fixture(scope="module")
def levels():
    factors = {"checkin_every_weeks": [0, 4, 1], "extra_places": [0, 1]}
    return sweep(Design(POOL, POLICIES, factors), n_runs=6, seed=1)


def test_levels_stand_at_their_means_over_the_other_factor(levels):
    ax = sweep_levels(levels, measure="early_end")
    frame = levels.to_frame().query("measure == 'early_end' and policy == 'random'")
    means = frame.groupby("checkin_every_weeks", sort=False)["estimate"].mean()
    np.testing.assert_allclose(points_of(ax)[0].get_ydata(), means)
    assert tick_words(ax.get_xticklabels()) == ["0", "4", "1"]
    assert "check-ins" in ax.get_xlabel()
    assert ax.get_ylabel() == "share"


def test_changes_start_at_nothing_and_are_sharper_than_levels(levels):
    ax = sweep_levels(levels, measure="early_end", change=True)
    assert points_of(ax)[0].get_ydata()[0] == 0
    assert "less that at 0" in ax.get_title()
    other = sweep_levels(levels, factor="extra_places")
    assert tick_words(other.get_xticklabels()) == ["0", "1"]


def test_the_front_is_the_one_of_the_frame(levels):
    ax = sweep_front(levels, measures=["load_most", "benefit"])
    table = levels.pareto(["load_most", "benefit"])
    front = table[table["on_front"]].sort_values(["load_most", "benefit"])
    assert ax.lines[0].get_xdata().tolist() == front["load_most"].tolist()
    drawn = sum(len(line.get_xdata()) for line in points_of(ax))
    assert drawn == len(table) + len(front)
    named = [text.get_text() for text in ax.texts]
    assert len(named) == len(front)
    assert all("checkin every weeks" in words for words in named)


def test_over_models_every_model_has_an_interval_and_the_place_is_told():
    models = [ProgramModel().with_values({"pairing.values_weight": w}) for w in (0.3, 0.5, 0.7)]
    found = sweep(Design(POOL, POLICIES, kind="models", models=models), n_runs=6, seed=1)
    ax = sweep_levels(found)
    assert len(points_of(ax)[0].get_xdata()) == 3
    assert tick_words(ax.get_yticklabels()) == ["mentee proposing\nplace 1"]
    alone = sweep(Design(POOL, ["random"], kind="models", models=models[:1]), n_runs=2, seed=1)
    with pytest.raises(OptionError, match="needs two policies"):
        sweep_levels(alone)


def test_indices_stand_at_their_values():
    factors = {"closing.base_rate": (0.002, 0.01), "load.growth": (0.0, 0.2)}
    design = Design(POOL, ["random"], factors, kind="latin")
    found = sensitivity_indices(design, measure="early_end", n_points=8, seed=1)
    ax = simulation_sweeps.sensitivity_indices(found)
    total, alone = points_of(ax)
    assert total.get_xdata().tolist() == found.rows["total"].tolist()
    assert alone.get_xdata().tolist() == found.rows["first_order"].tolist()
    assert tick_words(ax.get_yticklabels()) == ["closing.base rate", "load.growth"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"factor": "batch_weeks"}, "`factor` must be 'checkin_every_weeks' or 'extra_places'"),
        ({"measure": "benefits"}, "Did you mean 'benefit'"),
    ],
)
def test_what_was_not_swept_is_refused(levels, options, said):
    with pytest.raises(OptionError, match=said):
        sweep_levels(levels, **options)


def test_one_replication_and_a_hypercube_have_no_levels(levels):
    one = sweep(Design(POOL, ["random"], {"extra_places": [0, 1]}), n_runs=1, seed=1)
    with pytest.raises(OptionError, match="2 replications or more"):
        sweep_levels(one)
    design = Design(POOL, ["random"], {"mentor_training": (0.0, 1.0)}, kind="latin", n_points=4)
    with pytest.raises(OptionError, match="a level of its own"):
        sweep_levels(sweep(design, n_runs=2, seed=1))
    with pytest.raises(OptionError, match="`measures` must be two"):
        sweep_front(levels, measures=["benefit"])


def test_checks_have_their_range_and_estimate():
    wanted = [t for t in EXTERNAL_CHECKS if t.moment in ("early_closure", "deep_similarity")]
    found = checks(targets=wanted, setting=Setting(pool=PoolGenerator(100, 70)), n_runs=3)
    ax = check_table(found)
    assert ax.collections[-1].get_offsets()[:, 0].tolist() == found.rows["estimate"].tolist()
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    np.testing.assert_allclose(spans, found.rows[["low", "high"]])


def test_costs_of_each_policy_and_other_measures_refused():
    table = cost_table(compare_policies(POOL, POLICIES, n_runs=4, seed=1))
    ax = policy_costs(table, measure="staff_hours")
    rows = table.rows[table.rows["measure"] == "staff_hours"]
    assert ax.collections[-1].get_offsets()[:, 0].tolist() == rows["estimate"].tolist()
    assert ax.get_xlabel() == "staff hours (hours)"
    with pytest.raises(OptionError, match=r"`measure` must be .*got 'hours'"):
        policy_costs(table, measure="hours")


def test_what_is_left_of_ranges_and_what_was_recovered():
    target = Target("early_closure", 0.2, 0.5, source="kupersmidt2017", claim="wide")
    small = Setting(pool=PoolGenerator(60, 40))
    found = calibrate(
        [target],
        parameters=["closing.base_rate", "load.growth"],
        setting=small,
        n_points=12,
        n_waves=1,
        n_runs=1,
        seed=1,
    )
    ax = calibrated_ranges(found)
    assert f"{found.n_members} models" in ax.get_title()
    assert tick_words(ax.get_yticklabels()) == ["closing.base rate", "load.growth"]
    again = recover(
        {"closing.base_rate": 0.004},
        moments=["early_closure"],
        setting=small,
        n_sets=5,
        n_points=12,
        n_runs=2,
        seed=1,
    )
    drawn = recovered_parameters(again).collections[-1].get_offsets()
    assert len(drawn) == 5
    assert np.all(np.diff(drawn[:, 0]) >= 0)
