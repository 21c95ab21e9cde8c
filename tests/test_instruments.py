"""The registry of instruments: facts only, no wording, and keys compared with the facts."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

import mentorlab
from mentorlab.errors import OptionError, ReadError, SchemaError
from mentorlab.instruments import Instrument, codebook_for, instrument, list_instruments
from mentorlab.shipped import shipped_path

COLUMNS = [
    "id",
    "name",
    "authors_year",
    "items",
    "n_subscales",
    "subscales",
    "points",
    "response_format",
    "who_answers",
    "reliability_reported",
    "license_status",
    "where_to_get",
    "verified",
    "doi",
]
FACTS = {"items", "subscales", "response format", "raters", "reliability", "license", "fit"}
SHINGLES = Path(__file__).parent / "golden" / "instruments" / "wording_shingles.txt"
WORDS = 5


@pytest.fixture(scope="module")
def registry() -> pd.DataFrame:
    return list_instruments()


def key(n_items: int, **columns: object) -> pd.DataFrame:
    made = {"scale": "mentor behavior", "reverse": False, "min": 1, "max": 6}
    return pd.DataFrame({"item": [f"i{n}" for n in range(n_items)], **made, **columns})


def test_the_registry_is_tidy(registry):
    assert registry.columns.tolist() == COLUMNS
    assert registry["id"].is_unique
    assert len(registry) >= 23
    required = ["id", "name", "authors_year", "license_status", "where_to_get", "verified"]
    assert registry[required].notna().all(axis=None)


@pytest.mark.parametrize(
    ("id", "items", "n_subscales"),
    [("MCA", 26, 6), ("MCA-21", 21, 6), ("MES", 12, 1), ("MFQ-9", 9, 3), ("MFS", 16, 2)],
)
def test_lengths_that_were_read_at_a_source(registry, id, items, n_subscales):
    row = registry.set_index("id").loc[id]

    assert (row["items"], row["n_subscales"]) == (items, n_subscales)
    assert {"items", "subscales"} <= set(row["verified"].split("; "))


def test_verified_names_facts_and_no_unread_instrument_claims_any(registry):
    named = registry["verified"].str.split("; ").explode()

    assert set(named) <= FACTS | {"nothing"}
    assert set(registry.loc[registry["verified"] == "nothing", "id"]) == {
        "NOE",
        "MRI",
        "RMI",
        "AE-Q",
    }


def test_no_fact_is_verified_and_absent(registry):
    for fact, column in (("items", "items"), ("reliability", "reliability_reported")):
        claimed = registry["verified"].str.contains(rf"\b{fact}\b")
        assert registry.loc[claimed, column].notna().all()


def test_known_subscale_sizes_add_up(registry):
    for id in registry["id"]:
        known = instrument(id)
        sizes = known.subscale_sizes
        if len(sizes) == known.n_subscales:
            assert sum(sizes.values()) == known.items, id


def test_dois_are_dois(registry):
    assert registry["doi"].dropna().str.fullmatch(r"10\.\d{4,}/\S+").all()
    assert registry["doi"].notna().sum() >= 9


def test_the_frame_is_yours_to_change(registry):
    mine = list_instruments()
    mine["name"] = ""

    assert list_instruments()["name"].equals(registry["name"])


def test_a_record_is_frozen_and_says_what_is_unsure():
    known = instrument("AWAI")

    assert isinstance(known, Instrument)
    with pytest.raises(AttributeError):
        known.items = 3
    for text in (repr(known), known._repr_html_()):
        assert "30 (not verified)" in text
        assert "American Psychological Association" in text
    assert "number of subscales: 3\n" in repr(known)
    assert "https://doi.org/10.1097/ACM.0b013e318295e298" in repr(instrument("MCA"))
    assert "not known" in repr(instrument("RMI"))


def test_an_unknown_instrument_is_an_error_with_what_is_near():
    with pytest.raises(OptionError, match=r"got 'MFQ9'\. Did you mean 'MFQ-9'"):
        instrument("MFQ9")


def test_a_key_that_fits_becomes_a_codebook():
    book = codebook_for("MES", key=key(12))

    assert isinstance(book, mentorlab.Codebook)
    assert book.elements == ("mentor behavior",)
    assert book.items[["low", "high"]].drop_duplicates().values.tolist() == [[1, 6]]
    assert book.differences == ()
    assert "agrees with the registry" in repr(book)


def test_a_key_is_read_from_a_file(tmp_path):
    file = tmp_path / "key.csv"
    key(12).rename(columns={"scale": "element", "min": "low", "max": "high"}).to_csv(file)

    assert codebook_for("MES", key=file).differences == ()
    with pytest.raises(ReadError, match="there is no such file"):
        codebook_for("MES", key=tmp_path / "absent.csv")


def test_every_difference_is_named():
    mine = key(11, max=5, scale=["a"] * 6 + ["b"] * 5)

    book = codebook_for("MES", key=mine)

    assert book.differences == (
        "12 items are registered, the key has 11",
        "1 subscale is registered, the key has 2",
        "6 answer options are registered, the key has 5",
    )
    for difference in book.differences:
        assert difference in repr(book)
        assert difference in book._repr_html_()


def test_subscales_are_compared_by_name_and_unverified_numbers_are_called_so():
    names = ["Career support"] * 4 + ["psychosocial support"] * 3 + ["role modeling"] * 2

    book = codebook_for("MFQ-9", key=key(9, scale=names, max=7))

    assert book.differences == (
        "3 items of 'career support' are registered, the key has 4",
        "3 items of 'role modeling' are registered, the key has 2",
        "5 answer options are registered (a number that was not verified), the key has 7",
    )


def test_reversed_items_and_roles_of_the_key_are_kept():
    mine = key(12, reverse=[True] + [False] * 11, role="mentee")

    items = codebook_for("MES", key=mine).items

    assert items["reverse"].tolist() == [True] + [False] * 11
    assert set(items["role"]) == {"mentee"}


def test_a_key_with_two_columns_for_one_thing_is_refused():
    with pytest.raises(SchemaError, match="`element` must come from one column; got 'scale' or"):
        codebook_for("MES", key=key(12).assign(element="x"))


def test_a_key_without_a_range_is_refused():
    with pytest.raises(SchemaError, match="`high` must be there"):
        codebook_for("MES", key=key(12).drop(columns="max"))


def test_only_our_own_item_bank_ships_item_wording():
    root = shipped_path("item_bank").parent
    headers = {
        str(file.relative_to(root)): file.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        for file in root.rglob("*.csv")
    }

    worded = {name for name, header in headers.items() if {"wording", "text"} & set(header)}

    assert worded == {"item_bank/items.csv"}


def test_no_wording_of_a_registered_instrument_is_in_the_package():
    known = set(SHINGLES.read_text(encoding="utf-8").split())
    package = Path(mentorlab.__file__).parent
    files = [
        file
        for root in (package, shipped_path("item_bank").parent)
        for file in root.rglob("*")
        if file.suffix in {".py", ".csv", ".md", ".json", ".txt", ".html"}
    ]

    found = [str(file) for file in files if _shingles(file.read_text(encoding="utf-8")) & known]

    assert len(known) >= 150
    assert len(files) > 50
    assert found == []


def _shingles(text: str) -> set[str]:
    words = re.findall(r"[a-z]+", text.lower())
    rows = {" ".join(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)}
    return {sha256(row.encode()).hexdigest()[:16] for row in rows}
