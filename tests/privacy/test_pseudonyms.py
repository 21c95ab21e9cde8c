"""Pseudonyms: keyed, stable, the same in every table, and the key nowhere."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import OptionError, SchemaError
from mentorlab.privacy import new_key, pseudonym, pseudonymize
from mentorlab.tables import TABLES

KEY = "an example only, never use this one"


@pytest.fixture(scope="module")
def program() -> ml.Program:
    return ml.datasets.load_example_program()


@pytest.fixture(scope="module")
def masked(program) -> ml.Program:
    return pseudonymize(program, key=KEY)


def test_a_pseudonym_is_hmac_sha256_of_the_id():
    # printf ann | openssl dgst -sha256 -hmac "<KEY>" with OpenSSL 3.0.19
    by_openssl = bytes.fromhex("912d9376fb18208a1a04a891102833d24e2ad267ce0d5295dda2b6504c145fb3")
    by_python = hmac.new(KEY.encode(), b"ann", hashlib.sha256).digest()

    assert by_python == by_openssl
    assert pseudonym("ann", KEY) == "p" + base64.b32encode(by_openssl[:10]).decode().lower()


def test_numbers_and_their_text_are_one_id():
    frame = pd.DataFrame({"person_id": [7, 8]})

    assert pseudonym(7, KEY) == pseudonym("7", KEY) == pseudonym(7.0, KEY)
    assert pseudonymize(frame, key=KEY)["person_id"][0] == pseudonym("7", KEY)


def test_text_and_bytes_of_a_key_are_one_key():
    assert pseudonym("ann", KEY) == pseudonym("ann", KEY.encode())


def test_another_key_gives_another_pseudonym():
    assert pseudonym("ann", KEY) != pseudonym("ann", new_key())


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("short", "must have 32 bytes or more; got 5 bytes"),
        (b"", "got 0 bytes"),
        ("a" * 64, "repeats too few characters"),
        (12345, "must be text or bytes; got a int"),
        (None, "got a NoneType"),
    ],
)
def test_a_weak_key_is_refused_without_being_shown(key, message):
    with pytest.raises(OptionError, match=message) as caught:
        pseudonymize(pd.DataFrame({"person_id": ["ann"]}), key=key)
    assert "short" not in str(caught.value)
    with pytest.raises(OptionError, match=message):
        pseudonym("ann", key)


@pytest.mark.parametrize("value", [None, float("nan"), ["ann"]])
def test_what_is_no_id_has_no_pseudonym(value):
    with pytest.raises(OptionError, match="must be text or a number"):
        pseudonym(value, KEY)


def test_new_keys_are_long_and_differ():
    keys = {new_key() for _ in range(50)}

    assert len(keys) == 50
    assert {len(key) for key in keys} == {64}


def test_no_old_id_is_left_in_any_id_column(program, masked):
    for name, frame in program.tables.items():
        for column in TABLES[name].columns:
            if column.kind == "id" and column.name in frame:
                old, new = frame[column.name], masked.tables[name][column.name]
                assert not set(old.dropna()) & set(new.dropna()), (name, column.name)
                assert old.isna().sum() == new.isna().sum()
                assert old.nunique() == new.nunique()


def test_references_hold_and_results_do_not_move(program, masked):
    again = ml.Program(**masked.tables)  # checks every reference
    bank = ml.item_bank()

    def gaps(given):
        scores = ml.score_elements(given.responses, codebook=bank)
        return ml.pair_partners(scores, members=given.members)["gap"]

    assert len(again.members) == len(program.members)
    assert sorted(gaps(masked).dropna()) == sorted(gaps(program).dropna())


def test_two_files_of_one_person_stay_joined(program):
    people = pseudonymize(program.people, key=KEY)
    answers = pseudonymize(program.responses, key=KEY)

    assert answers["rater_id"].isin(people["person_id"]).all()
    assert (
        people["person_id"] == program.people["person_id"].map(lambda i: pseudonym(i, KEY))
    ).all()


def test_the_order_of_a_program_says_nothing(masked):
    assert masked.people["person_id"].is_monotonic_increasing
    assert masked.relationships["relationship_id"].is_monotonic_increasing


def test_a_frame_keeps_its_rows_where_they_are_and_the_input_as_it_is():
    frame = pd.DataFrame({"person_id": ["bo", "ann"], "score": [1, 2]}, index=[5, 3])
    before = frame.copy()

    masked = pseudonymize(frame, key=KEY)

    pd.testing.assert_frame_equal(frame, before)
    assert masked["score"].tolist() == [1, 2]
    assert masked.index.tolist() == [5, 3]


def test_named_columns_of_a_frame_are_replaced_and_no_others():
    frame = pd.DataFrame({"email": ["a@x.org"], "person_id": ["ann"]})

    masked = pseudonymize(frame, key=KEY, columns="email")

    assert masked["person_id"].tolist() == ["ann"]
    assert masked["email"].tolist() == [pseudonym("a@x.org", KEY)]


def test_own_columns_of_a_program_are_named_or_replaced():
    ids = [f"person{i}" for i in range(12)]
    program = ml.Program(
        people=pd.DataFrame({"person_id": ids, "email": [f"{i}@x.org" for i in ids], "site": "a"}),
        relationships=pd.DataFrame({"relationship_id": ["r1"]}),
        members=pd.DataFrame(columns=["relationship_id", "person_id", "role"]),
    )

    kept = pseudonymize(program, key=KEY)
    replaced = pseudonymize(program, key=KEY, columns=["email"])

    assert "left as they were, and may identify people: people.email" in kept.notes
    assert not any("people.email" in note for note in replaced.notes)
    assert not replaced.people["email"].str.contains("@").any()


def test_the_key_is_nowhere(masked, tmp_path):
    folder = masked.write(tmp_path / "masked")

    assert KEY not in repr(masked)
    assert KEY not in str(masked.notes)
    for file in folder.iterdir():
        assert KEY.encode() not in file.read_bytes()
    assert any("pseudonyms" in note for note in masked.notes)


@pytest.mark.parametrize(
    ("data", "columns", "message"),
    [
        (pd.DataFrame({"score": [1]}), None, "none of the columns"),
        (pd.DataFrame({"person_id": ["a"]}), "persn_id", "Did you mean 'person_id'"),
        ({"person_id": ["a"]}, None, "needs a Program or a data frame; got a dict"),
    ],
)
def test_what_can_not_be_done_is_said(data, columns, message):
    with pytest.raises(OptionError, match=message):
        pseudonymize(data, key=KEY, columns=columns)


def test_a_column_that_no_table_has_is_said(program):
    with pytest.raises(OptionError, match="`columns` names 'emial'"):
        pseudonymize(program, key=KEY, columns=["emial"])


def test_a_list_is_no_id():
    with pytest.raises(SchemaError, match="`person_id` must be text"):
        pseudonymize(pd.DataFrame({"person_id": [["ann"]]}), key=KEY)
