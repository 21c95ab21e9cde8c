"""Policies meet the same luck, and the answer says how sure one may be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.errors import EstimationError, MarketError, OptionError, PolicyError
from mentorlab.matching import Market, Similarity, as_policy, build_market
from mentorlab.simulation import Levers, PoolGenerator, ProgramModel, compare_policies, simulate
from mentorlab.simulation.contrasts import paired, ranking_of
from mentorlab.simulation.engines import collect
from mentorlab.simulation.measures import MEASURES
from mentorlab.simulation.run import study_of
from mentorlab.simulation.study import RunBlock

POOL = PoolGenerator(40, 26)


@pytest.fixture(scope="module")
def market():
    rng = np.random.default_rng(2)
    return Market.from_utilities(*rng.normal(size=(2, 40, 26)), capacity=2)


@pytest.fixture(scope="module")
def found(market):
    return compare_policies(market, ["random", "optimal"], n_runs=12, seed=5)


def study(market, policies=("random", "optimal"), **changes):
    options = {"model": None, "levers": None, "seed": 5, "crn": "mentee", "draws": "splitmix"}
    return study_of(market, list(policies), who="test", **(options | changes))


def test_numbers_stand_in_a_tidy_frame(found):
    assert list(found.runs.columns) == ["policy", "run", "measure", "value"]
    assert len(found.runs) == 2 * 12 * len(MEASURES)
    wide = found.runs.pivot(index=["policy", "run"], columns="measure", values="value")
    assert wide.loc[("optimal", 3), "benefit"] == found.values[1, 3, 0]


def test_adding_a_policy_changes_no_other_policys_numbers(market, found):
    more = compare_policies(market, ["mentee_proposing", "optimal", "random"], n_runs=12, seed=5)
    assert {name: more.digests[name] for name in found.names} == found.digests
    np.testing.assert_array_equal(more.values[[2, 1]], found.values)


@pytest.mark.parametrize("source", ["market", "pool"])
@pytest.mark.parametrize("cut", [1, 3, 12])
def test_neither_cuts_nor_threads_change_anything(market, source, cut):
    made = study(market if source == "market" else POOL)
    whole = collect(made, made.tasks(12), n_workers=1)
    parts = collect(made, made.tasks(12, runs_per_task=cut), n_workers=2)
    assert [b.task.first_run for b in parts] == list(range(0, 12, cut))
    for name in ("values", "digests", "group_values", "curve", "causes"):
        joined = np.concatenate([getattr(b, name) for b in parts], axis=1)
        np.testing.assert_array_equal(joined, getattr(whole[0], name))
    np.testing.assert_allclose(sum(b.benefit for b in parts), whole[0].benefit, atol=1e-9)


def test_the_check_mode_agrees_in_distribution_not_in_numbers():
    options = {"policy": "mentee_proposing", "n_runs": 30, "seed": 3}
    usual = simulate(POOL, **options)
    check = simulate(POOL, draws="philox", **options)
    assert usual.digest != check.digest
    both = [runs.estimates().set_index("measure") for runs in (usual, check)]
    for measure in ("benefit", "early_end", "quality", "meetings_per_month"):
        apart = both[0].loc[measure, "estimate"] - both[1].loc[measure, "estimate"]
        error = np.hypot(*(b.loc[measure, "std_error"] for b in both))
        assert abs(apart) < 4 * error


def test_common_luck_sharpens_contrasts(market):
    by_mentee = compare_policies(market, ["random", "optimal"], n_runs=60, seed=1)
    by_pair = compare_policies(market, ["random", "optimal"], n_runs=60, seed=1, crn="pair")
    ratio = [run.contrasts("benefit")["variance_ratio"].iloc[0] for run in (by_mentee, by_pair)]
    assert ratio[0] > 3
    assert ratio[0] > ratio[1]
    assert by_mentee.contrasts("benefit")["estimate"].iloc[0] > 0


def test_any_run_can_be_played_again(market):
    runs = simulate(market, policy="random", n_runs=3, seed=8)
    played = runs.play(2, trace=True)
    assert played.digest == int(runs.blocks[-1].digests[0, -1])
    rows, trace = played.relationships, played.trace
    lived = np.where(rows["mentor"] >= 0, rows["end"] - rows["start"], 0)
    np.testing.assert_array_equal(trace.met.sum(axis=1), rows["met"])
    np.testing.assert_array_equal(trace.checked.sum(axis=1), rows["checkins"])
    np.testing.assert_array_equal((trace.phase >= 0).sum(axis=1), lived)
    at = int(np.argmax(lived))
    np.testing.assert_allclose(
        trace.elements[at, lived[at] - 1].reshape(2, 5), played.final[at], rtol=1e-6
    )


def test_contrasts_are_the_paired_t_interval():
    first, second = np.array([1.0, 2, 4, 7]), np.array([0.0, 2, 3, 5])
    got = paired(first, second)
    gap = first - second
    assert got["estimate"] == gap.mean()
    assert got["std_error"] == pytest.approx(gap.std(ddof=1) / 2)
    assert got["conf_high"] - got["estimate"] == pytest.approx(3.182446 * got["std_error"])
    apart = first.var(ddof=1) + second.var(ddof=1)
    assert got["variance_ratio"] == pytest.approx(apart / gap.var(ddof=1))


def test_a_ranking_may_be_undetermined():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(3, 200))
    values = noise + np.array([[0.0], [0.01], [3.0]])
    ranking = ranking_of(values, ("a", "b", "c"), higher_is_better=True).set_index("policy")
    assert ranking.loc["c", "verdict"] == "1"
    assert ranking.loc["a", "verdict"] == ranking.loc["b", "verdict"] == "undetermined"
    assert ranking.loc["a", ["rank_low", "rank_high"]].tolist() == [2, 3]
    turned = ranking_of(values, ("a", "b", "c"), higher_is_better=False).set_index("policy")
    assert turned.loc["c", "verdict"] == "3"


def test_replications_are_added_until_the_contrast_is_sharp(market):
    found = compare_policies(
        market, ["random", "optimal"], n_runs=10, seed=2, std_error=0.002, max_runs=400
    )
    error = found.contrasts("benefit")["std_error"].max()
    assert error <= 0.002 or found.n_runs == 400
    assert found.n_runs % 10 == 0
    stopped = compare_policies(
        market, ["random", "optimal"], n_runs=10, seed=2, std_error=1e-6, max_runs=20
    )
    assert stopped.n_runs == 20
    assert "was not reached" in stopped.summary()
    assert stopped.runs_needed(1e-6) > 20


def test_who_gains_by_group(market):
    rows = pd.DataFrame(
        {
            "person_id": [f"e{i}" for i in range(12)] + [f"m{j}" for j in range(8)],
            "role": ["mentee"] * 12 + ["mentor"] * 8,
            "capacity": [1] * 12 + [2] * 8,
            "campus": ["north", "south"] * 10,
            "goals": np.arange(20) % 5,
        }
    )
    made = build_market(rows, utility=Similarity("goals"))
    found = compare_policies(made, ["random", "optimal"], n_runs=6, seed=1, by="campus")
    groups = found.groups()
    campus = groups[groups["attribute"] == "campus"]
    assert set(campus["group"]) == {"north", "south"}
    whole = found.contrasts("benefit")["estimate"].iloc[0]
    benefit = campus[campus["measure"] == "benefit"]["estimate"]
    assert benefit.mean() == pytest.approx(whole)
    assert len(found.mentees()) == 24
    with pytest.raises(MarketError, match="`by` names the column 'site'"):
        compare_policies(made, ["random"], n_runs=2, seed=1, by="site")


def test_a_policy_that_fails_is_named_and_the_others_finish(market):
    def breaks(market, rng):
        raise RuntimeError("no more mentors")

    def crowds(market, rng):
        return np.zeros(market.n_mentees, dtype=int)

    policies = [as_policy(breaks), "optimal", as_policy(crowds)]
    found = compare_policies(market, policies, n_runs=3, seed=1)
    assert found.names == ("optimal",)
    said = dict(zip(found.failed["policy"], found.failed["message"], strict=True))
    assert "no more mentors" in said["breaks"]
    assert "got 40 mentees, more than 2" in said["crowds"]
    assert "left out: breaks" in found.summary()
    with pytest.raises(EstimationError, match="no policy finished"):
        compare_policies(market, policies[::2], n_runs=3, seed=1)
    with pytest.raises(PolicyError, match="'breaks' failed in run 0"):
        simulate(market, policy=policies[0], n_runs=2, seed=1)


def test_later_rounds_by_policy_keep_capacity_and_never_repeat_a_mentor(market):
    model = ProgramModel().with_values(
        {"closing.base_rate": 0.03, "queueing.requeue": 1.0, "queueing.late_share": 0.4}
    )
    levers = Levers(later_rounds="policy", batch_weeks=2, max_matches=3, horizon_weeks=60)
    runs = simulate(market, policy="mentee_proposing", model=model, levers=levers, n_runs=1, seed=1)
    rows = runs.relationships(0)
    assert (rows["start_week"] > 0).any()
    assert not rows.duplicated(["mentee_id", "mentor_id"]).any()
    for week in range(0, 60, 5):
        running = rows[(rows["start_week"] <= week) & (rows["end_week"] > week)]
        assert running["mentor_id"].value_counts().max() <= 2
        assert running["mentee_id"].is_unique


def test_a_function_may_make_the_markets():
    def maker(rng):
        return Market.from_utilities(*rng.normal(size=(2, 12, 9)), capacity=2)

    found = compare_policies(maker, ["random", "optimal"], n_runs=4, seed=1)
    assert found.n_runs == 4
    with pytest.raises(OptionError, match="has people of its own"):
        found.mentees()
    with pytest.raises(OptionError, match="must give a Market"):
        compare_policies(lambda rng: 3, ["random"], n_runs=2, seed=1)


def test_cancelling_keeps_what_is_finished(market):
    asked = iter([False, False, False, True])
    found = compare_policies(
        market, ["optimal"], n_runs=32, seed=1, n_workers=1, cancelled=lambda: next(asked, True)
    )
    assert found.n_runs == 6
    with pytest.raises(EstimationError, match="cancelled before two"):
        compare_policies(market, ["optimal"], n_runs=4, seed=1, cancelled=lambda: True)


class Shelf:
    """Keeps blocks in memory."""

    def __init__(self):
        self.blocks: dict[str, RunBlock] = {}
        self.saved = 0

    def load(self, key):
        return self.blocks.get(key)

    def save(self, key, block):
        self.saved += 1
        self.blocks[key] = block


def test_finished_parts_are_not_done_again(market):
    shelf = Shelf()
    options = {"n_runs": 16, "seed": 1, "parts": shelf}
    first = compare_policies(market, ["random"], **options)
    saved = shelf.saved
    shelf.blocks.pop(next(iter(shelf.blocks)))
    again = compare_policies(market, ["random"], **options)
    assert shelf.saved == saved + 1
    assert again.digests == first.digests
    other = compare_policies(market, ["random"], **(options | {"seed": 2}))
    assert other.digests != first.digests


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n_runs": 1}, "intervals need two"),
        ({"n_runs": 2.5}, "whole number of 2 or more"),
        ({"seed": -1}, "`seed` must be a whole number of 0 or more"),
        ({"engine": "thread"}, "Did you mean 'threads'"),
        ({"measure": "benefits"}, "Did you mean 'benefit'"),
        ({"crn": "dyad"}, "`crn` must be 'mentee' or 'pair'"),
        ({"std_error": 0}, "`std_error` must be a number above 0"),
        ({"std_error": 0.1, "max_runs": 1}, "`n_runs` must be a whole number of 2 or more"),
        ({"n_workers": 0}, "`n_workers` must be a whole number of 1 or more"),
        ({"levers": {"planned_weeks": 3}}, "`levers` must be Levers"),
        ({"model": "default"}, "`model` must be a ProgramModel"),
        ({"policies": []}, "at least one policy"),
        ({"policies": ["randon"]}, "Did you mean 'random'"),
        ({"policies": ["random", "random"]}, "two policies have the name 'random'"),
        ({"market": 3}, "`market` must be a Market"),
        ({"levers": Levers(extra_places=-2)}, "leaves no mentor with a place"),
    ],
)
def test_bad_input_is_named(market, change, words):
    given = {"market": market, "policies": ["random"], "n_runs": 4, "seed": 1} | change
    with pytest.raises(OptionError, match=words):
        compare_policies(given.pop("market"), given.pop("policies"), **given)


def test_one_replication_has_no_interval(market):
    runs = simulate(market, policy="random", n_runs=1, seed=1)
    assert "benefit" in runs.summary()
    with pytest.raises(OptionError, match="intervals need 2 replications"):
        runs.estimates()


def test_results_say_themselves(found):
    text = found.summary()
    assert "Policies over 12 replications of 104 weeks: random, optimal" in text
    assert "common draws divide the variance" in text
    assert "best in benefit" in text
    assert found._repr_html_().count("<table") == 1
