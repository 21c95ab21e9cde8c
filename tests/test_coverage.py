"""The list of what is measured: whole, true, and on its page."""

import csv
import os
from pathlib import Path

import pytest

import mentorlab as ml
from mentorlab.elements.practices import PRACTICES
from mentorlab.elements.practices.page import with_practice_table
from mentorlab.elements.relationships.phases import PHASES
from mentorlab.errors import SchemaError
from mentorlab.report import coverage
from mentorlab.report.coverage import coverage_page, feature_coverage, resolve

ROOT = Path(__file__).resolve().parents[1]
SCIENCE = Path(os.environ.get("MENTORLAB_SCIENCE", ROOT.parent / "shared" / "science"))
OWNED_KINDS = {"element", "practice", "role", "model", "stage"}
OWNED_ALONE = {"F020", "F047", "F092", "F107", "F109", "F110", "F117"}
MATCHING_KINDS = {"matching", "type"}
MATCHING_ALONE = {"F009", "F041", "F042", "F045", "F062", "F065", "F066", "F112", "F152", "F153"}
MATCHING_ALONE |= {"F154", "F182"}
ROWS = feature_coverage().to_frame()
ELEMENTS = ROWS[ROWS["part"] == "elements"]
NAMES = {*PRACTICES, *ml.item_bank().elements, *PHASES, "phases"}


def test_every_owned_feature_has_a_row():
    source = SCIENCE / "seed_features.csv"
    if not source.is_file():
        pytest.skip(f"no list of features at {source}: set MENTORLAB_SCIENCE")
    with source.open(encoding="utf-8") as lines:
        listed = list(csv.DictReader(lines))
    owned = {
        row["id"]
        for row in listed
        if row["category"].replace("-", ":").split(":")[0] in OWNED_KINDS
        or row["id"] in OWNED_ALONE
    }
    assert len(owned) > 100
    assert set(ELEMENTS["feature"]) == owned


def test_every_feature_of_matching_has_a_row():
    source = SCIENCE / "seed_features.csv"
    if not source.is_file():
        pytest.skip(f"no list of features at {source}: set MENTORLAB_SCIENCE")
    with source.open(encoding="utf-8") as lines:
        listed = list(csv.DictReader(lines))
    owned = {row["id"] for row in listed if row["category"] in MATCHING_KINDS} | MATCHING_ALONE
    assert set(ROWS.loc[ROWS["part"] == "matching", "feature"]) == owned


@pytest.mark.parametrize("function", sorted(set(ROWS["function"]) - {""}))
def test_every_named_function_exists(function):
    assert callable(resolve(function))


def test_every_named_practice_and_element_exists():
    named = {use.strip() for uses in ELEMENTS["uses"] for use in uses.split(";") if use.strip()}
    assert named <= NAMES


def test_practices_are_named_where_practices_are_measured():
    rows = ELEMENTS[ELEMENTS["function"].str.endswith(":practice_rates")]
    assert all(use.strip() in PRACTICES for uses in rows["uses"] for use in uses.split(";"))


def test_what_is_not_measured_says_why():
    silent = ROWS[~ROWS["measured"]]
    assert silent["caveat"].str.len().gt(20).all()


def test_the_numbers_add_up():
    covered = feature_coverage()
    assert covered.n_measured == ROWS.loc[ROWS["measured"], "feature"].nunique()
    assert 0 < covered.n_own_items < covered.n_measured
    assert f"{covered.n_measured} of" in covered.headline()
    assert covered._display_frame()["part"].tolist() == list(dict.fromkeys(ROWS["part"]))


def test_the_pages_are_up_to_date():
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert page == coverage_page(), "run: make docs"
    practices = (ROOT / "docs" / "practices.md").read_text(encoding="utf-8")
    assert practices == with_practice_table(practices), "run: make docs"


def test_a_broken_table_is_named(monkeypatch):
    rows = [
        ("elements", "F001", "a", "", "", ""),
        ("elements", "F002", "b", "elements:score_elements", "", ""),
        ("elements", "F002", "c", "elements:score_elements", "", ""),
    ]
    monkeypatch.setattr(coverage, "_read_part", lambda part: rows if part == "elements" else [])
    with pytest.raises(SchemaError) as caught:
        feature_coverage()
    assert "say why, where there is no function; got 'F001'" in str(caught.value)
    assert "stand once in a part; got 'F002'" in str(caught.value)
