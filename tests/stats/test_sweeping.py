from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab.stats.sweeping import sweep_means


@given(st.integers(3, 25), st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_equals_least_squares_on_indicators(n, a, b, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 2))
    factors = [rng.integers(0, a, n), rng.integers(0, b, n)]
    left, rank = sweep_means(values, factors)
    indicators = np.hstack([np.equal.outer(f, np.unique(f)).astype(float) for f in factors])
    fitted = indicators @ np.linalg.lstsq(indicators, values, rcond=None)[0]
    assert left == pytest.approx(values - fitted, abs=1e-8)
    assert rank == np.linalg.matrix_rank(indicators)


def test_one_factor():
    left, rank = sweep_means(np.array([[1.0], [3], [10]]), [np.array([4, 4, 9])])
    assert left.ravel() == pytest.approx([-1, 1, 0])
    assert rank == 2
