"""Answers with a known factor structure, as responses: what factor models must find again."""

from __future__ import annotations

import numpy as np
import pandas as pd

import mentorlab as ml


def codebook(elements: dict[str, int], *, low: float = -100, high: float = 100) -> ml.Codebook:
    """Elements with so many items each, named after them, on both forms."""
    rows = [
        {"item": f"{element}_{j}", "element": element, "low": low, "high": high}
        for element, k in elements.items()
        for j in range(1, k + 1)
    ]
    return ml.Codebook(pd.DataFrame(rows))


def to_responses(
    x: np.ndarray,
    items: list[str],
    *,
    role: str = "mentee",
    wave: int = 1,
    prefix: str = "",
    **columns: object,
) -> pd.DataFrame:
    """One row a matrix cell: row i is person ``<role><i>`` in relationship ``r<i>``."""
    n, k = x.shape
    person = np.repeat(np.arange(n), k)
    frame = pd.DataFrame(
        {
            "relationship_id": [f"{prefix}r{i}" for i in person],
            "rater_id": [f"{prefix}{role}{i}" for i in person],
            "role": role,
            "wave": wave,
            "item": np.tile(items, n),
            "value": x.ravel(),
        }
    )
    for name, values in columns.items():
        frame[name] = np.repeat(np.asarray(values), k) if np.ndim(values) else values
    return frame.dropna(subset="value", ignore_index=True)


def one_factor(
    rng: np.random.Generator,
    n: int,
    *,
    loadings: tuple[float, ...] = (0.8, 0.7, 0.6, 0.7),
) -> np.ndarray:
    """Standardized items of one factor."""
    size = np.asarray(loadings)
    return rng.normal(size=(n, 1)) * size + rng.normal(size=(n, len(size))) * np.sqrt(1 - size**2)


def two_factors(rng: np.random.Generator, n: int, *, correlation: float, k: int = 4) -> np.ndarray:
    """Standardized items with loading .7, `k` of each of two correlated factors."""
    factors = _correlated(rng, n, correlation)
    return 0.7 * np.repeat(factors, k, axis=1) + np.sqrt(0.51) * rng.normal(size=(n, 2 * k))


def dyads(
    rng: np.random.Generator,
    n: int,
    *,
    correlation: float = 0.6,
    residual: float = 0.0,
    difference: float = 0.0,
    loadings: tuple[float, ...] = (0.8, 0.7, 0.6, 0.7),
) -> tuple[np.ndarray, np.ndarray]:
    """Mentors' and mentees' items: latent correlation, residual correlation, mean difference."""
    size = np.asarray(loadings)
    factors = _correlated(rng, n, correlation)
    noise = [rng.normal(size=(n, len(size))) for _ in range(3)]
    left = [np.sqrt(residual) * noise[2] + np.sqrt(1 - residual) * noise[side] for side in range(2)]
    return tuple(
        (factors[:, [side]] + side * difference) * size + left[side] * np.sqrt(1 - size**2)
        for side in range(2)
    )


def dyad_responses(mentor: np.ndarray, mentee: np.ndarray, items: list[str]) -> pd.DataFrame:
    """Both partners' items as responses."""
    return pd.concat(
        [to_responses(mentor, items, role="mentor"), to_responses(mentee, items, role="mentee")],
        ignore_index=True,
    )


def _correlated(rng: np.random.Generator, n: int, correlation: float) -> np.ndarray:
    first, other = rng.normal(size=(2, n))
    return np.column_stack([first, correlation * first + np.sqrt(1 - correlation**2) * other])
