from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab.errors import EstimationError
from mentorlab.stats.agreement.krippendorff import krippendorff_alpha


def by_definition(ratings, measurement):
    """Mean squared difference within units over that of all pairable answers, pair by pair."""
    units = [row[~np.isnan(row)] for row in ratings]
    units = [row for row in units if len(row) > 1]
    pooled = np.concatenate(units)
    levels, counts = np.unique(pooled, return_counts=True)
    before = np.concatenate([[0], np.cumsum(counts)])

    def distance(a, b):
        if measurement == "nominal":
            return float(a != b)
        if measurement == "ordinal":
            i, j = sorted((int(np.searchsorted(levels, a)), int(np.searchsorted(levels, b))))
            return (before[j + 1] - before[i] - (counts[i] + counts[j]) / 2) ** 2
        if measurement == "ratio":
            return ((a - b) / (a + b)) ** 2 if a + b > 0 else 0.0
        return (a - b) ** 2

    within = sum(
        distance(a, b) / (len(row) - 1)
        for row in units
        for i, a in enumerate(row)
        for j, b in enumerate(row)
        if i != j
    ) / len(pooled)
    n = len(pooled)
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    overall = sum(distance(pooled[i], pooled[j]) for i, j in pairs) / (n * (n - 1))
    return 1 - within / overall


@given(
    st.integers(2, 6),
    st.integers(2, 4),
    st.sampled_from(["nominal", "ordinal", "interval", "ratio"]),
    st.integers(0, 2**32 - 1),
)
def test_equals_the_definition(n, k, measurement, seed):
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 4, size=(n, k)).astype(float)
    ratings[rng.random((n, k)) < 0.2] = np.nan
    known = ~np.isnan(ratings)
    pairable = ratings[known & (known.sum(axis=1) > 1)[:, None]]
    if len(np.unique(pairable)) < 2:
        with pytest.raises(EstimationError):
            krippendorff_alpha(ratings, measurement=measurement)
        return
    found = krippendorff_alpha(ratings, measurement=measurement)
    assert found == pytest.approx(by_definition(ratings, measurement))


def test_perfect_and_reversed():
    both = np.repeat(np.arange(1.0, 6)[:, None], 2, axis=1)
    assert krippendorff_alpha(both) == 1
    assert krippendorff_alpha(np.column_stack([np.arange(5.0), -np.arange(5.0)])) < 0


@pytest.mark.parametrize(
    ("ratings", "measurement", "said"),
    [
        ([[1, np.nan], [np.nan, 2]], "interval", "no unit has two answers"),
        ([[3, 3], [3, 3]], "nominal", "all answers are the same"),
        ([[-1, 2], [2, 3]], "ratio", "no negative values; got -1"),
    ],
)
def test_refuses(ratings, measurement, said):
    with pytest.raises(EstimationError, match=said):
        krippendorff_alpha(np.array(ratings, dtype=float), measurement=measurement)
