"""Execute the notebooks top to bottom and store their outputs in a normal form.

Outputs are the reference that nbval compares with, and what a reader sees. Nothing that changes
from machine to machine is stored. Usage: python tools/run_notebooks.py [notebook ...]
"""

import sys
import time
from pathlib import Path

import nbformat
from kernel_environment import use_kernel_environment
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
CELL_TIMEOUT = 120
TRIES = 2


def main():
    use_kernel_environment()
    paths = [Path(name).resolve() for name in sys.argv[1:]] or sorted(FOLDER.glob("*.ipynb"))
    for path in paths:
        started = time.perf_counter()
        notebook = execute(nbformat.read(path, as_version=4))
        write(normalize(notebook), path)
        print(f"{path.name}: {time.perf_counter() - started:.1f} s")


def execute(notebook):
    """Run all cells; a kernel that hangs or dies is tried once more."""
    for attempt in range(TRIES):
        client = NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            resources={"metadata": {"path": str(FOLDER)}},
        )
        try:
            return client.execute()
        except (CellTimeoutError, DeadKernelError):
            if attempt == TRIES - 1:
                raise
    return None


def normalize(notebook):
    """Drop what changes from run to run: timings, widget state, versions, random cell ids."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **{k: v for k, v in notebook.metadata.items() if k == "mentorlab"},
        }
    )
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata.pop("execution", None)
    nbformat.validate(notebook)
    return notebook


def write(notebook, path):
    """Replace the file in one step."""
    partial = path.with_suffix(".ipynb.partial")
    nbformat.write(notebook, partial)
    partial.replace(path)


if __name__ == "__main__":
    main()
