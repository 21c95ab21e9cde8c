"""Minimizing a smooth function in a metric that is known, with an honest end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MAX_STEPS = 500
MEMORY = 20
ARMIJO = 1e-4
# Twice what the next step could still gain in log-likelihood; 1e-12 leaves estimates within a
# millionth of their standard error.
DECREMENT = 1e-12
STALLED = 1e-6
_CURVED = 1e-12
_ROUNDING = 1e-13
_SMALLEST_STEP = 1e-10

Solver = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where a search ended.

    Attributes
    ----------
    theta : numpy.ndarray of float, shape (k,)
        The point.
    value : float
        The function there.
    gain : float
        About how much lower the function could still get.
    n_steps : int
        Steps taken.
    converged : bool
        Whether `gain` is negligible.
    """

    theta: np.ndarray
    value: float
    gain: float
    n_steps: int
    converged: bool


def minimize(
    evaluate: Callable[[np.ndarray], tuple[float, np.ndarray | None]],
    metric_at: Callable[[np.ndarray], Solver],
    start: np.ndarray,
    *,
    max_steps: int = MAX_STEPS,
) -> Minimum:
    """Find a minimum by limited-memory BFGS around a metric.

    Parameters
    ----------
    evaluate : callable
        Value and slope at a point; infinite and ``None`` where there are none.
    metric_at : callable
        Gives, at a point, a function that divides a slope by an approximate curvature.
    start : numpy.ndarray of float, shape (k,)
        A point with a finite value.
    max_steps : int
        When to give up.

    Returns
    -------
    Minimum

    Notes
    -----
    The two-loop recursion with backtracking. The end is told by the slope's squared length in the
    metric, so it does not depend on the units of parameters.

    Examples
    --------
    >>> def curve(x):
    ...     bend = x[1] - x[0] ** 2
    ...     slope = np.array([2 * (x[0] - 1) - 40 * x[0] * bend, 20 * bend])
    ...     return float((x[0] - 1) ** 2 + 10 * bend**2), slope
    >>> end = minimize(curve, lambda x: (lambda slope: slope / 20), np.array([-1.0, 1.0]))
    >>> end.theta.round(5).tolist(), end.converged
    ([1.0, 1.0], True)
    """
    theta, (value, slope) = start, evaluate(start)
    memory: list[tuple[np.ndarray, np.ndarray]] = []
    gain = np.inf
    for n_steps in range(max_steps):
        solve = metric_at(theta)
        decrement = float(slope @ solve(slope))
        gain = decrement / 2
        if decrement < DECREMENT:
            return Minimum(theta, value, gain, n_steps, True)
        move = _direction(slope, solve, memory)
        size, lower, slope_ahead = _search(evaluate, theta, value, slope, move)
        if slope_ahead is None:
            if memory:
                memory = []
                continue
            return Minimum(theta, value, gain, n_steps, decrement < STALLED)
        step, change = size * move, slope_ahead - slope
        if step @ change > _CURVED * np.linalg.norm(step) * np.linalg.norm(change):
            memory = [*memory[1 - MEMORY :], (step, change)]
        theta, value, slope = theta + step, lower, slope_ahead
    return Minimum(theta, value, gain, max_steps, False)


def _direction(
    slope: np.ndarray, solve: Solver, memory: list[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    turned = slope.copy()
    weights = []
    for step, change in reversed(memory):
        weight = (step @ turned) / (step @ change)
        turned = turned - weight * change
        weights.append(weight)
    turned = solve(turned)
    for (step, change), weight in zip(memory, reversed(weights), strict=True):
        turned = turned + (weight - (change @ turned) / (step @ change)) * step
    return -turned if slope @ turned > 0 else -solve(slope)


def _search(
    evaluate: Callable[[np.ndarray], tuple[float, np.ndarray | None]],
    theta: np.ndarray,
    value: float,
    slope: np.ndarray,
    move: np.ndarray,
) -> tuple[float, float, np.ndarray | None]:
    downhill = float(slope @ move)
    size = 1.0
    while size > _SMALLEST_STEP:
        lower, slope_ahead = evaluate(theta + size * move)
        # at the rounding level of the objective a step is taken for the slope's sake
        if lower <= value + ARMIJO * size * downhill + _ROUNDING * abs(value):
            return size, lower, slope_ahead
        size *= 0.5
    return size, value, None
