from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.dyads.moments import fit_moments


def test_a_saturated_model_gives_the_moments_back():
    rng = np.random.default_rng(1)
    data = rng.normal(size=(40, 2)) @ [[1, 0.5], [0, 1]] + np.array([1, 2])
    scatter = np.cov(data.T, ddof=0)

    def saturated(theta):
        return theta[:2], np.array([[theta[2], theta[3]], [theta[3], theta[4]]])

    fit = fit_moments(data.mean(axis=0), scatter, 40, saturated, np.array([0, 0, 1, 0.1, 1]))
    assert fit.params == pytest.approx(
        [*data.mean(axis=0), scatter[0, 0], scatter[0, 1], scatter[1, 1]]
    )
    assert (fit.df, fit.cfi, fit.rmsea) == (0, 1, 0)
    assert fit.chi2 == pytest.approx(0, abs=1e-9)
    assert np.isnan(fit.p_value)
    assert fit.std_error[0] == pytest.approx(np.sqrt(scatter[0, 0] / 40))
    assert fit.std_error[2] == pytest.approx(scatter[0, 0] * np.sqrt(2 / 40))
    assert fit.std_error[3] == pytest.approx(
        np.sqrt((scatter[0, 0] * scatter[1, 1] + scatter[0, 1] ** 2) / 40)
    )


def test_restricted_means_enter_the_residual_index():
    rng = np.random.default_rng(2)
    data = rng.normal(size=(60, 2)) + np.array([0, 0.8])

    def one_mean(theta):
        return theta[[0, 0]], np.array([[theta[1], theta[3]], [theta[3], theta[2]]])

    fit = fit_moments(
        data.mean(axis=0), np.cov(data.T, ddof=0), 60, one_mean, np.array([0.0, 1, 1, 0])
    )
    assert fit.df == 1
    assert fit.chi2 > 5
    assert fit.srmr > 0.1


def test_refuses():
    def model(theta):
        return theta[:2], theta[2] * np.eye(2)

    flat = np.array([[1.0, 0], [0, 0]])
    with pytest.raises(EstimationError, match="does not vary, or is a sum"):
        fit_moments(np.zeros(2), flat, 10, model, np.ones(3))
