"""Moments are what a study would compute."""

import numpy as np
import pytest

from mentorlab.simulation import Levers, PoolGenerator, ProgramModel
from mentorlab.simulation.calibration import Setting, list_moments
from mentorlab.simulation.calibration.moments import MOMENTS, Seen, area_under_curve
from mentorlab.simulation.calibration.setting import moments_of
from mentorlab.simulation.observation import Observation

SMALL = Setting(pool=PoolGenerator(150, 100, shortlist=8))


@pytest.fixture(scope="module")
def seen():
    model = ProgramModel()
    world, played = SMALL.play(model, seed=3, run=0)
    return Seen(world, played, SMALL.levers, Observation(), np.random.default_rng(1))


def test_early_closure_by_hand(seen):
    rows = seen.played.relationships
    began = rows["mentor"] >= 0
    due = rows["start"] + 52 <= 104
    unplanned = (rows["cause"] != 0) & (rows["cause"] != 8)
    assert MOMENTS["early_closure"](seen) == (unplanned & began & due).sum() / (began & due).sum()


def test_effect_is_the_mean_benefit(seen):
    assert MOMENTS["effect"](seen) == seen.played.benefit.mean()


def test_area_under_the_curve_counts_pairs():
    score, event = np.array([1.0, 2.0, 2.0, 3.0]), np.array([False, True, False, True])
    pairs = [(s > t) + 0.5 * (s == t) for s in score[event] for t in score[~event]]
    assert area_under_curve(score, event) == np.mean(pairs)


def test_area_is_unknown_without_events():
    assert np.isnan(area_under_curve(np.arange(3.0), np.zeros(3, bool)))


# program_predictors plays forty programs; the checks do
@pytest.mark.parametrize("name", [n for n in list_moments() if n != "program_predictors"])
def test_a_moment_is_the_same_alone_and_with_others(name):
    other = "early_closure" if name != "early_closure" else "effect"
    alone = moments_of(ProgramModel(), [name], setting=SMALL, seed=2, n_runs=1)
    both = moments_of(ProgramModel(), [other, name], setting=SMALL, seed=2, n_runs=1)
    assert alone[0, 0] == both[0, 1]


def test_without_hazards_nobody_ends_early():
    calm = ProgramModel().with_values(
        {"closing.base_rate": 0.0, "closing.mentee_exit": 0.0, "closing.mentor_exit": 0.0}
    )
    found = moments_of(
        calm, ["early_closure", "mentors_start", "survey_screen"], setting=SMALL, seed=1, n_runs=1
    )
    assert found[0, 0] == 0.0
    assert np.isnan(found[0, 1:]).all()


def test_nobody_matched_gives_no_number():
    alone = Setting(pool=PoolGenerator(20, 1, places=1), levers=Levers(later_rounds="none"))
    found = moments_of(
        ProgramModel(), ["deep_similarity", "rematched"], setting=alone, seed=1, n_runs=1
    )
    assert np.isnan(found).all()
