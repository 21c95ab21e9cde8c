from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from mentorlab.errors import EstimationError
from mentorlab.stats.dyads.actor_partner import fit_actor_partner
from mentorlab.stats.dyads.constraints import fit_dyad_moments
from mentorlab.stats.dyads.tests import equal_effects, exchangeability_test, ratio_interval


def draw(rng, n):
    x = rng.normal(size=(n, 2))
    y = 0.5 * x + 0.2 * x[:, ::-1] + rng.normal(size=(n, 2))
    return y, x


def test_two_ways_to_the_same_tests():
    y, x = draw(np.random.default_rng(1), 60)
    moments = fit_dyad_moments(y, x, constraint="exchangeable").fit
    statistic, df = exchangeability_test(np.stack([y, x], axis=2))
    assert (statistic, df) == (pytest.approx(moments.chi2), moments.df)
    free = fit_actor_partner(y, x[:, :, None], reml=False).log_likelihood
    ratio = 2 * (free - equal_effects(y, x[:, :, None]))
    equal = fit_dyad_moments(y, x, constraint="equal_effects").fit
    assert (ratio, 2) == (pytest.approx(equal.chi2, abs=1e-6), equal.df)


def test_the_tests_hold_their_level():
    rng = np.random.default_rng(2)
    limits = chi2.ppf(0.95, [2, 6])
    rejected = np.zeros(2)
    for _ in range(400):
        y, x = draw(rng, 120)
        free = fit_actor_partner(y, x[:, :, None], reml=False).log_likelihood
        rejected[0] += 2 * (free - equal_effects(y, x[:, :, None])) > limits[0]
        rejected[1] += exchangeability_test(np.stack([y, x], axis=2))[0] > limits[1]
    assert (rejected / 400 < 0.09).all()
    assert (rejected / 400 > 0.02).all()


def test_equal_effects_with_shared_covariates_and_two_predictors():
    rng = np.random.default_rng(3)
    x, z = rng.normal(size=(80, 2, 2)), rng.normal(size=(80, 1))
    y = x @ [0.5, 0.1] + x[:, ::-1] @ [0.2, 0.0] + z + rng.normal(size=(80, 2)) * [1, 2]
    free = fit_actor_partner(y, x, shared=z, reml=False).log_likelihood
    assert 0 <= 2 * (free - equal_effects(y, x, shared=z)) < 20


def test_fieller_by_its_definition():
    covariance = np.array([[0.02, 0.004], [0.004, 0.01]])
    _, low, high = ratio_interval(0.3, 0.5, covariance, 1.96)
    for limit in (low, high):
        gap = 0.3 - limit * 0.5
        spread = 0.02 - 2 * limit * 0.004 + limit**2 * 0.01
        assert gap**2 == pytest.approx(1.96**2 * spread)


def test_a_ratio_over_something_near_zero_has_no_bounds():
    _, low, high = ratio_interval(0.3, 0.1, np.diag([0.01, 0.01]), 1.96)
    assert (low, high) == (-np.inf, np.inf)


def test_exchangeability_refuses():
    values = np.random.default_rng(4).normal(size=(4, 2, 2))
    with pytest.raises(EstimationError, match="needs more dyads; got 4"):
        exchangeability_test(values)
    same = np.ones((20, 2, 2))
    with pytest.raises(EstimationError, match="does not vary, or is a sum"):
        exchangeability_test(same)
