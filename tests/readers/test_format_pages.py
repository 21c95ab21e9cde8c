"""There is a page for every reader, and the list of formats leads to all of them."""

import re
from pathlib import Path

from mentorlab import readers

PAGES = Path(__file__).resolve().parents[2] / "docs" / "formats"
TEXTS = {page.name: page.read_text(encoding="utf-8") for page in PAGES.glob("*.md")}


def test_the_list_leads_to_every_page():
    linked = set(re.findall(r"\]\((\w+\.md)\)", TEXTS["index.md"]))
    assert linked == set(TEXTS) - {"index.md"}


def test_every_reader_stands_on_a_page():
    said = " ".join(TEXTS.values())
    names = [name for name in readers.__all__ if name.startswith("read_")]
    assert [name for name in names if name not in said] == []
