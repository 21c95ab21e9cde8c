"""Signals beside what people use today: weekly features of large logs, Cox's model, a warehouse.

Every contestant runs in a process of its own on the same file, after a warm-up on a small one
(imports, compiled kernels), and answers are asserted equal before a ratio is shown. CPU seconds add
all threads; peak memory is the process's. A target that is missed says MISS with its reason.
pandas runs in this environment; polars, DuckDB, statsmodels and greenwood in one of their own::

    uv venv --python 3.11 peers
    uv pip install --python peers/bin/python pandas pyarrow polars duckdb statsmodels greenwood
    MENTORLAB_SIGNALS_PEERS=$PWD/peers/bin/python python benchmarks/bench_signals.py

Without it they are skipped by name; so is R if there is none.
Usage: python benchmarks/bench_signals.py [--only features,large,cox,warehouse] [--quick]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from signals_sections import cox, log
from signals_sections.running import HEADER, Run, ask, line, verdict

SMALL = 10_000
SIZES = {"features": 10_000_000, "large": 100_000_000, "cox": 100_000, "warehouse": 200_000}
QUICK = {"features": 500_000, "large": 1_000_000, "cox": 5_000, "warehouse": 20_000}
CPU_TARGET, MEMORY_TARGET, LARGE_GIB, COX_TARGET = 5.0, 3.0, 6.0, 20.0
NEARLY_EQUAL = 1e-9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(SIZES), help="sections, with commas between")
    parser.add_argument("--quick", action="store_true", help="small sizes; ratios mean little")
    arguments = parser.parse_args()
    sizes = QUICK if arguments.quick else SIZES
    for name in arguments.only.split(","):
        if name not in SECTIONS:
            parser.error(f"there is no section {name!r}; there are {', '.join(SECTIONS)}")
        with tempfile.TemporaryDirectory() as folder:
            SECTIONS[name](sizes[name], Path(folder))


def features(n_events: int, folder: Path) -> None:
    """Weekly features beside pandas, polars and DuckDB."""
    path, small = folder / "log.parquet", folder / "small.parquet"
    log.write_log(n_events, path)
    log.write_log(SMALL, small)
    files = (path, small, n_events, SMALL)
    own = ask("features", "mentorlab", *files, peer=False)
    print(
        f"weekly features of {n_events:,} events, {log.n_relationships(n_events):,} relationships, "
        f"{log.N_WEEKS} weeks (mentorlab: all 34 features; others: 3)"
    )
    print(HEADER)
    print(line("mentorlab", own))
    for name in ("pandas", "polars", "duckdb"):
        try:
            other = ask("features", name, *files, peer=name != "pandas")
        except LookupError as reason:
            print(f"  {name:22} skipped: {reason}")
            continue
        for key, value in other.answer.items():
            assert np.isclose(value, own.answer[key], rtol=NEARLY_EQUAL), (name, key, value, own)
        print(line(name, other, _beside(name, own, other)), flush=True)


def _beside(name: str, own: Run, other: Run) -> str:
    is_pandas = name == "pandas"
    cpu = verdict(
        other.cpu / own.cpu,
        CPU_TARGET if is_pandas else 1.0,
        "CPU",
        "cache misses of the state, and the 31 features that the other does not compute",
    )
    if not is_pandas:
        return f"{cpu}, memory x{other.gib / own.gib:.1f}; equal answers"
    memory = verdict(
        other.gib / own.gib,
        MEMORY_TARGET,
        "memory",
        "0.3 GiB of it are imports and compiled code, whatever the log",
    )
    return f"{cpu}, {memory}; equal answers"


def large(n_events: int, folder: Path) -> None:
    """A log ten times larger, streamed."""
    path, small = folder / "log.parquet", folder / "small.parquet"
    log.write_log(n_events, path)
    log.write_log(SMALL, small)
    own = ask("features", "mentorlab", path, small, n_events, SMALL, peer=False)
    print(
        f"weekly features of {n_events:,} events, {log.n_relationships(n_events):,} relationships, "
        f"streamed from a file of {path.stat().st_size / 2**30:.2f} GiB"
    )
    print(HEADER)
    room = verdict(LARGE_GIB / own.gib, 1.0, "room in 6 GiB", "state and rows of a week")
    print(line("mentorlab", own, room))


def cox_model(n: int, folder: Path) -> None:
    """Cox's model with clustered errors."""
    path = folder / "spells.csv"
    cox.write_spells(n, path)
    print(f"Cox's model, {n:,} relationships, 3 covariates, errors by {n // 10:,} clusters")
    print(HEADER)
    for ties in ("breslow", "efron"):
        own = ask("cox", "mentorlab", path, ties, peer=False)
        print(line(f"mentorlab, {ties}", own))
        for name in ("statsmodels", "greenwood", "R"):
            try:
                other = (
                    cox.by_r(path, ties) if name == "R" else ask("cox", name, path, ties, peer=True)
                )
            except LookupError as reason:
                print(f"  {name:22} skipped: {reason}")
                continue
            alike = ties == "breslow" or name == "R"
            assert cox.close(own.answer, other.answer, errors=alike), (name, own, other)
            note = verdict(
                other.cpu / own.cpu,
                COX_TARGET,
                "CPU",
                "half of it is the passes over the rows, the rest residuals",
            )
            said = "equal answers" if alike else "equal coefficients (errors without Efron's term)"
            print(line(f"{name}, {ties}", other, f"{note}; {said}"), flush=True)


def warehouse(n_events: int, folder: Path) -> None:
    """One query on DuckDB beside the kernel."""
    from signals_sections.warehouse import compare, write_program

    write_program(n_events, folder / "program")
    write_program(2_000, folder / "small")
    print(f"all weekly features of {n_events:,} contacts in a folder of Parquet files")
    print(HEADER)
    for name in ("kernel", "query"):
        paths = (folder / "program", folder / "small", folder / f"{name}.parquet")
        print(line(name, ask("warehouse", name, *paths, peer=False)), flush=True)
    found = compare(folder / "kernel.parquet", folder / "query.parquet")
    assert found["worst"] < NEARLY_EQUAL, found
    print(f"  equal: {found['rows']:,} rows, largest difference {found['worst']:.1e}")


SECTIONS = {"features": features, "large": large, "cox": cox_model, "warehouse": warehouse}

if __name__ == "__main__":
    main()
