"""The pages that are made from declarations are up to date, and links lead somewhere."""

import re
from pathlib import Path

import pytest

from mentorlab.storage import describe_tables

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def test_data_model_page_is_up_to_date():
    page = (ROOT / "docs" / "data_model.md").read_text(encoding="utf-8")
    assert page == describe_tables(), "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page):
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []
