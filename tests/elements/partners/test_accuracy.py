from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.elements.partners.accuracy import perceptual_accuracy
from mentorlab.errors import EstimationError, OptionError


def guessing(truth=0.5, own=0.2, bias=0.3, n=300, seed=1, n_mentors=None):
    rng = np.random.default_rng(seed)
    answers = rng.normal(3, 1, size=(n, 2)) + 0.5 * rng.normal(size=(n, 1))
    center = answers.mean()
    guess = center + bias + truth * (answers[:, ::-1] - center) + own * (answers - center)
    guess = guess + 0.3 * rng.normal(size=(n, 2))
    mentor = np.arange(n) % (n_mentors or n)
    ids = {"relationship_id": np.arange(n), "mentor_id": mentor, "mentee_id": np.arange(n)}
    return pd.concat(
        [
            pd.DataFrame({**ids, "wave": 1, "element": name, "mentor": v[:, 0], "mentee": v[:, 1]})
            for name, v in (("trust", answers), ("guess", guess))
        ],
        ignore_index=True,
    )


def parts(result, role):
    frame = result.to_frame()
    return frame[frame["perceiver"] == role].set_index("part")["estimate"]


def test_truth_bias_and_projection_are_told_apart():
    result = perceptual_accuracy(guessing(), truth="trust", guess="guess")
    for role in ("mentor", "mentee"):
        found = parts(result, role)
        assert found["directional bias"] == pytest.approx(0.3, abs=0.1)
        assert found["truth force"] == pytest.approx(0.5, abs=0.06)
        assert found["assumed similarity"] == pytest.approx(0.2, abs=0.06)


def test_accuracy_without_truth_is_projection():
    result = perceptual_accuracy(guessing(truth=0, own=0.8), truth="trust", guess="guess")
    assert abs(parts(result, "mentee")["truth force"]) < 0.06
    row = result.correlations.set_index("perceiver").loc["mentee"]
    assert row["projection"] > row["accuracy"] > 0
    assert row["similarity"] > 0


def test_one_role_may_have_guessed():
    pairs = guessing()
    only = pairs.assign(mentor=pairs["mentor"].where(pairs["element"] == "trust"))
    result = perceptual_accuracy(only, truth="trust", guess="guess")
    assert set(result.to_frame()["perceiver"]) == {"mentee"}
    assert parts(result, "mentee")["truth force"] == pytest.approx(0.5, abs=0.06)
    assert "guesses by the mentor left out: no mentor has a value of 'guess'" in result.summary()
    nobody = pairs[pairs["element"] == "trust"]
    with pytest.raises(OptionError, match="must be elements of pairs"):
        perceptual_accuracy(nobody, truth="trust", guess="guess")
    silent = pairs.assign(
        mentor=pairs["mentor"].where(pairs["element"] == "trust"),
        mentee=pairs["mentee"].where(pairs["element"] == "trust"),
    )
    with pytest.raises(EstimationError, match="guesses by the mentor left out"):
        perceptual_accuracy(silent, truth="trust", guess="guess")


def test_shared_mentors_are_clusters():
    result = perceptual_accuracy(guessing(n_mentors=20), truth="trust", guess="guess")
    assert (result.to_frame()["df"] < 20).all()
    assert "clustered by mentor_id (20 clusters" in result.summary()


def test_refuses():
    with pytest.raises(OptionError, match="are the same element"):
        perceptual_accuracy(guessing(), truth="trust", guess="trust")
    with pytest.raises(EstimationError, match="needs five guesses; got 4 guesses"):
        perceptual_accuracy(guessing(n=4), truth="trust", guess="guess")
    constant = guessing()
    constant.loc[constant["element"] == "guess", ["mentor", "mentee"]] = 3.0
    with pytest.raises(EstimationError, match="the guesses do not vary: all are 3"):
        perceptual_accuracy(constant, truth="trust", guess="guess")


def test_the_result_reads_well():
    result = perceptual_accuracy(guessing(), truth="trust", guess="guess")
    assert result.headline() == "Perceptual accuracy: guess as a guess of the partner's trust"
    assert "<script" not in result._repr_html_()
