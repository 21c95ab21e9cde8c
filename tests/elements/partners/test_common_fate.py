from __future__ import annotations

import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.common_fate import common_fate
from mentorlab.errors import EstimationError, OptionError
from mentorlab.stats.dyads.common_fate import fit_common_fate

PAIRS = invent_pairs(n_mentors=150)


def test_numbers_are_those_of_the_kernel():
    result = common_fate(PAIRS, outcome="growth", predictor="trust")
    x, y = (
        PAIRS.loc[PAIRS["element"] == name, ["mentor", "mentee"]].to_numpy()
        for name in ("trust", "growth")
    )
    fit = fit_common_fate(x, y)
    frame = result.to_frame()
    assert frame["estimate"].to_numpy() == pytest.approx(fit.estimate)
    assert frame["n"].eq(150).all()
    assert result.fit["df"] == 1
    assert result.loadings.index.tolist() == [
        "trust, mentor",
        "trust, mentee",
        "growth, mentor",
        "growth, mentee",
    ]


def test_shared_mentors_are_a_remark():
    result = common_fate(
        invent_pairs(n_mentors=30, n_mentees=3), outcome="growth", predictor="trust"
    )
    assert "mentors have several mentees (30 mentors)" in result.summary()


def test_refuses():
    with pytest.raises(EstimationError, match="occur in several waves"):
        common_fate(invent_pairs(waves=(1, 2)), outcome="growth", predictor="trust")
    with pytest.raises(EstimationError, match="common_fate: the common fate model needs ten"):
        common_fate(invent_pairs(n_mentors=5), outcome="growth", predictor="trust")
    with pytest.raises(OptionError, match="must be elements of pairs"):
        common_fate(PAIRS, outcome="growth", predictor="faith")


def test_the_result_reads_well():
    result = common_fate(PAIRS, outcome="growth", predictor="trust")
    assert result.headline() == "Common fate: shared trust and shared growth (150 pairs)"
    assert "the effect is an association, not a cause" in result.summary()
    assert "<script" not in result._repr_html_()
