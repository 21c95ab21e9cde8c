"""Search for the variance parameters of a mixed model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .criterion import Point, Problem, evaluate

BOUNDARY = 1e-4
"""A factor below this (relative to the residual) counts as no variance."""
FLAT = 1e-3
_LOWEST = np.log(1e-6)
_STARTS = (1.0, 0.1, 5.0)
_LONGEST_STEP = 1.0
_DIFFERENCE = 3e-5
_NEAR_ZERO = 0.02


def find_minimum(problem: Problem) -> tuple[np.ndarray, Point, np.ndarray]:
    """Find the factors at which the criterion is smallest.

    Parameters
    ----------
    problem : Problem
        From `set_up`.

    Returns
    -------
    theta : numpy.ndarray, shape (m,)
        Free elements of the factors, term by term.
    point : Point
        The criterion there.
    hessian : numpy.ndarray, shape (m, m)
        Its second derivatives.

    Notes
    -----
    Quasi-Newton steps in the logarithm of the diagonal elements, of limited length so that a
    variance is never thrown to zero in one step, then Newton steps. A solution that is not a
    minimum makes the search start elsewhere.
    """
    best, best_value = None, np.inf
    for size in _STARTS:
        theta = _snap(problem, _descend(problem, _start(problem, size)))
        theta, point, hessian = _newton(problem, theta)
        if point.criterion < best_value - 1e-8:
            best, best_value = (theta, point, hessian), point.criterion
        if is_minimum(problem, theta, point):
            break
    return best


def is_minimum(problem: Problem, theta: np.ndarray, point: Point) -> bool:
    """Tell whether the slope is flat, and no variance at zero wants to grow."""
    free = theta_is_free(problem, theta)
    if np.abs(slope_of(problem, theta, point))[free].max(initial=0) >= FLAT:
        return False
    for factor, trace, force in zip(
        factors_of(problem, theta), point.trace, point.force, strict=True
    ):
        inward = np.diag(trace - force / point.sigma2)
        size = np.maximum(np.abs(np.diag(trace)), 1)
        if (inward / size)[np.diag(factor) <= BOUNDARY].min(initial=0) < -FLAT:
            return False
    return True


def factors_of(problem: Problem, theta: np.ndarray) -> list[np.ndarray]:
    """Put the free elements into one lower-triangular factor a term."""
    factors, start = [], 0
    for term in problem.terms:
        where = term.pattern()
        factor = np.zeros((term.n_effects, term.n_effects))
        factor[where] = theta[start : start + len(where[0])]
        start += len(where[0])
        factors.append(factor)
    return factors


def slope_of(problem: Problem, theta: np.ndarray, point: Point) -> np.ndarray:
    """Give the slope of the profiled criterion by the free elements."""
    parts = [t - f / point.sigma2 for t, f in zip(point.trace, point.force, strict=True)]
    return chain(problem, theta, parts)


def chain(problem: Problem, theta: np.ndarray, by_covariance: Sequence[np.ndarray]) -> np.ndarray:
    """Turn slopes by the terms' relative covariances into slopes by their free elements."""
    pieces = zip(problem.terms, factors_of(problem, theta), by_covariance, strict=True)
    return np.concatenate([(2 * part @ factor)[term.pattern()] for term, factor, part in pieces])


def theta_is_free(problem: Problem, theta: np.ndarray) -> np.ndarray:
    """Flag the elements that are not held at zero."""
    return ~(_diagonal(problem) & (theta <= BOUNDARY))


def _descend(problem: Problem, theta: np.ndarray) -> np.ndarray:
    """Capped quasi-Newton steps until the slope is nearly flat."""
    on = _diagonal(problem)
    unit = np.where(on, 1.0, max(float(np.exp(np.log(theta[on]).mean())), 1e-8))

    def at(u: np.ndarray) -> tuple[float, np.ndarray]:
        theta = np.where(on, np.exp(np.where(on, u, 0)), u * unit)
        point = evaluate(problem, factors_of(problem, theta), slope=True)
        return point.criterion, slope_of(problem, theta, point) * np.where(on, theta, unit)

    u = np.where(on, np.log(np.where(on, theta, 1)), theta / unit)
    low = np.where(on, _LOWEST, -np.inf)
    u = _quasi_newton(at, u, low)
    return np.where(on, np.exp(np.where(on, u, 0)), u * unit)


def _quasi_newton(
    at: Callable[[np.ndarray], tuple[float, np.ndarray]], u: np.ndarray, low: np.ndarray
) -> np.ndarray:
    value, slope = at(u)
    inverse = np.eye(len(u)) / max(np.abs(slope).max(), 1e-8)
    fresh = True
    for _ in range(200):
        held = (u <= low) & (slope > 0)
        if np.abs(slope[~held]).max(initial=0) < 1e-4:
            break
        step = np.where(held, 0, -inverse @ np.where(held, 0, slope))
        if step @ slope >= 0:
            inverse, fresh = np.eye(len(u)) / np.abs(slope).max(), True
            step = np.where(held, 0, -inverse @ slope)
        step *= min(1.0, _LONGEST_STEP / np.abs(step).max())
        for _ in range(30):
            moved = np.maximum(u + step, low)
            new_value, new_slope = at(moved)
            if new_value <= value + 1e-4 * slope @ (moved - u) + 1e-10 * abs(value) * 1e-3:
                break
            step /= 2
        else:
            break
        gone, turned = moved - u, new_slope - slope
        curve = gone @ turned
        if curve > 1e-12:
            if fresh:
                inverse, fresh = np.eye(len(u)) * curve / (turned @ turned), False
            mix = np.eye(len(u)) - np.outer(gone, turned) / curve
            inverse = mix @ inverse @ mix.T + np.outer(gone, gone) / curve
        u, value, slope = moved, new_value, new_slope
    return u


def _snap(problem: Problem, theta: np.ndarray) -> np.ndarray:
    """Put a variance that has all but vanished at zero, where that costs nothing."""
    value = evaluate(problem, factors_of(problem, theta), slope=False).criterion
    for place in np.flatnonzero(_diagonal(problem) & (theta < _NEAR_ZERO)):
        moved = theta.copy()
        moved[place] = 0.0
        new = evaluate(problem, factors_of(problem, moved), slope=False).criterion
        if new <= value + 1e-7 * max(abs(value), 1):
            theta, value = moved, new
    return theta


def _newton(problem: Problem, theta: np.ndarray) -> tuple[np.ndarray, Point, np.ndarray]:
    """Steps with the curvature at the solution, as long as they make the slope flatter."""
    point = evaluate(problem, factors_of(problem, theta), slope=True)
    hessian = _curvature(problem, theta)
    free = theta_is_free(problem, theta)
    inner = hessian[np.ix_(free, free)]
    if not free.any() or np.linalg.eigvalsh(inner)[0] <= 0:
        return theta, point, hessian
    for _ in range(4):
        slope = slope_of(problem, theta, point)
        if np.abs(slope[free]).max() < 1e-7:
            break
        moved = theta.copy()
        moved[free] -= np.linalg.solve(inner, slope[free])
        if (moved[_diagonal(problem) & free] <= BOUNDARY).any():
            break
        new = evaluate(problem, factors_of(problem, moved), slope=True)
        if np.abs(slope_of(problem, moved, new)[free]).max() >= np.abs(slope[free]).max():
            break
        theta, point = moved, new
    return theta, point, hessian


def _curvature(problem: Problem, theta: np.ndarray) -> np.ndarray:
    """Second derivatives of the profiled criterion, by central differences of its slope."""
    hessian = np.empty((len(theta), len(theta)))
    for i, value in enumerate(theta):
        step = _DIFFERENCE * max(abs(value), 0.1)
        sides = []
        for sign in (1, -1):
            moved = theta.copy()
            moved[i] += sign * step
            point = evaluate(problem, factors_of(problem, moved), slope=True)
            sides.append(slope_of(problem, moved, point))
        hessian[i] = (sides[0] - sides[1]) / (2 * step)
    return (hessian + hessian.T) / 2


def _start(problem: Problem, size: float) -> np.ndarray:
    """Factors that give each effect `size` residual standard deviations at a typical row."""
    parts = []
    per_row = np.diag(problem.own.sum(axis=0)) / problem.n
    for i, term in enumerate(problem.terms):
        rows, columns = term.pattern()
        scale = np.ones(term.n_effects)
        if i == 0:
            scale = 1 / np.sqrt(np.maximum(per_row, 1e-12))
        parts.append(np.where(rows == columns, size * scale[rows], 0.0))
    return np.concatenate(parts)


def _diagonal(problem: Problem) -> np.ndarray:
    return np.concatenate([np.equal(*term.pattern()) for term in problem.terms])
