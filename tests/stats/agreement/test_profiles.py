from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.agreement.profiles import profile_similarity, row_correlations


def test_raw_is_the_correlation_within_a_pair():
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(2, 9, 5))
    found = profile_similarity(first, second)
    expected = [np.corrcoef(a, b)[0, 1] for a, b in zip(first, second, strict=True)]
    assert found.raw == pytest.approx(expected)
    assert found.squared_distance == pytest.approx(((first - second) ** 2).sum(axis=1))
    assert found.absolute_distance == pytest.approx(np.abs(first - second).sum(axis=1))


def test_strangers_look_alike_until_the_usual_profile_is_gone():
    rng = np.random.default_rng(3)
    usual = np.array([5.0, 1, 4, 2, 3])
    first, second = usual + rng.normal(0, 0.5, size=(2, 400, 5))
    found = profile_similarity(first, second)
    assert found.raw.mean() > 0.8
    assert abs(found.distinctive.mean()) < 0.05
    assert found.normative > 0.99


def test_a_flat_profile_has_no_correlation():
    found = profile_similarity(np.array([[2.0, 2, 2], [1, 2, 3]]), np.array([[1.0, 2, 3]] * 2))
    assert np.isnan(found.raw[0])
    assert found.raw[1] == pytest.approx(1)
    assert found.squared_distance[0] == 2


def test_refuses():
    with pytest.raises(EstimationError, match="three variables; got 2"):
        profile_similarity(np.ones((3, 2)), np.ones((3, 2)))
    with pytest.raises(EstimationError, match="no pair has both profiles"):
        profile_similarity(np.ones((0, 3)), np.ones((0, 3)))


def test_rounding_is_no_variance():
    flat = np.full((1, 3), 0.1) * 3
    assert np.isnan(row_correlations(flat, np.array([[1.0, 2, 3]])))[0]
