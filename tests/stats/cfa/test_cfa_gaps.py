"""Data with gaps: the likelihood row by row, the unrestricted moments, named failures."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.cfa.fiml import (
    as_complete,
    casewise_gradient,
    log_likelihood,
    moment_gradient,
    moment_information,
    vech,
    vech_gradient,
)
from mentorlab.stats.cfa.quasi_newton import minimize
from mentorlab.stats.cfa.saturated import ColumnError, check_definite, summarize_sample


def gappy_data(seed: int, n: int = 80, p: int = 4, share: float = 0.2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + np.arange(p)
    x[rng.random(x.shape) < share] = np.nan
    return x[~np.isnan(x).all(axis=1)]


@pytest.fixture
def sample():
    return summarize_sample(gappy_data(1))


def moments(sample):
    mean = sample.mean + 0.1
    return mean, sample.covariance + np.diag([0.1, 0.2, 0.3, 0.1])


def naive_log_likelihood(x, mean, covariance):
    from scipy.stats import multivariate_normal

    total = 0.0
    for row in x:
        there = ~np.isnan(row)
        total += multivariate_normal(mean[there], covariance[np.ix_(there, there)]).logpdf(
            row[there]
        )
    return total


def test_log_likelihood_equals_the_sum_over_rows(sample):
    mean, covariance = moments(sample)
    got = log_likelihood(sample.patterns, mean, covariance)
    assert np.isclose(got, naive_log_likelihood(sample.x, mean, covariance))


def test_patterns_are_fewer_than_rows_and_hold_them_all(sample):
    assert sample.patterns.counts.sum() == sample.n
    assert len(sample.patterns.counts) < sample.n
    there = sample.patterns.there[sample.patterns.of_row].astype(bool)
    assert (there == ~np.isnan(sample.x)).all()


def test_gradient_and_information_equal_complex_steps(sample):
    mean, covariance = moments(sample)
    rows, columns = np.tril_indices(4)

    def slope(values):
        own = np.zeros((4, 4), dtype=complex)
        own[rows, columns] = own[columns, rows] = values[4:]
        by_mean, by_covariance = moment_gradient(sample.patterns, values[:4], own)
        return np.concatenate([by_mean, vech_gradient(by_covariance)])

    at = np.concatenate([mean, vech(covariance)]).astype(complex)
    steps = [slope(at + 1e-20j * unit).imag / 1e-20 for unit in np.eye(14)]
    assert np.allclose(moment_information(sample, mean, covariance), steps, atol=1e-9)
    for k in range(14):
        ends = []
        for sign in (1, -1):
            moved = at.real + sign * 1e-6 * np.eye(14)[k]
            own = np.zeros((4, 4))
            own[rows, columns] = own[columns, rows] = moved[4:]
            ends.append(-log_likelihood(sample.patterns, moved[:4], own))
        assert np.isclose((ends[0] - ends[1]) / 2e-6, slope(at).real[k], rtol=1e-4, atol=1e-3)


def test_casewise_slopes_add_up(sample, monkeypatch):
    monkeypatch.setattr("mentorlab.stats.cfa.fiml.CHUNK", 7)
    mean, covariance = moments(sample)
    whole = moment_gradient(sample.patterns, mean, covariance)
    parts = list(casewise_gradient(sample, mean, covariance))
    assert len(parts) == -(-sample.n // 7)
    for k in range(2):
        assert np.allclose(sum(part[k].sum(axis=0) for part in parts), whole[k])


def test_expected_information_of_complete_data_is_the_observed_one(sample):
    whole = as_complete(sample)
    expected = moment_information(whole, sample.mean, sample.covariance, expected=True)
    assert np.allclose(expected, moment_information(whole, sample.mean, sample.covariance))


def test_complete_data_have_the_closed_form():
    x = np.random.default_rng(2).normal(size=(50, 3))
    sample = summarize_sample(x)
    assert sample.complete
    assert np.allclose(sample.mean, x.mean(axis=0))
    assert np.allclose(sample.covariance, np.cov(x.T, bias=True))


def test_unrestricted_moments_are_a_maximum(sample):
    slopes = moment_gradient(sample.patterns, sample.mean, sample.covariance)
    assert max(np.abs(slope).max() for slope in slopes) < 1e-4
    assert np.linalg.eigvalsh(moment_information(sample, sample.mean, sample.covariance))[0] > 0


def test_moments_do_not_depend_on_location_and_scale():
    x = gappy_data(3)
    plain, moved = summarize_sample(x), summarize_sample(x * [1e-3, 1, 10, 1e4] + 1_000)
    ratio = np.outer([1e-3, 1, 10, 1e4], [1e-3, 1, 10, 1e4])
    assert np.allclose(moved.covariance / ratio, plain.covariance, atol=1e-5)


def test_order_of_rows_does_not_matter(sample):
    turned = summarize_sample(sample.x[::-1])
    assert np.isclose(turned.log_likelihood, sample.log_likelihood)


@pytest.mark.parametrize(
    ("spoil", "reason", "columns"),
    [
        (lambda x: x.__setitem__((slice(None), 1), 3.0), "do not vary", (1,)),
        (lambda x: x.__setitem__((slice(None), 2), np.nan), "nobody answered", (2,)),
        (
            lambda x: x.__setitem__((slice(None), 3), 2 * x[:, 0] + 1),
            "not positive definite",
            (0, 3),
        ),
    ],
)
def test_unusable_columns_are_named(spoil, reason, columns):
    x = np.random.default_rng(4).normal(size=(60, 4))
    spoil(x)
    with pytest.raises(ColumnError, match=reason) as caught:
        summarize_sample(x)
    assert caught.value.columns == columns


def test_columns_never_answered_together_are_named():
    x = np.random.default_rng(5).normal(size=(60, 3))
    x[:30, 0] = np.nan
    x[30:, 2] = np.nan
    with pytest.raises(ColumnError, match="answered both") as caught:
        summarize_sample(x)
    assert caught.value.columns == (0, 2)


def test_repeated_columns_with_gaps_are_refused():
    x = gappy_data(6, n=200)
    x[:, 3] = x[:, 0]
    with pytest.raises(EstimationError, match=r"positive definite|did not settle"):
        summarize_sample(x)


def test_definite_matrix_passes():
    check_definite(np.array([[1.0, 0.999], [0.999, 1.0]]))


def test_search_reports_that_it_did_not_end():
    end = minimize(
        lambda x: (float(np.exp(-x[0])), np.array([-np.exp(-x[0])])),
        lambda x: lambda slope: slope,
        np.array([0.0]),
    )
    assert not end.converged or end.gain < 1e-12


def test_search_survives_holes():
    def bowl(x):
        if x[0] > 2:
            return np.inf, None
        return float((x[0] - 1.9) ** 2), np.array([2 * (x[0] - 1.9)])

    end = minimize(bowl, lambda x: lambda slope: 4 * slope, np.array([-3.0]))
    assert end.converged
    assert np.isclose(end.theta[0], 1.9)
