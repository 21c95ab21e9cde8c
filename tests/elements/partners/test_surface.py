from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.surface import response_surface
from mentorlab.errors import EstimationError, OptionError
from mentorlab.stats.dyads.surface import SLOPE_WEIGHTS, fit_surface


def congruent(n=400, seed=1, tilt=0.0, n_mentors=None):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(3, 1, size=(2, n))
    z = 5 - 0.6 * (x - y) ** 2 + tilt * (x - y) + rng.normal(0, 0.5, size=n)
    mentor = np.arange(n) % (n_mentors or n)
    return pd.DataFrame({"mentor_id": mentor, "trust_m": x, "trust_e": y, "growth": z})


OPTIONS = {"outcome": "growth", "predictor": ("trust_m", "trust_e")}


def test_an_effect_of_agreement_is_shown_and_a_tilted_one_is_not():
    result = response_surface(congruent(), center=3, **OPTIONS)
    assert result.verdict == "outcomes are best where partners agree"
    assert result.family["model"].iloc[0] == "squared_difference"
    tilted = response_surface(congruent(tilt=1.0), center=3, **OPTIONS)
    assert "no effect of agreement is shown" in tilted.verdict
    assert "it matters who scores higher" in tilted.verdict
    nothing = response_surface(
        congruent().assign(growth=np.random.default_rng(2).normal(size=400)), **OPTIONS
    )
    assert "disagreement does not cost" in nothing.verdict


def test_numbers_are_those_of_the_kernel():
    frame = congruent()
    result = response_surface(frame, center=3, **OPTIONS)
    fit = fit_surface(
        frame["trust_m"].to_numpy() - 3, frame["trust_e"].to_numpy() - 3, frame["growth"].to_numpy()
    )
    assert result.coefficients["estimate"].to_numpy() == pytest.approx(fit.beta)
    error = np.sqrt(np.diag(SLOPE_WEIGHTS @ fit.robust @ SLOPE_WEIGHTS.T))
    assert result.to_frame()["std_error"].to_numpy() == pytest.approx(error)
    assert result.family["delta_aicc"].is_monotonic_increasing
    assert result.family["weight"].sum() == pytest.approx(1)


def test_shared_mentors_and_the_point_of_centering():
    shared = response_surface(congruent(n_mentors=25), **OPTIONS)
    assert "clustered by mentor_id (25 clusters" in shared.summary()
    assert (shared.to_frame()["df"] < 25).all()
    assert shared.center == pytest.approx(3, abs=0.1)
    assert "centered at their common mean" in shared.summary()


@pytest.mark.parametrize("side", ["mentor", "mentee", "mean"])
def test_whose_outcome(side):
    pairs = invent_pairs(n_mentors=60)
    result = response_surface(pairs, outcome="growth", predictor="trust", outcome_of=side)
    growth = pairs[pairs["element"] == "growth"]
    assert result.scores["outcome"].to_numpy() == pytest.approx(growth[side].to_numpy())
    assert result.outcome == ("growth" if side == "mean" else f"{side}'s growth")


def test_agreement_everywhere_is_extrapolation():
    frame = congruent()
    frame["trust_e"] = frame["trust_m"] + 0.1 * (frame["trust_e"] - 3)
    result = response_surface(frame, **OPTIONS)
    assert "off the diagonal the surface is extrapolated" in result.summary()


def test_refuses():
    frame = congruent(50)
    with pytest.raises(
        OptionError, match="`outcome_of` must be 'mentor', 'mentee' or 'mean'; got 'both'"
    ):
        response_surface(frame, outcome_of="both", **OPTIONS)
    with pytest.raises(OptionError, match="are the same, 'trust'"):
        response_surface(invent_pairs(), outcome="trust", predictor="trust")
    with pytest.raises(
        EstimationError, match="response_surface: a surface with six coefficients needs"
    ):
        response_surface(frame.head(6), **OPTIONS)
    with pytest.raises(EstimationError, match="do not span a surface"):
        response_surface(frame.assign(trust_e=frame["trust_m"]), **OPTIONS)
    with pytest.raises(OptionError, match="'growht' is not a column"):
        response_surface(frame, outcome=("growht", "growth"), predictor=("trust_m", "trust_e"))


def test_the_result_reads_well():
    result = response_surface(congruent(), center=3, **OPTIONS)
    assert result.headline().startswith("Response surface of growth over both partners' trust (400")
    assert "squared_difference ranks first" in result.summary()
    assert "<script" not in result._repr_html_()
