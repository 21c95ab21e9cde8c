"""Item analysis: statistics by hand, crowded ends, skipped items, and items to be named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab import Codebook, item_bank
from mentorlab.datasets import load_example_program
from mentorlab.elements.measurement.item_analysis import item_analysis
from mentorlab.errors import OptionError, SchemaError

WIDE = pd.DataFrame(
    {
        "t1": [1, 2, 3, 4, 5, 5],
        "t2": [5, 4, 4, 2, 1, 2],
        "t3": [5, 5, 5, 4, 5, np.nan],
    }
)
BOOK = Codebook(
    pd.DataFrame(
        {
            "item": ["t1", "t2", "t3"],
            "element": "trust",
            "reverse": [False, True, False],
            "low": 1,
            "high": 5,
        }
    )
)


def long(wide: pd.DataFrame, role: str = "mentee") -> pd.DataFrame:
    frame = wide.reset_index(names="rater_id").melt("rater_id", var_name="item")
    return frame.assign(relationship_id="r", role=role, wave=1)


def test_statistics_of_five_complete_answers_by_hand():
    frame = item_analysis(long(WIDE), codebook=BOOK).to_frame().set_index("item")
    keyed = WIDE.assign(t2=6 - WIDE["t2"]).dropna()
    assert frame["n"].tolist() == [5, 5, 5]
    assert frame["mean"].tolist() == pytest.approx(keyed.mean().tolist())
    assert frame["sd"].tolist() == pytest.approx(keyed.std().tolist())
    assert frame.loc["t1", "difficulty"] == pytest.approx((3 - 1) / 4)
    rest = keyed["t2"] + keyed["t3"]
    assert frame.loc["t1", "item_rest"] == pytest.approx(keyed["t1"].corr(rest))
    assert frame.loc["t1", "item_total"] == pytest.approx(keyed["t1"].corr(keyed.sum(axis=1)))
    assert frame.loc["t1", "floor_rate"] == pytest.approx(1 / 5)
    assert frame.loc["t2", "ceiling_rate"] == pytest.approx(1 / 5)
    assert frame["missing_rate"].tolist() == pytest.approx([0, 0, 1 / 6])
    assert frame.loc["t3", "note"].startswith("more than half gave the highest answer")


def test_items_against_the_rest_are_named_and_not_flipped():
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(100, 1)) + 0.7 * rng.normal(size=(100, 5))
    wide = pd.DataFrame(np.clip(np.round(3 + scores), 1, 5), columns=list("abcde"))
    wide[["b", "d"]] = 6 - wide[["b", "d"]]
    book = Codebook(pd.DataFrame({"item": list("abcde"), "element": "trust", "low": 1, "high": 5}))
    result = item_analysis(long(wide), codebook=book)
    frame = result.to_frame().set_index("item")
    assert frame["alpha"].iloc[0] < 0
    assert (frame.loc[["b", "d"], "item_rest"] < 0).all()
    first = result.notes()[0]
    assert first.startswith("trust: items b and d go against the rest: alpha -")
    assert "b alone" in first
    assert "were stored already reversed" in first
    alone = frame["alpha_if_turned"]
    assert alone["b"] > frame["alpha"]["b"]


def test_groups_and_forms():
    program = load_example_program()
    result = item_analysis(program.responses, codebook=item_bank(), by="role")
    frame = result.to_frame()
    assert set(frame["role"]) == {"mentor", "mentee"}
    assert frame["missing_rate"].between(0, 0.2).all()
    assert frame["item_rest_corrected"].gt(0.4).all()
    pooled = item_analysis(program.responses, codebook=item_bank()).to_frame()
    only_mentees = pooled.set_index("item").loc["career_support_1"]
    assert only_mentees["missing_rate"] < 0.2


@pytest.mark.parametrize(
    ("wide", "note"),
    [
        (WIDE[["t1"]], "the only item of its scale"),
        (WIDE.head(1), "fewer than two complete answers"),
        (WIDE.assign(t3=np.nan), "fewer than two complete answers"),
        (WIDE.assign(t3=4.0), "an item of the scale does not vary"),
        (WIDE.assign(t3=WIDE["t1"]), "some items are exact combinations of others"),
        (pd.DataFrame({"t1": [1, 2, 3, 5.0], "t2": [1, 3, 2, 5.0]}), "work against each other"),
    ],
    ids=["one item", "one person", "item unanswered", "constant", "repeated", "opposed"],
)
def test_what_cannot_be_had_is_missing_with_a_reason(wide, note):
    frame = item_analysis(long(wide), codebook=BOOK).to_frame()
    assert frame["item_rest_corrected"].isna().all()
    assert frame["note"].str.contains(note, regex=False).all()
    assert len(frame) == wide.shape[1]


def test_nobody_answering_gives_an_empty_table_that_can_be_read():
    result = item_analysis(long(WIDE).head(0), codebook=BOOK)
    assert result.to_frame().empty
    assert "Item analysis: 0 items" in repr(result)


def test_wrong_input_is_named():
    with pytest.raises(OptionError, match=r"item_analysis: `by` must name columns .* got 'rol'"):
        item_analysis(long(WIDE), codebook=BOOK, by="rol")
    with pytest.raises(SchemaError, match=r"`value` must lie in 1\.\.5"):
        item_analysis(long(WIDE).assign(value=9), codebook=BOOK)
