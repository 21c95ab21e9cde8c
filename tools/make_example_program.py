"""Write the synthetic example program anew, the same bytes every time.

Usage: python tools/make_example_program.py [folder]
"""

from __future__ import annotations

import sys
from pathlib import Path

from example_program.build import write

FOLDER = Path(__file__).resolve().parent.parent / "datasets" / "example_program"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    write(folder)
    size = sum(path.stat().st_size for path in folder.glob("*.csv"))
    print(f"{folder}: {len(list(folder.glob('*.csv')))} tables, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
