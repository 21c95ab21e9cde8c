"""Compare every notebook with its stored outputs, and say how many cells that were.

A notebook names the data sets it needs in its metadata (``mentorlab.datasets``). Where one can be
neither found nor downloaded the notebook is skipped with that reason. In continuous integration
fewer compared cells than the floor is a failure, so that a skip can't pass for a success.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest
from kernel_environment import use_kernel_environment

from mentorlab import datasets
from mentorlab.errors import DataUnavailableError

FLOOR = 30

use_kernel_environment()


@cache
def missing_data(notebook: Path) -> str:
    """Say why a notebook can't run here, or nothing."""
    metadata = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]
    for name in metadata.get("mentorlab", {}).get("datasets", []):
        try:
            getattr(datasets, f"load_{name}")()
        except DataUnavailableError as error:
            return f"{notebook.name} needs {name}: {error}"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.suffix == ".ipynb" and (reason := missing_data(item.path)):
            item.add_marker(pytest.mark.skip(reason=reason.splitlines()[0]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    compared, skipped = _tally(terminalreporter)
    if compared or skipped:
        terminalreporter.write_line(
            f"notebooks: compared {compared} cells, skipped {len(skipped)} notebooks"
        )
        if _under_floor(compared):
            terminalreporter.write_line(
                f"notebooks: fewer than {FLOOR} cells compared, and CI is set: failed", red=True
            )


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    compared, skipped = _tally(reporter)
    if skipped and _under_floor(compared) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _tally(reporter: pytest.TerminalReporter) -> tuple[int, set[str]]:
    cells = {
        outcome: [
            report
            for report in reporter.stats.get(outcome, [])
            if _notebook_of(report).endswith(".ipynb")
        ]
        for outcome in ("passed", "failed", "skipped")
    }
    compared = [r for o in ("passed", "failed") for r in cells[o] if r.when == "call"]
    return len(compared), {_notebook_of(report) for report in cells["skipped"]}


def _notebook_of(report: pytest.TestReport) -> str:
    return getattr(report, "nodeid", "").split("::")[0]


def _under_floor(compared: int) -> bool:
    return os.environ.get("CI") == "true" and compared < FLOOR
