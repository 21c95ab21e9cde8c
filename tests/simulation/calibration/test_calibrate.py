"""History matching finds what meets the targets, and names what clashes."""

import numpy as np
import pytest

from mentorlab.errors import OptionError
from mentorlab.simulation import PoolGenerator, ProgramModel
from mentorlab.simulation.calibration import Setting, Target, calibrate, recover
from mentorlab.simulation.calibration.emulator import fit_emulator
from mentorlab.simulation.calibration.matching import (
    conflicts_of,
    draw_plausible,
    implausibility,
    largest_joint_set,
)

SMALL = Setting(pool=PoolGenerator(150, 100, shortlist=8))
CLOSURE = Target("early_closure", 0.30, 0.38, source="kupersmidt2017", claim="30 to 38 %")
DEEP = Target("deep_similarity", 0.38, 0.59, source="eby2013", claim=".38 to .59")


def target(low, high, moment="effect"):
    return Target(moment, low, high, source="x", claim="y")


@pytest.fixture(scope="module")
def found():
    return calibrate(
        [CLOSURE, DEEP],
        parameters=["closing.base_rate", "pairing.values_weight", "load.growth"],
        setting=SMALL,
        n_points=24,
        n_waves=3,
        n_runs=1,
        seed=4,
    )


def test_members_meet_all_targets(found):
    assert found.n_members > 3
    assert found.given_up == ()
    assert found.members["early_closure"].between(0.30, 0.38).all()
    assert found.members["deep_similarity"].between(0.38, 0.59).all()


def test_later_waves_come_closer(found):
    share = found.points.groupby("wave")["member"].mean()
    assert share[3] > share[1]


def test_what_the_targets_tell_is_told_apart_from_what_they_do_not(found):
    told = found.to_frame().set_index("parameter")["told"]
    assert told["closing.base_rate"]
    assert not told["load.growth"]
    assert "load.growth" in found.summary()


def test_models_of_the_set_carry_its_values(found):
    models = found.models(2)
    first = found.members["closing.base_rate"].iloc[0]
    assert models[0].value("closing.base_rate") == pytest.approx(first)
    with pytest.raises(OptionError, match="were asked for"):
        found.models(10_000)


def test_a_clash_is_named_and_not_hidden():
    many = target(0.6, 1.0, "early_closure")
    effect = target(0.35, 2.0)
    found = calibrate(
        [many, effect],
        parameters=["closing.base_rate", "elements.noise"],
        setting=SMALL,
        n_points=20,
        n_waves=2,
        n_runs=1,
        seed=1,
    )
    assert len(found.given_up) == 1
    assert "given up" in found.summary()
    assert found.n_members > 0


def test_the_same_seed_gives_the_same_set():
    options = {"parameters": ["closing.base_rate"], "setting": SMALL, "n_points": 10}
    first, second = (calibrate([CLOSURE], n_waves=2, n_runs=1, seed=3, **options) for _ in range(2))
    assert first.points.equals(second.points)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n_points": 3}, "`n_points` must be a whole number of 10 or more"),
        ({"parameters": ["closing.rate"]}, "no parameter 'closing.rate'"),
        ({"parameters": "some"}, "'all', 'identified' or dotted names"),
        ({"targets": []}, "at least one Target"),
    ],
)
def test_bad_input_is_refused(options, said):
    with pytest.raises(OptionError, match=said):
        calibrate(**({"targets": [CLOSURE], "seed": 1} | options))


def test_all_parameters_can_vary():
    from mentorlab.simulation.calibration.space import space_of

    space = space_of("all", ProgramModel(), [CLOSURE], who="test")
    assert space.size == len(ProgramModel().table())


def test_the_emulator_finds_a_quadratic_surface():
    rng = np.random.default_rng(1)
    points = rng.random((60, 2))
    values = (1 + 2 * points[:, 0] - 3 * points[:, 1] ** 2 + points[:, 0] * points[:, 1])[:, None]
    found = fit_emulator(points, values)
    assert found.crossed
    assert found.predict(points) == pytest.approx(values, abs=1e-3)
    assert found.error[0] < 1e-3


def test_a_moment_that_no_point_tells_rules_nothing_out():
    found = fit_emulator(np.random.default_rng(1).random((12, 2)), np.full((12, 1), np.nan))
    assert np.isinf(found.error[0])


def test_points_move_into_what_is_left():
    rng = np.random.default_rng(2)
    points = rng.random((80, 2))
    emulator = fit_emulator(points, points[:, :1])
    goal = [target(0.7, 0.8)]
    moved = draw_plausible(points, [emulator], goal, rng, level=0.0)
    inside = (moved[:, 0] > 0.69) & (moved[:, 0] < 0.81)
    assert inside.mean() > 0.95
    assert moved[:, 1].std() > 0.15
    assert moved.min() >= 0
    assert moved.max() <= 1


def test_implausibility_counts_from_the_edge_of_the_range():
    found = implausibility(np.array([[0.5], [1.5], [np.nan]]), np.array([0.25]), [target(0, 1)])
    assert found[:, 0].tolist() == [0.0, 2.0, np.inf]


def test_the_target_in_the_way_is_the_one_given_up():
    met = np.array([[True, True, False], [True, True, False], [False, False, True]])
    kept, given_up = largest_joint_set(met, ["a", "b", "c"])
    assert kept.tolist() == [True, True, False]
    assert given_up == ("c",)
    assert conflicts_of(met, ["a", "b", "c"]) == [("a", "c", 2, 1), ("b", "c", 2, 1)]


def test_one_parameter_is_recovered():
    found = recover(
        {"closing.base_rate": 0.006},
        moments=["early_closure"],
        setting=SMALL,
        n_sets=12,
        n_points=12,
        n_runs=4,
        seed=2,
    )
    assert found.coverage["closing.base_rate"] >= 0.75
    assert found.to_frame()["estimate"].mean() == pytest.approx(0.006, rel=0.2)


@pytest.mark.slow
def test_two_parameters_are_recovered_in_50_data_sets():
    found = recover(
        {"closing.base_rate": 0.0045, "pairing.values_weight": 0.4},
        moments=["early_closure", "deep_similarity"],
        n_sets=50,
        seed=1,
    )
    assert (found.coverage >= 0.90).all()


def test_fewer_moments_than_parameters_are_refused():
    truth = {"closing.base_rate": 0.005, "benefit.scale": 0.5}
    with pytest.raises(OptionError, match="2 parameters need as many `moments`; got 1"):
        recover(truth, moments=["effect"], seed=1)
