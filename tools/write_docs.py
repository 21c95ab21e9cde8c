"""Write the pages that are made from declarations: docs/data_model.md.

Usage: python tools/write_docs.py
"""

from pathlib import Path

from mentorlab.storage import describe_tables

ROOT = Path(__file__).resolve().parent.parent


def main():
    (ROOT / "docs" / "data_model.md").write_text(describe_tables(), encoding="utf-8")


if __name__ == "__main__":
    main()
