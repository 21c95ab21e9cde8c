"""Refresh constraints.txt: names, versions and markers only, for every extra and every Python.

Needs uv (python -m pip install uv). Usage: python tools/write_constraints.py
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main():
    uv = shutil.which("uv")
    if not uv:
        sys.exit("constraints: needs uv. Install it with: python -m pip install uv")
    options = ["--all-extras", "--universal", "--python-version", "3.11", "--upgrade", "--quiet"]
    plain = ["--no-header", "--no-annotate", "--no-emit-index-url"]
    command = [uv, "pip", "compile", "pyproject.toml", *options, *plain, "-o", "constraints.txt"]
    sys.exit(subprocess.run(command, cwd=str(ROOT), stdout=subprocess.DEVNULL).returncode)


if __name__ == "__main__":
    main()
