"""Write the pages that are made from declarations and registries.

docs/data_model.md, docs/coverage.md, docs/simulation_checks.md and the tables in docs/practices.md
and docs/odd.md.

Usage: python tools/write_docs.py
"""

from pathlib import Path

from mentorlab.elements.practices.page import with_practice_table
from mentorlab.report.coverage import coverage_page
from mentorlab.simulation.calibration.page import checks_page
from mentorlab.simulation.odd import with_tables
from mentorlab.storage import describe_tables

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main():
    practices, odd = DOCS / "practices.md", DOCS / "odd.md"
    pages = {
        DOCS / "data_model.md": describe_tables(),
        DOCS / "coverage.md": coverage_page(),
        odd: with_tables(odd.read_text(encoding="utf-8")),
        DOCS / "simulation_checks.md": checks_page(),
        practices: with_practice_table(practices.read_text(encoding="utf-8")),
    }
    for page, text in pages.items():
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
