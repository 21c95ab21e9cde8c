"""Read, check and score a million answers, beside a bare pandas read and group mean.

Each side runs in a process of its own on the same file; time excludes imports, memory is the peak
of the process (Linux only). Equal scores are asserted.
Usage: python benchmarks/bench_scoring.py [n_answers]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

N_ANSWERS = 1_000_000
REPEATS = 3
TIME_TARGET, MEMORY_TARGET = 3.0, 2.0

PEER = """
import json, re, sys, time
import pandas as pd
started = time.perf_counter()
frame = pd.read_csv(sys.argv[1])
frame["element"] = frame["item"].str.rsplit("_", n=1).str[0]
keys = ["relationship_id", "rater_id", "role", "wave", "element"]
scores = frame.groupby(keys, sort=False)["value"].mean()
seconds = time.perf_counter() - started
"""
BARE_PEER = """
import json, re, sys, time
import pandas as pd
started = time.perf_counter()
frame = pd.read_csv(sys.argv[1])
scores = frame.groupby(["relationship_id", "rater_id", "role", "wave", "item"])["value"].mean()
seconds = time.perf_counter() - started
"""
OURS = """
import json, re, sys, time
import pandas as pd
import mentorlab as ml
import pandera.pandas
book = ml.Codebook(pd.read_csv(sys.argv[2]))
started = time.perf_counter()
answers = ml.read_responses(sys.argv[1])
scores = ml.score_elements(answers, codebook=book).set_index(
    ["relationship_id", "rater_id", "role", "wave", "element"])["score"]
seconds = time.perf_counter() - started
"""
REPORT = """
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps({"seconds": seconds, "megabytes": peak, "n": len(scores),
                  "sum": float(scores.sum())}))
"""


def main() -> None:
    n_answers = int(sys.argv[1]) if len(sys.argv) > 1 else N_ANSWERS
    with tempfile.TemporaryDirectory() as place:
        answers, codebook = write_input(Path(place), n_answers)
        runs = {
            name: best(script, answers, codebook)
            for name, script in (("bare pandas", BARE_PEER), ("pandas", PEER), ("mentorlab", OURS))
        }
    assert runs["pandas"]["n"] == runs["mentorlab"]["n"]
    assert np.isclose(runs["pandas"]["sum"], runs["mentorlab"]["sum"])
    print(f"{n_answers:,} answers, best of {REPEATS}")
    for name, run in runs.items():
        print(f"  {name:12} {run['seconds']:6.2f} s  {run['megabytes']:6.0f} MB")
    for name in ("bare pandas", "pandas"):
        time = runs["mentorlab"]["seconds"] / runs[name]["seconds"]
        memory = runs["mentorlab"]["megabytes"] / runs[name]["megabytes"]
        print(
            f"  against {name}: {time:.2f}x time (target {TIME_TARGET:g}), "
            f"{memory:.2f}x peak memory (target {MEMORY_TARGET:g})"
        )


def write_input(place: Path, n_answers: int) -> tuple[Path, Path]:
    """Write answers of pairs in three waves to 32 items, none reversed so that means compare."""
    rng = np.random.default_rng(1)
    elements = [f"element{i}" for i in range(8)]
    items = [f"{element}_{j}" for element in elements for j in range(1, 5)]
    n_forms = n_answers // len(items)
    form = np.repeat(np.arange(n_forms), len(items))
    person = form // 3
    frame = pd.DataFrame(
        {
            "relationship_id": [f"r{i:06d}" for i in person // 2],
            "rater_id": [f"p{i:06d}" for i in person],
            "role": np.where(person % 2, "mentor", "mentee"),
            "wave": form % 3 + 1,
            "item": np.tile(items, n_forms),
            "value": rng.integers(1, 6, len(form)),
        }
    )
    answers, codebook = place / "responses.csv", place / "codebook.csv"
    frame.to_csv(answers, index=False)
    pd.DataFrame(
        {"item": items, "element": np.repeat(elements, 4), "reverse": False, "low": 1, "high": 5}
    ).to_csv(codebook, index=False)
    return answers, codebook


def best(script: str, *arguments: Path) -> dict[str, float]:
    """Run in fresh processes and keep the fastest."""
    command = [sys.executable, "-c", script + REPORT, *map(str, arguments)]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for _ in range(REPEATS)
    ]
    return min(runs, key=lambda run: run["seconds"])


if __name__ == "__main__":
    main()
