"""A guessed codebook: right on clean data, doubtful where it should be, every guess listed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.codebook_sources import GuessedCodebook
from mentorlab.errors import SchemaError
from mentorlab.rng import child_rng


def answers(columns: dict[str, list], role: str = "mentor") -> pd.DataFrame:
    """One rater a row, one item a column."""
    wide = pd.DataFrame(columns)
    wide["rater_id"] = [f"{role}{i}" for i in range(len(wide))]
    long = wide.melt("rater_id", var_name="item", value_name="value")
    return long.assign(relationship_id=long["rater_id"], role=role, wave=1)


def scale(n: int, turned: tuple[bool, ...], *, seed: int = 3) -> np.ndarray:
    """Answers from 1 to 5 to items of one element."""
    rng = child_rng(seed, "scale")
    true = rng.normal(size=(n, 1))
    noisy = true + 0.6 * rng.normal(size=(n, len(turned)))
    kept = np.clip(np.rint(noisy * 1.1 + 3), 1, 5)
    return np.where(turned, 6 - kept, kept)


def guess_of(book: GuessedCodebook, item: str, about: str, role: str = "mentor") -> pd.Series:
    rows = book.guesses[["item", "role", "about"]].eq([item, role, about]).all(axis=1)
    return book.guesses[rows].iloc[0]


def test_the_example_program_is_guessed_as_its_own_codebook_says():
    responses = ml.datasets.load_example_program().responses
    known = ml.item_bank().items.drop_duplicates("item").set_index("item")

    guessed = ml.Codebook.guess(responses).items.set_index("item")

    columns = ["element", "reverse", "low", "high"]
    pd.testing.assert_frame_equal(guessed[columns], known.loc[guessed.index, columns])


def test_every_guess_is_listed_with_its_reason():
    columns = dict(zip(["t1", "t2", "t3"], scale(60, (False, False, True)).T, strict=True))

    book = ml.Codebook.guess(answers(columns))

    assert len(book.guesses) == 3 * 5
    assert set(book.guesses["about"]) == {"role", "element", "low", "high", "reverse"}
    assert (book.guesses["because"] != "").all()
    reverse = guess_of(book, "t3", "reverse")
    assert reverse["guess"] == "yes"
    assert reverse["because"].startswith("item-rest correlation -0.")
    assert reverse["doubt"] == ""


def test_the_item_rest_correlation_is_the_one_of_the_scale():
    matrix = scale(80, (False, False, False, True))
    book = ml.Codebook.guess(answers(dict(zip(["t1", "t2", "t3", "t4"], matrix.T, strict=True))))

    z = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    expected = np.corrcoef(z[:, 3], z[:, :3].sum(axis=1))[0, 1]

    assert guess_of(book, "t4", "reverse")["because"] == (
        f"item-rest correlation {expected:.2f}, n = 80"
    )


@pytest.mark.parametrize(
    ("item", "stem"),
    [
        ("trust_1", "trust"),
        ("trust1", "trust"),
        ("clear_expectations_12", "clear_expectations"),
        ("Q5_3", "Q5"),
        ("T2_R", "T"),
        ("respect 3 reversed", "respect"),
        ("satisfied", "satisfied"),
        ("12", "12"),
    ],
)
def test_the_element_is_the_stem_of_the_name(item, stem):
    book = ml.Codebook.guess(answers({item: [1, 2, 5, 4]}))

    assert book.items["element"].tolist() == [stem]


@pytest.mark.parametrize("item", ["q1", "item_3", "QID7"])
def test_a_stem_that_says_nothing_is_doubted(item):
    book = ml.Codebook.guess(answers({item: [1, 5, 3]}))

    assert "does not say what is measured" in guess_of(book, item, "element")["doubt"]


@pytest.mark.parametrize(
    ("values", "low", "high", "doubt"),
    [
        ([1, 5] * 20, "1", "5", ""),
        ([0, 10] * 20, "0", "10", ""),
        ([2, 4] * 20, "1", "4", "nobody answered 1"),
        ([12, 88] * 20, "0", "100", "slider from 0 to 100"),
        ([-3, 3] * 20, "-3", "3", ""),
        ([1, 5], "1", "5", "only 2 answers"),
        ([1, 1] * 20, "1", "2", "all answers are equal"),
        ([1.5, 4] * 20, "1", "4", "not whole numbers"),
    ],
)
def test_the_range_is_the_answers_seen_and_what_was_not_seen_is_doubted(values, low, high, doubt):
    book = ml.Codebook.guess(answers({"trust_1": values}))

    assert guess_of(book, "trust_1", "low")["guess"] == low
    found = guess_of(book, "trust_1", "high")
    assert found["guess"] == high
    assert doubt in found["doubt"] if doubt else found["doubt"] == ""


def test_items_of_an_element_share_a_range():
    book = ml.Codebook.guess(answers({"a_1": [1, 7] * 20, "a_2": [2, 5] * 20, "b_1": [1, 5] * 20}))

    assert book.items.set_index("item")["high"].to_dict() == {"a_1": 7, "a_2": 7, "b_1": 5}


def test_two_items_against_each_other_can_not_be_told_apart():
    book = ml.Codebook.guess(answers({"t1": [1, 2, 3, 4, 5] * 8, "t2": [5, 4, 3, 2, 1] * 8}))

    assert "can't be told" in guess_of(book, "t2", "reverse")["doubt"]


def test_a_name_that_says_reversed_while_answers_do_not_is_doubted():
    matrix = scale(60, (False, False, False))

    book = ml.Codebook.guess(answers(dict(zip(["t1", "t2", "t3_r"], matrix.T, strict=True))))

    assert guess_of(book, "t3_r", "reverse")["guess"] == "no"
    assert "stored already reversed?" in guess_of(book, "t3_r", "reverse")["doubt"]


def test_unrelated_items_are_doubted_as_weak():
    rng = child_rng(5, "noise")
    matrix = rng.integers(1, 6, size=(400, 3)).astype(float)

    book = ml.Codebook.guess(answers(dict(zip(["t1", "t2", "t3"], matrix.T, strict=True))))

    doubts = book.guesses.loc[book.guesses["about"] == "reverse", "doubt"]
    assert doubts.str.contains("weak|can't be told").any()


def test_an_item_turned_in_one_role_only_has_a_row_for_each_role():
    mentor, mentee = scale(60, (False, False, False)), scale(60, (False, False, True), seed=4)
    names = ["t1", "t2", "t3"]
    both = [
        answers(dict(zip(names, matrix.T, strict=True)), role)
        for role, matrix in (("mentor", mentor), ("mentee", mentee))
    ]

    items = ml.Codebook.guess(pd.concat(both)).items

    assert items.loc[items["item"] == "t1", "role"].tolist() == ["both"]
    turned = items[items["item"] == "t3"].set_index("role")["reverse"]
    assert turned.to_dict() == {"mentor": False, "mentee": True}


def test_an_item_that_nobody_answered_takes_the_range_of_all_with_a_doubt():
    book = ml.Codebook.guess(answers({"a_1": [1, 5] * 20, "b_1": [None] * 40}))

    assert book.items.set_index("item")["high"].to_dict() == {"a_1": 5, "b_1": 5}
    assert "nobody answered" in guess_of(book, "b_1", "high")["doubt"]


def test_it_works_as_a_codebook_and_says_what_it_is():
    columns = dict(zip(["t1", "t2", "t3"], scale(60, (False, False, True)).T, strict=True))
    responses = answers(columns)

    book = ml.Codebook.guess(responses)

    assert isinstance(book, ml.Codebook)
    assert book.validated is None
    assert len(ml.score_elements(responses, codebook=book)) == 60
    for text in (repr(book), book._repr_html_()):
        assert "guesses, none of them checked" in text
        assert "t3" in text
        assert "Check each line" in text


def test_no_answers_at_all_is_an_error():
    with pytest.raises(SchemaError, match="nothing to guess from"):
        ml.Codebook.guess(answers({"t1": [None, None]}))


def test_rows_that_are_no_responses_are_refused():
    with pytest.raises(SchemaError, match=r"Codebook\.guess: not a valid responses table"):
        ml.Codebook.guess(pd.DataFrame({"item": ["t1"], "value": [1]}))
