"""Models of endings find what was planted, and say what they can not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import EstimationError, OptionError
from mentorlab.signals.closure.weekly_hazard import baseline_steps


def planted(n=400, effect=0.8, seed=1):
    """Endings at a constant weekly hazard, higher at one site; planned ends after a year."""
    rng = np.random.default_rng(seed)
    south = rng.integers(0, 2, n)
    days = np.ceil(rng.exponential(400 * np.exp(-effect * south))).astype(int)
    start = pd.Timestamp("2024-01-01")
    ended = np.minimum(days, 365)
    ids = [f"r{i}" for i in range(n)]
    mentors = [f"m{i // 2}" for i in range(n)]
    mentees = [f"e{i}" for i in range(n)]
    return ml.Program(
        people=pd.DataFrame({"person_id": [*dict.fromkeys(mentors), *mentees]}),
        relationships=pd.DataFrame(
            {
                "relationship_id": ids,
                "site": np.where(south, "south", "north"),
                "distance": rng.normal(size=n),
                "started_on": start,
                "planned_end": start + pd.Timedelta(days=364),
                "ended_on": start + pd.to_timedelta(ended - 1, unit="D"),
                "end_reason": np.where(days > 365, "planned_end", "lack_of_commitment"),
            }
        ),
        members=pd.DataFrame(
            {
                "relationship_id": ids * 2,
                "person_id": [*mentors, *mentees],
                "role": ["mentor"] * n + ["mentee"] * n,
            }
        ),
    )


@pytest.fixture(scope="module")
def program():
    return planted()


@pytest.mark.parametrize("model", ["discrete", "cox"])
def test_a_planted_hazard_ratio_is_found(program, model):
    found = ml.closure_model(program, covariates=["site", "distance"], model=model)
    frame = found.to_frame().set_index("term")
    reference = program.relationships["site"].value_counts().index[0]
    row = frame.loc[next(term for term in frame.index if term.startswith("site"))]
    truth = 0.8 if reference == "north" else -0.8
    assert row["conf_low"] < truth < row["conf_high"]
    assert abs(frame.loc["distance", "estimate"]) < 3 * frame.loc["distance", "std_error"]
    assert found.n_clusters == 200
    assert "associations, not causes" in found.summary()


def test_models_agree_on_fine_weeks(program):
    estimates = [
        ml.closure_model(program, covariates="site", model=model).to_frame()["estimate"].item()
        for model in ("discrete", "cox", "fine_gray")
    ]
    assert np.ptp(estimates) < 0.05


def test_features_of_a_week_explain_the_next():
    program = planted(effect=0.0)
    ends = (program.relationships["ended_on"] - program.relationships["started_on"]).dt.days + 1
    weeks = np.ceil(ends / 7).astype(int)
    frame = pd.DataFrame(
        [
            {"relationship_id": name, "week": week, "silent": float(week == last - 1)}
            for name, last in zip(program.relationships["relationship_id"], weeks, strict=True)
            for week in range(1, last + 1)
        ]
    )
    rng = np.random.default_rng(2)
    frame["noise"] = rng.normal(size=len(frame))
    frame["silent"] = frame["silent"].where(
        rng.uniform(size=len(frame)) < 0.8, rng.integers(0, 2, len(frame))
    )
    found = ml.closure_model(program, features=frame, ending="any")
    terms = found.to_frame().set_index("term")
    assert terms.loc["silent", "estimate"] > 1
    assert abs(terms.loc["noise", "estimate"]) < 4 * terms.loc["noise", "std_error"]
    assert any("no features of the week before" in note for note in found.notes())


def test_steps_of_the_baseline_hold_some_endings():
    week = np.arange(1, 53)
    ended = np.zeros(52, bool)
    ended[[3, 4, 6, 20, 21, 22, 40, 41, 45]] = True
    steps = baseline_steps(week, ended)
    assert (np.diff(steps) >= 0).all()
    assert np.bincount(steps, weights=ended).min() >= 3


def test_thin_data_are_said_to_be_thin():
    found = ml.closure_model(planted(n=40), covariates=["site", "distance"])
    notes = " ".join(found.notes())
    assert "only 20 mentors" in notes
    assert "ratios are unstable" in planted_notes(n=20)


@pytest.mark.parametrize("model", ["discrete", "cox"])
def test_a_group_without_endings_gets_no_number(program, model):
    friendly = np.flatnonzero(program.relationships["end_reason"] == "planned_end")[:9]
    calm = np.isin(np.arange(len(program.relationships)), friendly)
    apart = program.relationships.assign(kept=np.where(calm, "calm", "other"))
    program = ml.Program(**{**program.tables, "relationships": apart})
    found = ml.closure_model(program, covariates=["kept"], model=model)
    assert found.terms["ratio"].isna().all()
    assert "no number for kept: calm (not other)" in " ".join(found.notes())
    assert found.n_events > 0


def planted_notes(n):
    return " ".join(ml.closure_model(planted(n=n), covariates=["site", "distance"]).notes())


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, OptionError, "name `covariates` or give `features`"),
        ({"covariates": ["sight"]}, OptionError, "Did you mean 'site'"),
        ({"covariates": ["started_on"]}, OptionError, "'started_on' is a date"),
        ({"covariates": ["end_reason"], "ending": "external"}, EstimationError, "0 of"),
        (
            {"covariates": ["site"], "model": "fine_gray", "ending": "any"},
            EstimationError,
            "one kind",
        ),
        ({"covariates": ["site"], "strata": "site"}, OptionError, "`strata` goes with model='cox'"),
        ({"covariates": ["site"], "model": "logit"}, OptionError, "`model` must be"),
        (
            {"features": pd.DataFrame({"week": [1]})},
            OptionError,
            "needs the column 'relationship_id'",
        ),
        (
            {"features": pd.DataFrame({"relationship_id": ["r0"], "week": [1]})},
            OptionError,
            "no number columns",
        ),
        (
            {"features": pd.DataFrame({"relationship_id": ["r0"] * 2, "week": [1, 1], "gap": 0.0})},
            OptionError,
            "has a week twice",
        ),
    ],
)
def test_wrong_calls_are_named(program, options, error, message):
    with pytest.raises(error, match=message):
        ml.closure_model(program, **options)
