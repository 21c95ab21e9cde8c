"""Scores against R, and against a scorer in plain Python."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab import Codebook, score_elements
from mentorlab.errors import OptionError, SchemaError

CASES = Path(os.environ.get("MENTORLAB_CASES", Path(__file__).parents[3] / "shared" / "cases"))
FAMILY = sorted((CASES / "measurement").glob("score_*.json"))

BOOK = Codebook(
    pd.DataFrame(
        {
            "item": ["t1", "t2", "t3", "c1", "c2", "note"],
            "element": ["trust", "trust", "trust", "commitment", "commitment", None],
            "role": ["both", "both", "mentee", "both", "both", "both"],
            "reverse": [False, True, False, False, True, False],
            "low": 1,
            "high": [5, 5, 5, 7, 7, 5],
        }
    )
)


def answers(rows, **columns):
    frame = pd.DataFrame(rows, columns=["item", "value"])
    given_ = {"relationship_id": "r1", "rater_id": "ann", "role": "mentee", "wave": 1, **columns}
    return frame.assign(**given_)


def naive_scores(responses, book, min_answered):
    """One dictionary entry a rater, target, wave and element, as the words of the docs say."""
    key = {(row.item, row.role): row for row in book.keyed(["mentor", "mentee"]).itertuples()}
    lengths = defaultdict(int)
    for row in key.values():
        if isinstance(row.element, str):
            lengths[row.role, row.element] += 1
    groups = defaultdict(list)
    for row in responses.itertuples():
        meaning = key[row.item, row.role]
        if not isinstance(meaning.element, str):
            continue
        value = row.value
        if meaning.reverse:
            value = meaning.low + meaning.high - value
        target = None if pd.isna(row.target_id) else row.target_id
        place = (row.relationship_id, row.rater_id, target, row.role, row.wave, meaning.element)
        groups[place].append(value)
    scores = {}
    for place, values in groups.items():
        given_ = [value for value in values if not np.isnan(value)]
        n_items = lengths[place[3], place[5]]
        enough = given_ and len(given_) / n_items >= min_answered - 1e-9
        score = sum(given_) / len(given_) if enough else None
        scores[place] = (score, len(given_), n_items)
    return scores


@st.composite
def responses(draw):
    keys = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["r1", "r2"]),
                st.sampled_from(["ann", "bo"]),
                st.sampled_from([None, "cy", "di"]),
                st.sampled_from(["mentor", "mentee"]),
                st.sampled_from([1, 2]),
                st.sampled_from(["t1", "t2", "t3", "c1", "note"]),
            ).filter(lambda key: not (key[3] == "mentor" and key[5] == "t3")),
            min_size=1,
            max_size=40,
            unique=True,
        )
    )
    values = [draw(st.sampled_from([1.0, 2.0, 3.0, 4.5, 5.0, float("nan")])) for _ in keys]
    columns = ["relationship_id", "rater_id", "target_id", "role", "wave", "item"]
    return pd.DataFrame(keys, columns=columns).assign(value=values)


@given(responses(), st.sampled_from([0.1, 0.5, 2 / 3, 1.0]))
def test_equal_to_the_plain_scorer(frame, min_answered):
    got = score_elements(frame, codebook=BOOK, min_answered=min_answered)
    found = {
        (
            row.relationship_id,
            row.rater_id,
            None if pd.isna(row.target_id) else row.target_id,
            row.role,
            row.wave,
            row.element,
        ): (None if np.isnan(row.score) else row.score, row.n_answered, row.n_items)
        for row in got.itertuples()
    }
    expected = naive_scores(frame, BOOK, min_answered)
    assert found.keys() == expected.keys()
    for place, (score, *counts) in expected.items():
        assert found[place][1:] == tuple(counts)
        assert found[place][0] == (None if score is None else pytest.approx(score))


@given(responses(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame, random):
    order = list(range(len(frame)))
    random.shuffle(order)
    keys = ["relationship_id", "rater_id", "target_id", "role", "wave", "element"]
    scored, shuffled = (
        score_elements(rows, codebook=BOOK).sort_values(keys, ignore_index=True)
        for rows in (frame, frame.iloc[order])
    )
    pd.testing.assert_frame_equal(scored, shuffled)


@pytest.mark.parametrize("path", FAMILY, ids=lambda path: path.stem)
def test_equal_to_r(path):
    case = json.loads(path.read_text(encoding="utf-8"))
    expected = case["expected"]
    items = expected["items"]
    data = pd.read_csv(path.parent / case["data"])[items]
    reverse = [expected["reverse"]] if isinstance(expected["reverse"], str) else expected["reverse"]
    book = Codebook(
        pd.DataFrame({"item": items, "element": "scale"}).assign(
            reverse=lambda frame: frame["item"].isin(reverse),
            low=expected["scale_min"],
            high=expected["scale_max"],
        )
    )
    long = data.reset_index(names="rater_id").melt("rater_id", var_name="item")
    long = long.assign(relationship_id="r", role="mentee", wave=1)
    share = expected["min_valid"] / len(items)
    scores = score_elements(long, codebook=book, min_answered=share)["score"]
    assert scores.notna().sum() == expected["n_scored"]
    assert scores.mean() == pytest.approx(expected["mean"], rel=1e-6)
    assert scores.std() == pytest.approx(expected["sd"], rel=1e-6)
    first = scores.iloc[: len(expected["first_rows"]["score"])]
    assert first.tolist() == pytest.approx(expected["first_rows"]["score"])


def test_everything_wrong_is_said_at_once():
    frame = answers([("t1", 6), ("t9", 3), ("t2", 2), ("t2", 2)])
    with pytest.raises(SchemaError) as caught:
        score_elements(frame, codebook=BOOK)
    said = str(caught.value)
    assert said.startswith("score_elements: not a valid responses table")
    assert "`value` must lie in 1..5 for item 't1'; got 6 in 1 row, first row 1." in said
    assert "got 't9' in 1 row, first row 2." in said
    assert "`item` must be answered once; got item 't2' by 'ann' in wave 1 again" in said
    assert "See Codebook(...) to declare other items or ranges" in said


def test_an_item_on_the_other_form_is_told_apart_from_an_unknown_one():
    with pytest.raises(SchemaError, match="not on the form of a mentor"):
        score_elements(answers([("t3", 3)], role="mentor"), codebook=BOOK)


def test_mixed_case_roles_are_named():
    with pytest.raises(SchemaError, match=r"got 'Mentee' in 1 row, first row 1\. Did you mean"):
        score_elements(answers([("t1", 3)], role="Mentee"), codebook=BOOK)


@pytest.mark.parametrize("share", [0, -0.5, 1.5])
def test_min_answered_is_a_share(share):
    with pytest.raises(OptionError, match="`min_answered` is a share above 0 and up to 1"):
        score_elements(answers([("t1", 3)]), codebook=BOOK, min_answered=share)


def test_a_frame_in_place_of_a_codebook_is_refused():
    with pytest.raises(SchemaError, match=r"must be a Codebook.*'DataFrame'"):
        score_elements(answers([("t1", 3)]), codebook=BOOK.items)


def test_nothing_to_score_gives_an_empty_frame():
    scores = score_elements(answers([("note", 3)]), codebook=BOOK)
    assert scores.empty
    assert "score" in scores


def test_the_input_stays_as_it_was():
    frame = answers([("t1", 3), ("t2", 2)])
    before = frame.copy()
    score_elements(frame, codebook=BOOK)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("missing", "kind", "score"),
    [
        ("person_mean", "mean", 4.5),
        ("person_mean", "sum", 13.5),
        ("none", "mean", 4.5),
        ("none", "sum", 9.0),
        ("listwise", "mean", None),
        ("listwise", "sum", None),
    ],
)
def test_missing_rules_of_means_and_sums(missing, kind, score):
    two_of_three = answers([("t1", 5), ("t2", 2), ("t3", np.nan)])
    found = score_elements(two_of_three, codebook=BOOK, missing=missing, kind=kind)["score"].item()
    assert np.isnan(found) if score is None else found == score


@pytest.mark.parametrize("missing", ["person_mean", "none", "listwise"])
def test_no_answer_is_no_score_under_any_rule(missing):
    nothing = answers([("t1", np.nan), ("t2", np.nan), ("t3", np.nan)])
    found = score_elements(nothing, codebook=BOOK, missing=missing, kind="sum")
    assert found["score"].isna().all()
    assert found["n_answered"].tolist() == [0]


def test_one_answer_is_enough_without_a_rule():
    one = answers([("t1", 5), ("t2", np.nan), ("t3", np.nan)])
    assert score_elements(one, codebook=BOOK, min_answered=0.9)["score"].isna().all()
    assert score_elements(one, codebook=BOOK, min_answered=0.9, missing="none")["score"][0] == 5


def test_unknown_rules_are_refused():
    one = answers([("t1", 5)])
    with pytest.raises(OptionError, match="`missing` must be 'person_mean', 'none' or 'listwise'"):
        score_elements(one, codebook=BOOK, missing="mean")
    with pytest.raises(OptionError, match="`kind` must be 'mean' or 'sum'"):
        score_elements(one, codebook=BOOK, kind="total")


def test_few_answers_to_many_elements_are_numbered_alike():
    names = [f"e{i}" for i in range(40)]
    book = Codebook(
        pd.DataFrame({"item": names, "element": names, "reverse": False, "low": 1, "high": 5})
    )
    found = score_elements(answers([("e7", 3), ("e31", 2)]), codebook=book)
    assert found["element"].tolist() == ["e7", "e31"]
    assert found["score"].tolist() == [3, 2]
