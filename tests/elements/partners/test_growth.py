from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.growth import growth
from mentorlab.errors import OptionError


def rising(n=80, waves=4, slope_sd=0.3, seed=1, n_mentors=None):
    rng = np.random.default_rng(seed)
    start, slope = rng.normal(3, 0.8, n), rng.normal(0.4, slope_sd, n)
    level = np.zeros(n)
    mentor = np.arange(n)
    if n_mentors:
        mentor = np.arange(n) % n_mentors
        level = 0.7 * rng.normal(size=n_mentors)[mentor]
    parts = []
    for wave in range(1, waves + 1):
        score = start + level + slope * (wave - 1) + rng.normal(0, 0.5, n)
        parts.append(
            pd.DataFrame(
                {
                    "relationship_id": np.arange(n),
                    "mentor_id": mentor,
                    "mentee_id": np.arange(n),
                    "wave": wave,
                    "element": "trust",
                    "mentee": score,
                    "mentor": score - 0.2 * (wave - 1) + rng.normal(0, 0.3, n),
                }
            )
        )
    pairs = pd.concat(parts, ignore_index=True)
    return pairs.assign(gap=pairs["mentor"] - pairs["mentee"])


def row(result, outcome, term="change per wave"):
    frame = result.to_frame()
    return frame[(frame["outcome"] == outcome) & (frame["term"] == term)].iloc[0]


def test_finds_slopes_and_a_gap_that_widens():
    result = growth(rising(n=200))
    assert row(result, "mentee")["estimate"] == pytest.approx(0.4, abs=0.08)
    assert row(result, "mentor")["estimate"] == pytest.approx(0.2, abs=0.08)
    assert row(result, "gap")["estimate"] == pytest.approx(-0.2, abs=0.03)
    assert row(result, "mentee", "start")["estimate"] == pytest.approx(3, abs=0.2)
    parts = result.variances[result.variances["outcome"] == "mentee"].set_index("component")[
        "value"
    ]
    assert parts["between trajectories, in slope"] == pytest.approx(0.09, abs=0.04)
    assert parts["from wave to wave"] == pytest.approx(0.25, abs=0.05)
    assert row(result, "mentee")["df"] == pytest.approx(199, rel=0.02)


def test_balanced_slopes_are_the_mean_of_single_slopes():
    pairs = rising(n=40, waves=3, slope_sd=0.6)
    result = growth(pairs, outcome="mentee")
    assert row(result, "mentee")["note"] == ""
    wide = pairs.pivot(index="mentee_id", columns="wave", values="mentee").to_numpy()
    single = (wide[:, 2] - wide[:, 0]) / 2
    found = row(result, "mentee")
    assert found["estimate"] == pytest.approx(single.mean())
    assert found["std_error"] == pytest.approx(single.std(ddof=1) / np.sqrt(40), rel=1e-4)
    assert found["df"] == pytest.approx(39, rel=1e-3)


def test_a_boundary_gives_up_the_correlation_by_name():
    # With this seed the likelihood is highest where start and slope are perfectly correlated.
    result = growth(rising(n=40, waves=3), outcome="mentee")
    assert row(result, "mentee")["note"] == "start and slope taken as uncorrelated"
    parts = result.variances.set_index("component")["value"]
    assert parts["covariance of start and slope"] == 0
    assert parts["between trajectories, in slope"] > 0


def equal_slopes(n=60):
    """Scores over four waves whose departures from a common line have no slope of their own."""
    rng = np.random.default_rng(4)
    bend = np.outer(rng.normal(0, 0.4, n), [1, -1, -1, 1])
    scores = rng.normal(3, 0.8, n)[:, None] + 0.4 * np.arange(4) + bend
    return rising(n=n).sort_values(["mentee_id", "wave"]).assign(mentee=scores.ravel())


def test_shared_mentors_are_a_part_of_their_own():
    result = growth(rising(n=120, n_mentors=20), outcome="mentee")
    assert "between mentors" in set(result.variances["component"])
    alone = growth(rising(n=120, n_mentors=20), outcome="mentee", shared=None)
    assert "between mentors" not in set(alone.variances["component"])
    assert row(result, "mentee", "start")["std_error"] > row(alone, "mentee", "start")["std_error"]


def test_fallbacks_are_named():
    two = growth(rising(waves=2), outcome="mentee")
    assert row(two, "mentee")["note"] == "random slopes need three waves: intercepts only"
    same = growth(equal_slopes(), outcome="mentee")
    assert "do not differ measurably in slope" in row(same, "mentee")["note"]
    assert "between trajectories, in slope" not in set(same.variances["component"])
    once = growth(rising().query("wave == 1"), outcome="mentee")
    assert row(once, "mentee")["note"] == "needs two waves with scores; got 1"
    assert np.isnan(row(once, "mentee")["estimate"])
    scattered = rising(n=9, waves=3)
    scattered = scattered[scattered["wave"] == scattered["mentee_id"] % 3 + 1]
    assert (
        "no trajectory has two waves" in row(growth(scattered, outcome="mentee"), "mentee")["note"]
    )
    flat = growth(rising().assign(mentee=3.0), outcome="mentee")
    assert "the outcome does not vary" in row(flat, "mentee")["note"]


def test_unbalanced_waves_and_absent_scores():
    pairs = rising()
    holes = pairs.assign(
        mentee=pairs["mentee"].where(np.random.default_rng(2).random(len(pairs)) < 0.7)
    )
    result = growth(holes.assign(mentor=np.nan), outcome=["mentor", "mentee"])
    assert row(result, "mentee")["estimate"] == pytest.approx(0.4, abs=0.15)
    assert result.absent == ("trust (mentor)",)
    assert "without a single score: trust (mentor)" in result.summary()


def test_binary_and_ordinal_outcomes():
    pairs = rising(n=150)
    pairs["high"] = (pairs["mentee"] > 3.5).astype(float)
    pairs["step"] = np.clip(np.round(pairs["mentee"]), 2, 5)
    binary = growth(pairs, outcome="high", kind="binary")
    assert row(binary, "high")["estimate"] > 0
    assert row(binary, "high")["p_value"] < 0.001
    assert binary.variances["component"].tolist() == ["working correlation"]
    ordinal = growth(pairs, outcome="step", kind="ordinal")
    assert ordinal.to_frame()["term"].tolist() == ["change per wave"]
    assert row(ordinal, "step")["estimate"] > 0
    wrong = growth(pairs, outcome="mentee", kind="binary")
    assert "a binomial outcome is 0 or 1" in row(wrong, "mentee")["note"]
    few = growth(
        rising(n=20).assign(high=lambda f: (f["mentee"] > 3.5) * 1.0), outcome="high", kind="binary"
    )
    assert "only 20 clusters: intervals are too narrow" in row(few, "high")["note"]


def test_controls_and_other_frames():
    pairs = rising().drop(columns="element")
    pairs["age"] = pairs["mentee_id"] % 7
    result = growth(pairs, outcome="mentee", controls="age")
    assert result.to_frame()["term"].tolist() == ["start", "change per wave", "age"]
    assert result.to_frame()["element"].tolist() == [""] * 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"outcome": "mente"}, r"'mente' is not a column .* Did you mean 'mentee'\?"),
        ({"outcome": "element"}, "'element' must be numeric"),
        ({"kind": "logit"}, "`kind` must be 'linear', 'binary' or 'ordinal'"),
        ({"elements": "faith"}, "must be elements of pairs"),
        ({"shared": "coach_id"}, "'coach_id' is not a column"),
        ({"level": 0}, "`level` lies between 0 and 1"),
    ],
)
def test_refuses(options, said):
    with pytest.raises(OptionError, match=said):
        growth(rising(n=10), **options)


def test_the_result_reads_well():
    result = growth(invent_pairs(waves=(1, 2, 3)), elements="trust")
    assert result.headline() == "Growth over wave of 1 element (linear)"
    assert "a change without a comparison group is a change, not an effect" in result.summary()
    assert "<script" not in result._repr_html_()
