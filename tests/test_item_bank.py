"""The item bank: mirrored forms, four items an element, one of them reversed."""

from __future__ import annotations

import pandas as pd
import pytest

from mentorlab import item_bank

ELEMENTS = (
    "respect",
    "reciprocity",
    "communication",
    "commitment",
    "trust",
    "clear_expectations",
    "shared_values",
    "personal_connection",
)
EXTRA_SIZES = {
    "career_support": 3,
    "psychosocial_support": 3,
    "negative_experiences": 4,
    "satisfaction": 3,
}


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    return item_bank().items


def test_codebook_reads_the_bank_and_calls_it_unvalidated():
    bank = item_bank()

    assert bank.elements == (*ELEMENTS, *EXTRA_SIZES)
    assert bank.validated is False


def test_columns_and_cells_are_complete(items):
    answers = {"low", "high", "labels"}

    assert (
        set(items.columns)
        == {"item", "element", "role", "reverse", "wording", "source", "kind"} | answers
    )
    assert not items.isna().any(axis=None)
    assert not (items.select_dtypes("str").apply(lambda column: column.str.strip() == "")).any(
        axis=None
    )


@pytest.mark.parametrize("role", ["mentor", "mentee"])
def test_each_element_has_four_items_and_one_is_reversed(items, role):
    form = items[items["role"].eq(role) & items["kind"].eq("element")]
    by_element = form.groupby("element", sort=False)["reverse"].agg(["size", "sum"])

    assert tuple(by_element.index) == ELEMENTS
    assert by_element["size"].eq(4).all()
    assert by_element["sum"].eq(1).all()


def test_extra_scales_have_their_sizes_and_no_reversed_item(items):
    extra = items[items["kind"].eq("extra")]

    assert extra.groupby("element")["item"].nunique().to_dict() == EXTRA_SIZES
    assert not extra["reverse"].any()


def test_item_names_are_the_element_and_a_number(items):
    number = items.groupby(["element", "role"]).cumcount() + 1

    assert (items["item"] == items["element"] + "_" + number.astype("str")).all()


def test_both_forms_hold_the_same_items_keyed_alike(items):
    columns = ["item", "element", "reverse", "low", "high", "labels", "source", "kind"]
    mentor = items.loc[items["role"].eq("mentor"), columns].reset_index(drop=True)
    mentee = items.loc[items["role"].eq("mentee"), columns].reset_index(drop=True)

    pd.testing.assert_frame_equal(mentor, mentee)


def test_wording_is_mirrored(items):
    wording = items.pivot(index="item", columns="role", values="wording")
    mirrored = wording["mentee"].str.replace("y mentor", "y mentee", regex=False)
    support = wording.index.str.contains("_support_")

    assert mirrored[~support].eq(wording.loc[~support, "mentor"]).all()
    assert wording["mentee"].str.contains("mentor").all()
    assert wording["mentor"].str.contains("mentee").all()
    assert wording.loc[support, "mentor"].str.startswith("I ").all()


def test_wording_is_unique_and_a_short_sentence(items):
    assert items["wording"].is_unique
    assert items["wording"].str.fullmatch(r"[A-Z][A-Za-z ,]+\.").all()
    assert items["wording"].str.split().str.len().max() <= 12


def test_answers_run_from_one_to_five_with_a_label_each(items):
    assert items["low"].eq(1).all()
    assert items["high"].eq(5).all()
    assert items["labels"].str.split("|").str.len().eq(5).all()


def test_sources_tell_success_from_failure_themes(items):
    source = items.drop_duplicates("element").set_index("element")["source"]

    assert source[["communication", "commitment"]].str.contains("failure theme").all()
    assert "trait" in source["trust"]
    others = ["respect", "reciprocity", "clear_expectations", "shared_values"]
    assert source[[*others, "personal_connection"]].str.contains("success theme").all()
