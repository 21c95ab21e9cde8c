"""History matching: which parameter values the published numbers leave standing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .emulator import Emulator
from .targets import Target

IMPLAUSIBLE = 3.0  # standard deviations beyond a range at which a point is given up
_MOVES = 60  # rounds of moves that carry points through what is left of the space
_JUMP, _WIDER = 2.38, 1.0  # of differential-evolution moves
_JITTER = 1e-3


def implausibility(values: np.ndarray, error: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """Tell how far moments lie outside their ranges, in standard deviations.

    Parameters
    ----------
    values : ndarray of float64, shape (n, targets)
        Moments.
    error : ndarray of float64, shape (targets,)
        Their standard deviations.

    Returns
    -------
    ndarray of float64, shape (n, targets)
        0 within the range; infinite where a moment is nan.
    """
    low = np.array([target.low for target in targets])
    high = np.array([target.high for target in targets])
    beyond = np.maximum(np.maximum(low - values, values - high), 0.0)
    found = beyond / np.where(error > 0, error, 1e-12)
    return np.where(np.isnan(values), np.inf, found)


def draw_plausible(
    start: np.ndarray,
    emulators: Sequence[Emulator],
    targets: Sequence[Target],
    rng: np.random.Generator,
    *,
    level: float,
) -> np.ndarray:
    """Carry points through the part of the unit cube that no emulator rules out.

    Parameters
    ----------
    start : ndarray of float64, shape (n, d)
        Where the points begin; those that are ruled out move only to what is less implausible.
    emulators : sequence of Emulator
        Of the waves so far.
    level : float
        Implausibility that the last emulator still allows; the others allow `IMPLAUSIBLE`.

    Returns
    -------
    ndarray of float64, shape (n, d)

    Notes
    -----
    Differential-evolution moves: a point goes along the difference of two others, and stays where
    it is when the new place is ruled out. Within what is left every place is as good as any other.
    """

    allowed = [IMPLAUSIBLE] * (len(emulators) - 1) + [level]

    def worst(points: np.ndarray) -> np.ndarray:
        parts = [
            implausibility(emulator.predict(points), emulator.error, targets).max(axis=1) - most
            for emulator, most in zip(emulators, allowed, strict=True)
        ]
        return np.maximum(np.max(parts, axis=0), 0.0)

    points = start.copy()
    n, d = points.shape
    height = worst(points)
    for k in range(_MOVES):
        first, second = (rng.permutation(n) for _ in range(2))
        moved = rng.random((n, d)) < max(0.2, 3.0 / d)
        jump = _WIDER if k % 10 == 9 else _JUMP / np.sqrt(2.0 * max(1.0, moved.sum(axis=1).mean()))
        step = jump * (points[first] - points[second]) + _JITTER * rng.standard_normal((n, d))
        asked = points + np.where(moved, step, 0.0)
        asked = np.abs(asked)
        asked = 1.0 - np.abs(1.0 - asked)
        inside = ((asked >= 0) & (asked <= 1)).all(axis=1)
        asked = np.clip(asked, 0.0, 1.0)
        there = worst(asked)
        taken = inside & (there <= height)
        points[taken], height[taken] = asked[taken], there[taken]
    return points


def largest_joint_set(met: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Find points that meet as many targets as can be met together.

    Parameters
    ----------
    met : ndarray of bool, shape (points, targets)
        Who meets what.
    names : sequence of str
        The targets.

    Returns
    -------
    kept : ndarray of bool, shape (points,)
        Points that meet all targets but the ones given up.
    given_up : tuple of str
        Targets left out, one at a time, each the one whose absence lets the most points in.
    """
    left = np.ones(len(names), dtype=bool)
    given_up: list[str] = []
    while not (kept := met[:, left].all(axis=1)).any():
        n_missed = (~met[:, left]).sum(axis=1)
        closest = met[n_missed == n_missed.min()]
        misses = np.where(left, (~closest).sum(axis=0), -1)
        worst = int(np.argmax(misses))
        left[worst] = False
        given_up.append(names[worst])
    return kept, tuple(given_up)


def conflicts_of(met: np.ndarray, names: Sequence[str]) -> list[tuple[str, str, int, int]]:
    """Find pairs of targets that single points meet, but no point meets together.

    Returns
    -------
    list of (first, second, points that meet the first, points that meet the second)
    """
    alone = met.sum(axis=0)
    together = met.astype(np.int64).T @ met
    return [
        (names[a], names[b], int(alone[a]), int(alone[b]))
        for a in range(len(names))
        for b in range(a + 1, len(names))
        if alone[a] and alone[b] and not together[a, b]
    ]
