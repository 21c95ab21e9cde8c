"""Where peers are, and how to ask them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
VARIABLE = "MENTORLAB_NETWORK_PEERS"
HOW = (
    f"set {VARIABLE} to the Python of an environment with igraph, which is GPL and therefore no "
    "dependency: uv venv peers && uv pip install --python peers/bin/python igraph numpy"
)
R_QAP = """
suppressMessages(library(sna))
folder <- commandArgs(TRUE)[1]; n <- as.integer(commandArgs(TRUE)[2])
x <- as.matrix(read.csv(file.path(folder, "matrix.csv"), header = FALSE))
y <- as.matrix(read.csv(file.path(folder, "other.csv"), header = FALSE))
times <- system.time(found <- qaptest(list(x, y), gcor, g1 = 1, g2 = 2, reps = n))
cat(sprintf("{\\"seconds\\": [%f, %f], \\"seen\\": %.15g}",
            times[["user.self"]], times[["elapsed"]], found$testval))
"""


def ask(
    library: str, task: str, source: Path, count: int = 0, *, timeout: float = 900
) -> tuple[np.ndarray, np.ndarray]:
    """Run one task in a process of its own; give seconds and the answer.

    Raises
    ------
    LookupError
        If the peer is not there, with what to do.
    """
    python = sys.executable
    if library == "igraph":
        python = os.environ.get(VARIABLE, "")
        if not python or not Path(python).exists():
            raise LookupError(HOW)
    target = source.with_name(f"{library}_{task}.npz")
    command = [python, HERE / "peer.py", library, task, source, target, str(count)]
    run = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=timeout, check=False
    )
    if run.returncode:
        raise RuntimeError(f"{library} {task}: {run.stderr[-600:]}")
    return np.array(json.loads(run.stdout)["seconds"]), np.load(target)["answer"]


def ask_r(
    matrix: np.ndarray, other: np.ndarray, count: int, place: Path
) -> tuple[np.ndarray, float]:
    """Time sna's QAP test; give seconds and the observed correlation.

    Raises
    ------
    LookupError
        If R or sna is not there.
    """
    if not shutil.which("Rscript"):
        raise LookupError("R is not installed (r-base-core and r-cran-sna on Debian)")
    np.savetxt(place / "matrix.csv", matrix, delimiter=",", fmt="%g")
    np.savetxt(place / "other.csv", other, delimiter=",", fmt="%g")
    command = ["Rscript", "-e", R_QAP, str(place), str(count)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if run.returncode:
        raise LookupError(f"R's sna can't be used: {run.stderr.strip()[-200:]}")
    answer = json.loads(run.stdout[run.stdout.index("{") :])
    return np.array(answer["seconds"]), answer["seen"]
