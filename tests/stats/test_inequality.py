"""Inequality: against the definition, and on what must not change it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mentorlab.errors import EstimationError
from mentorlab.stats.inequality import gini, lorenz_curve

LOADS = arrays(np.float64, st.integers(1, 12), elements=st.integers(0, 9).map(float))


def by_definition(x, w):
    return (w[:, None] * w[None, :] * np.abs(x[:, None] - x[None, :])).sum() / (
        2 * (w * x).sum() * w.sum()
    )


@settings(max_examples=60, deadline=None)
@given(LOADS)
def test_as_defined_and_as_drawn(x):
    if x.sum() == 0:
        assert np.isnan(gini(x))
        return
    assert gini(x) == pytest.approx(by_definition(x, np.ones(len(x))))
    people, held = lorenz_curve(x)
    assert gini(x) == pytest.approx(1 - 2 * np.trapezoid(held, people))
    assert gini(3.5 * x) == pytest.approx(gini(x))
    assert gini(np.tile(x, 3)) == pytest.approx(gini(x))


@settings(max_examples=60, deadline=None)
@given(LOADS, st.integers(0, 1000))
def test_weights_count_as_repeats(x, seed):
    w = np.random.default_rng(seed).integers(0, 4, len(x))
    repeated = np.repeat(x, w)
    if repeated.sum() == 0:
        assert np.isnan(gini(x, weights=w))
    else:
        assert gini(x, weights=w) == pytest.approx(gini(repeated))


def test_ends_of_the_scale():
    assert gini(np.full(7, 0.1)) == 0.0
    assert gini(np.array([0, 0, 0, 0, 1.0])) == pytest.approx(0.8)
    assert gini(np.array([4.0])) == 0.0


@pytest.mark.parametrize(
    ("values", "weights", "said"),
    [
        ([], None, "`values` must hold at least one number"),
        ([1, -2, np.nan], None, r"2 are not, first -2.0 in place 2"),
        ([1, 2], [1], "one for each of 2 values; got 1"),
        ([1, 2], [1, np.inf], "`weights` must be numbers of 0 or more; 1 are not, first inf"),
    ],
)
def test_bad_input_is_named(values, weights, said):
    with pytest.raises(EstimationError, match=said):
        gini(np.array(values), weights=None if weights is None else np.array(weights))
