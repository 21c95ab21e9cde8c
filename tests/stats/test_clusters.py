from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab.errors import EstimationError
from mentorlab.stats.clusters import cluster_robust


def by_definition(x, y, clusters, weight):
    """CR2 and its degrees of freedom with n x n matrices."""
    bread = np.linalg.inv(x.T @ x)
    rest = y - x @ bread @ x.T @ y
    left = np.eye(len(y)) - x @ bread @ x.T
    meat, columns = np.zeros((x.shape[1],) * 2), []
    for code in np.unique(clusters):
        rows = np.flatnonzero(clusters == code)
        values, vectors = np.linalg.eigh(left[np.ix_(rows, rows)])
        root = np.where(values > 1e-8, 1 / np.sqrt(np.where(values > 1e-8, values, 1)), 0)
        adjust = vectors @ np.diag(root) @ vectors.T
        score = x[rows].T @ adjust @ rest[rows]
        meat += np.outer(score, score)
        columns.append(left[:, rows] @ adjust @ x[rows] @ bread @ weight)
    products = np.stack(columns, axis=1).T @ np.stack(columns, axis=1)
    error = np.sqrt(weight @ bread @ meat @ bread @ weight)
    return error, np.trace(products) ** 2 / (products**2).sum()


@given(st.integers(0, 2**32 - 1), st.integers(3, 9))
def test_equals_the_definition(seed, n_clusters):
    rng = np.random.default_rng(seed)
    n = 30
    clusters = rng.integers(0, n_clusters, n)
    if len(np.unique(clusters)) < 3:
        return
    x = np.column_stack([np.ones(n), rng.normal(size=n), rng.normal(size=n_clusters)[clusters]])
    y = rng.normal(size=n) + rng.normal(size=n_clusters)[clusters]
    weights = np.vstack([np.eye(3), [0, 1, -1]])
    fit = cluster_robust(x, y, clusters, contrasts=weights)
    for i, weight in enumerate(weights):
        error, df = by_definition(x, y, clusters, weight)
        assert fit.std_error[i] == pytest.approx(error, rel=1e-6, abs=1e-9)
        assert fit.df[i] == pytest.approx(df, rel=1e-5)
    assert fit.estimate[:3] == pytest.approx(np.linalg.lstsq(x, y, rcond=None)[0])


def test_rows_of_their_own_give_hc2():
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(20), rng.normal(size=20)])
    y = rng.normal(size=20) * (1 + x[:, 1] ** 2)
    bread = np.linalg.inv(x.T @ x)
    rest = y - x @ bread @ x.T @ y
    leverage = np.einsum("ij,jk,ik->i", x, bread, x)
    meat = (x * (rest**2 / (1 - leverage))[:, None]).T @ x
    fit = cluster_robust(x, y, np.arange(20))
    assert fit.covariance == pytest.approx(bread @ meat @ bread)


def test_two_equal_groups_are_the_t_test():
    """Clusters that each hold one value of a predictor: means of cluster means."""
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(10), 4)
    treated = (clusters < 5).astype(float)
    y = rng.normal(size=40) + rng.normal(size=10)[clusters]
    fit = cluster_robust(np.column_stack([np.ones(40), treated]), y, clusters)
    means = y.reshape(10, 4).mean(axis=1)
    spread = (means[:5].var(ddof=1) + means[5:].var(ddof=1)) / 5
    assert fit.std_error[1] == pytest.approx(np.sqrt(spread))
    assert fit.df[1] == pytest.approx(8)


def test_names_of_clusters_and_order_of_rows_do_not_matter():
    rng = np.random.default_rng(3)
    clusters = np.repeat([70, 3, 15, 9], 5)
    x = np.column_stack([np.ones(20), rng.normal(size=20)])
    y = rng.normal(size=20)
    mixed = rng.permutation(20)
    one, two = cluster_robust(x, y, clusters), cluster_robust(x[mixed], y[mixed], clusters[mixed])
    assert two.std_error == pytest.approx(one.std_error)
    assert two.df == pytest.approx(one.df)


def test_refuses():
    x = np.column_stack([np.ones(6), np.arange(6.0)])
    with pytest.raises(EstimationError, match="two clusters; got 1"):
        cluster_robust(x, np.arange(6.0), np.zeros(6, dtype=int))
    with pytest.raises(EstimationError, match="2 coefficients need more than 2 rows"):
        cluster_robust(x[:2], np.arange(2.0), np.arange(2))
    with pytest.raises(EstimationError, match="columns that say the same"):
        cluster_robust(np.column_stack([x, x[:, 1]]), np.arange(6.0), np.arange(6))
