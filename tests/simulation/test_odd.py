"""The ODD page says what the code declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from mentorlab.references import REFERENCES
from mentorlab.simulation import Levers, ProgramModel
from mentorlab.simulation.odd import with_tables

PAGE = Path(__file__).parents[2] / "docs" / "odd.md"


def test_the_page_is_up_to_date():
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page) == page, "run tools/write_docs.py"


def test_every_parameter_and_lever_is_on_the_page():
    page = PAGE.read_text(encoding="utf-8")
    assert not [name for name in ProgramModel().values() if f"`{name}`" not in page]
    assert not [name for name in Levers.declared() if name not in page]


def test_a_page_without_its_marks_is_refused():
    with pytest.raises(ValueError, match="made from declarations"):
        with_tables("# nothing here")


def test_sources_are_listed_works_or_called_assumptions():
    sources = set(ProgramModel().table()["source"]) | set(Levers.table()["source"])
    assert sources - set(REFERENCES) <= {"assumption"}
