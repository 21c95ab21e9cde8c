"""A simulated program written out: what the tables say is what happened, as far as it was seen."""

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import OptionError
from mentorlab.matching import Market
from mentorlab.simulation import PoolGenerator, ProgramModel, simulate
from mentorlab.simulation.observation import Observation, planted, to_program

CLEAR = Observation(
    mentee_returns=1.0,
    mentor_returns=1.0,
    skipped=0.0,
    unlogged=0.0,
    silent_logs=0.0,
    noted_misses=0.0,
    reasons_known=1.0,
)


@pytest.fixture(scope="module")
def runs():
    return simulate(PoolGenerator(80, 60), policy="random", n_runs=2, seed=11)


@pytest.fixture(scope="module")
def program(runs):
    return to_program(runs, n_controls=40)


@pytest.fixture(scope="module")
def clear(runs):
    return to_program(runs, observation=CLEAR), planted(runs, observation=CLEAR)


def test_mentees_who_report_to_their_mentor_are_written_so():
    model = ProgramModel().with_values({"people.reporting_share": 0.2, "people.departments": 2.0})
    runs = simulate(PoolGenerator(80, 50), policy="random", model=model, n_runs=1, seed=3)
    conflicts = planted(runs).query("conflict > 0")
    written = to_program(runs).people.set_index("person_id")["reports_to"].dropna()
    assert len(conflicts) > 0
    assert set(written.index) == set(conflicts["mentee_id"])
    assert set(zip(written.index, written, strict=True)) <= set(
        zip(conflicts["mentee_id"], conflicts["mentor_id"], strict=True)
    )


def test_nothing_looks_wrong(program):
    assert "nothing looks wrong" in repr(program.check())


def test_the_same_replication_is_written_the_same(runs, program):
    again = to_program(runs, n_controls=40)
    for name, frame in program.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name])
    other = to_program(runs, run=1)
    assert not other.relationships.equals(program.relationships)


def test_every_meeting_is_in_a_clear_log(clear):
    program, truth = clear
    held = program.contacts.query("kind == 'meeting' and status == 'held'")
    held = held["relationship_id"].value_counts()
    expected = truth.set_index("relationship_id")["meetings"]
    assert (held.reindex(expected.index).fillna(0) == expected).all()


def test_contacts_lie_within_their_relationship(program):
    frame = program.contacts.merge(program.relationships, on="relationship_id")
    assert (frame["at"] >= frame["started_on"]).all()
    assert ((frame["at"] < frame["ended_on"]) | frame["ended_on"].isna()).all()


def test_clear_reasons_are_the_planted_causes(clear):
    program, truth = clear
    reasons = program.relationships.set_index("relationship_id")["end_reason"]
    known = truth.set_index("relationship_id")["cause"]
    assert (reasons[known == "communication"] == "poor_communication").all()
    assert (reasons[known == "planned_end"] == "planned_end").all()
    assert reasons[known == "ongoing"].isna().all()


def test_answers_follow_what_was_felt(clear):
    program, truth = clear
    scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    last = scores[(scores["element"] == "trust") & (scores["role"] == "mentee")]
    last = last.sort_values("wave").drop_duplicates("relationship_id", keep="last")
    both = last.merge(truth, on="relationship_id")
    assert both["score"].corr(both["trust_mentee_end"]) > 0.6


def test_alpha_lies_where_published_scales_lie(clear):
    program, _ = clear
    book = ml.item_bank()
    alpha = ml.reliability(program.responses, codebook=book).to_frame()["alpha"]
    assert alpha.between(0.65, 0.93).all()


def test_forms_and_answers_are_missing_as_declared(runs):
    seen = Observation(mentee_returns=0.5, mentor_returns=0.0, skipped=0.2)
    program = to_program(runs, observation=seen)
    assert set(program.responses["role"]) == {"mentee"}
    share = program.responses["value"].isna().mean()
    assert share == pytest.approx(0.2, abs=0.03)
    assert (program.responses["missing"].notna() == program.responses["value"].isna()).all()


def test_a_log_that_stops_stays_silent(runs):
    seen = Observation(silent_logs=1.0, unlogged=0.0)
    program, truth = to_program(runs, observation=seen), planted(runs, observation=seen)
    frame = program.contacts.merge(program.relationships, on="relationship_id").merge(
        truth[["relationship_id", "log_stops_week"]], on="relationship_id"
    )
    week = (frame["at"] - frame["started_on"]).dt.days // 7
    assert (week < frame["log_stops_week"]).all()


def test_benefit_stands_between_program_and_controls():
    runs = simulate(
        PoolGenerator(1_500, 1_000, shortlist=8),
        policy="random",
        model=ProgramModel().with_values({"benefit.scale": 2.0}),
        n_runs=1,
        seed=2,
    )
    from mentorlab.simulation.observation import to_program as write

    outcomes = write(
        runs, n_controls=1_500, observation=Observation(mentee_returns=0.0, mentor_returns=0.0)
    ).outcomes
    after = outcomes[outcomes["wave"] == 1].groupby("arm")["value"].mean()
    truth = runs.play(0).benefit.mean()
    assert after["mentored"] - after["control"] == pytest.approx(truth, abs=0.12)


def test_ids_of_a_market_are_kept():
    rng = np.random.default_rng(1)
    market = Market.from_utilities(
        rng.random((6, 4)),
        rng.random((6, 4)),
        capacity=[2] * 4,
        mentee_ids=[f"e{k}" for k in range(6)],
        mentor_ids=[f"r{k}" for k in range(4)],
    )
    program = to_program(simulate(market, policy="random", n_runs=1, seed=1))
    assert set(program.people["person_id"]) == {f"e{k}" for k in range(6)} | {
        f"r{k}" for k in range(4)
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"run": 2}, "whole number from 0 to 1"),
        ({"start": "soon"}, "`start` must be a day"),
        ({"n_controls": 81}, "from 0 to 80"),
        ({"observation": 3}, r"must be Observation\(...\); got 3"),
    ],
)
def test_bad_input_is_refused(runs, options, said):
    with pytest.raises(OptionError, match=said):
        to_program(runs, **options)


def test_what_is_no_simulation_is_refused():
    with pytest.raises(OptionError, match=r"must come from simulate\(...\); got 'list'"):
        to_program([])
