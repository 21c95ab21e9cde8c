"""What all sections share: processes of their own, their processor seconds and memory, a table."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VARIABLE = "MENTORLAB_SIGNALS_PEERS"
HOW = (
    f"set {VARIABLE} to the Python of an environment of its own: uv venv peers && uv pip install "
    "--python peers/bin/python pandas pyarrow polars duckdb statsmodels greenwood"
)
HERE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """What one process said.

    Attributes
    ----------
    answer : Any
    cpu, wall : float
        Seconds; `cpu` adds all threads.
    gib : float
        Peak memory of the whole process.
    """

    answer: Any
    cpu: float
    wall: float
    gib: float


def measure(work: Callable[[], Any]) -> dict[str, Any]:
    """Do some work in this process and say what it took."""
    before, begin = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    answer = work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "answer": answer,
        "cpu": cpu,
        "wall": time.perf_counter() - begin,
        "gib": after.ru_maxrss / 2**20,
    }


def ask(module: str, *arguments: object, peer: bool) -> Run:
    """Run a module of this folder in a process of its own, a peer's in the peers' environment.

    Raises
    ------
    LookupError
        If there is no such environment, or it lacks the peer.
    """
    python = os.environ.get(VARIABLE, "") if peer else sys.executable
    if not python or not Path(python).exists():
        raise LookupError(HOW)
    command = [python, "-m", f"signals_sections.{module}", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE)
    if done.returncode:
        if "ModuleNotFoundError" in done.stderr:
            raise LookupError(done.stderr.strip().splitlines()[-1])
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return Run(**json.loads(done.stdout.strip().splitlines()[-1]))


def line(name: str, run: Run, note: str = "") -> str:
    """One row of a section's table."""
    return f"  {name:22} {run.cpu:9.2f} {run.wall:9.2f} {run.gib:7.2f}  {note}".rstrip()


HEADER = f"  {'':22} {'CPU s':>9} {'wall s':>9} {'GiB':>7}"


def verdict(ratio: float, target: float, what: str, why: str) -> str:
    """Say whether a target was reached, and the reason where it was not."""
    said = f"{what} x{ratio:.1f} (target {target:g})"
    return f"{said} pass" if ratio >= target else f"{said} MISS: {why}"
