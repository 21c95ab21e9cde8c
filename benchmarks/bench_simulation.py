"""Weeks of mentoring programs a second, beside Mesa 3, blocked numpy and C; memory; sharpness.

All weeks are lived by one thread and counted in processor seconds, since a busy machine spoils
wall seconds. C does the same arithmetic in the same order and must give every outcome bit by bit;
numpy and Mesa draw their own numbers and must agree in distribution. Compiling and making people
are not timed. Mesa runs in an environment of its own, named by MENTORLAB_MESA (uv venv mesa &&
uv pip install --python mesa/bin/python "mesa>=3,<4" numpy), on fewer weeks at the large size;
where it is absent it is skipped with the reason.

Usage: python benchmarks/bench_simulation.py [n_dyads]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from simulation_sections import c_reference, numpy_blocks

from mentorlab.matching import Market
from mentorlab.simulation import Levers, PoolGenerator, ProgramModel, compare_policies
from mentorlab.simulation.constants import constants_of
from mentorlab.simulation.contrasts import paired
from mentorlab.simulation.engines import collect
from mentorlab.simulation.kernel import program
from mentorlab.simulation.measures import MEASURES
from mentorlab.simulation.play import new_book, play, streams_of
from mentorlab.simulation.run import study_of
from mentorlab.simulation.study import DesignRow, Study
from mentorlab.simulation.world import World

HERE = Path(__file__).parent
N_DYADS, N_AGREE, MESA_WEEKS, REPEATS = 100_000, 2_000, 4, 3
PLAIN = Levers(later_rounds="none", max_matches=1, horizon_weeks=52)
MODEL = ProgramModel()
TARGETS = {"mesa": 60.0, "numpy": 1.5, "c": 0.4}
LEVERS = {
    "check-ins every 2 weeks": {"checkin_every_weeks": 2},
    "full training of mentors": {"mentor_training": 1.0},
    "one more place a mentor": {"extra_places": 1},
    "six meetings a month": {"meetings_per_month": 6.0},
    "closure procedure": {"closure_procedure": True},
}


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else N_DYADS
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        rates(n, place)
        agreement(place)
    linear()
    memory()
    first_answer()
    sharpness()


def ready(n: int, levers: Levers):
    """Give a world of about two mentees for each mentor, and an assignment of all mentees."""
    m = max(n // 2, 1)
    world = PoolGenerator(n, m, shortlist=min(20, m)).world(MODEL, levers, seed=1, run=0)
    return world, np.arange(n) % m


def begun(world: World, mentor_of: np.ndarray, levers: Levers):
    """Start all relationships; the weeks are still ahead."""
    constants, streams, book = (
        constants_of(MODEL, levers),
        streams_of(1, 0),
        new_book(world, levers),
    )
    program.draw_fates(None, constants, streams, book)
    program.let_arrive(world.pool, book, 0)
    everybody = np.arange(len(mentor_of))
    program.start_matches(None, constants, streams, world.pool, book, everybody, mentor_of, 0)
    return constants, streams, book


def timed(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


def rates(n: int, place: Path) -> None:
    """Compare relationship weeks a processor second."""
    world, mentor_of = ready(n, PLAIN)
    seconds, weeks = [], 0
    for _ in range(REPEATS):
        constants, streams, book = begun(world, mentor_of, PLAIN)
        seconds.append(
            timed(
                lambda constants=constants, streams=streams, book=book: program.live_program(
                    None, constants, streams, world.pool, book, None, 52, 52, False
                )
            )
        )
    program.close_books(constants, book, 52)
    weeks = int((book.rows["end"] - book.rows["start"]).sum())
    ours = weeks / min(seconds)
    print(f"{n:,} relationships, {weeks:,} weeks lived")
    print(f"  mentorlab          {ours / 1e6:8.2f} million weeks a second")
    beside_c(world, mentor_of, book, ours, weeks, place)
    beside_numpy(world, mentor_of, book, ours, weeks)
    beside_mesa(world, mentor_of, ours, place)


def beside_c(world, mentor_of, ours_book, ours, weeks, place: Path) -> None:
    try:
        library = c_reference.compile_reference(place)
    except LookupError as reason:
        print(f"  C                  skipped: {reason}")
        return
    seconds = []
    for _ in range(REPEATS):
        constants, _, book = begun(world, mentor_of, PLAIN)
        started = time.process_time()
        out = c_reference.live(library, constants, book, 52)
        seconds.append(time.process_time() - started)
    rows = ours_book.rows
    assert (out[:, 0] == rows["end"]).all()
    assert (out[:, 1] == rows["cause"]).all()
    assert (out[rows["cause"] > 0, 2] == rows["started_by"][rows["cause"] > 0])[
        rows["cause"][rows["cause"] > 0] < 8
    ].all()
    assert (book.live == ours_book.live).all(), "elements differ in some bit"
    line("C, same outcomes", weeks / min(seconds), ours, TARGETS["c"])


def beside_numpy(world, mentor_of, ours_book, ours, weeks) -> None:
    seconds = []
    for _ in range(REPEATS):
        constants, _, book = begun(world, mentor_of, PLAIN)
        started = time.process_time()
        out = numpy_blocks.live(constants, book, 52, seed=1)
        seconds.append(time.process_time() - started)
    rows, n = ours_book.rows, len(mentor_of)
    for name, theirs, mine in (
        ("ended early", (out[:, 1] < 8).mean(), (rows["cause"] < 8).mean()),
        ("meetings", out[:, 2].mean(), rows["met"].mean()),
    ):
        spread = 0.5 if name == "ended early" else rows["met"].std()
        assert abs(theirs - mine) < 6 * spread / np.sqrt(n), (name, theirs, mine)
    line("numpy in blocks", weeks / min(seconds), ours, TARGETS["numpy"])


def beside_mesa(world, mentor_of, ours, place: Path) -> None:
    try:
        told, _ = ask_mesa(world, mentor_of, PLAIN, MESA_WEEKS, place)
    except LookupError as reason:
        print(f"  Mesa               skipped: {reason}")
        return
    line(
        f"Mesa {told['version']} ({MESA_WEEKS} weeks)",
        told["weeks"] / told["seconds"],
        ours,
        TARGETS["mesa"],
    )
    print(f"    Mesa: {told['made']:.0f} s to make the agents, peak {told['peak_mb']:,.0f} MB")


def line(peer: str, theirs: float, ours: float, target: float) -> None:
    verdict = "pass" if ours / theirs >= target else "MISS"
    print(
        f"  {peer:<18} {theirs / 1e6:8.2f} million weeks a second; ours is {ours / theirs:6.2f} "
        f"times that (target {target:g}) {verdict}"
    )


def ask_mesa(world, mentor_of, levers: Levers, weeks: int, place: Path, seed: int = 1):
    """Let Mesa live the weeks of one world."""
    python = os.environ.get("MENTORLAB_MESA", "")
    if not python or not Path(python).exists():
        raise LookupError("set MENTORLAB_MESA to the Python of an environment with mesa>=3,<4")
    source, target = place / "program.npz", place / "ended.npy"
    pool, n = world.pool, world.n_mentees
    serve = levers.later_rounds == "best_available"
    np.savez(
        source,
        constants=np.array([constants_of(MODEL, levers)]),
        mentees=pool.mentees,
        mentors=pool.mentors,
        listed=pool.listed.reshape(n, -1),
        scores=pool.list_scores.reshape(n, -1),
        mentor_of=mentor_of,
        setting=np.array([pool.rated["reporting_share"], levers.batch_weeks if serve else 0.0]),
    )
    command = [python, HERE / "simulation_sections" / "mesa_model.py", source, weeks, seed, target]
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-800:])
    return json.loads(run.stdout), np.load(target)


def agreement(place: Path) -> None:
    """See that Mesa's program is ours: the whole model, with later rounds, in distribution."""
    levers = Levers()
    world, mentor_of = ready(N_AGREE, levers)
    try:
        found = [
            mesa_numbers(ask_mesa(world, mentor_of, levers, 104, place, seed)[1])
            for seed in range(3)
        ]
    except LookupError:
        return
    ours = []
    for run in range(20):
        played = play(world, mentor_of, MODEL, levers, seed=1, run=run)
        rows = played.relationships[played.relationships["mentor"] >= 0]
        episode = np.nonzero(played.relationships["mentor"] >= 0)[0] % levers.max_matches + 1
        ours.append(
            mesa_numbers(
                np.stack(
                    [
                        rows["end"] - rows["start"],
                        rows["cause"],
                        rows["started_by"],
                        rows["met"],
                        rows["dose"],
                        episode,
                    ],
                    axis=1,
                )
            )
        )
    mine, theirs = np.array(ours), np.array(found)
    error = mine.std(axis=0, ddof=1) * np.sqrt(1 / len(mine) + 1 / len(theirs))
    z = (theirs.mean(axis=0) - mine.mean(axis=0)) / error
    names = ("ended early", "by mentors", "external", "weeks", "meetings", "dose", "second matches")
    print(f"agreement with Mesa at {N_AGREE:,} mentees, 104 weeks, later rounds on")
    for name, a, b, apart in zip(names, mine.mean(axis=0), theirs.mean(axis=0), z, strict=True):
        print(f"  {name:<15} ours {a:8.4f}  Mesa {b:8.4f}  z {apart:5.1f}")
    assert np.abs(z).max() < 5, "Mesa's model is another one"


def mesa_numbers(rows: np.ndarray) -> np.ndarray:
    weeks, cause, by, met, dose, episode = rows.T
    unplanned = (cause > 0) & (cause < 8)
    return np.array(
        [
            unplanned.mean(),
            (by[unplanned] == 1).mean(),
            (cause == 7).mean(),
            weeks.mean(),
            met.mean(),
            dose.mean(),
            (episode == 2).mean(),
        ]
    )


def linear() -> None:
    """See that time grows as relationships times weeks."""
    print("processor seconds a million relationship weeks, whole replications (world made before)")
    for n in (1_000, 10_000, 100_000):
        for horizon in (26, 52):
            levers = Levers(planned_weeks=horizon, horizon_weeks=horizon)
            world, mentor_of = ready(n, levers)
            play(world, mentor_of, MODEL, levers, seed=1, run=0)
            started = time.process_time()
            played = play(world, mentor_of, MODEL, levers, seed=1, run=0)
            seconds = time.process_time() - started
            rows = played.relationships
            weeks = (rows["end"] - rows["start"]).sum()
            print(f"  {n:>7,} x {horizon} weeks: {seconds / weeks * 1e6:.3f}")


def memory() -> None:
    """See that memory does not grow with replications: only measures are kept."""
    code = (
        "import resource\n"
        "from mentorlab.simulation import *\n"
        "found = simulate(PoolGenerator(10_000, 5_000, shortlist=20), policy='mentee_proposing',"
        " n_runs={runs}, seed=1, n_workers=1)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    peaks = {}
    for runs in (1, 100):
        done = subprocess.run(
            [sys.executable, "-c", code.format(runs=runs)],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks[runs] = float(done.stdout)
    print(
        f"peak memory: 10^4 mentees {peaks[1]:.0f} MB, 10^6 mentees in 100 programs "
        f"{peaks[100]:.0f} MB ({peaks[100] / peaks[1]:.2f} times)"
    )


def first_answer() -> None:
    """Time what the widget asks first."""
    rng = np.random.default_rng(1)
    market = Market.from_utilities(*rng.normal(size=(2, 300, 200)), capacity=2)
    policies = ["random", "mentee_proposing", "optimal", "serial_dictatorship"]
    compare_policies(market, policies, n_runs=4, seed=1)
    started, wall = time.process_time(), time.perf_counter()
    compare_policies(market, policies, n_runs=200, seed=1)
    print(
        f"first answer, 300 mentees x 200 runs x 4 policies: {time.perf_counter() - wall:.2f} s "
        f"wall, {time.process_time() - started:.2f} processor seconds"
    )


def sharpness() -> None:
    """Print what common draws do to the variance of contrasts."""
    rng = np.random.default_rng(1)
    market = Market.from_utilities(*rng.normal(size=(2, 200, 120)), capacity=2)
    usual = Levers()
    base = study_of(
        market,
        ["optimal"],
        model=MODEL,
        levers=usual,
        seed=1,
        crn="mentee",
        draws="splitmix",
        who="bench",
    )
    rows = tuple(DesignRow(MODEL, usual.replace(**change)) for change in ({}, *LEVERS.values()))
    study = Study(base.source, base.policies, rows, seed=1)
    blocks = collect(study, study.tasks(200))
    asked = ("early_end", "benefit", "quality")
    at = [list(MEASURES).index(name) for name in asked]
    print(f"variance of contrasts, independent draws over common draws ({', '.join(asked)})")
    for block, name in zip(blocks[1:], LEVERS, strict=True):
        ratios = [
            paired(block.values[0, :, k], blocks[0].values[0, :, k])["variance_ratio"] for k in at
        ]
        print(f"  {name:<26} {'  '.join(f'{ratio:8.1f}' for ratio in ratios)}  (target 8)")
    for crn in ("mentee", "pair"):
        found = compare_policies(market, ["random", "optimal"], n_runs=200, seed=1, crn=crn)
        ratios = [found.contrasts(name)["variance_ratio"].iloc[0] for name in asked]
        words = f"random to optimal, by {crn}"
        print(f"  {words:<26} {'  '.join(f'{ratio:8.1f}' for ratio in ratios)}  (target 5)")


if __name__ == "__main__":
    main()
