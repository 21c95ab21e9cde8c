"""Traits of people, looked up by person, so that one more person changes nobody else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .kernel.compiler import compiled
from .kernel.keys import PERSON, draw_bits, stream_key
from .kernel.layout import MENTEES, MENTORS
from .kernel.numbers import normal, uniform
from .kernel.pair_terms import DRAWN_REPORTS
from .parameters import Levers, People, Queueing

N_DEEP, N_SKILLS, N_SLOTS = 3, 4, 10
MENTEE, MENTOR = 0, 1
_LEVELS = (3, 5)  # mentees hold levels 0 to 2, mentors 1 to 5
_NORMALS, _UNIFORMS = 9, 20


@dataclass(frozen=True, eq=False)
class Traits:
    """One side's people, by position.

    Attributes
    ----------
    people : ndarray of MENTEES or MENTORS, shape (n,)
        What the kernels know of them.
    propensity, gain_rest, level_rest : ndarray of float64, shape (n,)
        Standard normal: the wish to opt in, and what else makes gain and level.
    arrival : ndarray of float64, shape (n,)
        Uniform, for the week of application.
    """

    people: np.ndarray
    propensity: np.ndarray
    gain_rest: np.ndarray
    level_rest: np.ndarray
    arrival: np.ndarray


@compiled
def _draw_table(philox, key, side, n, n_normal, n_uniform):
    normals, uniforms = np.empty((n, n_normal)), np.empty((n, n_uniform))
    for i in range(n):
        for slot in range(n_normal):
            normals[i, slot] = normal(draw_bits(philox, key, i, side, 0, slot))
        for slot in range(n_uniform):
            uniforms[i, slot] = uniform(draw_bits(philox, key, i, side, 1, slot))
    return normals, uniforms


def draw_traits(
    n: int, side: int, people: People, *, seed: int, run: int, philox: int | None
) -> Traits:
    """Look up the traits of one side's people in one replication."""
    key = np.uint64(stream_key(np.uint64(seed), PERSON, run))
    normals, uniforms = _draw_table(philox, key, side, n, _NORMALS, _UNIFORMS)
    table = np.zeros(n, dtype=(MENTEES, MENTORS)[side])
    for k in range(N_DEEP):
        table[f"deep_{k}"] = normals[:, k]
    quality, trait, propensity, gain_rest, level_rest, table["show"] = normals[:, N_DEEP:].T
    for k in range(N_SKILLS):
        table[f"skill_{k}"] = uniforms[:, k]
    offered = uniforms[:, N_SKILLS : N_SKILLS + N_SLOTS] < people.open_slots
    table["slots"] = offered @ (1 << np.arange(N_SLOTS))
    first, second, department, level, rest, arrival = uniforms[:, N_SKILLS + N_SLOTS :].T
    table["surface_0"] = first < people.minority_share
    table["surface_1"] = second < people.minority_share
    table["department"] = department * people.departments
    table["level"] = np.floor(level * _LEVELS[side]) + side
    if side == MENTEE:
        table["initiative"] = trait
        table["quality"] = people.mentee_spread * quality
        table["manager"] = DRAWN_REPORTS
    else:
        table["experience"] = -np.log1p(-rest)
        table["quality"] = people.mentor_spread * quality
    return Traits(table, propensity, gain_rest, level_rest, arrival)


def opted_in(propensity: np.ndarray, levers: Levers) -> np.ndarray:
    """Give the wish to opt in of those who take part.

    Everybody where taking part is mandatory; the keener half where it is voluntary.
    """
    return np.abs(propensity) if levers.enrollment == "voluntary" else propensity


def correlated(rho: float, first: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Give a standard normal number that correlates with `first`."""
    return rho * first + np.sqrt(1.0 - rho * rho) * rest


def arrival_weeks(share: np.ndarray, queueing: Queueing) -> np.ndarray:
    """Turn uniform numbers into weeks of application, 0 for those there at the start."""
    late = 1.0 - queueing.late_share
    if queueing.late_share == 0.0:
        return np.zeros(len(share), dtype=np.int64)
    weeks = 1 + np.floor((share - late) / queueing.late_share * queueing.late_weeks)
    return np.where(share < late, 0, weeks).astype(np.int64)


def halves(values: np.ndarray, low: str, high: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Split people at zero, the median of a standard normal trait."""
    return (low, high), (values > 0).astype(np.int64)
