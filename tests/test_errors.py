import numpy as np
import pandas as pd
import pytest

from mentorlab import errors
from mentorlab.errors import Fault, MentorlabError, SchemaError, count, did_you_mean, listing, quote


def test_a_fault_says_column_rule_value_count_and_place():
    fault = Fault(
        "role",
        "be 'mentor' or 'mentee'",
        got="'Mentee'",
        n_rows=12,
        first_row=1,
        hint="Did you mean 'mentee'?",
    )
    assert str(fault) == (
        "`role` must be 'mentor' or 'mentee'; got 'Mentee' in 12 rows, first row 1. "
        "Did you mean 'mentee'?"
    )


def test_a_fault_leaves_out_what_it_does_not_know():
    assert str(Fault("role", "be there")) == "`role` must be there."
    assert str(Fault("role", "be there", table="members")) == "members: `role` must be there."


def test_a_schema_error_lists_all_faults_and_ends_with_advice():
    error = SchemaError(
        "score: not valid", [Fault("a", "be there"), Fault("b", "be text")], "Read the page."
    )
    assert str(error).splitlines() == [
        "score: not valid",
        "  - `a` must be there.",
        "  - `b` must be text.",
        "  Read the page.",
    ]
    assert [fault.column for fault in error.faults] == ["a", "b"]


@pytest.mark.parametrize(
    "name",
    [name for name in dir(errors) if name.endswith("Error") and name != "MentorlabError"],
)
def test_every_error_is_ours_and_a_plain_one(name):
    kind = getattr(errors, name)
    assert issubclass(kind, MentorlabError)
    assert issubclass(kind, (ValueError, LookupError, OSError))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.int64(0), "0"),
        (np.float64(1.5), "1.5"),
        (np.bool_(True), "True"),
        (np.str_("a"), "'a'"),
        ("it's", '"it\'s"'),
        (None, "None"),
        (pd.NA, "<NA>"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_values_are_quoted_plainly(value, text):
    assert quote(value) == text


@pytest.mark.parametrize("value", [np.array([1, 2]), pd.Series([1, 2])])
def test_what_holds_several_values_can_be_quoted(value):
    assert quote(value)


def test_long_values_are_cut():
    assert len(quote("x" * 1000)) == 60
    assert quote("x" * 1000).endswith("...")


def test_counts_and_lists_read_like_sentences():
    assert count(0, "row") == "0 rows"
    assert count(1_000_000, "row") == "1,000,000 rows"
    assert listing([]) == ""
    assert listing(["a"]) == "'a'"
    assert listing(["a", "b", "c"]) == "'a', 'b' or 'c'"
    assert listing(range(12), limit=2) == "0, 1 ... (10 more)"


def test_the_nearest_name_is_found_whatever_its_case():
    assert did_you_mean(" MENTOR ", ["mentor", "mentee"]) == "Did you mean 'mentor'?"
    assert did_you_mean("Trust_1", ["TRUST_1"]) == "Did you mean 'TRUST_1'?"
    assert did_you_mean("zebra", ["mentor"]) == ""
    assert did_you_mean(7, ["7"]) == "Did you mean '7'?"
    assert did_you_mean("x", []) == ""
