"""Small groups are hidden, and brute force can't compute them either."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentorlab as ml
from mentorlab.errors import OptionError, SchemaError
from mentorlab.privacy import small_cells
from mentorlab.privacy.suppression import TOTAL, add_totals, hide

SHAPES = [(2,), (3,), (4,), (2, 2), (2, 3), (3, 2), (2, 2, 2)]


def tables(shape: tuple[int, ...], counts: list[int]) -> tuple[np.ndarray, np.ndarray]:
    keys = np.array(list(itertools.product(*map(range, shape))))
    return keys, np.array(counts[: len(keys)])


def all_consistent(
    keys: np.ndarray, counts: np.ndarray, hidden: np.ndarray, entries, largest: int
) -> np.ndarray:
    """Every table that looks the same: hidden cells from 1 up, all shown totals kept."""
    n = len(counts)
    unknown = np.flatnonzero(hidden[:n])
    grid = np.indices([largest] * len(unknown)).reshape(len(unknown), largest ** len(unknown)).T + 1
    found = np.tile(counts, (len(grid), 1))
    found[:, unknown] = grid
    keep = np.ones(len(found), dtype=bool)
    for i in range(n, len(entries.counts)):
        if not hidden[i]:
            inside = ((entries.keys[i] == TOTAL) | (keys == entries.keys[i])).all(axis=1)
            keep &= found[:, inside].sum(axis=1) == entries.counts[i]
    return found[keep]


def every_entry(keys: np.ndarray, found: np.ndarray, entries) -> np.ndarray:
    columns = [
        found[:, ((entry == TOTAL) | (keys == entry)).all(axis=1)].sum(axis=1)
        for entry in entries.keys
    ]
    return np.column_stack(columns)


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, max_examples=40)
@given(counts=st.lists(st.integers(0, 5), min_size=8, max_size=8), k=st.integers(2, 3))
def test_brute_force_can_not_compute_a_hidden_count(shape, counts, k):
    keys, counts = tables(shape, counts)
    entries = add_totals(keys, counts)
    small = (entries.counts > 0) & (entries.counts < k)

    hidden = hide(entries, small, k)

    assert not (small & ~hidden).any()
    assert not (hidden & (entries.counts == 0)).any()
    if hidden[: len(counts)].sum() > 6:
        return  # too many unknowns to list; the smaller shapes cover the rule
    found = all_consistent(keys, counts, hidden, entries, largest=5 + k - 1)
    values = every_entry(keys, found, entries)
    for entry in np.flatnonzero(hidden):
        assert len(np.unique(values[:, entry])) > 1
    for entry in np.flatnonzero(small):
        assert values[:, entry].max() >= k


@settings(deadline=None, max_examples=40)
@given(counts=st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_hidden_sums_are_not_fixed_by_shown_sums(counts):
    keys, counts = tables((3, 4), counts)
    entries = add_totals(keys, counts)

    hidden = hide(entries, (entries.counts > 0) & (entries.counts < 5), 5)

    free = entries.lines[:, hidden].astype(float)
    if hidden.any():
        _, sizes, directions = np.linalg.svd(free)
        rank = int((sizes > 1e-9).sum())
        assert (np.abs(directions[rank:]).max(axis=0) > 1e-9).all()


def test_nothing_small_hides_nothing():
    frame = pd.DataFrame({"site": ["a", "b"], "n": [5, 12]})

    result = small_cells(frame, by="site", count="n")

    assert result.table["n"].tolist() == [5, 12]
    assert result.suppressed.empty
    assert not result.totals["suppressed"].any()


def test_a_small_group_takes_the_cheapest_partner_with_it():
    frame = pd.DataFrame({"site": list("abc"), "n": [2, 9, 30]})

    result = small_cells(frame, by="site", count="n")

    assert result.table["suppressed"].tolist() == [True, True, False]
    assert result.suppressed.to_dict("list") == {
        "site": ["a", "b"],
        "reason": ["fewer than 5", "protects a smaller one"],
    }
    assert result.totals["n"].tolist() == [41]


def test_a_partner_that_is_too_small_to_hide_behind_is_not_enough():
    # the 1 could only be 4 at most if 4 + 1 = 5 were known, so a third number must go
    frame = pd.DataFrame({"site": list("abc"), "n": [1, 4, 30]})

    result = small_cells(frame, by="site", count="n")

    assert result.table["suppressed"].all() or result.totals["suppressed"].any()


def test_empty_groups_are_shown():
    frame = pd.DataFrame({"site": list("abc"), "n": [0, 9, 30]})

    assert small_cells(frame, by="site", count="n").table["n"].tolist() == [0, 9, 30]


def test_rows_are_counted_and_means_hidden_with_their_group():
    frame = pd.DataFrame(
        {"site": ["a"] * 2 + ["b"] * 6 + ["c"] * 9, "score": [1.0] * 2 + [2.0] * 6 + [3.0] * 9}
    )

    table = small_cells(frame, by="site", values="score").table

    assert table["n"].isna().tolist() == [True, True, False]
    assert table["score"].isna().tolist() == [True, True, False]
    assert table["score"].iloc[2] == 3


def test_a_mean_over_few_answers_hides_its_group():
    frame = pd.DataFrame(
        {"site": ["a"] * 6 + ["b"] * 6, "score": [1.0] * 2 + [None] * 4 + [2.0] * 6}
    )

    result = small_cells(frame, by="site", values="score")

    assert result.table["suppressed"].all()
    assert not small_cells(frame, by="site").table["suppressed"].any()


def test_people_are_counted_not_their_answers():
    answers = pd.DataFrame(
        {"site": ["a"] * 40 + ["b"] * 40, "rater_id": ["ann"] * 40 + [f"r{i}" for i in range(40)]}
    )

    result = small_cells(answers, by="site", unit="rater_id")

    assert result.table["suppressed"].tolist() == [True, True]
    assert not small_cells(answers, by="site").table["suppressed"].any()


def test_a_person_in_two_groups_is_an_error():
    frame = pd.DataFrame({"wave": [1, 2], "rater_id": ["ann", "ann"]})

    with pytest.raises(SchemaError, match="`rater_id` must be in one group; got 1 in more than"):
        small_cells(frame, by="wave", unit="rater_id")


def test_missing_labels_are_a_group_of_their_own():
    frame = pd.DataFrame({"site": ["a"] * 8 + [None] * 2})

    table = small_cells(frame, by="site").table

    assert len(table) == 2
    assert table["suppressed"].all()


def test_the_display_holds_no_hidden_number_and_says_what_was_done():
    frame = pd.DataFrame({"site": ["aa", "bb", "cc"], "n": [3, 17, 1234]})

    result = small_cells(frame, by="site", count="n")

    for text in (repr(result), result._repr_html_()):
        assert "2 of 3 groups suppressed" in text
        assert "1,234" in text
        assert "17" not in text
    assert "another table of the same people" in result.summary()
    assert result.to_frame().equals(result.table)


def test_example_departments_are_safe_to_show():
    people = ml.datasets.load_example_program().people

    result = small_cells(people, by=["department", "level"], k=5)

    sizes = people.groupby(["department", "level"]).size()
    hidden = result.table[result.table["suppressed"]]
    assert (sizes < 5).sum() == (result.suppressed["reason"] == "fewer than 5").sum()
    assert set(sizes[sizes < 5].index) <= set(
        zip(hidden["department"], hidden["level"], strict=True)
    )
    assert result.table["n"].dropna().ge(5).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"by": "site", "k": 1}, "`k` must be a whole number of 2 or more; got 1"),
        ({"by": "site", "k": True}, "got True"),
        ({"by": []}, "`by` must name a column or more"),
        ({"by": "sit"}, "Did you mean 'site'"),
        ({"by": "site", "values": "site"}, "'site' is named twice"),
        ({"by": "site", "values": "who"}, "must name numbers; 'who' is not"),
        ({"by": "site", "count": "n", "unit": "who"}, "give `count` or `unit`, not both"),
    ],
)
def test_arguments_that_do_not_fit_are_said(arguments, message):
    frame = pd.DataFrame({"site": ["a", "b"], "n": [5, 6], "who": ["x", "y"]})

    with pytest.raises(OptionError, match=message):
        small_cells(frame, **arguments)


def test_group_sizes_must_be_whole_and_groups_listed_once():
    frame = pd.DataFrame({"site": ["a", "a"], "n": [2.5, -1]})

    with pytest.raises(SchemaError) as caught:
        small_cells(frame, by="site", count="n")

    assert "`n` must be whole numbers of 0 or more in 2 rows, first row 1" in str(caught.value)
    assert "`site` must tell groups apart in 1 row, first row 2" in str(caught.value)


def test_a_table_beyond_what_can_be_handled_is_refused():
    frame = pd.DataFrame({"person": range(2000)})

    with pytest.raises(OptionError, match="2,000 groups and their totals are more than 1,500"):
        small_cells(frame, by="person")
