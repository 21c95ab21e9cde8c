"""Least squares against matrix algebra written out, and the cases that have no error."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from mentorlab.errors import EstimationError
from mentorlab.stats import fit_ols


@pytest.fixture
def data():
    rng = np.random.default_rng(4)
    x = np.column_stack([np.ones(30), rng.normal(size=(30, 2))])
    clusters = np.repeat(np.arange(10), 3)
    y = x @ [1.0, 2.0, 0.0] + rng.normal(size=10)[clusters] + rng.normal(size=30) * x[:, 1]
    return y, x, clusters


def bread(x):
    return np.linalg.inv(x.T @ x)


def test_hc2_by_definition(data):
    y, x, _ = data
    fit = fit_ols(y, x)
    params = bread(x) @ x.T @ y
    residuals = y - x @ params
    leverage = np.einsum("ij,jk,ik->i", x, bread(x), x)
    meat = (x * (residuals**2 / (1 - leverage))[:, None]).T @ x
    errors = np.sqrt(np.diag(bread(x) @ meat @ bread(x)))
    assert fit.params == pytest.approx(params)
    assert fit.std_errors == pytest.approx(errors)
    assert (fit.df, fit.n_obs, fit.n_clusters) == (27, 30, 30)


def test_cr1_by_definition(data):
    y, x, clusters = data
    fit = fit_ols(y, x, clusters=clusters, level=0.9)
    residuals = y - x @ fit.params
    scores = np.array([x[clusters == g].T @ residuals[clusters == g] for g in range(10)])
    small = 10 / 9 * 29 / 27
    errors = np.sqrt(small * np.diag(bread(x) @ scores.T @ scores @ bread(x)))
    assert fit.std_errors == pytest.approx(errors)
    assert (fit.df, fit.n_clusters) == (9, 10)
    half = t.ppf(0.95, 9) * errors
    assert fit.intervals == pytest.approx(np.column_stack([fit.params - half, fit.params + half]))
    assert fit.p_values == pytest.approx(2 * t.sf(np.abs(fit.params / errors), 9))


def test_cluster_codes_may_be_any_numbers(data):
    y, x, clusters = data
    renamed = fit_ols(y, x, clusters=clusters * 7 - 3)
    assert renamed.std_errors == pytest.approx(fit_ols(y, x, clusters=clusters).std_errors)


def test_rows_in_clusters_of_one_are_nearly_hc1(data):
    y, x, _ = data
    alone = fit_ols(y, x, clusters=np.arange(30))
    residuals = y - x @ alone.params
    meat = (x * (residuals**2)[:, None]).T @ x
    hc0 = np.sqrt(np.diag(bread(x) @ meat @ bread(x)))
    assert alone.std_errors == pytest.approx(hc0 * np.sqrt(30 / 29 * 29 / 27))


@pytest.mark.parametrize("scale", [1e-100, 1e-6, 1e6, 1e100])
def test_the_unit_of_the_outcome_does_not_matter(data, scale):
    y, x, _ = data
    assert fit_ols(y * scale, x).p_values == pytest.approx(fit_ols(y, x).p_values)


@pytest.mark.parametrize(
    ("rows", "clusters", "said"),
    [
        (slice(3), None, "a model with 3 terms needs more than 3 complete rows; got 3"),
        (slice(None), np.zeros(30, dtype=int), "clustered errors need 2 clusters or more; got 1"),
    ],
)
def test_too_little(data, rows, clusters, said):
    y, x, _ = data
    with pytest.raises(EstimationError, match=said):
        fit_ols(y[rows], x[rows], clusters=clusters)


@pytest.mark.parametrize("params", [[0, 0, 0], [3.3, 0, 0], [1, 2, 3]])
def test_a_model_that_fits_every_row_has_no_error(data, params):
    _, x, clusters = data
    for groups in (None, clusters):
        with pytest.raises(EstimationError, match="fits every row exactly"):
            fit_ols(x @ np.array(params, dtype=float), x, clusters=groups)
