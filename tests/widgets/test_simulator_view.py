import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import EstimationError, MissingTableError, OptionError
from mentorlab.matching import as_policy
from mentorlab.simulation import Levers, PoolGenerator, ProgramModel, compare_policies
from mentorlab.widgets import simulator_view
from mentorlab.widgets.simulator.picture import SimulatorPicture, colors_of, plot_contrasts
from mentorlab.widgets.simulator.runs import Setting, SimulatedPool
from mentorlab.widgets.worker import Stopped

POOL = PoolGenerator(40, 30)
POLICIES = ["random", "mentee_proposing", "optimal"]


@pytest.fixture(scope="module")
def view():
    return simulator_view(POOL, policies=POLICIES, n_runs=12)


@pytest.fixture(scope="module")
def example():
    return ml.datasets.load_example_program()


def nobody_but_the_first(market, rng):
    """Match one mentee."""
    mentor_of = np.full(market.n_mentees, -1)
    mentor_of[0] = 0
    return mentor_of


def breaks(market, rng):
    """Fail."""
    raise ValueError("no luck today")


def test_the_numbers_are_those_of_compare_policies(view):
    same = compare_policies(
        POOL, POLICIES, model=ml.simulation.context("youth_community").model, n_runs=12, seed=1
    )
    pd.testing.assert_frame_equal(view.to_frame(), same.contrasts())
    assert view.comparison.digests == same.digests


def test_rounds_add_replications_and_run_none_twice(view):
    pool = SimulatedPool.of(POOL, POLICIES, seed=1, who="tests")
    setting = Setting(tuple(POLICIES), Levers(), "youth_community", 40)
    assert pool.rounds(setting, 12) == (8, 12)
    assert not pool.has(setting, 8)
    heard = []
    for n_runs in (8, 12):
        found = pool.compare(
            setting, n_runs, "benefit", lambda done, total: heard.append((done, total)), who="t"
        )
    assert sorted(heard) == [(0, 8), (4, 8), (8, 8), (8, 12), (12, 12)]
    assert pool.has(setting, 12)
    pd.testing.assert_frame_equal(found.contrasts(), view.to_frame())


def test_parts_shrink_with_the_program_so_that_a_cancel_is_prompt():
    pool = SimulatedPool.of(PoolGenerator(600, 400), seed=1, who="tests")
    setting = Setting(("random", "optimal"), Levers(), "school", 600)
    assert pool.rounds(setting, 50) == (4, 12, 36, 50)
    assert pool.rounds(setting, 2) == (2,)


def test_parts_that_ran_before_a_stop_are_kept():
    def tell(done, total):
        if done >= 4:
            raise Stopped

    pool = SimulatedPool.of(POOL, POLICIES, seed=1, who="tests")
    setting = Setting(tuple(POLICIES), Levers(), "youth_community", 40)
    with pytest.raises(Stopped):
        pool.compare(setting, 200, "benefit", tell, who="tests")
    heard = []
    pool.compare(setting, 8, "benefit", lambda done, total: heard.append(done), who="tests")
    assert heard[0] >= 4


def test_what_is_best_and_what_is_not_told_apart():
    twins = {"one": "random", "two": "random", "best": "optimal"}
    view = simulator_view(POOL, policies=twins, n_runs=12)
    assert view.verdict() == "best in benefit: best"
    table = view.tables()[0].set_index("policy")
    assert table.loc["best", "place"] == "1"
    assert table.loc["two", "place"] == "2 to 3"
    assert table.loc["one", "less one"] == "-"
    alike = simulator_view(POOL, policies={"one": "random", "two": "random"}, n_runs=6)
    assert "undetermined between" in alike.headline()


def test_who_loses_by_group_and_by_mentee(example):
    view = simulator_view(
        example, policies=["optimal", "random"], by="site", n_runs=8, levers={"planned_weeks": 26}
    )
    losers = view.tables()[1]
    assert losers.columns[0] == "who loses with optimal"
    assert losers.iloc[-1, 0].endswith("of 60 mentees by their own means")
    assert "less optimal" in view.tables()[0]
    assert view.comparison.study.rows[0].levers.horizon_weeks == 52
    nobody = {"good": "optimal", "poor": as_policy(nobody_but_the_first)}
    few = simulator_view(POOL, policies=nobody, levers={"later_rounds": "none"}, n_runs=4)
    assert few.tables()[1].iloc[0, 0] == "no group that was followed, for sure"


def test_the_banner_says_what_the_numbers_rest_on(view):
    assert view.notes()[0].startswith("youth community: calibrated to studies of community")
    school = simulator_view(POOL, policies=POLICIES, kind="school", n_runs=2)
    assert school.comparison.study.rows[0].levers.planned_weeks == 39
    assert "No verified rate of early closure" in school.notes()[0]
    own = simulator_view(
        POOL, policies=POLICIES, model=ProgramModel(name="ours"), kind="school", n_runs=2
    )
    assert own.notes()[0].startswith("ours: a model of your own")
    assert own.comparison.study.rows[0].levers.planned_weeks == 52


def test_a_policy_that_fails_is_named_and_the_others_go_on():
    policies = {"random": "random", "optimal": "optimal", "broken": breaks}
    view = simulator_view(POOL, policies=policies, n_runs=4)
    assert view.comparison.names == ("random", "optimal")
    assert any("broken failed (ValueError: no luck today)" in note for note in view.notes())
    with pytest.raises(EstimationError, match=r"fewer than two policies finished \(broken: Value"):
        simulator_view(POOL, policies={"random": "random", "broken": breaks}, n_runs=4)


def test_a_market_a_frame_and_a_maker_of_markets_are_taken(example):
    market = ml.build_market(example.applicants)
    for pool in (market, example.applicants, lambda rng: market):
        view = simulator_view(pool, policies=["random", "optimal"], n_runs=2)
        assert view.comparison.study.world(0, 0).n_mentees == 60


def test_pools_with_rules_offer_what_honors_them(example):
    rules = [ml.matching.Capacity(low=1)]
    offered = SimulatedPool.of(example, rules=rules, seed=1, who="tests").policies
    assert "optimal" in offered
    assert "random" not in offered


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"measure": "benefits"}, "Did you mean 'benefit'"),
        ({"measure": "load"}, "neither more nor less 'load' is better"),
        ({"kind": "schools"}, "`kind` must be .*Did you mean 'school'"),
        ({"policies": ["random"]}, "choose two policies or more"),
        ({"policies": ["random", "optimum"]}, "Did you mean 'optimal'"),
        ({"n_runs": 1}, "`n_runs` must be a whole number of 2 or more .*intervals need two"),
        ({"levers": {"planned_week": 3}}, "Did you mean 'planned_weeks'"),
        ({"levers": {"planned_weeks": 0}}, "`planned_weeks` .* from 1 to 260 weeks; got 0"),
        ({"levers": 3}, r"`levers` must be Levers\(...\) or a mapping of levers; got 3"),
        ({"levers": {"extra_places": -2}}, "leave no place"),
        ({"pool": ["ann"]}, "needs a program, an applicants table, a market, a PoolGenerator"),
    ],
)
def test_bad_input_is_told(options, said):
    with pytest.raises(OptionError, match=said):
        simulator_view(options.pop("pool", POOL), **{"policies": POLICIES, "n_runs": 2} | options)


def test_a_program_without_applicants_is_refused(program):
    with pytest.raises(MissingTableError, match="simulator_view: needs the table applicants"):
        simulator_view(program)


def test_the_picture_has_three_panels_of_the_view(view):
    picture = SimulatorPicture()
    picture.update(view)
    first = picture.png()
    assert [t.get_text() for t in picture.contrasts.get_yticklabels()] == [
        "mentee proposing",
        "optimal",
    ]
    assert len(picture.curves.lines) == 3
    assert picture.groups.get_legend() is None
    assert "benefit" in plot_contrasts(view).get_xlabel()
    assert view.plot().get_xlabel() == plot_contrasts(view).get_xlabel()
    other = simulator_view(POOL, policies=POLICIES[:2], measure="early_end", n_runs=4)
    picture.update(other)
    assert picture.png() != first
    assert [t.get_text() for t in picture.contrasts.get_yticklabels()] == ["mentee proposing"]


def test_a_policy_keeps_its_color_when_another_is_taken_away(view):
    fewer = simulator_view(POOL, policies=["random", "optimal"], n_runs=4)
    assert colors_of(fewer)["optimal"] == colors_of(view)["optimal"]
    lines = {line.get_color() for line in plot_contrasts(fewer).lines}
    assert colors_of(view)["optimal"][0] in lines
    own = simulator_view(POOL, policies={"mine": "random", "yours": "optimal"}, n_runs=2)
    assert list(colors_of(own)) == ["mine", "yours"]


def test_same_call_same_answer(view):
    again = simulator_view(POOL, policies=POLICIES, n_runs=12)
    assert repr(again) == repr(view)
    assert "0x" not in repr(view)
    assert view.cite()
