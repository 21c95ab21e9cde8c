"""Every kind of bad input: a clear error, or a number that is missing with its reason."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.elements.measurement.item_analysis import item_analysis
from mentorlab.elements.measurement.reliability import reliability
from mentorlab.elements.measurement.structure import factor_structure
from mentorlab.errors import EstimationError
from mentorlab.options import ReliabilityCoefficient

ITEMS = [f"t{i}" for i in range(1, 7)]
ALL = get_args(ReliabilityCoefficient)


def clean(n=40, k=6):
    rng = np.random.default_rng(0)
    trait = 0.8 * rng.normal(size=(n, 1))
    return np.clip(np.round(3 + trait + 0.8 * rng.normal(size=(n, k))), 1, 5)


def with_column(matrix, j, values):
    changed = matrix.copy()
    changed[:, j] = values
    return changed


def responses(matrix, *, wave=1):
    n, k = matrix.shape
    return pd.DataFrame(
        {
            "relationship_id": np.repeat([f"r{i}" for i in range(n)], k),
            "rater_id": np.repeat([f"p{i}" for i in range(n)], k),
            "role": "mentee",
            "wave": wave,
            "item": np.tile(ITEMS[:k], n),
            "value": matrix.ravel(),
        }
    )


def book(k=6):
    return ml.Codebook(
        pd.DataFrame({"item": ITEMS[:k], "element": "trust", "reverse": False, "low": 1, "high": 5})
    )


CLEAN = clean()
BAD = {
    "an item without variance": CLEAN.copy(),
    "no variance at all": np.full((40, 6), 3.0),
    "one item": CLEAN[:, :1],
    "all missing": np.full((10, 6), np.nan),
    "one item never answered": with_column(CLEAN, 2, np.nan),
    "one respondent": CLEAN[:1],
    "two respondents": CLEAN[:2],
    "fewer respondents than items": CLEAN[:5],
    "items that repeat each other": with_column(CLEAN, 5, CLEAN[:, 4]),
    "identical items": np.repeat(CLEAN[:, :1], 6, axis=1),
    "two of five categories used": np.where(CLEAN > 3, 4.0, 2.0),
}
BAD["an item without variance"][:, 2] = 4


def assert_nothing_is_silent(frame):
    for column in ("estimate", "conf_low", "conf_high"):
        assert not np.isinf(frame[column]).any()
        assert (frame.loc[frame[column].isna(), "note"] != "").all()


@pytest.mark.parametrize("interval", ["feldt", "bonett", "robust", "bootstrap"])
@pytest.mark.parametrize("kind", BAD)
def test_every_missing_coefficient_has_its_reason(kind, interval):
    matrix = BAD[kind]
    names = {
        "feldt": ALL,
        # The bootstrap of Schmid and Leiman's factors is slow and takes the others' road.
        "bootstrap": ["alpha", "alpha_ordinal", "omega", "lambda4", "lambda6", "retest"],
    }.get(interval, ["alpha", "omega"])
    result = reliability(
        responses(matrix),
        codebook=book(matrix.shape[1]),
        coefficients=names,
        interval=interval,
        n_draws=100,
        seed=1,
    )
    assert_nothing_is_silent(result.to_frame())
    assert "nan" not in result.summary().lower()


@pytest.mark.parametrize(
    ("kind", "coefficient", "said"),
    [
        ("an item without variance", "omega", "item t3 does not vary, so omega is undefined"),
        ("no variance at all", "alpha", "the sum of the items does not vary"),
        ("one item", "alpha", "alpha needs two items"),
        ("all missing", "alpha", "fewer than two complete answers"),
        ("one item never answered", "alpha", "nobody answered t3"),
        ("two respondents", "omega", "needs more complete answers than items; got 2 to 6"),
        ("items that repeat each other", "lambda6", "correlations can't be inverted"),
        ("items that repeat each other", "omega", "Heywood case: nothing is left of 't5' or 't6'"),
    ],
)
def test_the_reason_is_the_right_one(kind, coefficient, said):
    matrix = BAD[kind]
    result = reliability(
        responses(matrix), codebook=book(matrix.shape[1]), coefficients=coefficient
    )
    assert said in result.to_frame()["note"].item()


def test_two_respondents_accuse_no_item():
    said = reliability(responses(CLEAN[:2]), codebook=book()).to_frame()["note"].item()
    assert "go against" not in said


def test_forms_that_differ_by_role_ask_for_a_split():
    frame = pd.DataFrame(
        {
            "item": ITEMS[:4],
            "element": "trust",
            "role": ["both", "both", "mentor", "mentee"],
            "reverse": False,
            "low": 1,
            "high": 5,
        }
    )
    mentees = responses(CLEAN[:, :4]).query("item != 't3'")
    mentors = responses(CLEAN[:, :4]).query("item != 't4'").assign(role="mentor")
    both = pd.concat([mentees, mentors], ignore_index=True)
    codebook = ml.Codebook(frame)
    note = reliability(both, codebook=codebook).to_frame()["note"].item()
    assert note == "fewer than two complete answers: no form has all items, so split by role"
    split = reliability(both, codebook=codebook, by="role").to_frame()
    assert split["alpha"].notna().all()


@pytest.mark.parametrize("kind", BAD)
def test_every_missing_item_statistic_has_its_reason(kind):
    matrix = BAD[kind]
    frame = item_analysis(responses(matrix), codebook=book(matrix.shape[1])).to_frame()
    assert len(frame) == matrix.shape[1]
    lost = frame[["item_rest", "item_total", "alpha_if_dropped"]].isna().any(axis=1)
    assert (frame.loc[lost, "note"] != "").all()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("no variance at all", "needs 3 items or more that vary; got 0 items"),
        ("one item", "needs 3 items or more that vary; got 1 item"),
        ("all missing", "0 complete answers to 6 items"),
        ("one item never answered", "Answered least: 't3'"),
        ("two respondents", "2 complete answers"),
        ("fewer respondents than items", "5 complete answers to 6 items"),
    ],
)
def test_a_structure_that_cannot_be_found_is_refused(kind, said):
    matrix = BAD[kind]
    with pytest.raises(EstimationError, match=said):
        factor_structure(responses(matrix), codebook=book(matrix.shape[1]), seed=1, n_draws=100)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("an item without variance", "left out since all gave the same answer: t3"),
        ("items that repeat each other", "were not positive definite and were smoothed"),
        ("identical items", "Heywood case"),
    ],
)
def test_a_structure_that_needed_a_fallback_names_it(kind, said):
    result = factor_structure(responses(BAD[kind]), codebook=book(), seed=1, n_draws=100)
    assert any(said in note for note in result.notes())
    assert result.loadings.drop(columns=["item", "element"]).notna().all(axis=None)


def test_waves_of_unequal_size():
    both = pd.concat(
        [responses(CLEAN), responses(CLEAN[:3], wave=2), responses(CLEAN[:20], wave=3)],
        ignore_index=True,
    )
    frame = reliability(both, codebook=book(), coefficients=["alpha", "retest"]).to_frame()
    rows = frame.set_index("waves")
    assert rows.loc["", "n"] == 63
    assert rows.loc["1-2", "note"] == "fewer than 4 persons with complete answers in both waves"
    assert np.isnan(rows.loc["1-2", "estimate"])
    assert_nothing_is_silent(frame)
