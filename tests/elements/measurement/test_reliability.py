"""Reliability of responses: groups, doubtful items, and what can't be measured."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab import Codebook, reliability
from mentorlab.errors import OptionError

ITEMS = [f"t{j}" for j in range(1, 6)]


def book(reverse=()):
    items = pd.DataFrame({"item": ITEMS, "element": "trust", "low": 1, "high": 5})
    return Codebook(items.assign(reverse=items["item"].isin(reverse)))


def answers(n=200, seed=2, turned=()):
    """Five items of one trait, rounded to 1..5; `turned` ones are stored the other way round."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, 5))
    values = pd.DataFrame(np.clip(np.round(3 + trait), 1, 5), columns=ITEMS)
    for item in turned:
        values[item] = 6 - values[item]
    long = values.reset_index(names="rater_id").melt("rater_id", var_name="item")
    role = np.where(long["rater_id"] % 2, "mentor", "mentee")
    return long.assign(relationship_id="r", role=role, wave=1)


def test_groups_are_told_apart():
    result = reliability(answers(), codebook=book(), by="role")
    frame = result.to_frame()
    assert frame["role"].tolist() == ["mentee", "mentor"]
    assert frame["n"].tolist() == [100, 100]
    half = answers().query("role == 'mentor'")
    alone = reliability(half, codebook=book()).to_frame()
    assert alone["alpha"].iloc[0] == pytest.approx(frame["alpha"].iloc[1])


def test_items_stored_reversed_already_are_named_and_never_turned():
    good = reliability(answers(), codebook=book()).to_frame()["alpha"].iloc[0]
    result = reliability(answers(turned=["t2"]), codebook=book())
    doubtful = result.to_frame()["alpha"].iloc[0]
    assert doubtful < good - 0.2
    said = result.summary()
    assert "item t2 goes against the rest" in said
    assert f"alpha {doubtful:.2f} would be {good:.2f} if it were turned" in said
    assert "stored already reversed" in said


def test_incomplete_answers_are_dropped_and_counted():
    frame = answers()
    frame.loc[frame["rater_id"].eq(4) & frame["item"].eq("t3"), "value"] = np.nan
    row = reliability(frame, codebook=book()).to_frame().iloc[0]
    assert (row["n"], row["n_dropped"]) == (199, 1)


@pytest.mark.parametrize(
    ("frame", "note"),
    [
        (answers().query("item == 't1'"), "two items"),
        (answers().query("rater_id == 1"), "two complete answers"),
        (answers().assign(value=3), "does not vary"),
    ],
)
def test_what_cannot_be_measured_says_why(frame, note):
    row = reliability(frame, codebook=book()).to_frame().iloc[0]
    assert np.isnan(row["alpha"])
    assert note in row["note"]


def test_pooled_waves_are_named():
    both = pd.concat([answers(), answers(seed=9).assign(wave=2)])
    assert "pooled over waves" in reliability(both, codebook=book()).summary()
    assert "pooled over waves" not in reliability(both, codebook=book(), by="wave").summary()


def test_an_unknown_group_and_level_are_named():
    with pytest.raises(OptionError, match=r"got 'rol'\. Did you mean 'role'\?"):
        reliability(answers(), codebook=book(), by="rol")
    with pytest.raises(OptionError, match="`level` lies between 0 and 1; got 95"):
        reliability(answers(), codebook=book(), level=95)


def test_no_answers_give_an_empty_result_that_can_be_read():
    result = reliability(answers().head(0), codebook=book())
    assert result.to_frame().empty
    assert "Reliability" in repr(result)
