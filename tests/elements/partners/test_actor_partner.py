from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.actor_partner import actor_partner
from mentorlab.errors import EstimationError, OptionError
from mentorlab.stats.clusters import cluster_robust
from mentorlab.stats.dyads.actor_partner import fit_actor_partner

INDEPENDENT = invent_pairs(n_mentors=80)
SHARED = invent_pairs(n_mentors=20, n_mentees=4, seed=2)


def arrays(pairs):
    y, x = (
        pairs.loc[pairs["element"] == name, ["mentor", "mentee"]].to_numpy()
        for name in ("growth", "trust")
    )
    return y, x[:, :, None]


def effect(result, role, kind):
    frame = result.to_frame()
    return frame[(frame["role"] == role) & (frame["effect"] == kind)].iloc[0]


@pytest.mark.parametrize("distinguishable", [True, False])
def test_independent_pairs_are_exact(distinguishable):
    result = actor_partner(
        INDEPENDENT, outcome="growth", predictor="trust", distinguishable=distinguishable
    )
    fit = fit_actor_partner(*arrays(INDEPENDENT), distinguishable=distinguishable)
    frame = result.to_frame()
    assert frame["estimate"].to_numpy() == pytest.approx(fit.params.ravel())
    assert frame["std_error"].to_numpy() == pytest.approx(np.sqrt(np.diag(fit.covariance)))
    assert frame["df"].to_numpy() == pytest.approx(fit.df.ravel())
    assert result.residual_correlation == pytest.approx(fit.correlation)
    assert result.tests["test"].tolist() == ["equal effects", "interchangeable"]
    assert result.tests["df"].tolist() == [2, 6]


def test_effects_point_the_right_way():
    """Mentees' growth follows the mentors' trust only."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(300, 2)), columns=["trust_m", "trust_e"])
    frame["growth_m"] = rng.normal(size=300)
    frame["growth_e"] = frame["trust_m"] + 0.3 * rng.normal(size=300)
    result = actor_partner(
        frame, outcome=("growth_m", "growth_e"), predictor=("trust_m", "trust_e")
    )
    assert effect(result, "mentee", "partner")["estimate"] == pytest.approx(1, abs=0.1)
    for role, kind in (("mentee", "actor"), ("mentor", "actor"), ("mentor", "partner")):
        assert abs(effect(result, role, kind)["estimate"]) < 0.2
    assert result.tests["p_value"].max() < 1e-6


@pytest.mark.parametrize("distinguishable", [True, False])
def test_shared_mentors_keep_estimates_and_change_errors(distinguishable):
    options = {"outcome": "growth", "predictor": "trust", "distinguishable": distinguishable}
    robust = actor_partner(SHARED, **options)
    naive = actor_partner(SHARED, cluster=None, **options)
    assert robust.to_frame()["estimate"].to_numpy() == pytest.approx(
        naive.to_frame()["estimate"].to_numpy()
    )
    assert (robust.n_clusters, robust.n_dyads) == (20, 80)
    assert (robust.to_frame()["df"] < 20).all()
    assert "60 pairs share a mentor with another: these errors are too small" in naive.summary()
    assert "CR2 with Satterthwaite" in robust.summary()


def test_clustered_errors_by_role_are_those_of_each_equation():
    result = actor_partner(SHARED, outcome="growth", predictor="trust")
    y, x = arrays(SHARED)
    mentor = pd.factorize(SHARED.loc[SHARED["element"] == "trust", "mentor_id"])[0]
    for role, name in ((0, "mentor"), (1, "mentee")):
        design = np.column_stack([np.ones(80), x[:, role, 0], x[:, 1 - role, 0]])
        fit = cluster_robust(design, y[:, role], mentor)
        frame = result.to_frame()
        mine = frame[frame["role"] == name]
        assert mine["std_error"].to_numpy() == pytest.approx(fit.std_error)
        assert mine["df"].to_numpy() == pytest.approx(fit.df)
    assert result.tests["test"].tolist() == [
        "actor effects differ by role",
        "partner effects differ by role",
    ]


def test_interchangeable_roles_may_be_entered_in_any_order():
    turn = np.random.default_rng(3).random(len(SHARED)) < 0.5
    both = SHARED[["mentor", "mentee"]].to_numpy()
    turned = SHARED.copy()
    turn = np.repeat(turn[: len(SHARED) // 2], 1)
    turn = np.concatenate([turn, turn])
    turned[["mentor", "mentee"]] = np.where(turn[:, None], both[:, ::-1], both)
    options = {"outcome": "growth", "predictor": "trust", "distinguishable": False}
    one, two = actor_partner(SHARED, **options), actor_partner(turned, **options)
    for name in ("estimate", "std_error", "df"):
        assert two.to_frame()[name].to_numpy() == pytest.approx(one.to_frame()[name].to_numpy())


def test_covariates_of_pairs_and_of_persons():
    rng = np.random.default_rng(4)
    pairs = INDEPENDENT.assign(months=np.tile(rng.integers(3, 18, 80), 2))
    age = INDEPENDENT[INDEPENDENT["element"] == "trust"].assign(
        element="age", mentor=rng.normal(50, 8, 80), mentee=rng.normal(25, 4, 80)
    )
    pairs = pd.concat([pairs, age.assign(months=pairs["months"].iloc[:80].to_numpy())])
    result = actor_partner(pairs, outcome="growth", predictor="trust", controls=["months", "age"])
    kinds = result.to_frame()["effect"].iloc[:6].tolist()
    assert kinds == [
        "intercept",
        "actor",
        "own covariate",
        "partner",
        "partner covariate",
        "covariate",
    ]
    assert len(result.ratios) == 2


def test_the_k_ratio_says_when_it_has_no_bounds():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(40, 4)), columns=["y_m", "y_e", "x_m", "x_e"])
    result = actor_partner(frame, outcome=("y_m", "y_e"), predictor=("x_m", "x_e"))
    row = result.ratios.iloc[0]
    assert np.isinf(row["conf_low"])
    assert row["note"] == "not bounded: the actor effect may be zero"
    assert "k ratio of mentors for x: not bounded" in result.summary()


def test_standardized_effects():
    result = actor_partner(INDEPENDENT, outcome="growth", predictor="trust")
    y, x = arrays(INDEPENDENT)
    row = effect(result, "mentee", "partner")
    expected = row["estimate"] * x[:, 0, 0].std(ddof=1) / y[:, 1].std(ddof=1)
    assert row["std_estimate"] == pytest.approx(expected)


def test_waves_need_a_cluster():
    pairs = invent_pairs(n_mentors=20, waves=(1, 2))
    with pytest.raises(
        EstimationError, match=r"20 pairs occur in several waves.*Give wave= for one"
    ):
        actor_partner(pairs, outcome="growth", predictor="trust", cluster=None)
    assert actor_partner(pairs, outcome="growth", predictor="trust", wave=1).n_dyads == 20
    assert actor_partner(pairs, outcome="growth", predictor="trust").n_clusters == 20


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"predictor": "growth"}, OptionError, "names a variable twice"),
        ({"predictor": []}, OptionError, "`predictor` names nothing"),
        ({"predictor": ("a", "b", "c")}, OptionError, "Give a list for several predictors"),
        ({"predictor": "trust", "level": 2}, OptionError, "`level` lies between 0 and 1"),
        ({"predictor": "trust", "controls": ["month"]}, OptionError, "'month' is not a column"),
        ({"predictor": "trust", "outcome": "none"}, OptionError, "must be elements of pairs"),
    ],
)
def test_refuses(options, error, said):
    with pytest.raises(error, match=said):
        actor_partner(INDEPENDENT, **{"outcome": "growth", **options})


def test_bad_data_is_named():
    with pytest.raises(EstimationError, match=r"actor_partner: .* complete dyads; got 4 dyads"):
        actor_partner(invent_pairs(n_mentors=4), outcome="growth", predictor="trust")
    flat = INDEPENDENT.assign(
        mentor=INDEPENDENT["mentor"].where(INDEPENDENT["element"] != "trust", 3.0)
    )
    with pytest.raises(
        EstimationError,
        match="the predictor 'trust' of the mentor does not vary: all 80 values are 3",
    ):
        actor_partner(flat, outcome="growth", predictor="trust")
    with pytest.raises(EstimationError, match="no mentee has a value of 'growth'"):
        actor_partner(INDEPENDENT.assign(mentee=np.nan), outcome="growth", predictor="trust")


def test_the_result_reads_well():
    result = actor_partner(INDEPENDENT, outcome="growth", predictor="trust")
    assert result.headline() == (
        "Actor and partner effects of trust on growth (80 pairs, roles told apart)"
    )
    assert "effects are associations, not causes" in result.summary()
    assert "nan" not in result.summary()
    assert "<script" not in result._repr_html_()


def test_without_a_predictor_all_other_elements_enter():
    pairs = invent_pairs(n_mentors=60, elements=("trust", "growth", "respect"))
    found = actor_partner(pairs, outcome="growth", cluster="mentor_id")
    named = actor_partner(pairs, outcome="growth", predictor=["trust", "respect"])
    pd.testing.assert_frame_equal(found.to_frame(), named.to_frame())
    with pytest.raises(OptionError, match="no other element; name a `predictor`"):
        actor_partner(pairs[pairs["element"] == "growth"], outcome="growth")
