"""Factor structure: planted factors, elements that can't be told apart, trouble by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab import Codebook
from mentorlab.elements.measurement.structure import factor_structure
from mentorlab.elements.measurement.structure_result import verdict
from mentorlab.errors import EstimationError, OptionError

ELEMENTS = ("trust", "respect", "commitment")
ITEMS = [f"{element}{j}" for element in ELEMENTS for j in range(1, 5)]
BOOK = Codebook(
    pd.DataFrame({"item": ITEMS, "element": np.repeat(ELEMENTS, 4), "low": 1, "high": 5})
)


def wide(n=400, between=0.5, seed=1, steps=True) -> pd.DataFrame:
    """Three elements of four items, loadings .75, elements correlated at `between`."""
    rng = np.random.default_rng(seed)
    law = np.full((3, 3), between) + (1 - between) * np.eye(3)
    traits = rng.multivariate_normal(np.zeros(3), law, n)
    scores = 0.75 * np.repeat(traits, 4, axis=1) + np.sqrt(1 - 0.75**2) * rng.normal(size=(n, 12))
    values = np.clip(np.round(3 + scores), 1, 5) if steps else 3 + scores / 3
    return pd.DataFrame(values, columns=ITEMS)


def long(frame: pd.DataFrame, **columns) -> pd.DataFrame:
    given = frame.reset_index(names="rater_id").melt("rater_id", var_name="item")
    return given.assign(**{"relationship_id": "r", "role": "mentee", "wave": 1, **columns})


def structure(frame: pd.DataFrame, **options):
    return factor_structure(long(frame), codebook=BOOK, **{"seed": 1, "n_draws": 100, **options})


@pytest.mark.parametrize("correlation", ["pearson", "spearman", "polychoric"])
def test_planted_factors_are_found(correlation):
    result = structure(wide(), correlation=correlation)
    suggested = dict(result.suggestions.itertuples(index=False, name=None))
    assert suggested == {"parallel analysis": 3, "map": 3, "kaiser": 3}
    loadings = result.loadings[["factor_1", "factor_2", "factor_3"]].to_numpy()
    groups = [set(np.argmax(loadings[i : i + 4], axis=1)) for i in (0, 4, 8)]
    assert sorted(groups, key=min) == [{0}, {1}, {2}]
    assert result.factor_correlations.shape == (3, 4)
    assert result.doubts == ()


def test_elements_that_are_the_same_thing_are_named():
    frame = wide(between=0.97)
    result = structure(frame)
    assert result.suggestions["n_factors"].iloc[0] == 1
    verdicts = result.element_correlations["verdict"]
    assert set(verdicts) <= {"can't be told apart", "can hardly be told apart"}
    assert (verdicts == "can't be told apart").any()
    said = result.summary()
    assert "of elements can't be told apart in these answers" in said
    assert "trust and respect" in said
    share = result.general_factor["common_share"].iloc[0]
    assert share > 0.8
    assert f"one general factor holds {share:.0%}" in said


def test_distinct_elements_are_told_apart():
    result = structure(wide(1500, between=0.3))
    pairs = result.element_correlations
    assert set(pairs["verdict"]) == {"are told apart"}
    assert pairs["corrected"].to_numpy() == pytest.approx(np.full(3, 0.3), abs=0.08)
    assert (pairs["conf_low"] < pairs["corrected"]).all()
    assert "can't be told apart" not in result.summary()


def test_corrected_correlations_by_hand():
    frame = wide(200)
    pairs = structure(frame).element_correlations
    sums = frame.T.groupby(lambda name: name[:-1]).sum().T

    def alpha(element):
        part = frame[[name for name in ITEMS if name.startswith(element)]]
        return 4 / 3 * (1 - part.var().sum() / part.sum(axis=1).var())

    r = sums["trust"].corr(sums["respect"])
    assert pairs["correlation"].iloc[0] == pytest.approx(r)
    known = r / np.sqrt(alpha("trust") * alpha("respect"))
    assert pairs["corrected"].iloc[0] == pytest.approx(known)


@pytest.mark.parametrize("method", ["minres", "ml", "pa"])
@pytest.mark.parametrize("rotation", ["oblimin", "varimax", "promax", "none"])
def test_every_method_and_rotation_runs(method, rotation):
    result = structure(wide(), method=method, rotation=rotation, n_factors=2)
    assert result.n_factors == 2
    assert result.loadings["communality"].between(0, 1).all()
    assert result.fit.degrees_of_freedom == 43
    assert result.references


def test_one_seed_one_answer():
    first, second = (structure(wide(), n_draws=100) for _ in range(2))
    pd.testing.assert_frame_equal(first.eigenvalues, second.eigenvalues)
    pd.testing.assert_frame_equal(first.element_correlations, second.element_correlations)


def test_items_that_do_not_vary_are_left_out_by_name():
    result = structure(wide().assign(trust2=4.0))
    assert "trust2" not in set(result.loadings["item"])
    assert "left out since all gave the same answer: trust2" in result.doubts


def test_a_heywood_case_is_named():
    frame = wide(150, steps=False)
    frame["trust2"] = frame["trust1"] + 0.02 * np.random.default_rng(5).normal(size=150)
    result = structure(frame, method="ml", n_factors=3)
    assert any("Heywood case: nothing is left of" in doubt for doubt in result.doubts)


def test_repeated_items_are_smoothed_and_named():
    frame = wide(300)
    frame["trust2"] = frame["trust1"]
    result = structure(frame)
    assert result.is_smoothed
    assert any("were not positive definite and were smoothed" in doubt for doubt in result.doubts)
    assert "RMSEA" not in result.summary()


def test_pooled_roles_and_repeated_persons_are_named():
    both = pd.concat(
        [long(wide(seed=1)), long(wide(seed=2), role="mentor"), long(wide(seed=3), wave=2)]
    )
    result = factor_structure(both, codebook=BOOK, seed=1, n_draws=100)
    text = " ".join(result.doubts)
    assert "roles are pooled" in text
    assert "answered more than once" in text


def test_few_answers_are_named():
    result = structure(wide(30))
    assert "only 2.5 complete answers to each item: loadings are unstable" in result.doubts


def test_elements_of_one_item_are_not_corrected():
    book = Codebook(BOOK.items.query("item in ['trust1', 'trust2', 'trust3', 'respect1']"))
    frame = wide()[["trust1", "trust2", "trust3", "respect1"]]
    result = factor_structure(long(frame), codebook=book, seed=1, n_draws=100)
    row = result.element_correlations.iloc[0]
    assert np.isfinite(row["correlation"])
    assert np.isnan(row["corrected"])
    assert row["verdict"] == "not known"
    assert any(
        doubt.startswith("no general factor: 3 group factors need 5") for doubt in result.doubts
    )


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (wide(10), "10 complete answers to 12 items can't tell factors apart"),
        (wide().assign(trust3=np.nan), r"0 complete answers .* Answered least: 'trust3'"),
        (wide().assign(**dict.fromkeys(ITEMS[2:], 3.0)), "needs 3 items or more that vary; got 2"),
        (wide()[["trust1", "trust2"]], "needs 3 items or more that vary; got 2 items"),
    ],
)
def test_what_cannot_be_factored_is_refused_in_words(frame, message):
    with pytest.raises(EstimationError, match=message):
        structure(frame)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"method": "paf"},
            r"`method` must be 'minres', 'ml' or 'pa'; got 'paf'\. Did you mean 'pa'",
        ),
        ({"rotation": "quartimin"}, "`rotation` must be"),
        ({"correlation": "tetrachoric"}, "`correlation` must be"),
        ({"n_factors": 12}, "must be 1 to 11, fewer than the 12 items; got 12"),
        ({"n_factors": 2.5}, "got 2.5"),
        ({"n_draws": 5}, "`n_draws` is a whole number of 100 or more; got 5"),
        ({"level": 95}, "`level` lies between 0 and 1"),
    ],
)
def test_options_are_checked_in_words(options, message):
    with pytest.raises(OptionError, match=message):
        structure(wide(), **options)


def test_verdicts_follow_the_upper_limit():
    assert [verdict(limit) for limit in (0.79, 0.8, 0.9, 1.0)] == [
        "are told apart",
        "lie close together",
        "can hardly be told apart",
        "can't be told apart",
    ]
