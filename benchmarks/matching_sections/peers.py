"""Peers that can't share an environment: each runs in its own, on the same arrays."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

_READ = """
import json, sys, time
import numpy as np
globals().update(np.load(sys.argv[1]))
"""
_REPORT = """
print("RESULT " + json.dumps({"seconds": seconds, "answer": answer}))
"""


def run_in(variable: str, script: str, **arrays: np.ndarray) -> dict[str, Any] | str:
    """Run a script on arrays by the Python that an environment variable names.

    Returns
    -------
    dict or str
        `seconds` and `answer`; in words why there is none.
    """
    python = os.environ.get(variable)
    if not python:
        return f"{variable} names no Python (see the top of bench_matching.py)"
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "input.npz"
        np.savez(data, **arrays)
        done = subprocess.run(
            [python, "-c", _READ + script + _REPORT, str(data)],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return f"the peer failed: {(done.stderr.strip().splitlines() or ['no word'])[-1][:200]}"
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    return json.loads(line.removeprefix("RESULT "))
