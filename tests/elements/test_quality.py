"""Quality flags on forms of a few answers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentorlab as ml
from mentorlab.elements.quality import QualityCuts, response_quality
from mentorlab.errors import OptionError, SchemaError

ITEMS = [f"{element}{i}" for element in "tu" for i in range(1, 5)]
BOOK = ml.Codebook(
    pd.DataFrame(
        {
            "item": ITEMS,
            "element": ["trust"] * 4 + ["respect"] * 4,
            "reverse": [False, False, False, True] * 2,
            "low": 1,
            "high": 5,
        }
    )
)


def answered(values, **columns):
    """Give one form: the answers of one mentee, in order."""
    return pd.DataFrame(
        {
            "relationship_id": "r1",
            "rater_id": "bo",
            "role": "mentee",
            "wave": 1,
            "item": ITEMS[: len(values)],
            "value": values,
            **columns,
        }
    )


def form(values, **columns):
    quality = response_quality(answered(values, **columns), codebook=BOOK)
    assert len(quality.forms) == 1
    return quality.forms.iloc[0]


def naive_run(values):
    best = now = 0
    last = None
    for value in (v for v in values if v is not None):
        now = now + 1 if value == last else 1
        best, last = max(best, now), value
    return best


@settings(max_examples=25)
@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=1, max_size=8))
def test_runs_shares_and_pairs_equal_a_naive_count(values):
    row = form(values)
    known = [v for v in values if v is not None]
    assert row["longest_run"] == naive_run(values)
    assert row["n_answered"] == len(known)
    assert row["unanswered"] == pytest.approx(1 - len(known) / len(values))
    pairs = against = 0
    for element in ("t", "u"):
        given_ = {i: v for i, v in zip(ITEMS, values, strict=False) if i[0] == element}
        turned = given_.get(f"{element}4")
        for item in ("1", "2", "3"):
            straight = given_.get(element + item)
            if straight is not None and turned is not None:
                pairs += 1
                keyed = 6 - turned
                against += (straight - 3) * (keyed - 3) < 0 and abs(straight - keyed) >= 2
    assert row["n_pairs"] == pairs
    if pairs:
        assert row["inconsistent_pairs"] == pytest.approx(against / pairs)
    if len(known) > 1:
        spread = np.std([(v - 1) / 4 for v in known], ddof=1)
        assert row["spread"] == pytest.approx(spread)


def test_the_same_answer_throughout_is_straight_lining_and_contradicts_itself():
    row = form([5] * 8)
    assert row["straight_lining"]
    assert row["long_run"]
    assert row["inconsistent_pairs"] == 1
    assert row["n_flags"] == 3


def test_the_middle_throughout_is_straight_lining_without_contradiction():
    row = form([3] * 8)
    assert row["straight_lining"]
    assert row["inconsistent_pairs"] == 0


def test_a_careful_form_has_no_flag():
    row = form([5, 4, 5, 1, 4, 5, 4, 2])
    assert row["n_flags"] == 0
    assert row["inconsistent_pairs"] == 0


def test_half_the_answers_in_one_run():
    assert form([4, 4, 4, 4, 5, 1, 4, 2])["long_run"]
    assert not form([4, 4, 4, 1, 5, 1, 4, 2])["long_run"]


def test_short_forms_are_not_judged():
    row = form([5, 5, 5, 5])
    assert row["longest_run"] == 4
    assert row[["straight_lining", "long_run"]].isna().all()


def test_items_that_were_not_shown_are_not_owed():
    missing = ["not_shown", "not_applicable", "unanswered", None, None, None, None, None]
    row = form([None, None, None, 1, 2, 3, 4, 5], missing=missing)
    assert (row["n_shown"], row["n_answered"]) == (6, 5)
    assert row["unanswered"] == pytest.approx(1 / 6)


def test_a_form_left_half_empty():
    assert form([1, 2, None, None, None, None, None, None])["many_unanswered"]


def test_time_between_answers():
    seconds = pd.to_timedelta([0, 1, 2, 3, 4, 5, 300, 301], unit="s")
    row = form([1, 2, 3, 4, 5, 4, 3, 2], answered_at=pd.Timestamp("2026-01-05 10:00") + seconds)
    assert row["seconds_per_item"] == 1  # a pause of five minutes does not move the median
    assert row["too_fast"]


def test_a_page_shares_its_time_among_its_items():
    stamps = ["2026-01-05 10:00:00"] * 4 + ["2026-01-05 10:00:20"] * 4
    row = form([1, 2, 3, 4, 5, 4, 3, 2], answered_at=stamps)
    assert row["seconds_per_item"] == 5
    assert not row["too_fast"]


def test_one_time_for_the_whole_form_says_nothing():
    quality = response_quality(
        answered([1, 2, 3, 4, 5, 4, 3, 2], answered_at="2026-01-05"), codebook=BOOK
    )
    assert quality.forms["too_fast"].isna().all()
    assert any("too_fast could not be judged" in note for note in quality.notes())


def test_runs_follow_the_order_of_answering():
    values = [5, 1, 5, 1, 5, 1, 5, 1]
    minutes = [0, 10, 1, 11, 2, 12, 3, 13]
    stamps = pd.Timestamp("2026-01-05") + pd.to_timedelta(minutes, unit="min")
    assert form(values)["longest_run"] == 1
    assert form(values, answered_at=stamps)["longest_run"] == 4


def test_scales_of_different_length_are_compared_by_place():
    items = BOOK.items.assign(high=[5, 9] * 4)
    quality = response_quality(answered([5, 9, 5, 9, 5, 9, 5, 9]), codebook=ml.Codebook(items))
    assert quality.forms["longest_run"].iloc[0] == 8


def test_forms_waves_and_targets_are_kept_apart():
    both = pd.concat(
        [
            answered([5] * 8),
            answered([4] * 8, wave=2),
            answered([3] * 8, target_id="ann"),
        ]
    )
    quality = response_quality(both, codebook=BOOK)
    assert len(quality.forms) == 3
    assert quality.forms["form"].tolist() == ["scale"] * 3
    assert quality.forms["longest_run"].tolist() == [8, 8, 8]


def test_rows_of_forms_mixed_up_give_the_same_forms():
    both = pd.concat([answered([5, 4, 3, 2, 1, 2, 3, 4]), answered([4] * 8, wave=2)])
    plain = response_quality(both, codebook=BOOK).forms
    riffled = both.iloc[[0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15]]
    pd.testing.assert_frame_equal(response_quality(riffled, codebook=BOOK).forms, plain)


def test_nothing_is_dropped_and_flags_are_counted():
    three = pd.concat([answered([5] * 8, rater_id=name) for name in ("bo", "cy", "di")])
    quality = response_quality(three, codebook=BOOK)
    counted = quality.flags.set_index("flag")
    assert counted.loc["straight_lining", ["n_judged", "n_flagged"]].tolist() == [3, 3]
    assert counted.loc["straight_lining", "share"] == 1
    assert len(quality.flagged()) == 3
    assert "nothing was dropped" in quality.headline()
    assert "not a proof of carelessness" in quality.summary()


def test_without_reversed_items_the_reader_is_told():
    book = ml.Codebook(BOOK.items.assign(reverse=False))
    quality = response_quality(answered([5] * 8), codebook=book)
    assert not quality.has_reversed
    assert any("equal answers may be sincere" in note for note in quality.notes())


def test_random_answers_reach_the_share_that_the_cut_names():
    values = [(a, b) for a in range(1, 6) for b in range(1, 6)]
    against = [(a - 3) * (b - 3) < 0 and abs(a - b) >= 2 for a, b in values]
    assert np.mean(against) == pytest.approx(0.32)


def test_other_cuts():
    strict = QualityCuts(run_share=0.2)
    quality = response_quality(answered([4, 4, 1, 2, 5, 1, 4, 2]), codebook=BOOK, cuts=strict)
    assert quality.forms["long_run"].iloc[0]
    assert quality.flags["cut"].iloc[1].startswith(">= 0.2")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"run_share": 0}, "`run_share` is a share above 0; got 0"),
        ({"min_pairs": -1}, "`min_pairs` lies above 0; got -1"),
    ],
)
def test_wrong_cuts_are_named(changes, message):
    with pytest.raises(OptionError, match=message):
        QualityCuts(**changes)
    with pytest.raises(OptionError, match=r"`cuts` must be QualityCuts\(\.\.\.\); got 3"):
        response_quality(answered([1] * 8), codebook=BOOK, cuts=3)


def test_wrong_answers_are_named():
    with pytest.raises(SchemaError, match=r"response_quality: not a valid responses table"):
        response_quality(answered([9] * 8), codebook=BOOK)
    with pytest.raises(SchemaError, match="`form` must be"):
        response_quality(answered([1] * 8, form="papyrus"), codebook=BOOK)


def test_no_answers_at_all():
    quality = response_quality(answered([1] * 8).iloc[:0], codebook=BOOK)
    assert quality.forms.empty
    assert "0 forms, 0 with a flag" in quality.headline()
    assert quality.flags["n_judged"].eq(0).all()
