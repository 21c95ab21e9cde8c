from dataclasses import replace

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import OptionError
from mentorlab.simulation import Levers, PoolGenerator, ProgramModel
from mentorlab.widgets import policy_simulator

POOL = PoolGenerator(30, 20)
POLICIES = ["random", "mentee_proposing", "optimal"]
SECONDS = 60


@pytest.fixture
def simulator():
    made = policy_simulator(POOL, policies=POLICIES, n_runs=12)
    yield made
    made.cancel()
    assert made._worker.wait(SECONDS)
    made.close()


@pytest.fixture(scope="module")
def moved():
    """One simulator whose state each test sets."""
    made = policy_simulator(POOL, policies=POLICIES, n_runs=4)
    made.wait(SECONDS)
    yield made, made.state
    made.close()


def settle(simulator):
    assert simulator.wait(SECONDS)
    return simulator


def again(simulator, **names):
    return eval(simulator.code, {"ml": ml, **names})


def test_the_first_answer_is_a_first_round_and_the_rest_follows(simulator):
    assert simulator.status == "ready 1: 8 of 12 replications; more are coming"
    assert simulator.result.answer.n_runs == 8
    assert simulator.code.endswith("n_runs=8)")
    settle(simulator)
    assert simulator.status == "ready 2"
    assert simulator.result.answer.n_runs == 12
    assert "8 of 12" not in repr(simulator)


def test_showing_it_starts_the_rest_but_the_stored_output_is_the_first_round(simulator):
    bundle = simulator._repr_mimebundle_()
    assert bundle["text/plain"].startswith("8 of 12 simulated programs of 52 planned weeks: best")
    assert simulator._worker.wait(SECONDS)
    assert simulator.result.answer.n_runs == 12


def test_every_control_has_a_label_and_says_its_keys(simulator):
    assert {name: control.description for name, control in simulator.controls.items()} == {
        "policies": "Policies",
        "measure": "Look at",
        "kind": "Kind of program",
        "size": "Mentees",
        "checkins_first_month": "Check-ins, month 1",
        "checkin_every_weeks": "Then every",
        "mentor_training": "Mentor training",
        "mentee_training": "Mentee training",
        "closure_procedure": "Closure procedure",
        "meetings_per_month": "Meetings a month",
        "planned_weeks": "Planned weeks",
        "extra_places": "Places more",
        "group_size": "Meet together",
        "matching_form": "Who judges fit",
        "n_runs": "Replications",
    }
    words = ("key", "Space")
    assert all(any(w in c.tooltip for w in words) for c in simulator.controls.values())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"policies": ("random", "optimal")}, "policies=['random', 'optimal']"),
        ({"measure": "early_end"}, "measure='early_end'"),
        ({"kind": "school"}, "kind='school', levers={'planned_weeks': 52}"),
        ({"size": 60}, "PoolGenerator(n_mentees=60, n_mentors=40, places=2)"),
        ({"checkin_every_weeks": 0}, "levers={'checkin_every_weeks': 0}"),
        ({"mentor_training": 1.0}, "levers={'mentor_training': 1.0}"),
        ({"planned_weeks": 26}, "levers={'planned_weeks': 26}"),
        ({"extra_places": 1, "closure_procedure": True}, "'closure_procedure': True}"),
        ({"matching_form": "choice"}, "levers={'matching_form': 'choice'}"),
        ({"n_runs": 50}, "n_runs=50)"),
    ],
)
def test_the_line_of_code_gives_the_frame_again(moved, change, words):
    simulator, start = moved
    simulator.state = replace(start, **change)
    settle(simulator)
    assert words in simulator.code
    view = again(simulator)
    pd.testing.assert_frame_equal(view.to_frame(), simulator.frame)
    assert view.notes() == simulator.result.notes


def test_the_line_of_code_names_what_was_given():
    program = ml.datasets.load_example_program()
    policies = {"lottery": "random", "best": "optimal", "fair": "maximin"}
    made = policy_simulator(
        program.applicants,
        policies=policies,
        preferences=program.preferences,
        levers=Levers(horizon_weeks=60, batch_weeks=8),
        by="site",
        n_runs=8,
        seed=3,
    )
    made.controls["policies"].value = ("lottery", "fair")
    settle(made)
    assert made.code == (
        "ml.widgets.simulator_view(applicants, policies={name: policies[name] for name in "
        "['lottery', 'fair']}, levers={'horizon_weeks': 60, 'batch_weeks': 8}, n_runs=8, "
        "preferences=preferences, by=['site'], seed=3)"
    )
    names = {"applicants": program.applicants, "preferences": program.preferences}
    view = again(made, policies=policies, **names)
    pd.testing.assert_frame_equal(view.to_frame(), made.frame)
    assert "size" not in made.controls
    made.close()


def test_functions_without_names_are_taken_from_what_was_given():
    policies = ["random", ml.matching.as_policy(lambda market, rng: rng.permutation(20), name="x")]
    made = policy_simulator(PoolGenerator(20, 20), policies=[*policies, "optimal"], n_runs=4)
    made.controls["policies"].value = ("random", "x")
    assert "policies=[policies[k] for k in [0, 1]]" in settle(made).code
    made.close()


def test_a_model_of_your_own_has_no_kinds():
    made = policy_simulator(POOL, policies=POLICIES, model=ProgramModel(name="ours"), n_runs=4)
    assert "kind" not in made.controls
    assert "model=model" in made.code
    assert "ours: a model of your own" in made._banner.value
    made.close()


def test_the_banner_follows_the_kind(simulator):
    assert "community-based youth programs" in simulator._banner.value
    simulator.controls["kind"].value = "workplace"
    settle(simulator)
    assert "from a review that covers workplaces" in simulator._banner.value


def test_another_measure_needs_no_new_simulation(simulator):
    settle(simulator)
    simulator.controls["measure"].value = "waiting"
    assert simulator.status == "ready 3"
    assert simulator.result.answer.measure == "waiting"


def test_cancel_keeps_the_round_that_is_shown(simulator):
    simulator.controls["n_runs"].value = 800
    simulator.cancel()
    assert simulator._worker.wait(SECONDS)
    assert simulator.result.answer.n_runs in (8, 24, 72, 216, 648)
    assert "canceled" in simulator.status
    simulator.controls["n_runs"].value = 50
    assert settle(simulator).result.answer.n_runs == 50


def test_the_newest_setting_wins(simulator):
    for weeks in (26, 39, 78):
        simulator.controls["planned_weeks"].value = weeks
    settle(simulator)
    assert "'planned_weeks': 78" in simulator.code
    assert simulator.result.answer.n_runs == 12


def test_errors_stand_in_the_status_line(simulator):
    simulator.controls["policies"].value = ("random",)
    assert settle(simulator).status.endswith("choose two policies or more; a contrast needs two.")
    simulator.controls["policies"].value = ("random", "optimal")
    assert settle(simulator).status.startswith("ready")


def test_static_says_what_the_widget_says(simulator):
    static = settle(simulator).static()
    assert repr(static) == repr(simulator)
    pd.testing.assert_frame_equal(static.frame, simulator.frame)


def test_two_simulators_say_the_same(simulator):
    other = policy_simulator(POOL, policies=POLICIES, n_runs=12)
    assert repr(other) == repr(simulator)
    assert other._image.value == simulator._image.value
    other.close()


def test_levers_between_the_steps_of_a_control_can_be_held():
    made = policy_simulator(
        POOL,
        policies=POLICIES,
        levers={"planned_weeks": 40, "checkin_every_weeks": 3, "extra_places": 4},
        n_runs=4,
    )
    assert made.state.planned_weeks == 40
    assert made.controls["checkin_every_weeks"].value == 3
    made.close()


def test_what_can_not_be_compared_is_refused():
    with pytest.raises(OptionError, match="`policies` must name two policies or more"):
        policy_simulator(POOL, policies=["random"])
    with pytest.raises(OptionError, match="policy_simulator: needs a program"):
        policy_simulator(["ann"])


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"planned_weeks": 3}, "`planned_weeks` must be"),
        ({"policies": ("optimum",)}, "Did you mean 'optimal'"),
        ({"closure_procedure": 1}, "`closure_procedure` must be True or False"),
        ({"mentor_training": 2.0}, r"`mentor_training` must lie in 0..1; got 2.0"),
    ],
)
def test_states_that_no_control_could_reach_are_refused(simulator, state, message):
    with pytest.raises(OptionError, match=message):
        simulator.state = replace(simulator.state, **state)
