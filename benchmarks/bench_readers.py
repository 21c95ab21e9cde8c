"""Read a long responses CSV of a stated size, beside a bare pandas read of the same file.

Each side runs in a process of its own; time excludes imports, memory is the peak of the process
(`ru_maxrss`, Linux only). The number of rows and the sum of the answers are asserted equal. The
file is written to the folder for temporary files and removed.
Usage: python benchmarks/bench_readers.py [megabytes]     (2000 for the file of 2 GB)
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MEGABYTES = 200
LIMIT_GIB = 4
FREE = 1.5  # times the file's size must be free on the disk
N_WAVES, N_ITEMS, N_FORMS = 4, 15, 64
SEED = 20_261_122
HEADER = "relationship_id,rater_id,role,wave,item,value,missing,answered_at\n"

OURS = """
import json, resource, sys, time
import mentorlab
from mentorlab import read_responses
import pyarrow.csv
started = time.perf_counter()
frame = read_responses(sys.argv[1])
"""
PEER = """
import json, resource, sys, time
import pandas as pd
started = time.perf_counter()
frame = pd.read_csv(sys.argv[1])
"""
REPORT = """
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "peak": peak, "rows": len(frame),
                  "sum": float(frame["value"].sum())}))
"""


def main() -> None:
    size = int(float(sys.argv[1]) * 1_000_000) if len(sys.argv) > 1 else MEGABYTES * 1_000_000
    with tempfile.TemporaryDirectory() as place:
        free = shutil.disk_usage(place).free
        if free < FREE * size:
            sys.exit(f"{place} has {free / 1e9:.1f} GB free, too little for this file")
        path = Path(place) / "responses.csv"
        write_answers(path, size)
        size = path.stat().st_size
        runs = {name: run(script, path) for name, script in (("mentorlab", OURS), ("pandas", PEER))}
    ours, peer = runs["mentorlab"], runs["pandas"]
    assert (ours["rows"], ours["sum"]) == (peer["rows"], peer["sum"])
    print(f"{size / 1e9:.2f} GB, {ours['rows']:,} answers")
    for name, result in runs.items():
        print(f"  {name:10} {result['seconds']:7.1f} s  {result['peak'] / 2**30:5.2f} GiB at most")
    print(
        f"  mentorlab / pandas: {ours['seconds'] / peer['seconds']:.2f} x time, "
        f"{ours['peak'] / peer['peak']:.2f} x memory; limit {LIMIT_GIB} GiB"
    )
    if ours["peak"] > LIMIT_GIB * 2**30:
        sys.exit("over the limit")


def write_answers(path: Path, size: int) -> None:
    """Write relationships until the file has its size, each with both sides in all waves."""
    rng = random.Random(SEED)
    forms = [form(rng) for _ in range(N_FORMS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        written, number = file.write(HEADER), 0
        while written < size:
            number += 1
            written += file.write(forms[number % N_FORMS].replace("#", f"{number:07d}"))


def form(rng: random.Random) -> str:
    """Give the rows of one relationship, with # for its number."""
    rows = []
    for wave in range(1, N_WAVES + 1):
        for role in ("mentor", "mentee"):
            at = f"2026-{2 * wave:02d}-{rng.randint(1, 28):02d} {rng.randint(8, 18):02d}:15:00"
            for item in range(1, N_ITEMS + 1):
                kind = "unanswered" if rng.random() < 0.05 else ""
                value = "" if kind else str(rng.randint(1, 5))
                rows.append(f"r#,{role[-1]}#,{role},{wave},trust_{item},{value},{kind},{at}\n")
    return "".join(rows)


def run(script: str, path: Path) -> dict[str, float]:
    """Run one side in a process of its own."""
    command = [sys.executable, "-c", script + REPORT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
