from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.shrinkage import shrink_shares


def draw(rng, n, a, b, most=15):
    trials = rng.integers(0, most, n).astype(float)
    return rng.binomial(trials.astype(int), rng.beta(a, b, n)).astype(float), trials


def test_finds_the_distribution_and_covers():
    rng = np.random.default_rng(1)
    shares = rng.beta(6, 4, 800)
    trials = rng.integers(1, 15, 800).astype(float)
    hits = rng.binomial(trials.astype(int), shares).astype(float)
    found = shrink_shares(hits, trials)
    assert found.usual == pytest.approx(0.6, abs=0.03)
    assert found.strength == pytest.approx(10, rel=0.35)
    inside = (found.conf_low <= shares) & (shares <= found.conf_high)
    assert inside.mean() == pytest.approx(0.95, abs=0.02)
    raw = np.abs(hits / trials - shares)
    assert np.abs(found.share - shares).mean() < 0.8 * raw.mean()


def test_little_counted_is_pulled_more():
    found = shrink_shares(np.array([1.0, 20, 5, 0, 12]), np.array([1.0, 20, 20, 0, 14]))
    assert abs(found.share[0] - found.usual) < abs(found.share[1] - found.usual)
    assert found.share[3] == pytest.approx(found.usual)


def test_no_difference_beyond_chance():
    trials = np.full(60, 10.0)
    found = shrink_shares(np.full(60, 5.0), trials)
    assert np.isinf(found.strength)
    assert (found.share == 0.5).all()
    assert shrink_shares(trials, trials).usual == 1


def test_refuses():
    with pytest.raises(EstimationError, match="nothing was counted"):
        shrink_shares(np.zeros(3), np.zeros(3))
    with pytest.raises(EstimationError, match="between 0 and trials"):
        shrink_shares(np.array([3.0]), np.array([2.0]))
