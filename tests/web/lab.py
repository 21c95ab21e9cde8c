"""Drive JupyterLab in a real browser: start it, open a notebook, run it, use its widgets.

Waiting is always for a state of the page, never for a time. What each wait guards against stands
beside it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

START_SECONDS = 90
RUN_SECONDS = 180
STEP_SECONDS = 30
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
VIEWPORT = {"width": 1280, "height": 1000}
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NO_NEWS = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}


def find_chromium() -> str | None:
    """Find a Chromium: the one that CHROMIUM names, or one on the path."""
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        return shutil.which(named)
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def why_no_browser() -> str:
    """Say why a browser test can't run here, or nothing."""
    try:
        import jupyterlab  # noqa: F401
        import playwright  # noqa: F401
    except ImportError as error:
        return f"{error.name} is not installed: pip install 'mentorlab[web]'"
    if find_chromium() is None:
        return "no Chromium found: install one or let CHROMIUM name it"
    return ""


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: its folder and how to reach it."""

    folder: Path
    port: int
    token: str

    def url(self, path: str, query: str = "") -> str:
        """Address of a page, with the token."""
        mark = f"{query}&" if query else ""
        return f"http://127.0.0.1:{self.port}/{path}?{mark}token={self.token}"

    def put(self, notebook: Path) -> str:
        """Copy a notebook into the folder; give its name there."""
        shutil.copy(notebook, self.folder / notebook.name)
        return notebook.name


@contextmanager
def jupyterlab(root: Path) -> Iterator[Server]:
    """Run JupyterLab with settings, kernels' files and notebooks of its own below `root`."""
    folder = root / "notebooks"
    folder.mkdir(parents=True)
    server = Server(folder, _free_port(), secrets.token_hex(16))
    environment = _environment(root)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={server.port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        f"--IdentityProvider.token={server.token}",
        "--LabApp.expose_app_in_browser=True",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    log = root / "lab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # kernels are grandchildren: the whole group is stopped
        )
        try:
            _wait_until_up(server, process, log)
            yield server
        finally:
            _stop(process)


def _environment(root: Path) -> dict[str, str]:
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    made = {name: root / part for name, part in folders.items()}
    for path in made.values():
        path.mkdir(parents=True)
    news = made["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text(json.dumps(_NO_NEWS), "utf-8")
    inherited = {k: v for k, v in os.environ.items() if k not in ("JUPYTER_PATH", "MPLBACKEND")}
    paths = {name: str(path) for name, path in made.items()}
    return {**inherited, **paths, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(server: Server, process: subprocess.Popen, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with opener.open(server.url("api/status"), timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    tail = log.read_text("utf-8", "replace")[-2000:]
    raise RuntimeError(f"JupyterLab did not come up in {START_SECONDS} s:\n{tail}")


def _stop(process: subprocess.Popen) -> None:
    for sign, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        if process.poll() is None:
            os.killpg(process.pid, sign)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue


@contextmanager
def chromium() -> Iterator[Any]:
    """Run the browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


# page.evaluate has no time limit of its own, so every promise races against a clock.
_IN_TIME = """
const inTime = (promise, seconds, what) => Promise.race([promise, new Promise((_, fail) =>
    setTimeout(() => fail(new Error(what + " took over " + seconds + " s")), 1000 * seconds))]);
"""

# The idle mark of a notebook shows before its session is ready; a run started then is lost. A
# widget that comes out before the widget extension is active shows as its still picture for good.
_READY = (
    """async ([name, seconds]) => {"""
    + _IN_TIME
    + """
    const notebook = async () => {
        for (;;) {
            const widget = window.jupyterapp?.shell?.currentWidget;
            if (widget?.context?.path === name && widget.sessionContext) return widget;
            await new Promise(next => setTimeout(next, 50));
        }
    };
    const widget = await inTime(notebook(), seconds, "opening the notebook");
    const app = window.jupyterapp;
    await inTime(app.restored, seconds, "restoring the page");
    await inTime(app.allPluginsActivated, seconds, "activating extensions");
    await inTime(widget.context.ready, seconds, "reading the notebook");
    await inTime(widget.sessionContext.ready, seconds, "starting the session");
    await inTime(widget.sessionContext.session.kernel.info, seconds, "starting the kernel");
}"""
)

_RUN_ALL = (
    """async seconds => {"""
    + _IN_TIME
    + """
    const run = window.jupyterapp.commands.execute("notebook:run-all-cells");
    await inTime(run, seconds, "running the notebook");
}"""
)

# Cells that are off the screen may not be in the page: the notebook's model tells what came out.
_CELLS = """() => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
    return Array.from({length: cells.length}, (_, i) => cells.get(i))
        .filter(cell => cell.type === "code")
        .map(cell => ({source: cell.sharedModel.source, count: cell.executionCount,
                       outputs: cell.outputs.toJSON()}));
}"""

_SHUT_DOWN = (
    """async seconds => {"""
    + _IN_TIME
    + """
    const widget = window.jupyterapp.shell.currentWidget;
    await inTime(widget.context.save(), seconds, "saving");
    await inTime(widget.sessionContext.shutdown(), seconds, "stopping the kernel");
}"""
)


@dataclass
class Notebook:
    """A notebook open in a page of its own, and what the page complained about."""

    page: Any
    name: str
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def run_all(self, seconds: float = RUN_SECONDS) -> None:
        """Run all cells and wait for the end."""
        self.page.evaluate(_RUN_ALL, seconds)

    def cells(self) -> list[dict[str, Any]]:
        """Code cells as the notebook's model has them: `source`, `count`, `outputs`."""
        return self.page.evaluate(_CELLS)

    def errors(self) -> list[str]:
        """What went wrong in cells."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for cell in self.cells()
            for output in cell["outputs"]
            if output["output_type"] == "error"
        ]

    def widget(self, n: int = 0) -> Explorer:
        """The n-th widget of the page, in view and with its first picture."""
        root = self.page.locator(".mentorlab-explorer").nth(n)
        root.scroll_into_view_if_needed(timeout=1000 * STEP_SECONDS)
        explorer = Explorer(self.page, root)
        explorer.wait_for(1)
        return explorer


@dataclass(frozen=True)
class Explorer:
    """One widget of the page, used as a person would: by keyboard and by eye."""

    page: Any
    root: Any

    @property
    def n_shown(self) -> int:
        """How many pictures it has shown, from the status line; 0 before the first."""
        found = re.match(r"ready (\d+)", self.status)
        return int(found[1]) if found else 0

    @property
    def status(self) -> str:
        """The status line."""
        return self.root.locator(".mentorlab-status").inner_text()

    def wait_for(self, n: int) -> None:
        """Wait until it has shown `n` pictures; the status line changes after the picture."""
        deadline = time.monotonic() + STEP_SECONDS
        while self.n_shown < n:
            if time.monotonic() > deadline:
                raise AssertionError(f"no picture {n}; the status line says: {self.status}")
            self.page.wait_for_timeout(20)
        self.root.locator(".mentorlab-picture").evaluate("image => image.decode()")

    def control(self, name: str, option: str = "") -> Any:
        """The part of a control that takes keys; of several buttons or boxes, the one so named."""
        control = self.root.locator(f".mentorlab-control.mentorlab-{name}")
        if option:
            return control.get_by_text(option, exact=True)
        return control.locator(".noUi-handle, button, input").first

    def press(self, name: str, key: str, option: str = "") -> None:
        """Press a key on a control and wait for the next picture."""
        before = self.n_shown
        self.control(name, option).press(key)
        self.wait_for(before + 1)

    def picture(self) -> bytes:
        """The picture as it is seen."""
        return self.root.locator(".mentorlab-picture").screenshot()

    def table(self) -> str:
        """The table's text."""
        return self.root.locator(".mentorlab-table").inner_text()

    def code(self) -> str:
        """The line of code."""
        return self.root.locator(".mentorlab-code code").inner_text()


@contextmanager
def open_notebook(browser: Any, server: Server, name: str) -> Iterator[Notebook]:
    """Open a notebook of the server's folder and wait for its kernel; stop that at the end."""
    context = browser.new_context(viewport=VIEWPORT)
    try:
        page = context.new_page()
        page.set_default_timeout(1000 * STEP_SECONDS)
        notebook = Notebook(page, name)
        page.on("console", lambda message: _hear(notebook, message))
        page.on("pageerror", lambda error: notebook.complaints.append(str(error)))
        page.on("request", lambda request: _see(notebook, request.url))
        page.goto(server.url(f"lab/tree/{name}", "reset"), wait_until="commit")
        page.evaluate(_READY, [name, START_SECONDS])
        yield notebook
        page.evaluate(_SHUT_DOWN, STEP_SECONDS)
    finally:
        context.close()


def _hear(notebook: Notebook, message: Any) -> None:
    if message.type == "error":
        notebook.complaints.append(message.text)


def _see(notebook: Notebook, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "blob", "about") and parts.hostname not in LOOPBACK:
        notebook.outside.append(url)


def screenshot_folder(default: Path) -> Path:
    """Where screenshots are kept: MENTORLAB_SCREENSHOTS, or `default`."""
    folder = Path(os.environ.get("MENTORLAB_SCREENSHOTS") or default)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
