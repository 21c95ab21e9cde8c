"""Errors that respect clusters, right when clusters are few: CR2 with Satterthwaite's df."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import EstimationError, count

_LOST = 1e-8
"""A direction in which a cluster decides alone (1 - leverage below this) adds nothing to CR2."""


@dataclass(frozen=True, eq=False)
class ClusterFit:
    """Estimates of contrasts with bias-reduced clustered errors.

    Attributes
    ----------
    estimate, std_error, df : numpy.ndarray, shape (m,)
        Contrasts of coefficients, their errors and degrees of freedom.
    covariance : numpy.ndarray, shape (k, k)
        CR2 covariance of all coefficients.
    n_clusters : int
        Clusters.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    covariance: np.ndarray
    n_clusters: int


def cluster_robust(
    x: np.ndarray,
    y: np.ndarray,
    clusters: np.ndarray,
    *,
    contrasts: np.ndarray | None = None,
) -> ClusterFit:
    r"""Fit by least squares with errors that hold for few, unequal clusters.

    Parameters
    ----------
    x : numpy.ndarray of float, shape (n, k)
        Design, intercept included.
    y : numpy.ndarray of float, shape (n,)
        Outcome.
    clusters : numpy.ndarray of int, shape (n,)
        Cluster codes; two rows of one cluster may depend on each other in any way.
    contrasts : numpy.ndarray, shape (m, k), optional
        What to estimate; each coefficient when left out.

    Returns
    -------
    ClusterFit

    Raises
    ------
    EstimationError
        With fewer than two clusters or columns that say the same.

    Notes
    -----
    :math:`V=(X'X)^{-1}\left(\sum_gX_g'A_ge_ge_g'A_gX_g\right)(X'X)^{-1}` with
    :math:`A_g=(I-H_{gg})^{-1/2}`, which is unbiased when rows are independent with one variance.
    The degrees of freedom match the first two moments of V under the same working model; they
    fall with the number of clusters that carry a contrast, so a predictor that varies between few
    clusters gets wide intervals. Everything is done in k x k matrices, so clusters may be large
    and many. A cluster that alone decides a coefficient adds nothing in that direction. Below
    about 4 degrees of freedom p values are not to be trusted.

    References
    ----------
    bell2002 : Bias reduction in standard errors for linear regression with multi-stage samples.
    pustejovsky2018 : Small-sample methods for cluster-robust variance estimation.

    Examples
    --------
    >>> x = np.column_stack([np.ones(8), [1.0, 2, 3, 4, 2, 4, 6, 8]])
    >>> y = np.array([1.0, 2, 2, 4, 3, 4, 5, 9])
    >>> fit = cluster_robust(x, y, np.repeat([0, 1, 2, 3], 2))
    >>> fit.std_error.round(3), fit.df.round(2)
    (array([0.494, 0.093]), array([1.86, 1.56]))
    """
    _, codes = np.unique(clusters, return_inverse=True)
    n_clusters = int(codes.max(initial=-1)) + 1
    if n_clusters < 2:
        raise EstimationError(f"clustered errors need two clusters; got {n_clusters}.")
    n, k = x.shape
    if n <= k:
        raise EstimationError(f"{count(k, 'coefficient')} need more than {count(n, 'row')}.")
    scale = np.linalg.norm(x, axis=0)
    if (scale == 0).any() or np.linalg.cond(x / scale) > 1e6:
        raise EstimationError("the design has columns that say the same.")
    # In an orthonormal basis of the design the bread is the identity.
    basis, triangle = np.linalg.qr(x)
    beta = np.linalg.solve(triangle, basis.T @ y)
    rest = y - x @ beta
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(n_clusters))
    sorted_basis = basis[order]
    gram = np.add.reduceat(sorted_basis[:, :, None] * sorted_basis[:, None, :], starts, axis=0)
    scores = np.add.reduceat(sorted_basis * rest[order][:, None], starts, axis=0)
    adjust = _inverse_roots(gram)
    adjusted = np.einsum("gij,gj->gi", adjust, scores)
    meat = adjusted.T @ adjusted
    wanted = np.eye(k) if contrasts is None else np.atleast_2d(contrasts)
    weights = np.linalg.solve(triangle.T, wanted.T).T
    inverse = np.linalg.inv(triangle)
    return ClusterFit(
        estimate=wanted @ beta,
        std_error=np.sqrt(np.einsum("mi,ij,mj->m", weights, meat, weights)),
        df=np.array([_satterthwaite(gram, adjust, each) for each in weights]),
        covariance=inverse @ meat @ inverse.T,
        n_clusters=n_clusters,
    )


def _inverse_roots(gram: np.ndarray) -> np.ndarray:
    """(I - G)^(-1/2) for each cluster's G, in the basis where the design is orthonormal."""
    values, vectors = np.linalg.eigh(gram)
    left = 1 - values
    kept = left > _LOST
    root = np.where(kept, 1 / np.sqrt(np.where(kept, left, 1)), 0)
    return np.einsum("gij,gj,gkj->gik", vectors, root, vectors)


def _satterthwaite(gram: np.ndarray, adjust: np.ndarray, weight: np.ndarray) -> float:
    """Degrees of freedom of one contrast under independent rows of one variance."""
    turned = np.einsum("gij,j->gi", adjust, weight)
    through = np.einsum("gij,gj->gi", gram, turned)
    size = np.einsum("gi,gi->g", turned, through)
    overlap = through.T @ through
    alone = np.einsum("gi,gi->g", through, through)
    trace = size.sum() - np.trace(overlap)
    squares = (size**2).sum() - 2 * (size * alone).sum() + (overlap**2).sum()
    return float(trace**2 / squares) if squares > 0 else float("nan")
