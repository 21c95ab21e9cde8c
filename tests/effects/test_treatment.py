"""Effects against closed forms, statsmodels formulas and the published trial."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.effects import treatment_effect
from mentorlab.errors import EstimationError, OptionError


def trial(n=80, seed=4):
    rng = np.random.default_rng(seed)
    arm = rng.choice(["control", "class", "mentored"], n)
    before = rng.normal(size=n)
    score = 0.5 * (arm == "mentored") + 0.7 * before + rng.normal(size=n)
    site = rng.choice(["north", "south", "west"], n)
    return pd.DataFrame(
        {"arm": arm, "before": before, "score": score, "site": site, "mentor": np.arange(n) // 4}
    )


def effect(frame, **options):
    given = {"outcome": "score", "treatment": "arm", "estimator": "ols", **options}
    return treatment_effect(frame, **given)


def test_two_arms_without_controls_are_a_difference_of_means_with_neymans_error():
    frame = trial().query("arm != 'class'")
    row = effect(frame).to_frame().iloc[0]
    groups = frame.groupby("arm")["score"]
    assert row["estimate"] == pytest.approx(groups.mean()["mentored"] - groups.mean()["control"])
    assert row["std_error"] ** 2 == pytest.approx((groups.var() / groups.size()).sum())


def test_clustered_errors_by_hand():
    frame = trial().query("arm != 'class'")
    row = effect(frame, cluster="mentor").to_frame().iloc[0]
    x = np.column_stack([np.ones(len(frame)), frame["arm"] == "mentored"]).astype(float)
    y = frame["score"].to_numpy()
    bread = np.linalg.inv(x.T @ x)
    residual = y - x @ bread @ x.T @ y
    scores = pd.DataFrame(x * residual[:, None]).groupby(frame["mentor"].to_numpy()).sum()
    n, k, g = len(frame), 2, len(scores)
    factor = g / (g - 1) * (n - 1) / (n - k)
    covariance = factor * bread @ (scores.T @ scores).to_numpy() @ bread
    assert row["std_error"] == pytest.approx(np.sqrt(covariance[1, 1]))
    assert row["df"] == g - 1


def test_several_arms_and_category_controls_equal_a_formula():
    import statsmodels.formula.api as smf

    frame = trial()
    result = effect(frame, controls=["before", "site"], estimator="ancova").to_frame()
    formula = "score ~ C(arm, Treatment('control')) + before + C(site)"
    fit = smf.ols(formula, frame).fit(cov_type="HC2", use_t=True)
    names = [f"C(arm, Treatment('control'))[T.{arm}]" for arm in result["arm"]]
    assert result["estimate"].tolist() == pytest.approx(fit.params[names].tolist())
    assert result["std_error"].tolist() == pytest.approx(fit.bse[names].tolist())
    assert result["conf_low"].tolist() == pytest.approx(fit.conf_int().loc[names, 0].tolist())
    assert result["p_value"].tolist() == pytest.approx(fit.pvalues[names].tolist())


@pytest.mark.parametrize(
    "code",
    [
        lambda arm: arm == "mentored",
        lambda arm: (arm == "mentored").astype(int),
        lambda arm: pd.Categorical(arm, ["control", "mentored"]),
    ],
)
def test_flags_numbers_and_categories_compare_the_same_arms(code):
    frame = trial().query("arm != 'class'")
    coded = effect(frame.assign(arm=code(frame["arm"]))).to_frame()
    plain = effect(frame).to_frame()
    assert coded["estimate"].iloc[0] == pytest.approx(plain["estimate"].iloc[0])


def test_column_names_are_data_never_code():
    names = {"score": "Q('x')", "before": "__import__('os')", "arm": "a b; c"}
    frame = trial().rename(columns=names)
    result = treatment_effect(
        frame,
        outcome=names["score"],
        treatment=names["arm"],
        estimator="ols",
        controls=[names["before"]],
    )
    plain = effect(trial(), controls=["before"])
    assert result.to_frame()["estimate"].tolist() == plain.to_frame()["estimate"].tolist()


def test_without_a_comparison_group_it_is_a_change_not_an_effect():
    with pytest.raises(EstimationError, match="a benefit is a change, not an effect"):
        effect(trial().query("arm == 'mentored'"))


def test_a_control_that_says_what_others_say_is_named():
    frame = trial().assign(twice=lambda rows: 2 * rows["before"] + 1)
    with pytest.raises(EstimationError, match="the control 'twice' says the same as the columns"):
        effect(frame, controls=["before", "twice"])


def test_the_comparison_group_must_be_told():
    frame = trial().assign(arm=lambda rows: rows["arm"].map(lambda arm: arm[:2]))
    with pytest.raises(OptionError, match="which arm of 'arm' is the comparison group"):
        effect(frame)
    assert effect(frame, reference="co").reference == "co"
    with pytest.raises(OptionError, match=r"`reference` must be an arm.*got 'none'"):
        effect(frame, reference="none")


def test_rows_left_out_are_counted_by_column():
    frame = trial()
    frame.loc[[0, 1], "score"] = np.nan
    frame.loc[[1, 2], "before"] = np.nan
    said = effect(frame, controls=["before"]).summary()
    assert "2 rows left out: score is empty" in said
    assert "1 row left out: before is empty" in said


def test_few_clusters_are_named():
    assert "only 20 clusters" in effect(trial(), cluster="mentor").summary()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"outcome": "scor"}, "'scor' is not a column.*Did you mean 'score'"),
        ({"outcome": "site"}, "'site' must be numeric; it is stored as str"),
        ({"estimator": "ipw"}, "`estimator` must be 'ols' or 'ancova'; got 'ipw'"),
        ({"estimator": "ancova"}, "needs the outcome before treatment among `controls`"),
        ({"controls": ["arm"]}, "'arm' can't be compared and at the same time be adjusted for"),
        ({"level": 2}, "`level` lies between 0 and 1"),
    ],
)
def test_wrong_arguments_are_named(options, said):
    with pytest.raises(OptionError, match=said):
        effect(trial(), **options)


def test_reprs_say_the_same_and_escape():
    frame = trial().rename(columns={"arm": "<b>arm</b>"})
    result = effect(frame, treatment="<b>arm</b>")
    assert "&lt;b&gt;arm" in result._repr_html_()
    assert repr(result) == result.summary()
    assert "Cameron" in result.cite()


needs_trial = pytest.mark.skipif(
    bool(ml.datasets.available("kenya_mentors")), reason=ml.datasets.available("kenya_mentors")
)


@needs_trial
def test_pooled_effect_equals_table_3_of_the_trial():
    panel = ml.datasets.load_kenya_mentors().panel.astype({"wave": "category"})
    result = treatment_effect(
        panel,
        outcome="profit",
        treatment="arm_in_force",
        estimator="ancova",
        controls=["wave", *ml.datasets.TABLE_3_CONTROLS],
        cluster="person_id",
    ).to_frame()
    rows = result.set_index("arm")
    assert rows["n"].unique().tolist() == [2578]
    assert rows.loc["mentee", ["estimate", "std_error"]].round(2).tolist() == [371.83, 133.02]
    assert rows.loc["class", ["estimate", "std_error"]].round(2).tolist() == [124.51, 144.90]


@needs_trial
def test_effect_by_wave_equals_table_3_of_the_trial():
    panel = ml.datasets.load_kenya_mentors().panel
    found = {}
    for wave in range(1, 8):
        result = treatment_effect(
            panel[panel["wave"] == wave],
            outcome="profit",
            treatment="arm",
            estimator="ancova",
            controls=ml.datasets.TABLE_3_CONTROLS,
        ).to_frame()
        row = result[result["arm"] == "mentee"].iloc[0]
        found[wave] = (round(row["estimate"], 2), row["n"])
    assert found == {
        1: (266.06, 345),
        2: (50.22, 311),
        3: (321.06, 312),
        4: (994.68, 316),
        5: (915.59, 302),
        6: (20.81, 318),
        7: (35.86, 307),
    }


@pytest.mark.slow
def test_clustered_interval_covers_the_effect():
    """Forty mentors with four mentees each, 2,000 replications, exact binomial band of 99.9 %."""
    from scipy.stats import binom

    rng = np.random.default_rng(8)
    n_replications, covered = 2000, 0
    mentor = np.repeat(np.arange(40), 4)
    for _ in range(n_replications):
        treated = rng.permutation(40)[mentor] < 20
        score = 0.3 * treated + rng.normal(size=40)[mentor] + rng.normal(size=160)
        frame = pd.DataFrame({"arm": treated, "score": score, "mentor": mentor})
        row = effect(frame, cluster="mentor").to_frame().iloc[0]
        covered += row["conf_low"] <= 0.3 <= row["conf_high"]
    low, high = binom.interval(0.999, n_replications, 0.95)
    print(f"CR1, 40 clusters: coverage {covered / n_replications:.3f}")
    assert low <= covered <= high


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (
            lambda f: f[(f["arm"] != "class") | (f.groupby("arm").cumcount() == 0)],
            {},
            "'class' has one row only",
        ),
        (lambda f: f.assign(k=f["arm"]), {"cluster": "k"}, "has one cluster of 'k' only"),
        (lambda f: f.assign(score=1.0), {}, "fits every row exactly, so its errors can't be told"),
        (lambda f: f.assign(score=f["arm"].eq("class") * 1.0), {}, "fits every row exactly"),
        (lambda f: f.head(0), {}, "no row has a value in each of 'score' or 'arm'"),
        (lambda f: f.assign(before=np.nan), {"controls": "before"}, "no row has a value in each"),
    ],
)
def test_errors_that_cannot_be_told_are_refused_not_shown_as_zero(change, options, said):
    with pytest.raises(EstimationError, match=f"treatment_effect: .*{said}"):
        effect(change(trial()), **options)


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (lambda f: [1], {}, "needs a data frame; got a list"),
        (lambda f: pd.concat([f, f[["score"]]], axis=1), {}, "more than one column named 'score'"),
        (lambda f: f, {"outcome": ["score"]}, r"\['score'\] is not a column"),
        (lambda f: f, {"outcome": None}, "None is not a column"),
        (lambda f: f, {"level": "0.9"}, "`level` lies between 0 and 1; got '0.9'"),
        (lambda f: f, {"cluster": "arm"}, "can't be compared and at the same time"),
        (lambda f: f.assign(score=np.inf), {}, "'score' must be finite"),
        (lambda f: pd.concat({"a": f}, axis=1), {}, "'score' is not a column"),
    ],
)
def test_frames_that_cannot_be_used_are_named(change, options, said):
    with pytest.raises(OptionError, match=f"treatment_effect: .*{said}"):
        effect(change(trial()), **options)


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_the_dtype_backend_and_index_do_not_matter(backend):
    plain = effect(trial(), controls=["before", "site"], cluster="mentor").to_frame()
    frame = trial().convert_dtypes(dtype_backend=backend).set_index(pd.Index([0] * 80))
    other = effect(frame, controls=["before", "site"], cluster="mentor").to_frame()
    pd.testing.assert_frame_equal(plain, other)


def test_numbers_as_column_names():
    frame = trial().rename(columns={"score": 0, "arm": 1, "before": 2, "mentor": 3})
    result = treatment_effect(
        frame, outcome=0, treatment=1, estimator="ancova", controls=[2], cluster=3
    )
    plain = effect(trial(), estimator="ancova", controls=["before"], cluster="mentor")
    assert result.to_frame()["std_error"].tolist() == plain.to_frame()["std_error"].tolist()
    assert "adjusted for 2" in result.summary()
    first = trial().rename(columns={"mentor": 0})
    assert "errors clustered by 0 (20 clusters" in effect(first, cluster=0).summary()


def test_another_level_is_said_in_words_and_in_the_picture():
    result = effect(trial(), level=0.8)
    assert "intervals are 80% intervals" in result.summary()
    assert "intervals are" not in effect(trial()).summary()
    assert "(80% interval)" in result.plot().get_xlabel()
