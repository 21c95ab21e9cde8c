from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.jackknife import MOST_BLOCKS, cluster_jackknife


def test_the_mean_of_equal_clusters():
    rng = np.random.default_rng(1)
    clusters = np.repeat(np.arange(12), 5)
    x = rng.normal(size=60) + rng.normal(size=12)[clusters]
    error, low, high = cluster_jackknife(lambda keep: x[keep].mean()[None], clusters)
    means = x.reshape(12, 5).mean(axis=1)
    assert error[0] == pytest.approx(means.std(ddof=1) / np.sqrt(12))
    assert (low[0] + high[0]) / 2 == pytest.approx(x.mean())


def test_bounded_statistics_stay_below_one():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(30, 2)) @ [[1, 0.95], [0, 0.1]]
    _, low, high = cluster_jackknife(
        lambda keep: np.corrcoef(x[keep].T)[0, 1][None], np.arange(30), bounded=True
    )
    assert -1 < low[0] < np.corrcoef(x.T)[0, 1] < high[0] < 1


def test_many_clusters_are_left_out_in_blocks():
    x = np.random.default_rng(3).normal(size=1000)
    calls = []
    error, *_ = cluster_jackknife(
        lambda keep: calls.append(1) or x[keep].mean()[None], np.arange(1000)
    )
    assert len(calls) == MOST_BLOCKS + 1
    assert error[0] == pytest.approx(x.std(ddof=1) / np.sqrt(1000), rel=0.15)


def test_refuses():
    with pytest.raises(EstimationError, match="three of them; got 2"):
        cluster_jackknife(lambda keep: np.ones(1), np.array([0, 0, 1]))
