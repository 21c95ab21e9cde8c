"""One JupyterLab and one browser for all tests of a module, each test with a page of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from lab import (
    Notebook,
    Server,
    chromium,
    jupyterlab,
    open_notebook,
    screenshot_folder,
    why_no_browser,
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A running browser; skipped with the reason where there is none, but failed in CI."""
    reason = why_no_browser()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(f"CI is set, so browser tests must run: {reason}", pytrace=False)
    if reason:
        pytest.skip(reason)
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running JupyterLab."""
    with jupyterlab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def open_copy(browser: Any, lab: Server) -> Iterator[Callable[[Path], Notebook]]:
    """Copy a notebook to the server and open it in a new page."""
    with ExitStack() as opened:
        yield lambda path: opened.enter_context(open_notebook(browser, lab, lab.put(path)))


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where to keep screenshots."""
    return screenshot_folder(tmp_path)
