from __future__ import annotations

import numpy as np
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.one_with_many import one_with_many
from mentorlab.errors import EstimationError, OptionError


def test_a_mentors_share_is_found():
    pairs = invent_pairs(n_mentors=150, n_mentees=6, seed=1)
    result = one_with_many(pairs, outcome="growth", predictor="trust")
    shares = result.variances.set_index(["role", "component"])["share"]
    # A level of .5 beside residuals of 1.
    for role in ("mentor", "mentee"):
        assert shares[role, "between mentors"] == pytest.approx(0.2, abs=0.07)
    frame = result.to_frame().set_index(["role", "effect"])
    assert frame.loc[("mentee", "actor"), "estimate"] == pytest.approx(0.5, abs=0.1)
    assert frame.loc[("mentee", "partner"), "estimate"] == pytest.approx(0.3, abs=0.1)
    assert (frame["df"] > 100).all()


def test_variances_add_up_and_waves_make_mentees_a_factor():
    result = one_with_many(invent_pairs(n_mentors=15, n_mentees=3, waves=(1, 2)), outcome="trust")
    table = result.variances
    assert table.groupby("role")["share"].sum().to_numpy() == pytest.approx([1, 1])
    assert set(table["component"]) == {"between mentors", "between mentees", "rest"}


def test_a_share_of_zero_is_named():
    pairs = invent_pairs(n_mentors=12, n_mentees=4)
    contrast = np.tile([1.0, -1, 2, -2], 24)
    result = one_with_many(pairs.assign(mentor=contrast, mentee=pairs["mentee"]), outcome="trust")
    assert "mentors: a share is estimated as zero" in result.summary()


def test_refuses():
    with pytest.raises(EstimationError, match=r"no mentor has two mentees.*Use actor_partner"):
        one_with_many(invent_pairs(), outcome="trust")
    with pytest.raises(OptionError, match="are the same, 'trust'"):
        one_with_many(invent_pairs(n_mentees=2), outcome="trust", predictor="trust")
    flat = invent_pairs(n_mentees=2).assign(mentor=3.0)
    with pytest.raises(EstimationError, match="mentors' trust: the outcome does not vary"):
        one_with_many(flat, outcome="trust")


def test_few_mentors_are_named():
    result = one_with_many(invent_pairs(n_mentors=5, n_mentees=4), outcome="trust")
    assert "only 5 mentors: shares and p values are rough" in result.summary()
    assert "<script" not in result._repr_html_()
