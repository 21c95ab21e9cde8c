"""Numbers and heads as papers print them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab.report.labels import abbreviations, bounded_cells, head, is_bounded, words
from mentorlab.report.numbers import cell, interval, number, p_value

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "options", "printed"),
    [
        (0.674, {"bounded": True}, ".67"),
        (-0.674, {"bounded": True}, f"{MINUS}.67"),
        (1.0, {"bounded": True}, "1.00"),
        (0.999, {"bounded": True}, "1.00"),
        (0.5, {}, "0.50"),
        (-0.004, {}, "0.00"),
        (-0.004, {"bounded": True}, ".00"),
        (1234567.891, {}, "1,234,567.89"),
        (2.5, {"digits": 0}, "2"),
        (float("nan"), {}, "\N{EM DASH}"),
        (float("-inf"), {}, f"{MINUS}\N{INFINITY}"),
    ],
)
def test_numbers(value, options, printed):
    assert number(value, **options) == printed


@given(st.floats(-1, 1), st.integers(1, 6))
def test_a_printed_number_reads_back_within_its_rounding(value, digits):
    printed = number(value, digits=digits, bounded=True).replace(MINUS, "-")
    assert float(printed) == pytest.approx(value, abs=0.5 * 10**-digits + 1e-12)
    assert not printed.lstrip("-").startswith("0.")


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.0009, "< .001"),
        (0.001, ".001"),
        (0.0496, ".050"),
        (0.9996, "> .999"),
        ("< .001", "< .001"),
        ("0.023", ".023"),
        (np.nan, "\N{EM DASH}"),
        ("-", "\N{EM DASH}"),
    ],
)
def test_p_values(value, printed):
    assert p_value(value) == printed


def test_intervals():
    assert interval(0.68, 0.72, bounded=True) == "[.68, .72]"
    assert interval(-1.2, np.inf) == f"[{MINUS}1.20, \N{INFINITY}]"
    assert interval(np.nan, np.nan) == "\N{EM DASH}"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (np.int64(-1200), f"{MINUS}1,200"),
        (np.bool_(False), "no"),
        (np.float64(0.25), "0.25"),
        (pd.NaT, "\N{EM DASH}"),
        (pd.NA, "\N{EM DASH}"),
        (pd.Timestamp("2026-02-03 10:00"), "2026-02-03"),
        ("two\n lines", "two lines"),
        ("-", "\N{EM DASH}"),
        (("a", "b"), "('a', 'b')"),
    ],
)
def test_cells(value, printed):
    assert cell(value) == printed


@pytest.mark.parametrize(
    ("name", "bounded"),
    [
        ("alpha", True),
        ("alpha_if_dropped", True),
        ("ICC(1,k)", True),
        ("item_rest", True),
        ("share", True),
        ("r", True),
        ("omega_total", True),
        ("RMSEA", True),
        ("gap", False),
        ("mean", False),
        ("n_share", False),
        ("estimate", False),
        ("", False),
    ],
)
def test_what_cannot_pass_one(name, bounded):
    assert is_bounded(name) is bounded


def test_estimates_take_it_from_their_row():
    frame = pd.DataFrame(
        {
            "unit": ["share", "per month", "share of steps", "minutes"],
            "estimate": [0.1, 0.2, 0.3, 4.0],
            "conf_low": 0.0,
            "conf_high": 1.0,
        }
    )
    assert bounded_cells(frame)["estimate"].tolist() == [True, False, True, False]
    named = frame.drop(columns="unit").assign(measure=["alpha", "gap", "ICC(2,1)", "mean"])
    assert bounded_cells(named)["conf_high"].tolist() == [True, False, True, False]


def test_limits_take_it_from_the_column_before_them():
    frame = pd.DataFrame({"alpha": [0.8], "conf_low": [0.7], "conf_high": [0.9], "mean": [3.0]})
    bounded = bounded_cells(frame)
    assert bounded.iloc[0].tolist() == [True, True, True, False]
    other = pd.DataFrame({"share": [0.8], "mean": [3.0], "conf_low": [2.0], "conf_high": [4.0]})
    assert bounded_cells(other)["conf_low"].tolist() == [False]


def test_heads():
    assert head("sd") == ("SD", True)
    assert head("omega") == ("ω", False)
    assert head("n_answered") == ("Answered", False)
    assert head("median_days") == ("Median days", False)


def test_names_of_things_become_words_and_ids_do_not():
    frame = pd.DataFrame(
        {"element": ["shared_values"], "item": ["t_1"], "relationship_id": ["r_1"]}
    )
    assert words(frame).iloc[0].tolist() == ["shared values", "t_1", "r_1"]


def test_abbreviations_are_whole_words():
    assert abbreviations(["Median days", "95% CI"]) == "CI = confidence interval"
    assert abbreviations(["Item"]) == ""
