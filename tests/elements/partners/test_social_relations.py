from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.elements.partners.social_relations import social_relations
from mentorlab.errors import EstimationError, OptionError
from mentorlab.stats.dyads.social_relations import social_relations as fit_group

ASK = {"rater": "rater", "target": "target", "value": "liking"}


def circles(sizes=(6,), seed=1, **effects):
    rng = np.random.default_rng(seed)
    rows = []
    for circle, n in enumerate(sizes):
        give, get = rng.normal(size=(2, n)) * [[effects.get("give", 1)], [effects.get("get", 1)]]
        for i in range(n):
            for j in range(n):
                if i != j:
                    liking = 3 + give[i] + get[j] + rng.normal()
                    rows.append((circle, f"p{i}", f"p{j}", liking, liking + rng.normal()))
    return pd.DataFrame(rows, columns=["circle", "rater", "target", "liking", "guess"])


def test_one_circle_is_the_kernel():
    ratings = circles()
    matrix = ratings.pivot(index="rater", columns="target", values="liking").to_numpy()
    fit = fit_group(matrix)
    result = social_relations(ratings, **ASK)
    frame = result.to_frame()
    assert frame["estimate"].to_numpy() == pytest.approx(fit.estimate)
    assert frame["p_value"].to_numpy() == pytest.approx(fit.p_value)
    assert result.effects["actor"].sum() == pytest.approx(0)
    assert (result.n_persons, result.n_groups) == (6, 1)


def test_many_circles_of_four_find_the_truth():
    result = social_relations(circles([4] * 150, give=1.0, get=0.7), group="circle", **ASK)
    found = result.to_frame().set_index("component")["estimate"]
    assert found["actor_variance"] == pytest.approx(1, abs=0.25)
    assert found["partner_variance"] == pytest.approx(0.49, abs=0.2)
    assert found["relationship_variance"] == pytest.approx(1, abs=0.15)
    assert result.n_groups == 150


def test_two_ratings_are_set_against_each_other():
    result = social_relations(circles([8, 8]), second="guess", group="circle", **ASK)
    frame = result.to_frame()
    assert frame["ratings"].drop_duplicates().tolist() == ["liking", "guess", "liking with guess"]
    both = frame[frame["ratings"] == "liking with guess"].set_index("component")
    assert both.loc["intrapersonal_relationship_covariance", "estimate"] > 0.5
    assert len(both) == 6


def test_empty_cells_and_small_circles_are_counted():
    ratings = circles([6, 5, 3])
    ratings = ratings[
        ~((ratings["circle"] == 0) & (ratings["rater"] == "p2") & (ratings["target"] == "p4"))
    ]
    result = social_relations(ratings, group="circle", **ASK)
    assert (result.n_persons, result.n_groups) == (10, 2)
    summary = result.summary()
    assert "1 person left out for empty cells in their circle" in summary
    assert "1 group left out: fewer than 4 persons" in summary


def test_a_variance_below_zero_is_named():
    ratings = circles([5])
    for seed in range(40):
        ratings["liking"] = np.random.default_rng(seed).normal(size=20)
        frame = social_relations(ratings, **ASK).to_frame().set_index("component")
        if frame.loc["actor_variance", "estimate"] < 0:
            break
    assert frame.loc["actor_variance", "note"] == "estimated below zero: too small to be seen"
    assert "no correlation" in frame.loc["actor_partner_covariance", "note"]


def test_self_ratings_are_ignored():
    ratings = circles()
    self_rating = pd.DataFrame(
        {"circle": 0, "rater": "p0", "target": "p0", "liking": 9.0}, index=[0]
    )
    with_self = pd.concat([ratings, self_rating])
    one, two = (
        social_relations(frame, **ASK).to_frame()["estimate"] for frame in (ratings, with_self)
    )
    assert two.to_numpy() == pytest.approx(one.to_numpy())


def test_refuses():
    ratings = circles()
    with pytest.raises(OptionError, match=r"'likng' is not a column .* Did you mean 'liking'\?"):
        social_relations(ratings, rater="rater", target="target", value="likng")
    with pytest.raises(OptionError, match="ratings must be numeric; 'rater' is not"):
        social_relations(ratings, rater="rater", target="target", value="rater")
    with pytest.raises(OptionError, match="each rater rates a target once; 'p0' rates 'p1' again"):
        social_relations(pd.concat([ratings, ratings.head(1)]), **ASK)
    with pytest.raises(EstimationError, match="no group of 4 persons or more"):
        social_relations(circles([3, 3]), group="circle", **ASK)
    with pytest.raises(EstimationError, match="social_relations: all ratings are the same"):
        social_relations(ratings.assign(liking=3.0), **ASK)


def test_the_result_reads_well():
    result = social_relations(circles(), **ASK)
    assert result.headline() == "Social relations of 6 people in 1 group"
    assert "relationship variance includes error of measurement" in result.summary()
    assert "<script" not in result._repr_html_()
