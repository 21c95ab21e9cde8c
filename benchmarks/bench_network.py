"""Network questions at 100,000 ties beside networkx, igraph and R's sna, with equal answers.

Every peer runs in a process of its own on the same arrays; building graphs, imports and compiling
are not timed (compile time is printed apart). Processor seconds (all threads added) stand beside
wall seconds, since a busy machine spoils the latter. Answers are asserted equal before a ratio
is shown.
igraph is GPL and runs from an environment of its own, see `network_sections/peers.py`; a peer that
is absent is skipped with the reason. networkx's removal curve is extrapolated from 50 mentors and
its permutations from 3.

Usage: python benchmarks/bench_network.py [n_ties] [--million]
`--million` only builds and profiles 10^6 ties from a members table and prints the peak memory.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from network_sections.peers import ask, ask_r
from network_sections.pools import draw, network_of, write_for_peers

from mentorlab import network as net
from mentorlab.network.kernels.leaving import giant_by_step, orphans_by_step
from mentorlab.network.measures.betweenness import add_paths

N_TIES, N_STARTS, N_PERMUTATIONS = 100_000, 64, 1_000
N_REMOVED, N_SLOW_PERMUTATIONS = 50, 3
N_QAP, N_QAP_PEOPLE = 20_000, 71
REPEATS = 5
MEMORY_TARGET_GIB = 4.0


def main() -> None:
    arguments = [word for word in sys.argv[1:] if not word.startswith("--")]
    if "--million" in sys.argv:
        print(json.dumps(million(int(arguments[0]) if arguments else 1_000_000)))
        return
    n_ties = int(arguments[0]) if arguments else N_TIES
    ties, people = draw(n_ties)
    started = time.perf_counter()
    network = network_of(ties, people)
    print(f"{network.size()}; built in {time.perf_counter() - started:.2f} s")
    compile_all()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = write_for_peers(network, place, n_starts=N_STARTS)
        for section in (removal, permutations, constraint, betweenness):
            section(network, source)
        qap(place)
    run = subprocess.run(
        [sys.executable, __file__, "--million"], capture_output=True, text=True, check=True
    )
    told = json.loads(run.stdout)
    print(
        f"{told['n_ties']:,} ties from members: built {told['build']:.1f} s, profiled "
        f"{told['profile']:.1f} s, load, silos, removal of all {told['rest']:.1f} s; peak "
        f"{told['peak_gib']:.2f} GiB (target {MEMORY_TARGET_GIB:g})"
    )


def best(call: Callable[[], Any], repeats: int = REPEATS) -> tuple[np.ndarray, Any]:
    """Processor and wall seconds of the fastest of some runs, and the last answer."""
    seconds, answer = [], None
    for _ in range(repeats):
        started = time.process_time(), time.perf_counter()
        answer = call()
        seconds.append((time.process_time() - started[0], time.perf_counter() - started[1]))
    return np.min(seconds, axis=0), answer


def say(
    task: str, own: np.ndarray, peer: str, other: np.ndarray, target: float | None, note: str = ""
) -> None:
    cpu, wall = other / own
    goal = f", target {target:g}" if target else ""
    print(
        f"  {task:32} {peer:9} own {own[0]:8.2g} / {own[1]:8.2g} s, peer {other[0]:9.3g} / "
        f"{other[1]:9.3g} s: {cpu:,.1f}x processor, {wall:,.1f}x wall{goal} {note}"
    )


def skip(task: str, peer: str, reason: object) -> None:
    print(f"  {task:34} {peer:9} skipped: {reason}")


def compile_all() -> None:
    """Run every kernel once on a small pool, so that the rest is free of compiling."""
    started = time.perf_counter()
    small = network_of(*draw(400))
    shared = small.project("mentors")
    net.removal(small)
    for null in ("labels", "degree"):
        net.homophily(small, attribute="department", null=null, seed=1, n_permutations=9)
    net.structural_holes(shared)
    net.betweenness(small)
    net.network_profile(small)
    net.qap(shared, covariates="department", seed=1, n_permutations=9)
    print(f"compiling or loading kernels: {time.perf_counter() - started:.1f} s")


def removal(network: net.MentorNetwork, source: Path) -> None:
    own, found = best(lambda: net.removal(network))
    order = network.mentors[np.argsort(-network.load[network.mentors], kind="stable")]
    out, around = network.out, network.around
    counts = np.diff(network.into.indptr)
    bare, _ = best(
        lambda: (
            orphans_by_step(out.indptr, out.indices, counts, order),
            giant_by_step(around.indptr, around.indices, order),
        )
    )
    other, rows = ask("networkx", "removal", source, N_REMOVED)
    seen = found.curve.loc[1:N_REMOVED, ["orphans", "giant"]].to_numpy()
    np.testing.assert_array_equal(seen, rows)
    whole = other / N_REMOVED * len(order)
    task = f"removal of all {len(order):,}"
    say(task, own, "networkx", whole, 1000, f"(from {N_REMOVED}; frame included)")
    say(f"{task}, arrays", bare, "networkx", whole, 1000)


def permutations(network: net.MentorNetwork, source: Path) -> None:
    ask_own = {"attribute": "department", "seed": 1, "n_permutations": N_PERMUTATIONS}
    own, found = best(lambda: net.homophily(network, null="labels", **ask_own), repeats=3)
    other, shares = ask("networkx", "permutations", source, N_SLOW_PERMUTATIONS)
    np.testing.assert_allclose(found.test.observed, shares[0])
    assert abs(np.mean(shares[1:]) - found.expected) < 6 * found.test.sd
    whole = other / N_SLOW_PERMUTATIONS * N_PERMUTATIONS
    task = f"{N_PERMUTATIONS:,} label permutations"
    say(task, own, "networkx", whole, 300, f"(from {N_SLOW_PERMUTATIONS})")
    degree, _ = best(
        lambda: net.homophily(
            network, attribute="department", seed=1, null="degree", n_permutations=100
        ),
        repeats=1,
    )
    print(f"  100 degree-preserving draws: own {degree[0]:.2f} / {degree[1]:.2f} s")


def constraint(network: net.MentorNetwork, source: Path) -> None:
    shared = network.project("mentors")
    own, found = best(lambda: net.structural_holes(shared))
    ours = found.table["constraint"].to_numpy()
    task = f"constraint, {shared.n_ties:,} shared ties"
    for peer, target in (("networkx", 50), ("igraph", 1)):
        try:
            other, theirs = ask(peer, "constraint", source)
        except LookupError as reason:
            skip(task, peer, reason)
            continue
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)
        say(task, own, peer, other, target, "(ours: all of Burt's measures)")


def betweenness(network: net.MentorNetwork, source: Path) -> None:
    own, _ = best(lambda: net.betweenness(network, pivots=N_STARTS, seed=1))
    starts = np.load(source)["starts"]
    ours = add_paths(network.around, starts, symmetric=True)
    task = f"betweenness from {N_STARTS} starts"
    for peer, target in (("networkx", 200), ("igraph", 5)):
        try:
            other, theirs = ask(peer, "betweenness", source, N_STARTS)
        except LookupError as reason:
            skip(task, peer, reason)
            continue
        theirs = theirs * (2 if peer == "igraph" else 1)  # igraph halves undirected counts
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-6)
        say(task, own, peer, other, target)


def qap(place: Path) -> None:
    rng = np.random.default_rng(3)
    n = N_QAP_PEOPLE
    matrix = (rng.random((n, n)) < 0.18).astype(float)
    np.fill_diagonal(matrix, 0)
    ids = np.array([f"p{i:02d}" for i in range(n)])
    first, second = np.nonzero(matrix)
    ties = pd.DataFrame({"source": ids[first], "target": ids[second]})
    people = pd.DataFrame({"person_id": ids, "unit": rng.choice(list("abc"), n)})
    network = net.MentorNetwork.from_ties(ties, source="simulated", people=people)
    unit = people["unit"].to_numpy()
    other_matrix = (unit[:, None] == unit).astype(float)
    np.fill_diagonal(other_matrix, 0)
    own, found = best(
        lambda: net.qap(network, covariates="unit", seed=1, n_permutations=N_QAP), repeats=3
    )
    seen = found.table["estimate"].item()
    task = f"QAP, n = {n}, per permutation"
    source = place / "qap.npz"
    np.savez(source, matrix=matrix, other=other_matrix)
    other, draws = ask("numpy", "qap", source, 2_000)
    np.testing.assert_allclose(seen, draws[0])
    say(task, own / N_QAP, "numpy", other / 2_000, None)
    try:
        other, theirs = ask_r(matrix, other_matrix, 2_000, place)
    except LookupError as reason:
        skip(task, "sna", reason)
        return
    np.testing.assert_allclose(seen, theirs)
    say(task, own / N_QAP, "sna", other / 2_000, 50)


def million(n_ties: int) -> dict[str, float]:
    """Build from members rows, profile, and ask the large questions; peak of this process."""
    ties, people = draw(n_ties)
    relationship = "r" + pd.Series(np.arange(len(ties))).astype("str")
    members = pd.concat(
        [
            pd.DataFrame(
                {"relationship_id": relationship, "person_id": ties[f"{role}_id"], "role": role}
            )
            for role in ("mentor", "mentee")
        ],
        ignore_index=True,
    )
    del ties
    marks = [time.perf_counter()]
    network = net.build_network(members, source="simulated", people=people)
    marks.append(time.perf_counter())
    net.network_profile(network)
    marks.append(time.perf_counter())
    net.mentor_load(network)
    net.silos(network, attribute="department")
    net.removal(network)
    marks.append(time.perf_counter())
    status = Path("/proc/self/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 2**20
    build, profile, rest = np.diff(marks)
    return {
        "n_ties": network.n_ties,
        "build": build,
        "profile": profile,
        "rest": rest,
        "peak_gib": peak,
    }


if __name__ == "__main__":
    main()
