"""Matching beside what people use today: deferred acceptance, best totals, the worst-off.

Both sides get the same input in the same run, one thread each, and must give equal answers; a
target that is missed says MISS. numpy, scipy and HiGHS are always there. `matching` and `algmatch`
clash with other packages, so each runs in an environment of its own, as a subprocess on the same
arrays; without one it is skipped by name::

    uv venv --python 3.11 peer-matching && uv pip install --python peer-matching matching==1.4.3
    uv venv --python 3.11 peer-algmatch && uv pip install --python peer-algmatch algmatch==1.5.2
    MENTORLAB_PEER_MATCHING=$PWD/peer-matching/bin/python \
    MENTORLAB_PEER_ALGMATCH=$PWD/peer-algmatch/bin/python python benchmarks/bench_matching.py

Compile time is not counted: kernels are warmed first.
Usage: python benchmarks/bench_matching.py [--quick] [deferred] [optimum]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

from matching_sections import deferred_acceptance, optimum

SEED = 20_261
SECTIONS = ("deferred", "optimum")


def main() -> None:
    words = sys.argv[1:]
    quick = "--quick" in words
    chosen = [name for name in SECTIONS if name in words] or list(SECTIONS)
    print("matching, one thread" + " (quick: targets are meant for full sizes)" * quick)
    verdicts = []
    for name in chosen:
        for line in {"deferred": compare_deferred, "optimum": compare_optima}[name](quick):
            print(line, flush=True)
            verdicts.append(line.verdict)
    counts = (f"{verdicts.count(word)} {word}" for word in ("pass", "MISS", "skipped"))
    print(", ".join(counts))


def compare_deferred(quick: bool) -> Iterator[object]:
    """Deferred acceptance."""
    sizes = [40, 80, 160] if quick else [200, 400, 800]
    yield from deferred_acceptance.compare_matching(sizes, 400 if quick else 2_000, seed=SEED)
    yield from deferred_acceptance.compare_algmatch(*((80, 40) if quick else (500, 250)), seed=SEED)
    yield from deferred_acceptance.compare_sort(
        *((1_000, 500) if quick else (10_000, 5_000)), seed=SEED
    )
    size = (20_000, 2_000, 50, 10) if quick else (1_000_000, 100_000, 50, 10)
    yield from deferred_acceptance.compare_lists(*size, seed=SEED)


def compare_optima(quick: bool) -> Iterator[object]:
    """Best totals, the worst-off, participation."""
    yield from optimum.compare_optimum(*((500, 50, 10) if quick else (5_000, 500, 10)), seed=SEED)
    yield from optimum.compare_maximin(
        *((100, 20, 20, 5) if quick else (500, 100, 50, 5)), seed=SEED
    )
    yield from optimum.count_participation(50 if quick else 1_000, seed=SEED)


if __name__ == "__main__":
    main()
