"""Cases in which the answer is known without a simulation."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.simulation import Levers, PoolGenerator, ProgramModel, compare_policies, simulate
from mentorlab.simulation.play import play

NO_HAZARD = {"closing.base_rate": 0.0, "closing.mentee_exit": 0.0, "closing.mentor_exit": 0.0}
CONSTANT = {
    "closing.base_rate": 0.02,
    "closing.sensitivity": 0.0,
    "closing.gap": 0.0,
    "closing.closeness": 0.0,
    "closing.reporting": 0.0,
    "closing.inexperience": 0.0,
    "closing.mentor_exit": 0.0,
    "closing.mentee_exit": 0.0,
    "phases.initiation_hazard": 1.0,
    "phases.separation_hazard": 1.0,
}


def test_without_hazards_all_reach_the_planned_end():
    model = ProgramModel().with_values(NO_HAZARD)
    runs = simulate(PoolGenerator(80, 60), policy="random", model=model, n_runs=3, seed=4)
    found = runs.relationships(1)
    assert (found["cause"] == "planned_end").all()
    assert (found["end_week"] - found["start_week"] == 52).all()
    assert runs.closure_curve()["survival"].min() == 1


@pytest.mark.parametrize("later", ["best_available", "policy", "none"])
def test_without_terms_of_the_pair_policies_tie_exactly(later):
    found = compare_policies(
        PoolGenerator(40, 40, places=1),
        ["random", "mentee_proposing", "optimal"],
        model=ProgramModel().without_pairing(),
        levers=Levers(later_rounds=later, max_matches=1),
        n_runs=4,
        seed=9,
    )
    first, *rest = found.values
    for other in rest:
        np.testing.assert_allclose(other, first, atol=1e-12)
    assert set(found.ranking()["verdict"]) == {"undetermined"}


def test_a_constant_hazard_gives_exponential_survival():
    model = ProgramModel().with_values(CONSTANT)
    n = 20_000
    world = PoolGenerator(n, n, shortlist=1).world(model, Levers(), seed=2, run=0)
    played = play(world, np.arange(n), model, Levers(max_matches=1), seed=2, run=0)
    rows = played.relationships
    for week in (1, 10, 26, 51):
        lasted = ((rows["end"] - rows["start"]) > week).mean()
        expected = np.exp(-0.02 * week)
        ended = ((rows["end"] - rows["start"]) <= week) & (rows["cause"] != 8)
        error = np.sqrt(expected * (1 - expected) / n)
        assert abs((1 - ended.mean()) - expected) < 4 * error
        assert lasted <= 1


def test_more_of_a_good_lever_is_never_worse_for_one_and_the_same_luck():
    quiet = ProgramModel().with_values(NO_HAZARD)
    benefits = []
    for training in (0.0, 0.5, 1.0):
        levers = Levers(mentor_training=training, mentee_training=training)
        world = PoolGenerator(60, 60).world(quiet, levers, seed=3, run=0)
        benefits.append(play(world, np.arange(60), quiet, levers, seed=3, run=0).benefit)
    assert (np.diff([b.mean() for b in benefits]) > 0).all()


def test_the_default_model_is_near_the_published_moments():
    """A rough guard; the table of checks is the judge."""
    model, levers = ProgramModel(), Levers()
    n, m = 4_000, 3_200
    world = PoolGenerator(n, m, shortlist=5).world(model, levers, seed=8, run=0)
    played = play(world, np.arange(n) % m, model, levers, seed=8, run=0)
    rows = played.relationships[:: levers.max_matches]
    unplanned = (rows["cause"] > 0) & (rows["cause"] < 8)
    assert 0.28 < unplanned.mean() < 0.40
    assert 0.14 < played.benefit.mean() < 0.26
    quality = played.final[:: levers.max_matches, 1].mean(axis=1)
    assert 0.36 < np.corrcoef(rows["compatibility"], quality)[0, 1] < 0.60
    assert 0.55 < (rows["started_by"][unplanned] == 1).mean() < 0.73
