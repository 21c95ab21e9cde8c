"""The browser kit itself, as far as it goes without a browser."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lab import Notebook, _environment, _see, find_chromium, why_no_browser

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def no_browser(tmp_path, monkeypatch):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "absent"))


def test_the_named_chromium_is_the_one(tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.touch(0o755)
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert find_chromium() == str(mine)


def test_a_named_chromium_that_is_absent_is_not_replaced(no_browser):
    assert find_chromium() is None
    assert why_no_browser() == "no Chromium found: install one or let CHROMIUM name it"


@pytest.mark.parametrize(("ci", "code", "said"), [("true", 1, "1 error"), ("", 0, "1 skipped")])
def test_without_a_browser_tests_are_skipped_but_fail_in_ci(no_browser, ci, code, said):
    test = "tests/web/test_start_here.py::test_controls_are_reached_with_tab_and_have_names"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout
    assert "no Chromium found" in done.stdout


def test_lab_has_settings_of_its_own_and_no_news(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    environment = _environment(tmp_path)
    assert "MPLBACKEND" not in environment
    own = [name for name, value in environment.items() if value.startswith(str(tmp_path))]
    assert {"JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"} <= set(own)
    settings = next(tmp_path.rglob("notification.jupyterlab-settings"))
    assert json.loads(settings.read_text("utf-8"))["fetchNews"] == "false"


def test_requests_that_leave_the_machine_are_kept():
    notebook = Notebook(None, "a.ipynb")
    inside = ("http://127.0.0.1:8888/lab", "http://localhost/x", "data:,x", "blob:http://a/b")
    for url in (*inside, "https://cdn.example.org/font.css"):
        _see(notebook, url)
    assert notebook.outside == ["https://cdn.example.org/font.css"]
