"""Parameters carry unit, range and source, and refuse what they can't be."""

from __future__ import annotations

import dataclasses

import pytest

from mentorlab.errors import OptionError
from mentorlab.simulation import Levers, Parameters, PoolGenerator, ProgramModel
from mentorlab.simulation.parameters import Closing
from mentorlab.simulation.world import World

MODEL = ProgramModel()


def test_every_parameter_is_declared():
    table = MODEL.table()
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert (table["low"] < table["high"]).all()
    assert (table[["unit", "source", "meaning"]] != "").all(axis=None)
    assert len(table) == len(MODEL.values())


def test_uncertainties_and_levers_are_told_apart():
    kinds = {
        item.name: {
            known.kind for known in getattr(MODEL.parameters, item.name).declared().values()
        }
        for item in dataclasses.fields(Parameters)
    }
    assert set(map(frozenset, kinds.values())) == {frozenset({"uncertainty"})}
    assert {known.kind for known in Levers.declared().values()} == {"lever"}
    assert len(Levers.table()) == len(Levers.declared())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Levers(planned_weeks=0), "`planned_weeks` .* whole number from 1 to 260 weeks"),
        (lambda: Levers(mentor_training=2), "from 0 to 1 share of full training; got 2"),
        (lambda: Levers(matching_form="score"), "Did you mean 'scored'"),
        (lambda: Levers(closure_procedure=1), "must be True or False; got 1"),
        (lambda: Levers(batch_weeks=1.5), "whole number"),
        (lambda: Levers().replace(checkins=2), "there is no parameter 'checkins'"),
        (lambda: Closing(base_rate=float("nan")), "`base_rate`"),
        (lambda: MODEL.with_values({"closing.base_rte": 1}), "Did you mean 'closing.base_rate'"),
        (lambda: MODEL.with_values({"closing.base_rate": 1}), "from 0 to 0.05 per week; got 1"),
        (lambda: MODEL.value("nothing"), "there is no parameter 'nothing'"),
        (lambda: Parameters(closing=3), "`closing` must be a Closing"),
        (lambda: ProgramModel({}), "`parameters` must be Parameters"),
        (lambda: PoolGenerator(10, 0), "`n_mentors` must be a whole number of 1 or more; got 0"),
    ],
)
def test_what_can_not_be_is_refused(make, words):
    with pytest.raises(OptionError, match=words):
        make()


def test_values_go_round():
    other = ProgramModel().with_values(MODEL.values())
    assert other == MODEL
    assert MODEL.with_values({"phases.survey_week": 7.6}).value("phases.survey_week") == 8


def test_a_pool_is_the_same_whatever_the_policy_and_grows_without_changing():
    def make(n: int) -> World:
        return PoolGenerator(n, 9).world(MODEL, Levers(), seed=3, run=1)

    small, large = make(5), make(8)
    for name in small.pool.mentees.dtype.names:
        assert small.pool.mentees[name].tolist() == large.pool.mentees[name][:5].tolist()
    assert (small.pool.scores == large.pool.scores[:5]).all()
