"""What all sections share: timing, peers in an environment of their own, one line a comparison."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PEERS = "MENTORLAB_PEERS"


@dataclass(frozen=True)
class Line:
    """One comparison.

    Attributes
    ----------
    job, peer : str
        What was done, and beside what.
    ours, theirs : float
        Seconds; NaN for a peer that is absent.
    target : float
        The ratio that is aimed at: theirs over ours, or ours over theirs if `most`.
    most : bool
        Whether the target is the largest ratio of ours to theirs that is allowed.
    note : str
        What was scaled up, or why there is no number.
    """

    job: str
    peer: str
    ours: float
    theirs: float
    target: float
    most: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        """Theirs over ours, or ours over theirs if `most`."""
        return self.ours / self.theirs if self.most else self.theirs / self.ours

    @property
    def verdict(self) -> str:
        """Pass, MISS or skipped."""
        if np.isnan(self.ratio):
            return "skipped"
        reached = self.ratio <= self.target if self.most else self.ratio >= self.target
        return "pass" if reached else "MISS"

    def __str__(self) -> str:
        if self.verdict == "skipped":
            return f"  skipped  {self.job} beside {self.peer}: {self.note}"
        bound = "at most" if self.most else "at least"
        shown = f"{self.ratio:.2f}x" if self.most else f"{self.ratio:,.0f}x"
        note = f" ({self.note})" if self.note else ""
        return (
            f"  {self.verdict:7}  {self.job}: {self.ours:.4g} s, {self.peer} {self.theirs:.4g} s: "
            f"{shown}, target {bound} {self.target:,g}x; equal answers{note}"
        )


def best(work: Callable[[], object], *, repeats: int) -> tuple[float, object]:
    """Run a few times; keep the fastest time and the last result."""
    times, result = [], None
    for _ in range(repeats):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    return min(times), result


def run_peer(script: str, folder: Path, **arrays: np.ndarray) -> dict[str, object] | None:
    """Run a script in the peers' environment on the same arrays; nothing without one.

    The script finds the arrays in the folder ``sys.argv[1]`` and prints one JSON object.
    """
    python = os.environ.get(PEERS, "")
    if not python or not Path(python).exists():
        return None
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    found = subprocess.run(
        [python, "-c", script, str(folder)], check=True, capture_output=True, text=True
    )
    return json.loads(found.stdout)


def skipped(job: str, peer: str, ours: float, target: float) -> Line:
    """The line of a peer that is not there."""
    return Line(job, peer, ours, float("nan"), target, note=f"no Python at {PEERS}")
