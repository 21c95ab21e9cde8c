"""Every coefficient through the front door: tidy rows, intervals, reasons for what is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab import Codebook, reliability
from mentorlab.elements.measurement.reliability import Reliability
from mentorlab.errors import OptionError

ALL = (
    "alpha",
    "alpha_standardized",
    "alpha_ordinal",
    "omega",
    "omega_observed",
    "omega_hierarchical",
    "omega_total",
    "lambda2",
    "lambda4",
    "lambda6",
    "split_half_mean",
    "split_half_min",
)


def book(k=6, reverse=()):
    items = [f"t{j}" for j in range(1, k + 1)]
    frame = pd.DataFrame({"item": items, "element": "trust", "low": 1, "high": 5})
    return Codebook(frame.assign(reverse=frame["item"].isin(reverse)))


def answers(n=150, k=6, seed=2, wave=1, stable=None):
    """One trait behind k items, rounded to 1..5; `stable` carries the trait from another wave."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(n, 1)) if stable is None else stable
    scores = trait + rng.normal(size=(n, k)) * np.linspace(0.6, 1.4, k)
    values = pd.DataFrame(
        np.clip(np.round(3 + scores), 1, 5), columns=[f"t{j}" for j in range(1, k + 1)]
    )
    long = values.reset_index(names="rater_id").melt("rater_id", var_name="item")
    return long.assign(relationship_id="r", role="mentee", wave=wave)


def one(frame: pd.DataFrame, coefficient: str, **options) -> pd.Series:
    k = frame["item"].nunique()
    result = reliability(frame, codebook=book(k), coefficients=[coefficient], **options)
    return result.scales.iloc[0]


def test_several_coefficients_are_tidy_rows():
    result = reliability(answers(), codebook=book(), coefficients=ALL)
    frame = result.to_frame()
    assert frame["coefficient"].tolist() == list(ALL)
    assert frame.columns.tolist() == [
        "element", "coefficient", "estimate", "std_error", "conf_low", "conf_high", "interval",
        "n", "n_dropped", "n_items", "note",
    ]  # fmt: skip
    assert frame["estimate"].between(0, 1).all()
    by_name = frame.set_index("coefficient")["estimate"]
    assert by_name["split_half_min"] <= by_name["split_half_mean"] <= by_name["lambda4"]
    assert by_name["omega_hierarchical"] < by_name["omega_total"]
    assert by_name["alpha"] < by_name["lambda2"]
    assert by_name["alpha"] < by_name["alpha_ordinal"]


def test_alpha_alone_keeps_its_columns():
    known = reliability(answers(), codebook=book()).to_frame()
    assert known.columns.tolist() == [
        "element", "alpha", "conf_low", "conf_high", "n", "n_dropped", "n_items", "note",
    ]  # fmt: skip
    several = reliability(answers(), codebook=book(), coefficients=("alpha", "omega")).to_frame()
    assert several["estimate"].iloc[0] == known["alpha"].iloc[0]
    assert several["conf_low"].iloc[0] == known["conf_low"].iloc[0]


@pytest.mark.parametrize(
    "coefficient",
    [
        pytest.param(name, marks=pytest.mark.slow if name == "omega_total" else ())
        for name in ALL[1:]
    ],
)
def test_the_bootstrap_gives_every_coefficient_an_interval(coefficient):
    row = one(answers(), coefficient, interval="bootstrap", n_draws=100, seed=1)
    assert row["interval"] == "bootstrap"
    assert row["conf_low"] < row["estimate"] < row["conf_high"] or coefficient in (
        "lambda4",
        "split_half_min",
        "omega_hierarchical",
        "omega_total",
    )
    assert 0 < row["std_error"] < 0.2
    again = one(answers(), coefficient, interval="bootstrap", n_draws=100, seed=1)
    assert again["conf_low"] == row["conf_low"]


@pytest.mark.parametrize(
    ("coefficient", "interval", "kind"),
    [
        ("alpha", "feldt", "feldt"),
        ("alpha", "bonett", "bonett"),
        ("alpha", "robust", "robust"),
        ("omega", "feldt", "delta"),
        ("omega", "bonett", "delta"),
        ("omega", "robust", "robust"),
        ("lambda2", "feldt", "none"),
    ],
)
def test_the_kind_of_interval_is_named(coefficient, interval, kind):
    # a second coefficient, since alpha alone has no column for it
    frame = reliability(
        answers(), codebook=book(), coefficients=[coefficient, "lambda6"], interval=interval
    ).scales
    row = frame.iloc[0]
    assert row["interval"] == kind
    if kind == "none":
        assert np.isnan(row["conf_low"])
        assert "use interval='bootstrap'" in row["note"]
    else:
        assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_the_bootstrap_draws_persons_with_all_their_answers():
    """Each person twice over: the interval of n persons, not of 2 n."""
    frame = answers(100)
    twice = pd.concat([frame, frame.assign(wave=2)])
    options = {"interval": "bootstrap", "n_draws": 1000, "seed": 4}
    single, double = one(frame, "omega", **options), one(twice, "omega", **options)
    assert double["n"] == 2 * single["n"]
    width = [row["conf_high"] - row["conf_low"] for row in (single, double)]
    assert width[1] == pytest.approx(width[0], rel=0.15)
    result = reliability(twice, codebook=book(), **options)
    assert "draws persons with all their waves" in result.summary()


def test_retest_pairs_consecutive_waves():
    trait = np.random.default_rng(7).normal(size=(80, 1))
    frame = pd.concat([answers(80, seed=wave, wave=wave, stable=trait) for wave in (1, 2, 4)])
    frame = frame[~(frame["rater_id"].eq(5) & frame["wave"].eq(2))]
    result = reliability(frame, codebook=book(), coefficients=["alpha", "retest"])
    rows = result.to_frame().query("coefficient == 'retest'")
    assert rows["waves"].tolist() == ["1-2", "2-4"]
    assert rows["n"].tolist() == [79, 79]
    assert rows["n_dropped"].tolist() == [1, 1]
    keyed = frame.pivot(index="rater_id", columns=["wave", "item"], values="value")
    plain = keyed[1].mean(axis=1).corr(keyed[2].dropna().mean(axis=1))
    assert rows["estimate"].iloc[0] == pytest.approx(plain)
    drawn = reliability(
        frame, codebook=book(), coefficients="retest", interval="bootstrap", seed=1
    ).to_frame()
    assert drawn["conf_low"].iloc[0] == pytest.approx(rows["conf_low"].iloc[0], abs=0.1)


def test_retest_of_one_wave_says_so():
    row = one(answers(), "retest")
    assert np.isnan(row["estimate"])
    assert row["note"] == "answered in one wave only"


@pytest.mark.parametrize("coefficient", ALL)
@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (answers(k=1), "items"),
        (answers(n=2), "complete answers"),
        (answers().assign(value=np.nan), "complete answers"),
        (answers().assign(value=3.0), "not vary"),
    ],
    ids=["one item", "two persons", "nothing answered", "all alike"],
)
def test_what_cannot_be_had_is_missing_with_a_reason(coefficient, frame, reason):
    row = one(frame, coefficient)
    value = row["alpha"] if coefficient == "alpha" else row["estimate"]
    if coefficient == "alpha" and reason == "complete answers" and row["n"] == 2:
        assert np.isfinite(value)  # two persons have an alpha, and an interval that says little
        assert row["conf_high"] - row["conf_low"] > 0.5
        return
    assert np.isnan(value)
    assert reason in row["note"]


def test_an_item_that_does_not_vary_is_named():
    frame = answers()
    frame.loc[frame["item"] == "t2", "value"] = 4.0
    result = reliability(frame, codebook=book(), coefficients=["alpha", "omega", "lambda6"])
    rows = result.to_frame().set_index("coefficient")
    assert np.isfinite(rows.loc["alpha", "estimate"])
    assert rows.loc["omega", "note"] == "item t2 does not vary, so omega is undefined"
    assert "trust (omega): item t2 does not vary" in result.summary()


def test_short_scales_have_no_hierarchy():
    assert one(answers(k=4), "omega_total")["note"] == "omega_total needs five items"
    row = one(answers(k=5), "omega_hierarchical")
    assert "3 factors in 5 items are not identified (-2 degrees of freedom)" in row["note"]
    assert np.isfinite(row["estimate"])


def test_a_heywood_case_is_named():
    rng = np.random.default_rng(1)
    trait, other = rng.normal(size=(2, 400))
    columns = {"t1": trait, "t2": trait + 0.3 * other, "t3": trait - 0.6 * other}
    wide = pd.DataFrame({name: np.clip(np.round(3 + 2 * v), 1, 5) for name, v in columns.items()})
    long = wide.reset_index(names="rater_id").melt("rater_id", var_name="item")
    row = one(long.assign(relationship_id="r", role="mentee", wave=1), "omega")
    assert "Heywood case: nothing is left of 't1'" in row["note"]


def test_items_that_repeat_each_other_have_no_lambda6():
    frame = answers(k=3)
    copy = frame[frame["item"] == "t1"].assign(item="t4")
    row = one(pd.concat([frame, copy]), "lambda6")
    assert "some items are exact combinations of others" in row["note"]


def test_unused_categories_do_no_harm():
    frame = answers()
    frame["value"] = frame["value"].clip(2, 4)
    row = one(frame, "alpha_ordinal")
    assert 0.5 < row["estimate"] < 1
    assert row["note"].startswith("no formula")


def test_two_items_stored_unreversed_are_both_named_with_the_change():
    frame, good = answers(k=5), reliability(answers(k=5), codebook=book(5)).scales["alpha"].iloc[0]
    wrong = frame["item"].isin(["t2", "t4"])
    frame.loc[wrong, "value"] = 6 - frame.loc[wrong, "value"]
    for result in (
        reliability(frame, codebook=book(5)),
        reliability(frame, codebook=book(5), coefficients=("alpha", "omega")),
    ):
        said = result.summary()
        assert "items t2 and t4 go against the rest" in said
        assert f"would be {good:.2f} if all of them were turned" in said
        assert "t2 alone: " in said
    assert reliability(frame, codebook=book(5)).scales["alpha"].iloc[0] < 0.1


def test_two_against_two_names_both_sides_unless_the_codebook_tells():
    frame = answers(k=4)
    wrong = frame["item"].isin(["t2", "t4"])
    frame.loc[wrong, "value"] = 6 - frame.loc[wrong, "value"]
    said = reliability(frame, codebook=book(4)).summary()
    assert "on one side and" in said
    assert "if either side were turned" in said
    turned = frame.copy()
    turned.loc[turned["item"] == "t2", "value"] = 6 - turned.loc[turned["item"] == "t2", "value"]
    said = reliability(turned, codebook=book(4, reverse=["t2"])).summary()
    assert "items t2 and t4 go against the rest" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"coefficients": "omga"},
            r"`coefficients` must be .* got 'omga'\. Did you mean 'omega'\?",
        ),
        ({"coefficients": []}, "must name at least one of 'alpha'"),
        ({"coefficients": "retest", "by": "wave"}, "'retest' compares waves"),
        ({"interval": "feld"}, r"`interval` must be .* Did you mean 'feldt'\?"),
        ({"interval": "bootstrap"}, "needs a `seed`"),
        (
            {"interval": "bootstrap", "seed": 1, "n_draws": 10},
            "100 or more for an interval; got 10",
        ),
        ({"n_draws": 2.5}, "`n_draws` is a whole number; got 2.5"),
        ({"level": 1}, "`level` lies between 0 and 1; got 1"),
    ],
)
def test_options_are_checked_in_words(options, message):
    with pytest.raises(OptionError, match=message):
        reliability(answers(), codebook=book(), **options)


def test_the_summary_says_a_shared_reason_once():
    both = pd.concat([answers(), answers(seed=5).assign(role="mentor")])
    result = reliability(
        both, codebook=book(), by="role", coefficients=["alpha", "lambda2", "lambda6"]
    )
    assert isinstance(result, Reliability)
    said = [note for note in result.notes() if "no formula" in note]
    assert said == ["lambda2, lambda6: no formula gives its interval: use interval='bootstrap'"]
    assert result.headline() == "Reliability by role: alpha, lambda2, lambda6 with 95% intervals"
    assert {"cronbach1951", "guttman1945", "feldt1965"} <= set(result.references)
