"""Write the pages that are made from declarations and registries.

docs/data_model.md, docs/coverage.md and the table in docs/practices.md.

Usage: python tools/write_docs.py
"""

from pathlib import Path

from mentorlab.elements.practices.page import with_practice_table
from mentorlab.report.coverage import coverage_page
from mentorlab.storage import describe_tables

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main():
    practices = DOCS / "practices.md"
    pages = {
        DOCS / "data_model.md": describe_tables(),
        DOCS / "coverage.md": coverage_page(),
        practices: with_practice_table(practices.read_text(encoding="utf-8")),
    }
    for page, text in pages.items():
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
