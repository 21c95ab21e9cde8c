from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.reciprocity import reciprocity
from mentorlab.errors import EstimationError, OptionError


def crossed(n_mentors=12, n_mentees=12, exchange=0.0, seed=1):
    """Every mentor with every mentee: generous persons, and exchange within pairs or none."""
    rng = np.random.default_rng(seed)
    mentor, mentee = np.divmod(np.arange(n_mentors * n_mentees), n_mentees)
    generous = rng.normal(size=n_mentors)[mentor], rng.normal(size=n_mentees)[mentee]
    pair = rng.multivariate_normal([0, 0], [[1, exchange], [exchange, 1]], size=len(mentor))
    # Who is generous is liked by all: raw reciprocity without exchange.
    return pd.DataFrame(
        {
            "relationship_id": np.arange(len(mentor)),
            "mentor_id": mentor,
            "mentee_id": mentee,
            "wave": 1,
            "element": "trust",
            "mentor": generous[0] + generous[1] + pair[:, 0],
            "mentee": generous[0] + generous[1] + pair[:, 1],
        }
    )


def rows(result):
    return result.to_frame().set_index("kind")


def test_habits_are_told_from_exchange():
    habits = rows(reciprocity(crossed()))
    assert habits.loc["raw", "estimate"] > 0.3
    assert abs(habits.loc["beyond persons", "estimate"]) < 0.2
    assert habits.loc["beyond persons", "removed"] == "both persons' means"
    assert habits.loc["beyond persons", "df"] == 144 - 23 - 1
    exchange = rows(reciprocity(crossed(exchange=0.7)))
    assert exchange.loc["beyond persons", "estimate"] == pytest.approx(0.7, abs=0.1)
    low, high = exchange.loc["beyond persons", ["conf_low", "conf_high"]]
    assert 0.4 < low < 0.7 < high


def test_one_mentor_a_mentee_leaves_the_mentee_in():
    found = rows(reciprocity(invent_pairs(n_mentors=20, n_mentees=3), elements="trust"))
    assert found.loc["beyond persons", "removed"] == "mentors' means"
    assert found.loc["beyond persons", "n"] == 60


def test_what_cannot_be_told_is_said():
    found = rows(reciprocity(invent_pairs(n_mentors=20), elements="trust"))
    assert np.isnan(found.loc["beyond persons", "estimate"])
    assert "every mentor has one mentee" in found.loc["beyond persons", "note"]
    few = rows(reciprocity(invent_pairs(n_mentors=2, n_mentees=2), elements="trust"))
    assert "degrees of freedom are left" in few.loc["beyond persons", "note"]
    assert (
        few.loc["raw", "note"]
        == "no interval: an interval over clusters needs three of them; got 2."
    )
    flat = rows(reciprocity(invent_pairs(n_mentees=2).assign(mentor=3.0), elements="trust"))
    assert "a role whose scores do not vary" in flat.loc["raw", "note"]


def test_waves_are_averaged_within_a_pair():
    pairs = invent_pairs(n_mentors=25, waves=(1, 2))
    found = rows(reciprocity(pairs, elements="trust"))
    assert found.loc["raw", "n"] == 25
    mean = pairs[pairs["element"] == "trust"].groupby("mentor_id")[["mentor", "mentee"]].mean()
    assert found.loc["raw", "estimate"] == pytest.approx(mean.corr().iloc[0, 1])


def test_refuses():
    with pytest.raises(OptionError, match="needs the column 'mentee_id'"):
        reciprocity(invent_pairs().drop(columns="mentee_id"))
    with pytest.raises(EstimationError, match="no pair has scores of both partners"):
        reciprocity(invent_pairs().assign(mentor=np.nan))


def test_the_result_reads_well():
    pairs = invent_pairs(n_mentees=2)
    only = pairs.assign(mentor=pairs["mentor"].where(pairs["element"] == "trust"))
    result = reciprocity(only)
    assert result.headline() == "Reciprocity of mentor and mentee on 1 element"
    assert "on one role's form only, so not compared: growth" in result.summary()
    assert "<script" not in result._repr_html_()
