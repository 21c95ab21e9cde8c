"""The page that leads from practices to columns names every column there is, and no other."""

import re
from pathlib import Path

from mentorlab.tables import TABLES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "practice_columns.md"
NAMED = set(re.findall(r"`([a-z]+)\.([a-z_]+)`", PAGE.read_text(encoding="utf-8")))
THERE = {(table, column) for table in TABLES for column in TABLES[table].names}


def test_every_column_has_a_practice():
    assert set() == THERE - NAMED


def test_every_column_that_is_named_exists():
    assert set() == NAMED - THERE
