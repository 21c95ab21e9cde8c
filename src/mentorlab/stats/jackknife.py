"""Intervals for any statistic of clustered rows, by leaving clusters out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..errors import EstimationError

MOST_BLOCKS = 200
"""With more clusters than this they are left out in blocks: the interval hardly changes."""


def cluster_jackknife(
    compute: Callable[[np.ndarray], np.ndarray],
    clusters: np.ndarray,
    *,
    bounded: np.ndarray | bool = False,
    level: float = 0.95,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Give intervals that respect clusters, for statistics that have no formula.

    Parameters
    ----------
    compute : callable
        Takes the rows to keep (a boolean array of shape (n,)) to m statistics.
    clusters : numpy.ndarray of int, shape (n,)
        Cluster codes.
    bounded : bool or numpy.ndarray of bool, shape (m,)
        Whether a statistic lies below 1 like a correlation; its interval is then made on Fisher's z
        scale.
    level : float
        Confidence level.

    Returns
    -------
    std_error, conf_low, conf_high : numpy.ndarray, shape (m,)
        NaN where the statistic is undefined without some cluster.

    Raises
    ------
    EstimationError
        With fewer than three clusters.

    Notes
    -----
    With :math:`\hat\theta_{(g)}` without block g of G:
    :math:`\frac{G-1}{G}\sum(\hat\theta_{(g)}-\bar\theta)^2` and t with G - 1 degrees of freedom.
    Right for smooth statistics of means and moments; not for medians or extremes, and too narrow
    with few or very unequal clusters (below about 20).

    References
    ----------
    efron1993 : An introduction to the bootstrap.

    Examples
    --------
    >>> x = np.array([1.0, 2, 3, 4, 5, 6])
    >>> error, _, _ = cluster_jackknife(lambda keep: x[keep].mean()[None], np.arange(6))
    >>> bool(np.isclose(error[0], x.std(ddof=1) / np.sqrt(6)))
    True
    """
    from scipy.stats import t

    _, codes = np.unique(clusters, return_inverse=True)
    n_clusters = int(codes.max(initial=-1)) + 1
    if n_clusters < 3:
        raise EstimationError(f"an interval over clusters needs three of them; got {n_clusters}.")
    n_blocks = min(n_clusters, MOST_BLOCKS)
    blocks = codes % n_blocks
    whole = compute(np.ones(len(codes), dtype=bool))
    parts = np.array([compute(blocks != block) for block in range(n_blocks)])
    on_z = np.broadcast_to(bounded, whole.shape)
    turned, center = _turn(parts, on_z), _turn(whole, on_z)
    gaps = turned - turned.mean(axis=0)
    error = np.sqrt((n_blocks - 1) / n_blocks * (gaps**2).sum(axis=0))
    half = t.ppf((1 + level) / 2, n_blocks - 1) * error
    plain = np.sqrt((n_blocks - 1) / n_blocks * ((parts - parts.mean(axis=0)) ** 2).sum(axis=0))
    return plain, _back(center - half, on_z), _back(center + half, on_z)


def _turn(values: np.ndarray, on_z: np.ndarray) -> np.ndarray:
    inside = np.clip(values, -1 + 1e-12, 1 - 1e-12)
    return np.where(on_z, np.arctanh(inside), values)


def _back(values: np.ndarray, on_z: np.ndarray) -> np.ndarray:
    return np.where(on_z, np.tanh(values), values)
