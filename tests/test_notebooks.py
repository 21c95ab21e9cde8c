"""What is stored in the notebooks, and the rule that skips them where their data are absent."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_IMAGE_BYTES = 150_000
MACHINE_PATH = re.compile(r"(/home/|/root/|/tmp/|/work/|/Users/|[A-Z]:\\\\)")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell["outputs"]]


def test_every_code_cell_was_executed_in_order(notebook):
    counts = [cell["execution_count"] for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_cell_failed_or_warned(notebook):
    assert [o for o in outputs(notebook) if o["output_type"] == "error"] == []
    assert [o for o in outputs(notebook) if o.get("name") == "stderr"] == []


def test_no_output_names_this_machine(notebook):
    texts = [
        "".join(text)
        for output in outputs(notebook)
        for kind, text in {**output.get("data", {}), "text": output.get("text", "")}.items()
        if kind.startswith("text")
    ]
    assert [text for text in texts if MACHINE_PATH.search(text)] == []


def test_pictures_stay_small(notebook):
    images = [o["data"]["image/png"] for o in outputs(notebook) if "image/png" in o.get("data", {})]
    assert all(len(base64.b64decode("".join(image))) < MAX_IMAGE_BYTES for image in images)


def test_metadata_do_not_change_from_machine_to_machine(notebook):
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info", "mentorlab"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}


def test_outputs_are_compared_not_ignored(notebook):
    tags = [tag for cell in code_cells(notebook) for tag in cell["metadata"].get("tags", [])]
    assert [tag for tag in tags if tag.startswith("nbval-")] == []


def test_no_cell_hides_its_value_behind_a_semicolon(notebook):
    # nbval runs cells without history, where a trailing semicolon does not suppress the output
    sources = ["".join(cell["source"]).rstrip() for cell in code_cells(notebook)]
    assert [source for source in sources if source.endswith(";")] == []


def test_notebook_names_the_next_one(notebook):
    last = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"][-1]
    assert "**Next:**" in "".join(last["source"])


@pytest.fixture
def lone_notebook(tmp_path):
    """A folder with the notebooks' conftest and one notebook that prints 2."""

    def make(datasets):
        folder = tmp_path / "notebooks"
        folder.mkdir()
        shutil.copy(ROOT / "notebooks" / "conftest.py", folder)
        cell = new_code_cell("print(1 + 1)", execution_count=1)
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="2\n")]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        metadata = {"kernelspec": kernel, "mentorlab": {"datasets": datasets}}
        nbformat.write(new_notebook(cells=[cell], metadata=metadata), folder / "one.ipynb")
        return folder

    return make


def run_pytest(folder, **environment):
    offline = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    elsewhere = {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(ROOT / "tools")}
    without = {k: v for k, v in os.environ.items() if k not in ("CI", "MENTORLAB_DATA")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "--nbval", str(folder)],
        env={**without, **offline, **elsewhere, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_notebook_is_skipped_with_the_reason_when_its_data_are_absent(lone_notebook):
    run = run_pytest(lone_notebook(["kenya_mentors"]))
    assert "one.ipynb needs kenya_mentors" in run.stdout
    assert "notebooks: compared 0 cells, skipped 1 notebooks" in run.stdout
    assert run.returncode == 0, run.stdout


def test_skipped_notebooks_fail_continuous_integration(lone_notebook):
    run = run_pytest(lone_notebook(["kenya_mentors"]), CI="true")
    assert "fewer than" in run.stdout
    assert run.returncode == 1, run.stdout


def test_notebook_is_compared_when_its_data_are_there(lone_notebook):
    run = run_pytest(lone_notebook(["example_program"]))
    assert "notebooks: compared 1 cells, skipped 0 notebooks" in run.stdout
    assert run.returncode == 0, run.stdout
