from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented_pairs import invent_pairs

import mentorlab as ml
from mentorlab.elements.partners.accuracy import perceptual_accuracy
from mentorlab.elements.partners.actor_partner import actor_partner
from mentorlab.elements.partners.behavior import behavioral_reciprocity
from mentorlab.elements.partners.cross_lagged import cross_lagged
from mentorlab.elements.partners.growth import growth
from mentorlab.elements.partners.one_with_many import one_with_many
from mentorlab.elements.partners.reciprocity import reciprocity
from mentorlab.elements.partners.social_relations import social_relations
from mentorlab.elements.partners.surface import response_surface
from mentorlab.errors import OptionError
from mentorlab.plots import dyads

PAIRS = invent_pairs(n_mentors=25, n_mentees=3, waves=(1, 2, 3))


def labels(ax):
    return [tick.get_text() for tick in ax.get_yticklabels()]


def points(ax):
    return np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])


def test_actor_partner():
    result = actor_partner(PAIRS, outcome="growth", predictor="trust", wave=1)
    ax = result.plot()
    assert labels(ax) == ["trust: own score", "trust: partner's score"] * 2
    frame = result.to_frame()
    shown = frame.loc[frame["effect"] != "intercept", "estimate"].to_numpy()
    assert points(ax) == pytest.approx(shown)
    assert {text.get_text() for text in ax.texts} == {"mentor", "mentee"}


def test_cross_lagged_and_accuracy():
    ax = cross_lagged(PAIRS, outcome="trust").plot()
    assert labels(ax) == ["own earlier trust", "partner's earlier trust"] * 2
    result = perceptual_accuracy(PAIRS, truth="trust", guess="growth", wave=1)
    ax = result.plot()
    assert labels(ax)[0] == "directional bias"
    assert points(ax) == pytest.approx(result.to_frame()["estimate"].to_numpy())


def test_reciprocity():
    result = reciprocity(PAIRS)
    ax = result.plot()
    assert labels(ax) == ["trust", "growth"]
    assert len(points(ax)) == 4
    flat = reciprocity(PAIRS.assign(mentor=3.0), elements="trust")
    with pytest.raises(OptionError, match="no correlation could be computed"):
        flat.plot()


def test_shares_fill_a_bar():
    result = one_with_many(PAIRS, outcome="trust")
    ax = result.plot()
    assert labels(ax) == ["mentors' scores", "mentees' scores"]
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(-1, 2)
    assert widths.sum(axis=0) == pytest.approx([1, 1])
    rng = np.random.default_rng(1)
    rows = [(a, b, rng.normal()) for a in "abcde" for b in "abcde" if a != b]
    ratings = pd.DataFrame(rows, columns=["rater", "target", "liking"])
    ax = social_relations(ratings, rater="rater", target="target", value="liking").plot()
    assert labels(ax) == ["liking"]
    assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(1)


def test_behavior():
    result = behavioral_reciprocity(ml.datasets.load_example_program())
    ax = result.plot()
    assert ax.get_ylabel() == "share by the mentee: initiate"
    assert ax.get_ylim() == (0, 1)
    other = dyads.behavioral_reciprocity(result, behavior="disclose", ax=ax)
    assert other.get_ylabel() == "share by the mentee: disclose"
    with pytest.raises(OptionError, match="`behavior` must be one of initiate"):
        dyads.behavioral_reciprocity(result, behavior="smile")


def test_surface():
    result = response_surface(PAIRS, outcome="growth", predictor="trust", wave=1)
    ax = result.plot()
    assert ax.get_xlabel() == "mentor's trust"
    assert ax.get_ylabel() == "mentee's trust"
    diagonal = ax.lines[0]
    assert np.asarray(diagonal.get_xdata()) == pytest.approx(np.asarray(diagonal.get_ydata()))
    assert len(ax.figure.axes) == 2


def test_growth():
    result = growth(PAIRS)
    ax = result.plot()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2", "3"]
    assert {text.get_text() for text in ax.texts} == {"mentor", "mentee"}
    low, high = ax.get_ylim()
    assert high - low >= 1
    assert dyads.growth(result, element="growth").get_ylabel() == "mean growth"
    with pytest.raises(OptionError, match="`element` must be one of trust, growth"):
        dyads.growth(result, element="faith")
    once = growth(PAIRS[PAIRS["wave"] == 1])
    with pytest.raises(OptionError, match="nothing could be followed"):
        once.plot()
