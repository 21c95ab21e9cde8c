"""Arms and controls become numbers as a reader of the frame would expect, or are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.effects.design import arm_codes, design_matrix, finite_numbers
from mentorlab.errors import EstimationError, OptionError


def arms_of(values, reference=None, **series):
    arms, codes = arm_codes(pd.Series(values, **series), reference, name="arm", who="f")
    return arms, codes.tolist()


@pytest.mark.parametrize(
    ("values", "arms"),
    [
        ([True, False], ["False", "True"]),
        ([1, 0], ["0", "1"]),
        ([1.0, 0.0], ["0.0", "1.0"]),
        (pd.array([1, 0], dtype="Int64"), ["0", "1"]),
        (pd.array([True, False], dtype="boolean"), ["False", "True"]),
        (np.array([True, False], dtype="object"), ["False", "True"]),
        (["mentor", "control"], ["control", "mentor"]),
        (["Comparison", "a"], ["Comparison", "a"]),
        (pd.Categorical(["b", "a"], categories=["b", "c", "a"]), ["b", "a"]),
        (pd.Categorical(["class", "control"]), ["control", "class"]),
    ],
)
def test_the_comparison_group_is_found(values, arms):
    found, codes = arms_of(values)
    assert found == arms
    assert [found[code] for code in codes] == [str(value) for value in values]


@pytest.mark.parametrize(
    ("values", "reference", "first"),
    [
        ([1, 2], 2, "2"),
        ([1, 2], "2", "2"),
        ([1.0, 2.0], 2, "2.0"),
        ([True, False], True, "True"),
        (["a", "b"], "b", "b"),
        (["control", "b"], "b", "b"),
    ],
)
def test_the_comparison_group_may_be_told_as_value_or_text(values, reference, first):
    assert arms_of(values, reference)[0][0] == first


@pytest.mark.parametrize(
    ("values", "reference", "error", "said"),
    [
        (["a", "a"], None, EstimationError, r"one arm only \('a'\).* a change, not an effect"),
        ([0, 0], None, EstimationError, "one arm only"),
        (["a", "b"], None, OptionError, "Give reference=, one of 'a' or 'b'"),
        (
            ["control", "comparison"],
            None,
            OptionError,
            "which arm of 'arm' is the comparison group",
        ),
        (["a", "b"], "c", OptionError, r"must be an arm of 'arm' \('a' or 'b'\); got 'c'"),
        ([1, "1"], None, OptionError, "holds numbers and text that read the same"),
    ],
)
def test_what_cannot_be_compared(values, reference, error, said):
    with pytest.raises(error, match=said):
        arms_of(values, reference, dtype="object")


def design(frame, *controls):
    data = pd.DataFrame(frame)
    return design_matrix(data, np.array([0, 0, 1, 1]), 2, controls, who="f")


def test_numbers_enter_as_they_are_and_words_as_indicators():
    x = design(
        {
            "age": [30, 41, 22, 35],
            "site": ["n", "s", "n", "s"],
            "mood": pd.Categorical(["a", "b", "b", "a"], categories=["z", "a", "b"]),
        },
        "age",
        "site",
    )
    assert x.tolist() == [[1, 0, 30, 0], [1, 0, 41, 1], [1, 1, 22, 0], [1, 1, 35, 1]]
    assert design({"mood": pd.Categorical(["a", "b", "b", "a"], list("zab"))}, "mood").shape == (
        4,
        3,
    )
    assert design(
        {"flag": pd.array([True, False, False, True], dtype="boolean")}, "flag"
    ).shape == (4, 3)


@pytest.mark.parametrize(
    "columns",
    [
        {"k": [1, 1, 1, 1]},
        {"k": ["a", "a", "a", "a"]},
        {"k": [0, 0, 1, 1]},
        {"k": ["n", "n", "s", "s"]},
        {"x": [1, 2, 4, 3], "k": [2, 4, 8, 6]},
        {"x": [1, 2, 4, 3], "k": [1e13, 2e13, 4e13, 3e13]},
    ],
)
def test_a_control_that_adds_nothing_is_named(columns):
    with pytest.raises(EstimationError, match="f: the control 'k' says the same as the columns"):
        design(columns, *columns)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([np.inf, 1.0], "'y' must be finite; it holds an infinite value"),
        (["a", "b"], "'y' must be numeric; it is stored as str and holds 'a'"),
        ([1 + 2j, 1], "stored as complex128"),
        (pd.Series([1, 2], dtype="object"), "stored as object and holds 1"),
        (pd.to_timedelta(["1D", "2D"]), "stored as timedelta64"),
    ],
)
def test_what_is_no_number(values, said):
    with pytest.raises(OptionError) as caught:
        finite_numbers(pd.Series(values), "y", who="f")
    assert said in str(caught.value)


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float32", "bool", "int64[pyarrow]"])
def test_numbers_of_any_dtype(dtype):
    column = pd.Series([1, 0]).astype(dtype)
    assert finite_numbers(column, "y", who="f").tolist() == [1.0, 0.0]
