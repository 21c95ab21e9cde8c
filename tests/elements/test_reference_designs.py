"""R's formulas and coefficient names, read for any data set."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_designs import group_labels, ratings_of, term_columns
from reference_models import _complete, _person, _read_formula

FRAME = pd.DataFrame(
    {
        "week.no": [1.0, 2, 4],
        "site": ["north", "south", None],
        "trained": [True, False, True],
        "step": [1, 2, 3],
        "class": ["a", "b", "a"],
    }
)


@pytest.mark.parametrize(
    ("term", "column"),
    [
        ("(Intercept)", [1, 1, 1]),
        ("week.no", [1, 2, 4]),
        ("I(week.no^2)", [1, 4, 16]),
        ("log(week.no)", np.log([1, 2, 4])),
        ("scale(week.no)", (np.array([1, 2, 4]) - 7 / 3) / np.std([1, 2, 4], ddof=1)),
        ("sitesouth", [0, 1, np.nan]),
        ("trainedTRUE", [1, 0, 1]),
        ("factor(step)3", [0, 0, 1]),
        ("as.factor(step)2", [0, 1, 0]),
        ("week.no:classb", [0, 2, 0]),
    ],
)
def test_terms(term, column):
    assert np.allclose(term_columns(FRAME, [term])[:, 0], column, equal_nan=True)


def test_an_unknown_term_is_an_error():
    with pytest.raises(AssertionError, match="no column gives the term siteeast"):
        term_columns(FRAME, ["siteeast"])


def test_formulas_with_nested_and_uncorrelated_terms():
    outcome, terms = _read_formula("mood ~ week + (1 | region/dyad) + (0 + week || site)")
    assert outcome == "mood"
    assert terms == [
        ("dyad:region", ["(Intercept)"], True),
        ("region", ["(Intercept)"], True),
        ("site", ["week"], False),
    ]


def test_groups_are_named_as_r_does():
    assert group_labels(FRAME, "step").tolist() == ["1", "2", "3"]
    assert group_labels(FRAME, "class:step").tolist() == ["a:1", "b:2", "a:3"]


def test_rows_with_an_empty_cell_of_the_model_are_left_out():
    rows, columns = _complete(FRAME, "week.no", ["(Intercept)", "sitesouth"], ["class"])
    assert rows["step"].tolist() == [1, 2]
    assert columns.tolist() == [[1, 1, 0], [2, 1, 1]]


def test_who_repeats_is_told_by_the_call_or_by_the_rows():
    frame = pd.DataFrame(
        {
            "region": [1, 1, 1, 1, 2, 2],
            "pair": list("aabbcc"),
            "visit": [1, 2, 1, 2, 1, 2],
            "y": [0, 1, 1, 0, 1, 1],
        }
    )
    assert _person("geeglm(y ~ visit, id = region)", frame, "y", ["(Intercept)", "visit"]) == (
        "region"
    )
    assert _person("geeglm(y ~ visit)", frame, "y", ["(Intercept)", "visit"]) == "pair"


def test_row_numbers_are_no_rater():
    frame = pd.DataFrame({"id": [1, 2, 3], "first": [2, 4, 3], "second": [1, 5, 3]})
    assert list(ratings_of(frame)) == ["first", "second"]
