"""Simulated programs with planted causes: what a detector can find of them, and what it can't."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.errors import OptionError
from mentorlab.signals import detect, evaluate_detector
from mentorlab.signals.evaluation.learning import Timetable, hazard_risk
from mentorlab.signals.evaluation.panel import read_panel
from mentorlab.signals.evaluation.ratings import add_ratings
from mentorlab.simulation import PoolGenerator, simulate
from mentorlab.simulation.observation import planted, to_program

BASELINES = ["random", "tenure only", "mentor rate only", "plain gap"]
STARTS = {"first": "2024-01-01", "second": "2024-07-01"}
FAILURES = {"communication", "commitment", "personality"}


def two_cohorts(n_mentees, seed):
    """A program of two cohorts, half a year apart, and what was planted in it."""
    generator = PoolGenerator(n_mentees, int(n_mentees * 2 / 3))
    runs = simulate(generator, policy="random", n_runs=len(STARTS), seed=seed)
    parts = [to_program(runs, run=k, start=day) for k, day in enumerate(STARTS.values())]
    truth = pd.concat(
        planted(runs, run=k).assign(relationship_id=lambda t, name=name: f"{name}:" + t.iloc[:, 0])
        for k, name in enumerate(STARTS)
    )
    return parts[0].concat(parts[1], names=[*STARTS]), truth


def judge(program, truth, **options):
    sudden = truth.loc[truth["sudden"], "relationship_id"]
    return evaluate_detector(program, causes=truth, sudden=sudden, **options)


@pytest.fixture(scope="module")
def simulated():
    return two_cohorts(220, seed=2)


@pytest.fixture(scope="module")
def found(simulated):
    return judge(*simulated, budgets=[2, 5], n_draws=30, seed=1)


def hazard(found, budget=2):
    rows = found.gains
    return rows[(rows["detector"] == "hazard") & (rows["per_hundred"] == budget)]


def test_the_hazard_is_ahead_of_every_baseline(found):
    assert set(hazard(found)["baseline"]) == set(BASELINES)
    assert (hazard(found)[["ppv_gain", "recall_gain"]] > 0).all(axis=None)
    assert "hazard: ahead of every baseline in PPV and recall at 2" in found.summary()


def test_the_area_is_honest(found):
    aucs = found.accuracy.set_index("detector")["auc"]
    assert 0.58 < aucs["hazard"] < 0.72
    assert aucs["hazard"] > aucs.drop(["hazard", "signals"]).max()


def test_gains_are_differences_of_what_lists_show(found):
    lists = found.lists.set_index(["detector", "per_hundred"])
    for row in found.gains.itertuples():
        own, other = (lists.loc[(name, row.per_hundred)] for name in (row.detector, row.baseline))
        assert row.ppv_gain == pytest.approx(own["ppv"] - other["ppv"])
        assert row.recall_gain == pytest.approx(own["recall"] - other["recall"])
        assert row.ppv_gain_low <= row.ppv_gain_high


def test_recall_is_shown_by_planted_cause(found, simulated):
    rows = found.by_reason[(found.by_reason["detector"] == "hazard")]
    assert {*FAILURES, "external"} <= set(rows["reason"])
    at_five = rows[(rows["per_hundred"] == 5) & rows["reason"].isin(FAILURES)]
    caught = at_five["recall"] @ at_five["endings"]
    assert caught > at_five["random"] @ at_five["endings"]


def test_sudden_endings_stay_at_the_floor(found):
    assert len(found.leak)
    assert not found.leak["alarm"].any()


def test_a_detector_that_knows_who_leaves_is_caught(simulated):
    program, truth = simulated
    ends = program.relationships.set_index("relationship_id")["ended_on"]

    def clairvoyant(features):
        left = (features["relationship_id"].map(ends) - features["week_end"]).dt.days
        return left.between(14, 42).to_numpy(dtype=float)

    seen = judge(program, truth, detectors=clairvoyant, budgets=[5], n_draws=5, seed=1)
    assert seen.leak.set_index("detector").loc["clairvoyant", "alarm"]


def test_ratings_are_those_known_by_then(simulated):
    program, _ = simulated
    features = read_panel(program, who="test").features
    day = features["week_end"].unique()[40]
    known = features[features["week_end"] <= day]
    columns = ["rating_mentor", "rating_mentee", "rating_low"]
    again = add_ratings(program.as_of(day), known.drop(columns=columns))
    assert known["rating_low"].notna().mean() > 0.3
    pd.testing.assert_frame_equal(again[columns], known[columns])


def test_answers_of_unknown_day_are_not_read(simulated):
    program, _ = simulated
    undated = program.responses.drop(columns=["answered_at", "recorded_at"])
    program = program.with_tables(program.tables | {"responses": undated})
    features = pd.DataFrame({"relationship_id": ["first:r001"], "week_end": [pd.Timestamp("2025")]})
    assert add_ratings(program, features)["rating_low"].isna().all()


def test_the_hazard_does_not_look_ahead(simulated):
    program, _ = simulated
    full = read_panel(program, who="test")
    weeks = full.features["week_end"].sort_values().unique()
    begins, day = weeks[50], weeks[70]
    cut = read_panel(program.as_of(day), who="test")

    def scores(panel):
        ends = panel.features["week_end"]
        judged = np.flatnonzero(ends >= begins)
        judged = judged[np.argsort(ends.to_numpy()[judged], kind="stable")]
        folds = panel.features["mentor_id"].str[-1].astype(int).to_numpy() % 2
        risk = hazard_risk(Timetable(panel, judged, folds, begins, 6))
        keys = panel.features.iloc[judged][["relationship_id", "week_end"]]
        return pd.Series(risk, index=pd.MultiIndex.from_frame(keys))

    early, late = scores(cut), scores(full)
    both = early.index.intersection(late.index)
    assert len(both) > 2_000
    np.testing.assert_allclose(early[both], late[both], rtol=1e-9)


def test_a_week_is_listed_with_reasons(simulated):
    program, _ = simulated
    week = detect(program, as_of="2025-03-03", calls_per_week=8)
    assert week.scored_by == "hazard"
    assert len(week.listed) == 8
    assert (week.listed["reasons"] != "").all()
    assert 0 < week.expected_false < 8


def test_a_sign_of_trouble_never_lowers_the_chance(simulated):
    from mentorlab.signals.evaluation.hazard import fit_risk

    panel = read_panel(simulated[0], who="test")
    model = fit_risk(panel.features, panel.ends_within(6), horizon_weeks=6)
    known = ("pace", "agreed end near")
    signs = [not name.startswith("age up to") and name not in known for name in model.names]
    assert (model.beta[signs] >= 0).all()


@pytest.mark.parametrize(
    ("causes", "message"),
    [
        ([1], "`causes` must be a frame with relationship_id and cause"),
        (pd.DataFrame({"relationship_id": ["a", "a"], "cause": "x"}), "got 'a' again"),
    ],
)
def test_causes_are_checked(simulated, causes, message):
    with pytest.raises(OptionError, match=message):
        evaluate_detector(simulated[0], detectors="signals", causes=causes, n_draws=2, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_programs_of_full_size(seed):
    found = judge(*two_cohorts(700, seed=seed), n_draws=200, seed=seed)
    assert (hazard(found)[["ppv_gain", "recall_gain"]] > 0).all(axis=None)
    assert 0.58 < found.accuracy.set_index("detector")["auc"]["hazard"] < 0.70
    assert not found.leak["alarm"].any()
