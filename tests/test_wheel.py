"""A wheel carries the shipped data and imports with nothing but numpy and pandas."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

BARE_IMPORT = """
import importlib.abc, sys

ALLOWED = {"mentorlab", "numpy", "pandas", "dateutil", "six", "pytz", "tzdata", "pyarrow"}
STANDARD = set(sys.stdlib_module_names)

class Minimal(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED | STANDARD and not top.startswith("_"):
            raise ModuleNotFoundError(f"{name} is not in a minimal environment", name=name)

sys.meta_path.insert(0, Minimal())
import mentorlab
assert "site-packages" not in mentorlab.__file__ and "src" not in mentorlab.__file__
program = mentorlab.Codebook
print(len(mentorlab.item_bank().items))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(place.glob("*.whl"))


def test_wheel_carries_the_shipped_data(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "mentorlab/_shipped/item_bank/items.csv" in names
    assert "mentorlab/_shipped/example_program/people.csv" in names
    assert not [name for name in names if name.startswith(("tests/", "notebooks/"))]


def test_wheel_imports_bare_and_reads_its_data(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", BARE_IMPORT],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 0
