"""Deferred acceptance beside other Python packages, a bare scan, and numpy's sort."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
from elements_sections.side_by_side import Line, best
from numba import njit

from matching_sections.peers import run_in
from mentorlab.matching import Market, find_policy
from mentorlab.matching.policy import Policy

MATCHING, ALGMATCH = "MENTORLAB_PEER_MATCHING", "MENTORLAB_PEER_ALGMATCH"

MATCHING_SCRIPT = """
import sys
sys.setrecursionlimit(1_000_000)
from matching.games import HospitalResident
n, m = mentee.shape
residents = {f"r{i}": [f"h{j}" for j in np.argsort(-mentee[i])] for i in range(n)}
hospitals = {f"h{j}": [f"r{i}" for i in np.argsort(-mentor[:, j])] for j in range(m)}
places = {f"h{j}": int(c) for j, c in enumerate(capacity)}
started = time.perf_counter()
game = HospitalResident.create_from_dictionaries(residents, hospitals, places)
solved = game.solve(optimal="resident")
seconds = time.perf_counter() - started
answer = [-1] * n
for hospital, held in solved.items():
    for resident in held:
        answer[int(str(resident)[1:])] = int(str(hospital)[1:])
"""

ALGMATCH_SCRIPT = """
from algmatch import HR
n, m = mentee.shape
residents = {i + 1: [int(j) + 1 for j in np.argsort(-mentee[i])] for i in range(n)}
hospitals = {
    j + 1: {"capacity": int(c), "preferences": [int(i) + 1 for i in np.argsort(-mentor[:, j])]}
    for j, c in enumerate(capacity)
}
started = time.perf_counter()
game = HR(dictionary={"residents": residents, "hospitals": hospitals}, optimised_side="residents")
solved = game.get_stable_matching()
seconds = time.perf_counter() - started
answer = [-1] * n
for resident, hospital in solved["resident_sided"].items():
    digits = "".join(c for c in str(hospital) if c.isdigit())
    if digits:
        answer[int("".join(c for c in str(resident) if c.isdigit())) - 1] = int(digits) - 1
"""


def draw_scores(n: int, m: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw utilities that are half common taste and half private."""
    rng = np.random.default_rng(seed)
    mentee = rng.random((n, m)) / 2 + rng.random(m) / 2
    return mentee, rng.random((n, m)) / 2 + rng.random((n, 1)) / 2


def ready(name: str) -> Policy:
    """Give a policy whose kernels are compiled, for both forms of a market."""
    policy = find_policy(name)[1]
    tiny = Market.from_utilities(np.eye(3), np.eye(3), capacity=1)
    lists = Market.from_lists([[0], [1]], [[1.0], [1.0]], [[1.0], [1.0]], capacity=[1, 1])
    for market in (tiny, lists):
        policy(market, np.random.default_rng(0))
    return policy


def from_scores(policy: Policy, mentee: np.ndarray, mentor: np.ndarray) -> Callable[[], np.ndarray]:
    """Give the work from two matrices to a matching, checks of the input included."""
    return lambda: policy(
        Market.from_utilities(mentee, mentor, capacity=1), np.random.default_rng(0)
    )


def compare_matching(sizes: list[int], target_size: int, *, seed: int) -> Iterator[Line]:
    """Beside `matching`, at sizes it survives, carried to `target_size` by its own curve."""
    policy = ready("mentee_proposing")
    job = f"deferred acceptance from scores, {target_size:,} x {target_size // 2:,}"
    seconds = []
    for n in sizes:
        mentee, mentor = draw_scores(n, n // 2, seed=seed)
        peer = run_in(
            MATCHING, MATCHING_SCRIPT, mentee=mentee, mentor=mentor, capacity=np.ones(n // 2)
        )
        if isinstance(peer, str):
            yield Line(job, "matching", np.nan, np.nan, 500, note=peer)
            return
        ours = from_scores(policy, mentee, mentor)()
        assert ours.tolist() == peer["answer"], f"answers differ at {n}"
        seconds.append(peer["seconds"])
    power, level = np.polyfit(np.log(sizes), np.log(seconds), 1)
    theirs = float(np.exp(level + power * np.log(target_size)))
    mentee, mentor = draw_scores(target_size, target_size // 2, seed=seed)
    ours, _ = best(from_scores(policy, mentee, mentor), repeats=5)
    measured = ", ".join(f"{s:.3g} s at {n:,}" for n, s in zip(sizes, seconds, strict=True))
    note = f"peer's time carried on by its own curve, power {power:.2f} in people: {measured}"
    yield Line(job, "matching", ours, theirs, 500, note=note)


def compare_algmatch(n: int, m: int, *, seed: int) -> Iterator[Line]:
    """Beside `algmatch` at a size it survives."""
    job = f"deferred acceptance from scores, {n:,} x {m:,}"
    mentee, mentor = draw_scores(n, m, seed=seed)
    peer = run_in(ALGMATCH, ALGMATCH_SCRIPT, mentee=mentee, mentor=mentor, capacity=np.ones(m))
    if isinstance(peer, str):
        yield Line(job, "algmatch", np.nan, np.nan, 150, note=peer)
        return
    ours, matched = best(from_scores(ready("mentee_proposing"), mentee, mentor), repeats=5)
    assert matched.tolist() == peer["answer"], "answers differ"
    yield Line(job, "algmatch", ours, peer["seconds"], 150)


def compare_sort(n: int, m: int, *, seed: int) -> Iterator[Line]:
    """From scores to a matching beside the mere sort of one matrix, checked by sorted lists."""
    mentee, mentor = draw_scores(n, m, seed=seed)
    policy = ready("mentee_proposing")
    market = Market.from_utilities(mentee, mentor, capacity=1)
    ours, matched = best(lambda: policy(market, np.random.default_rng(0)), repeats=3)
    theirs, _ = best(lambda: np.argsort(mentee, axis=1), repeats=2)
    order = np.argsort(-mentee, axis=1)
    sorted_market = Market.from_lists(
        order,
        np.take_along_axis(mentee, order, axis=1),
        np.take_along_axis(mentor, order, axis=1),
        capacity=np.ones(m, dtype=int),
    )
    expected = policy(sorted_market, np.random.default_rng(0))
    assert np.array_equal(matched, expected), "answers differ"
    job = f"scores to matching, {n:,} x {m:,}"
    yield Line(job, "np.argsort of one matrix", ours, theirs, 0.2, most=True)


def compare_lists(n: int, m: int, k: int, places: int, *, seed: int) -> Iterator[Line]:
    """Top-k lists beside one scan, in order, of the proposals that were made."""
    market = draw_lists(n, m, k, places, seed=seed)
    pairs = market.edges
    policy = ready("mentee_proposing")
    extra = peak_since(lambda: policy(market, np.random.default_rng(0)))
    extra /= sum(getattr(pairs, part.name).nbytes for part in fields(pairs))
    ours, mentor_of = best(lambda: policy(market, np.random.default_rng(0)), repeats=3)
    read = proposals_made(pairs.indptr, pairs.mentor, mentor_of)
    scan(pairs.indptr, pairs.mentor, pairs.mentor_utility, read[:1])
    theirs, _ = best(
        lambda: scan(pairs.indptr, pairs.mentor, pairs.mentor_utility, read), repeats=3
    )
    n_blocking = count_blocking(
        pairs.indptr, pairs.mentor, pairs.mentor_utility, mentor_of, market.capacity, read
    )
    assert n_blocking == 0, f"{n_blocking} blocking pairs"
    note = (
        f"{read.sum() / 1e6:.2f} million proposals, no blocking pair, extra memory "
        f"{extra:.1%} of the input (target at most 10%)"
    )
    job = f"top-{k} lists, {n:,} x {m:,} with {places} places"
    yield Line(job, "one scan of the proposals made", ours, theirs, 15, most=True, note=note)


def draw_lists(n: int, m: int, k: int, places: int, *, seed: int) -> Market:
    """Draw lists of `k` mentors with some taste in common, without a matrix of all pairs."""
    rng = np.random.default_rng(seed)
    mentor = np.empty((n, k), dtype=np.int32)
    for first in range(0, n, 100_000):
        rows = slice(first, min(first + 100_000, n))
        drawn = np.sort((rng.random((rows.stop - first, k)) ** 1.3 * m).astype(np.int64), axis=1)
        steps = np.arange(k)
        distinct = np.maximum.accumulate(drawn - steps, axis=1) + steps
        distinct = np.minimum(distinct, m - k + steps)
        order = np.argsort(rng.random(drawn.shape) + 0.3 * distinct / m, axis=1)
        mentor[rows] = np.take_along_axis(distinct, order, axis=1)
    mentee_utility = np.broadcast_to(np.arange(k, 0, -1.0), (n, k))
    mentor_utility = rng.random((n, k)) / 2 + rng.random((n, 1)) / 2
    return Market.from_lists(
        mentor, mentee_utility, mentor_utility, capacity=np.full(m, places), mentor_ids=range(m)
    )


def peak_since(work: Callable[[], object]) -> float:
    """Tell by how many bytes the process grew at most while it worked (Linux; else NaN)."""
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    except OSError:
        return float("nan")
    before = _peak()
    work()
    return _peak() - before


def _peak() -> int:
    status = Path("/proc/self/status").read_text("ascii")
    return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status)[1])


@njit
def proposals_made(indptr, mentor, mentor_of):
    """Count how far each mentee's list was read: up to the match, or to the end."""
    read = np.empty(len(mentor_of), dtype=np.int64)
    for i in range(len(mentor_of)):
        at = indptr[i]
        while at < indptr[i + 1] and mentor[at] != mentor_of[i]:
            at += 1
        read[i] = min(at + 1, indptr[i + 1]) - indptr[i]
    return read


@njit
def scan(indptr, mentor, mentor_utility, read):
    """Read each proposal once, in order."""
    total = 0.0
    for i in range(len(read)):
        for at in range(indptr[i], indptr[i] + read[i]):
            total += mentor[at] + mentor_utility[at]
    return total


@njit
def count_blocking(indptr, mentor, mentor_utility, mentor_of, capacity, read):
    """Count pairs above a mentee's match whose mentor has a place or likes someone held less."""
    load = np.zeros(len(capacity), dtype=np.int64)
    worst = np.full(len(capacity), np.inf)
    for i in range(len(mentor_of)):
        if mentor_of[i] >= 0:
            j = mentor_of[i]
            load[j] += 1
            worst[j] = min(worst[j], mentor_utility[indptr[i] + read[i] - 1])
    blocking = 0
    for i in range(len(mentor_of)):
        last = indptr[i] + read[i] - (1 if mentor_of[i] >= 0 else 0)
        for at in range(indptr[i], last):
            j = mentor[at]
            blocking += load[j] < capacity[j] or mentor_utility[at] > worst[j]
    return blocking
