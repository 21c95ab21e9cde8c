"""Answers are checked once and keyed once, whatever frame they come in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab import Codebook, pair_partners, reliability, score_elements
from mentorlab.elements.answers import key_answers
from mentorlab.errors import OptionError, SchemaError


def test_answers_as_arrays(answers, trust):
    keyed = key_answers(answers, trust, who="f")
    assert keyed.occasions[["rater_id", "role", "wave"]].values.tolist() == [
        ["bo", "mentor", 1],
        ["ed", "mentee", 1],
    ]
    assert keyed.occasion.tolist() == [0, 0, 0, 1, 1, 1]
    assert keyed.items["item"].to_numpy()[keyed.key].tolist() == ["t1", "t2", "t3"] * 2
    assert keyed.value.tolist()[:5] == [5, 4, 4, 3, 3]  # t2 is turned: 2 becomes 4
    assert np.isnan(keyed.value[5])
    assert keyed.rows.tolist() == [0, 1, 2, 3, 4, 5]


def test_items_without_an_element_are_checked_but_not_scored(answers, trust):
    book = Codebook(trust.items.assign(element=["trust", None, None]))
    assert key_answers(answers, book, who="f").rows.tolist() == [0, 3]
    with pytest.raises(SchemaError, match=r"must lie in 1\.\.5 for item 't2'; got 9"):
        key_answers(answers.assign(value=[5, 9, 4, 3, 3, 1]), book, who="f")


def test_targets_make_occasions_of_their_own(answers, trust):
    about = pd.concat([answers.assign(target_id="cy"), answers.assign(target_id="di"), answers])
    assert len(key_answers(about, trust, who="f").occasions) == 6
    assert len(score_elements(about, codebook=trust)) == 6


SHAPES = {
    "categories": lambda f: f.astype(
        {"rater_id": "category", "role": "category", "item": "category"}
    ),
    "nullable": lambda f: f.convert_dtypes(),
    "pyarrow": lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
    "objects": lambda f: f.astype("object"),
    "text values": lambda f: f.assign(
        value=f["value"].map(lambda v: None if np.isnan(v) else str(v))
    ),
    "repeated index": lambda f: f.set_index(pd.Index([0] * len(f))),
    "row levels": lambda f: f.set_index(pd.MultiIndex.from_product([[0], range(len(f))])),
    "more columns": lambda f: f.assign(note="x", **{"7": 1}),
    "wave as text": lambda f: f.assign(wave="1"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_shape_of_the_frame_does_not_matter(answers, trust, shape):
    changed = SHAPES[shape](answers)
    pd.testing.assert_frame_equal(
        score_elements(changed, codebook=trust), score_elements(answers, codebook=trust)
    )
    pd.testing.assert_frame_equal(
        reliability(changed, codebook=trust).to_frame(),
        reliability(answers, codebook=trust).to_frame(),
    )


@pytest.mark.parametrize(
    "ids", [[1, 1, 1, 2, 2, 2], [1.0, 1.0, 1.0, 2.0, 2.0, 2.0], [2**63] * 3 + [2**64 - 1] * 3]
)
def test_numbers_as_ids_meet_their_members(answers, trust, ids):
    numbered = answers.assign(rater_id=np.array(ids), relationship_id=7)
    members = pd.DataFrame(
        {"relationship_id": 7, "person_id": [ids[0], ids[-1]], "role": ["mentor", "mentee"]}
    )
    scores = score_elements(numbered, codebook=trust)
    by_hand = scores.assign(relationship_id=7, rater_id=[ids[0], ids[-1]])
    for given in (scores, by_hand, by_hand.drop(columns="target_id")):
        pairs = pair_partners(given, members=members)
        assert pairs[["mentor", "mentee"]].round(3).values.tolist() == [[4.333, 3.0]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.assign(wave="T1"), "`wave` must be whole numbers; got 'T1' in 6 rows"),
        (lambda f: f.assign(role="Mentor"), "Did you mean 'mentor'?"),
        (lambda f: f.assign(role=True), "got 'True' in 6 rows"),
        (lambda f: f.drop(columns="value"), "`value` must be there"),
        (lambda f: f.drop(columns="item"), "`item` must be there"),
        (
            lambda f: f.assign(value=[5, 2, 9, 3, 0, None]),
            "must lie in 1..5 for item 't3'; got 9 in 2 rows, first row 3",
        ),
        (lambda f: f.assign(item=["t1", "t9", "T3"] * 2), "got 't9' in 4 rows, first row 2"),
        (lambda f: pd.concat([f, f]), "item 't1' by 'bo' in wave 1 again in 6 rows, first row 7"),
        (lambda f: pd.concat([f, f[["value"]]], axis=1), "`value` must be the name of one column"),
        (lambda f: pd.concat({"a": f}, axis=1), "`columns` must have one name each"),
    ],
)
@pytest.mark.parametrize("function", [score_elements, reliability])
def test_what_is_wrong_is_told_by_the_function_that_was_asked(
    answers, trust, change, said, function
):
    with pytest.raises(SchemaError) as caught:
        function(change(answers), codebook=trust)
    assert str(caught.value).startswith(f"{function.__name__}: not a valid responses table")
    assert said in str(caught.value)


@pytest.mark.parametrize("codebook", [None, pd.DataFrame(), "key.csv"])
def test_a_codebook_is_asked_for(answers, codebook):
    with pytest.raises(SchemaError, match=r"`codebook` must be a Codebook; got .*\n.*from_csv"):
        score_elements(answers, codebook=codebook)


def test_no_frame(trust, answers):
    with pytest.raises(OptionError, match="score_elements: responses must be a data frame; got a"):
        score_elements(answers["value"], codebook=trust)
    with pytest.raises(OptionError, match="pair_partners: `scores` must be a data frame"):
        pair_partners([1], members=[2])


@pytest.mark.parametrize("empty", ["answers", "codebook", "both"])
def test_nothing_to_key(answers, trust, empty):
    none = Codebook(trust.items.head(0))
    frame = answers.head(0) if empty != "codebook" else answers
    if empty == "codebook":
        with pytest.raises(SchemaError, match="must be in the codebook"):
            score_elements(frame, codebook=none)
        return
    scores = score_elements(frame, codebook=trust if empty == "answers" else none)
    assert len(scores) == 0
    assert str(scores["score"].dtype) == "float64"
    assert (
        len(
            pair_partners(
                scores, members=pd.DataFrame(columns=["relationship_id", "person_id", "role"])
            )
        )
        == 0
    )


def test_groups_without_a_name_are_not_dropped(answers, trust):
    result = reliability(answers.assign(form=["scale"] * 3 + [None] * 3), codebook=trust, by="form")
    assert result.to_frame()["n_dropped"].sum() + result.to_frame()["n"].sum() == 2
