from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.cross_lagged import cross_lagged
from mentorlab.errors import EstimationError, OptionError


def drifting(n=400, waves=2, seed=1):
    """Mentees follow mentors with .4, mentors follow nobody but themselves."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, 2))
    ids = {
        f"{name}_id": [f"{name}{i}" for i in range(n)]
        for name in ("relationship", "mentor", "mentee")
    }
    parts = []
    for wave in range(1, waves + 1):
        parts.append(
            pd.DataFrame(
                {
                    **ids,
                    "wave": wave,
                    "element": "trust",
                    "mentor": scores[:, 0],
                    "mentee": scores[:, 1],
                }
            )
        )
        mentor = 0.6 * scores[:, 0]
        mentee = 0.3 * scores[:, 1] + 0.4 * scores[:, 0]
        scores = np.column_stack([mentor, mentee]) + wave + rng.normal(size=(n, 2))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("waves", [2, 3])
def test_finds_who_follows_whom(waves):
    result = cross_lagged(drifting(waves=waves), outcome="trust")
    effects = result.to_frame().set_index(["role", "effect"])["estimate"]
    assert effects["mentor", "own earlier"] == pytest.approx(0.6, abs=0.1)
    assert effects["mentor", "partner's earlier"] == pytest.approx(0, abs=0.1)
    assert effects["mentee", "own earlier"] == pytest.approx(0.3, abs=0.1)
    assert effects["mentee", "partner's earlier"] == pytest.approx(0.4, abs=0.1)
    assert result.n_steps == waves - 1
    assert (result.to_frame()["n"] == 400 * (waves - 1)).all()


def test_pairs_with_several_steps_are_clusters():
    result = cross_lagged(drifting(n=60, waves=3), outcome="trust")
    assert (result.to_frame()["df"] < 60).all()
    assert "clustered by mentor_id (60 clusters" in result.summary()


def test_another_element_may_lead():
    pairs = invent_pairs(n_mentors=60, waves=(1, 2))
    result = cross_lagged(pairs, outcome="growth", predictor="trust")
    assert result.to_frame()["predictor"].tolist() == ["growth", "trust"] * 4


def test_refuses():
    with pytest.raises(EstimationError, match=r"needs two waves; pairs has \[1\]"):
        cross_lagged(invent_pairs(), outcome="trust")
    with pytest.raises(OptionError, match="must be elements of pairs"):
        cross_lagged(drifting(10), outcome="faith")
    with pytest.raises(OptionError, match="needs the column 'mentor_id'"):
        cross_lagged(drifting(10).drop(columns="mentor_id"), outcome="trust")
    pairs = drifting(10)
    gone = pairs.assign(mentee=pairs["mentee"].where(pairs["wave"] == 1))
    with pytest.raises(EstimationError, match="no pair has both partners' scores of 'trust'"):
        cross_lagged(gone, outcome="trust")
    with pytest.raises(EstimationError, match=r"cross_lagged: .* needs 5 complete dyads; got 3"):
        cross_lagged(drifting(3), outcome="trust")


def test_the_result_reads_well():
    result = cross_lagged(drifting(50), outcome="trust")
    assert result.headline() == "Cross-lagged effects on trust (50 steps from wave to wave)"
    assert "not changes within a pair, and not causes" in result.summary()
    assert "<script" not in result._repr_html_()
