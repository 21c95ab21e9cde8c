"""Detectors are judged without looking ahead, beside baselines, at a fixed budget."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import EstimationError, OptionError
from mentorlab.signals import evaluate_detector
from mentorlab.signals.evaluation.alerts import Weeks, play, tally
from mentorlab.signals.evaluation.hazard import fit_risk
from mentorlab.signals.evaluation.panel import read_panel

BASELINES = ["random", "tenure only", "mentor rate only", "plain gap"]


@pytest.fixture(scope="module")
def found(planted):
    sudden = planted.relationships.query("end_reason == 'sudden'")["relationship_id"]
    return evaluate_detector(planted, by="site", sudden=sudden, n_draws=50, seed=1)


def at_two(found, column):
    rows = found.lists[found.lists["per_hundred"] == 2]
    return rows.set_index("detector")[column]


def test_detectors_stand_beside_every_baseline(found):
    assert set(found.lists["detector"]) == {"hazard", "signals", *BASELINES}
    assert set(found.lists["per_hundred"]) == {1, 2, 5}
    aucs = found.accuracy.set_index("detector")["auc"]
    assert aucs["signals"] > aucs[["tenure only", "mentor rate only", "plain gap"]].max()
    assert 0.5 < aucs["hazard"] < 0.75


def test_lists_keep_to_the_budget(found):
    rows = found.lists[found.lists["detector"] == "signals"]
    weeks = rows["alerts_per_week"] / rows["per_hundred"]
    assert weeks.max() / weeks.min() < 1.25
    assert (found.lists["alerts"] > 0).all()


def test_signals_beat_chance(found):
    ppv, recall = at_two(found, "ppv"), at_two(found, "recall")
    assert ppv["signals"] > 1.5 * ppv["random"]
    assert recall["signals"] > recall["random"]
    assert (found.lists["ppv_low"] <= found.lists["ppv"]).all()


def test_sudden_endings_raise_no_alarm(found):
    assert len(found.leak)
    assert not found.leak["alarm"].any()
    assert any(note.startswith("no leak") for note in found.notes())


def test_a_detector_that_looks_ahead_is_caught(planted):
    ends = planted.relationships.set_index("relationship_id")
    bad = ends["end_reason"] != "planned_end"

    def clairvoyant(features):
        left = features["relationship_id"].map(ends["ended_on"]) - features["week_end"]
        soon = left.dt.days.between(14, 42) & features["relationship_id"].map(bad)
        return soon.astype(float)

    sudden = planted.relationships.query("end_reason == 'sudden'")["relationship_id"]
    found = evaluate_detector(
        planted, detectors=clairvoyant, budgets=[5], sudden=sudden, n_draws=10, seed=1
    )
    own = found.leak[found.leak["detector"] == "clairvoyant"]
    assert own["alarm"].all()
    assert "LEAK ALARM: clairvoyant" in found.summary()
    assert at_five(found)["clairvoyant"] > 0.8


def at_five(found):
    return found.lists.set_index("detector")["recall"]


def test_causes_and_groups_have_tables(found):
    assert set(found.by_reason["reason"]) == {"fade", "missed", "one_sided", "latency", "sudden"}
    assert set(found.subgroups["group"]) == {"site: north", "site: south"}
    assert found.net_benefit["threshold"].max() == 0.2


def test_the_same_seed_gives_the_same_answer(planted):
    first, second = (
        evaluate_detector(planted, detectors="signals", budgets=[2], n_draws=20, seed=5)
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first.lists, second.lists)


def test_other_signals_are_read_week_by_week(make_planted):
    program = make_planted(3, n=60)
    found = evaluate_detector(
        program, detectors=["spill_over", "poor_communication"], budgets=[5], n_draws=10, seed=1
    )
    assert {"spill_over", "poor_communication"} < set(found.lists["detector"])


def test_the_panel_knows_what_came(planted):
    panel = read_panel(planted, who="test")
    assert (panel.days_left > 0).all()
    ends = planted.relationships.set_index("relationship_id")["ended_on"]
    left = panel.features["relationship_id"].map(ends) - panel.features["week_end"]
    assert np.array_equal(left.dt.days.to_numpy(), panel.days_left)


def test_the_mentor_rate_does_not_look_ahead(make_planted):
    program = make_planted(4, n=80)
    full = read_panel(program, who="test").features.set_index(["relationship_id", "week_end"])
    day = full.index.get_level_values("week_end").unique().sort_values()[25]
    cut = read_panel(program.as_of(day), who="test").features
    known = cut.set_index(["relationship_id", "week_end"])["mentor_rate"]
    both = known.index.intersection(full.index)
    assert len(both) > 300
    assert np.array_equal(known[both], full.loc[both, "mentor_rate"])


def weeks_of(days_left, bad, rel=None):
    n = len(days_left)
    rel = np.arange(n) if rel is None else np.array(rel)
    return Weeks(
        np.zeros(n, int), rel, np.zeros(n, int), np.array(days_left, float), np.array(bad), 1
    )


def test_hits_and_catches_are_counted_by_hand():
    weeks = weeks_of([5, 20, 60, 20, 30], [True, True, True, False, True])
    result = tally(weeks, np.array([0, 1, 2, 3]), horizon_weeks=6, early_weeks=2)
    assert result.alerts.sum() == 4
    assert result.ppv() == 0.5
    assert result.endings.sum() == 2
    assert result.recall() == 0.5
    assert result.lead_weeks.tolist() == [20 / 7]


def test_nobody_is_called_again_within_eight_weeks():
    n = 12
    weeks = Weeks(
        np.arange(n), np.zeros(n, int), np.zeros(n, int), np.full(n, 99.0), np.zeros(n, bool), 1
    )
    chosen = play(weeks, np.ones(n), per_hundred=100, rng=np.random.default_rng(0))
    assert chosen.tolist() == [0, 9]


def test_the_risk_is_that_of_a_plain_model(planted):
    panel = read_panel(planted, who="test")
    over = panel.follow_up() >= 42
    bad = panel.ends_within(6)[over]
    model = fit_risk(panel.features[over], bad, horizon_weeks=6)
    risk = model.risk(panel.features[over])
    assert risk.mean() == pytest.approx(bad.mean(), rel=0.02)
    assert risk[bad].mean() > risk[~bad].mean()


class TestBadInput:
    def test_no_bad_endings(self, planted):
        tables = planted.tables | {
            "relationships": planted.relationships.assign(end_reason="planned_end")
        }
        with pytest.raises(EstimationError, match="no problematic ending is on record"):
            evaluate_detector(ml.Program(**tables), seed=1)

    def test_unknown_detector(self, planted):
        with pytest.raises(OptionError, match="Did you mean 'poor_communication'"):
            evaluate_detector(planted, detectors="poor_comunication", seed=1)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"budgets": []}, "`budgets` are calls a week"),
            ({"budgets": [0]}, "`budgets` are calls a week"),
            ({"early_weeks": 6}, "`early_weeks` must lie in"),
            ({"n_folds": 1}, "`n_folds` must be 2"),
            ({"judged_from": "soon"}, "`judged_from` must be a date"),
        ],
    )
    def test_options(self, planted, options, message):
        with pytest.raises(OptionError, match=message):
            evaluate_detector(planted, seed=1, **options)

    def test_nothing_to_learn_before_the_split(self, planted):
        with pytest.raises(EstimationError, match="earlier or later `judged_from`"):
            evaluate_detector(planted, judged_from="2024-01-10", seed=1)

    def test_a_score_of_the_wrong_length(self, planted):
        with pytest.raises(OptionError, match="one score a row"):
            evaluate_detector(planted, detectors=lambda features: [1.0], seed=1)
