"""Elements beside what people use today: reliability, polychoric correlations, dyads, scoring.

Both sides get the same input in the same run, one thread each, and must give equal answers; a
target that is missed says MISS. numpy, pandas and statsmodels are always there. pingouin and
ordinalcorr run in an environment of their own as subprocesses on the same arrays::

    uv venv --python 3.11 peers
    uv pip install --python peers/bin/python pingouin ordinalcorr
    MENTORLAB_PEERS=$PWD/peers/bin/python python benchmarks/bench_elements.py

Without it they are skipped by name. Slow peers are timed on some samples or pairs and scaled up,
which the line says.
Usage: python benchmarks/bench_elements.py [--quick]
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from elements_sections.dyads import compare_actor_partner
from elements_sections.reliability import (
    compare_alpha,
    compare_omega,
    compare_polychoric,
    make_answers,
)
from elements_sections.scoring import compare_scoring
from elements_sections.side_by_side import Line

SEED = 20_260
FULL = {"n": 5_000, "k": 30, "n_draws": 2_000, "n_dyads": 100_000, "n_answers": 1_000_000}
QUICK = {"n": 500, "k": 10, "n_draws": 200, "n_dyads": 2_000, "n_answers": 50_000}


def main() -> None:
    sizes = QUICK if "--quick" in sys.argv[1:] else FULL
    print(
        "elements, one thread" + (" (quick: targets are meant for full sizes)" * (sizes is QUICK))
    )
    lines = []
    for line in compare(**sizes):
        print(line, flush=True)
        lines.append(line)
    found = [line.verdict for line in lines]
    print(
        f"{found.count('pass')} pass, {found.count('MISS')} MISS, {found.count('skipped')} skipped"
    )


def compare(n: int, k: int, n_draws: int, n_dyads: int, n_answers: int) -> Iterator[Line]:
    """Every comparison in turn."""
    items = make_answers(n, k, seed=SEED)
    with tempfile.TemporaryDirectory() as folder:
        yield from compare_alpha(items, n_draws, Path(folder), seed=SEED)
        yield from compare_omega(items, n_draws, seed=SEED)
        yield from compare_polychoric(items, Path(folder))
    yield from compare_actor_partner(n_dyads, seed=SEED)
    yield from compare_scoring(n_answers, seed=SEED)


if __name__ == "__main__":
    main()
