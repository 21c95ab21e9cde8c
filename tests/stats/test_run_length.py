"""Run lengths against simulation and published tables."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.run_length import (
    cusum_run_length,
    cusum_threshold,
    ewma_run_length,
    poisson_cusum_run_length,
)


def simulate(step, draw, n=4000, seed=1):
    """Mean run of n charts that move by `step` until it says stop."""
    rng = np.random.default_rng(seed)
    state, run, going = np.zeros(n), np.zeros(n), np.ones(n, bool)
    while going.any():
        run[going] += 1
        state[going], stop = step(state[going], draw(rng, going.sum()))
        going[np.flatnonzero(going)[stop]] = False
    return run.mean(), run.std() / np.sqrt(n)


def test_published_values():
    # Montgomery, Introduction to Statistical Quality Control: k = 1/2, h = 4, two-sided.
    table = {0: 168, 0.5: 26.6, 1: 8.38, 2: 3.34}
    for shift, length in table.items():
        found = cusum_run_length(shift, reference=0.5, threshold=4, two_sided=True)
        assert found == pytest.approx(length, rel=0.005)


@pytest.mark.parametrize("lower", [True, False])
def test_poisson_charts_equal_simulation(lower):
    sign = 1 if lower else -1

    def step(state, x):
        state = np.maximum(0, state + sign * (1.25 - x))
        return state, state > 3 + 1e-9

    mean, error = simulate(step, lambda rng, n: rng.poisson(1.2, n))
    exact = poisson_cusum_run_length(1.2, reference=1.25, threshold=3, lower=lower)
    assert exact == pytest.approx(mean, abs=4 * error)


def test_ewma_equals_simulation():
    limit = 2.5 * np.sqrt(0.3 / 1.7)

    def step(state, x):
        state = 0.7 * state + 0.3 * x
        return state, np.abs(state) > limit

    mean, error = simulate(step, lambda rng, n: rng.normal(0.5, 1, n))
    assert ewma_run_length(0.5, smoothing=0.3, width=2.5) == pytest.approx(mean, abs=4 * error)


def test_the_threshold_gives_the_run_asked_for():
    threshold = cusum_threshold(250, reference=0.4, two_sided=True)
    found = cusum_run_length(0, reference=0.4, threshold=threshold, two_sided=True)
    assert found == pytest.approx(250)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cusum_run_length(0, reference=0, threshold=4), "`reference` must be above 0"),
        (lambda: ewma_run_length(0, smoothing=2, width=3), "`smoothing` must be up to 1"),
        (lambda: cusum_threshold(1.0, reference=0.5), "no threshold gives a run as short as 1"),
    ],
)
def test_impossible_charts_are_named(call, message):
    with pytest.raises(EstimationError, match=message):
        call()
