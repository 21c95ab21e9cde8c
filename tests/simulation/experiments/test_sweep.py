"""Sweeps: every point, the same luck, what holds over all, and what nothing beats."""

import numpy as np
import pandas as pd
import pytest

from mentorlab.errors import EstimationError, OptionError
from mentorlab.simulation import Levers, PoolGenerator, ProgramModel, compare_policies, simulate
from mentorlab.simulation.experiments import (
    Costs,
    Design,
    PartStore,
    cost_table,
    pareto_front,
    sensitivity_indices,
    sweep,
)
from mentorlab.simulation.experiments.sweep import rank_policies

POOL = PoolGenerator(30, 20)
POLICIES = ["random", "mentee_proposing"]
FACTORS = {"checkin_every_weeks": [0, 4], "closing.base_rate": [0.002, 0.01]}


@pytest.fixture(scope="module")
def swept():
    return sweep(Design(POOL, POLICIES, FACTORS), n_runs=6, seed=7)


def test_every_point_has_every_measure(swept):
    frame = swept.to_frame()
    assert len(frame) == 4 * 2 * frame["measure"].nunique()
    assert set(frame["checkin_every_weeks"]) == {0, 4}


def test_a_point_is_what_a_comparison_there_gives(swept):
    model = ProgramModel().with_values({"closing.base_rate": 0.01})
    alone = compare_policies(
        POOL, POLICIES, model=model, levers=Levers(checkin_every_weeks=4), n_runs=6, seed=7
    )
    there = swept.to_frame().query(
        "checkin_every_weeks == 4 and `closing.base_rate` == 0.01 and measure == 'benefit'"
    )
    expected = alone.estimates("benefit")["estimate"]
    assert there["estimate"].to_numpy() == pytest.approx(expected.to_numpy())


def test_contrasts_are_paired(swept):
    frame = swept.contrasts("quality")
    assert frame["policy"].unique().tolist() == ["mentee_proposing"]
    assert (frame["variance_ratio"] > 1).all()


def test_resuming_and_growing_a_design(tmp_path, swept):
    store = PartStore(tmp_path)
    half = {**FACTORS, "checkin_every_weeks": [0]}
    sweep(Design(POOL, POLICIES, half), n_runs=6, seed=7, parts=store)
    assert store.n_parts == 2
    whole = sweep(Design(POOL, POLICIES, FACTORS), n_runs=6, seed=7, parts=store)
    assert store.n_parts == 4
    np.testing.assert_array_equal(whole.values, swept.values)


def test_points_that_are_complete_survive_a_cancel():
    asked = []
    found = sweep(
        Design(POOL, POLICIES, FACTORS),
        n_runs=6,
        seed=7,
        n_workers=1,
        cancelled=lambda: len(asked) > 1 or asked.append(1),
    )
    assert len(found.table) == 2
    assert "2 points of 4 (cancelled)" in found.headline()
    with pytest.raises(EstimationError, match="cancelled before a point was complete"):
        sweep(Design(POOL, POLICIES, FACTORS), n_runs=6, seed=7, cancelled=lambda: True)


def test_a_ranking_that_turns_round_is_undetermined():
    rng = np.random.default_rng(1)
    luck = rng.normal(0, 0.1, (4, 1, 20))
    settled = np.concatenate([luck, luck + 1 + rng.normal(0, 0.01, luck.shape)], axis=1)
    turning = settled.copy()
    turning[0] = turning[0, ::-1]
    first = rank_policies(settled, ("a", "b"), 0.95, turned=False)
    assert first["policy"].tolist() == ["b", "a"]
    assert first["verdict"].tolist() == ["1", "2"]
    second = rank_policies(turning, ("a", "b"), 0.95, turned=False)
    assert second["verdict"].tolist() == ["undetermined"] * 2
    assert second["best"].tolist() == [0.75, 0.25]


def test_less_is_better_where_it_is(swept):
    frame = swept.ranking("early_end", share=0.6)
    assert frame["estimate"].is_monotonic_increasing
    with pytest.raises(OptionError, match="neither more nor less 'load' is better"):
        swept.ranking("load")


def test_models_of_a_calibrated_set_can_be_swept():
    models = [ProgramModel().with_values({"benefit.scale": scale}) for scale in (0.3, 0.6)]
    found = sweep(Design(POOL, POLICIES, kind="models", models=models), n_runs=4, seed=1)
    benefit = found.to_frame().query("measure == 'benefit' and policy == 'random'")["estimate"]
    assert benefit.iloc[1] > benefit.iloc[0]


def test_a_latin_design_fills_its_ranges():
    design = Design(
        POOL,
        POLICIES,
        {"meetings_per_month": (1.0, 4.0), "max_matches": (1, 4)},
        kind="latin",
        n_points=12,
    )
    table = design.table(3)
    assert table["meetings_per_month"].between(1, 4).all()
    assert table["max_matches"].isin([1, 2, 3, 4]).all()
    assert table.equals(design.table(3))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"factors": {"checkins": [1]}}, "no parameter or lever 'checkins'"),
        ({"factors": {"extra_places": [9]}}, "from -5 to 5 mentees per mentor; got 9"),
        ({"factors": {}}, "at least one parameter or lever"),
        ({"factors": {"extra_places": []}}, "must have values"),
        ({"factors": FACTORS, "kind": "cube"}, "'grid', 'latin' or 'models'"),
        ({"factors": {"load.growth": (0.2, 0.1)}, "kind": "latin"}, "low below high"),
        ({"kind": "models"}, "must hold ProgramModels"),
    ],
)
def test_bad_designs_are_refused(options, said):
    with pytest.raises(OptionError, match=said):
        Design(POOL, POLICIES, **options)


def test_pareto_front_against_brute_force():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(rng.integers(0, 4, (40, 2)), columns=["gain", "cost"])
    front = pareto_front(frame, {"gain": "high", "cost": "low"})
    rows = frame.to_numpy()
    naive = [
        not any(g2 >= g and c2 <= c and (g2 > g or c2 < c) for g2, c2 in rows) for g, c in rows
    ]
    assert front.tolist() == naive


def test_pareto_leaves_out_what_is_missing(swept):
    frame = pd.DataFrame({"gain": [1.0, np.nan]})
    assert pareto_front(frame, {"gain": "high"}).tolist() == [True, False]
    found = swept.pareto(["benefit", "load_most"])
    assert found["on_front"].any()
    with pytest.raises(OptionError, match="better way 'high' or 'low'"):
        swept.pareto(["benefit", "load"])


def test_the_factor_that_matters_is_found():
    factors = {"closing.base_rate": (0.002, 0.01), "people.gain_spread": (0.1, 0.9)}
    design = Design(PoolGenerator(60, 40), ["random"], factors, kind="latin")
    found = sensitivity_indices(design, measure="early_end", n_points=32, seed=2).to_frame()
    assert found["factor"].iloc[0] == "closing.base_rate"
    assert found["total"].iloc[0] > 0.8
    assert found["total"].iloc[1] < 0.05


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n_points": 12}, "power of 2; got 12"),
        ({"policy": "best"}, "`policy` must be 'random' or 'mentee_proposing'"),
        ({"measure": "joy"}, "`measure` must be"),
    ],
)
def test_bad_questions_are_refused(options, said):
    factors = {"closing.base_rate": (0.002, 0.01), "load.growth": (0.0, 0.2)}
    with pytest.raises(OptionError, match=said):
        sensitivity_indices(Design(POOL, POLICIES, factors), **({"seed": 1} | options))


def test_what_does_not_vary_depends_on_nothing():
    factors = {"benefit.scale": (0.2, 0.6), "benefit.quality": (0.0, 0.2)}
    with pytest.raises(EstimationError, match="'early_end' is the same at all points"):
        sensitivity_indices(
            Design(POOL, POLICIES, factors), measure="early_end", n_points=2, seed=1
        )


def test_costs_by_hand():
    runs = simulate(POOL, policy="random", n_runs=3, seed=1)
    costs = Costs(money_per_mentor_hour=10.0, money_per_checkin=2.0)
    found = cost_table(runs, costs).to_frame().set_index("measure")["estimate"]
    wide = runs.to_frame().pivot(index="run", columns="measure", values="value") * 30
    started = sum(block.causes.sum() for block in runs.blocks) / 3
    mentor = 1.5 * wide["meetings"].mean() + 20 * 0.5 * 8.0
    staff = 0.5 * wide["checkins"].mean() + 2.0 * started
    assert found["mentor_hours"] == pytest.approx(mentor)
    assert found["staff_hours"] == pytest.approx(staff)
    assert found["money"] == pytest.approx(10 * mentor + 35 * staff + 2 * wide["checkins"].mean())


def test_costs_need_a_comparison():
    with pytest.raises(OptionError, match="compare_policies or simulate; got 'int'"):
        cost_table(3)
