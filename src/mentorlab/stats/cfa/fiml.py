"""The normal likelihood of answers with gaps: each pattern of missing answers counted once.

Complete data are the case of one pattern, so maximum likelihood with and without gaps is one code
path. Functions that are marked *complex-safe* accept complex arrays, which gives exact derivatives
by a complex step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

CHUNK = 4_096


@dataclass(frozen=True, eq=False)
class Patterns:
    """Rows grouped by what they answered; r patterns, p columns.

    Attributes
    ----------
    of_row : numpy.ndarray of int, shape (n,)
        Each row's pattern.
    counts : numpy.ndarray of float, shape (r,)
        Rows of each pattern.
    there : numpy.ndarray of float, shape (r, p)
        1 where a pattern has an answer, else 0.
    means : numpy.ndarray of float, shape (r, p)
        Means of each pattern's rows; 0 where missing.
    covariances : numpy.ndarray of float, shape (r, p, p)
        Their covariances with divisor n; 0 where missing.
    """

    of_row: np.ndarray
    counts: np.ndarray
    there: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


@dataclass(frozen=True, eq=False)
class Sample:
    """One group's data, summarized once for every model that is fitted to them.

    Attributes
    ----------
    x : numpy.ndarray of float, shape (n, p)
        The rows used; NaN where missing.
    patterns : Patterns
        The same, grouped.
    mean, covariance : numpy.ndarray of float, shapes (p,) and (p, p)
        Maximum likelihood estimates without any model; divisor n.
    log_likelihood : float
        At these estimates: what the best model could reach.
    """

    x: np.ndarray
    patterns: Patterns
    mean: np.ndarray
    covariance: np.ndarray
    log_likelihood: float

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.x)

    @property
    def complete(self) -> bool:
        """Whether no answer is missing."""
        return bool(self.patterns.there.all())


def group_patterns(x: np.ndarray) -> Patterns:
    """Group rows by which columns they answered."""
    answered = ~np.isnan(x)
    kinds, kind, counts = np.unique(answered, axis=0, return_inverse=True, return_counts=True)
    kind = kind.ravel()
    p = x.shape[1]
    means, covariances = np.zeros((len(kinds), p)), np.zeros((len(kinds), p, p))
    ends = np.cumsum(counts)
    for k, rows in enumerate(np.split(np.argsort(kind, kind="stable"), ends[:-1])):
        own = np.where(kinds[k], x[rows], 0.0)
        means[k] = own.mean(axis=0)
        own -= means[k]
        covariances[k] = own.T @ own / len(rows)
    return Patterns(kind, counts.astype(float), kinds.astype(float), means, covariances)


def as_complete(sample: Sample) -> Sample:
    """The sample that would have the same estimates without gaps."""
    p = len(sample.mean)
    patterns = Patterns(
        of_row=np.zeros(sample.n, dtype=int),
        counts=np.array([float(sample.n)]),
        there=np.ones((1, p)),
        means=sample.mean[None],
        covariances=sample.covariance[None],
    )
    return replace(sample, patterns=patterns)


def log_likelihood(patterns: Patterns, mean: np.ndarray, covariance: np.ndarray) -> float:
    r"""Log-likelihood of the normal distribution; minus infinity where it is not one.

    Notes
    -----
    :math:`-\frac12\sum_r n_r\left[q_r\log 2\pi + \log|\Sigma_r| +
    \mathrm{tr}\,\Sigma_r^{-1}(S_r + d_rd_r')\right]` over patterns r with
    :math:`d_r = \bar y_r - \mu_r`.
    """
    return _likelihood(patterns, mean, covariance)[0]


def likelihood_and_gradient(
    patterns: Patterns, mean: np.ndarray, covariance: np.ndarray
) -> tuple[float, np.ndarray | None, np.ndarray | None]:
    """Log-likelihood and the slope of minus it, from the same inverses; see `moment_gradient`."""
    value, inverse = _likelihood(patterns, mean, covariance)
    if inverse is None:
        return value, None, None
    return value, *_gradient(patterns, mean, inverse)


def moment_gradient(
    patterns: Patterns, mean: np.ndarray, covariance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Slope of minus the log-likelihood in means and covariances; complex-safe.

    Returns
    -------
    by_mean : numpy.ndarray, shape (p,)
    by_covariance : numpy.ndarray, shape (p, p)
        Symmetric; each entry taken as free of its mirror image.
    """
    return _gradient(patterns, mean, pattern_inverses(patterns, covariance))


def casewise_gradient(
    sample: Sample, mean: np.ndarray, covariance: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The same slope for each row, some thousand rows at a time; c rows in a chunk.

    Yields
    ------
    by_mean : numpy.ndarray of float, shape (c, p)
    by_covariance : numpy.ndarray of float, shape (c, p, p)
    """
    inverses = pattern_inverses(sample.patterns, covariance)
    for first in range(0, sample.n, CHUNK):
        rows = slice(first, first + CHUNK)
        inverse = inverses[sample.patterns.of_row[rows]]
        away = np.where(np.isnan(sample.x[rows]), 0.0, sample.x[rows] - mean)
        pulled = (inverse @ away[:, :, None])[:, :, 0]
        yield -pulled, 0.5 * (inverse - pulled[:, :, None] * pulled[:, None, :])


def vech(matrices: np.ndarray) -> np.ndarray:
    """Lower triangles of symmetric matrices, shape (..., p (p + 1) / 2)."""
    rows, columns = np.tril_indices(matrices.shape[-1])
    return matrices[..., rows, columns]


def vech_gradient(by_covariance: np.ndarray) -> np.ndarray:
    """A slope in a full matrix as a slope in its lower triangle."""
    rows, columns = np.tril_indices(by_covariance.shape[-1])
    return by_covariance[..., rows, columns] * np.where(rows == columns, 1.0, 2.0)


def moment_information(
    sample: Sample, mean: np.ndarray, covariance: np.ndarray, *, expected: bool = False
) -> np.ndarray:
    r"""Information of means and lower-triangle covariances, summed over rows.

    Parameters
    ----------
    sample : Sample
    mean, covariance : numpy.ndarray of float, shapes (p,) and (p, p)
        Where.
    expected : bool
        Whether to take the expectation over answers, with what is missing as it is.

    Returns
    -------
    numpy.ndarray of float, shape (p + p (p + 1) / 2,) * 2

    Notes
    -----
    The second derivative of minus the log-likelihood. With :math:`Q = \Sigma_r^{-1}`,
    :math:`R = QT_rQ - Q/2` and :math:`T_r = S_r + d_rd_r'` (expected: :math:`R = Q/2`), the block
    of covariances is :math:`\sum_r n_r\mathrm{tr}(Q\dot\Sigma_iR\dot\Sigma_j)`, the block of
    means Q, and the cross block :math:`\dot\mu'Q\dot\Sigma Qd`. The sum over patterns is one
    product of matrices; it holds :math:`p^4` numbers, 130 MB for 64 columns.
    """
    patterns = sample.patterns
    p = len(mean)
    i, j = np.tril_indices(p)
    inverse = pattern_inverses(patterns, covariance)
    weighted = inverse * patterns.counts[:, None, None]
    right = 0.5 * inverse
    if not expected:
        right = inverse @ pattern_spread(patterns, mean) @ inverse - right
    blocks = (weighted.reshape(-1, p * p).T @ right.reshape(-1, p * p)).reshape(p, p, p, p)
    half = np.where(i == j, 0.5, 1.0)
    ii, ij, ji, jj = np.ix_(i, i), np.ix_(i, j), np.ix_(j, i), np.ix_(j, j)
    total = np.zeros((p + len(i), p + len(i)))
    total[p:, p:] = (
        blocks[*ii, *jj] + blocks[*jj, *ii] + blocks[*ij, *ji] + blocks[*ji, *ij]
    ) * np.outer(half, half)
    total[:p, :p] = weighted.sum(axis=0)
    if not expected:
        away = patterns.means - mean * patterns.there
        pulled = np.einsum("rij,rj->ri", inverse, away)
        cross = np.tensordot(weighted, pulled, axes=(0, 0))
        total[:p, p:] = (cross[:, i, j] + cross[:, j, i]) * half
        total[p:, :p] = total[:p, p:].T
    return total


def _likelihood(
    patterns: Patterns, mean: np.ndarray, covariance: np.ndarray
) -> tuple[float, np.ndarray | None]:
    try:
        root = np.linalg.cholesky(_padded(patterns, covariance))
    except np.linalg.LinAlgError:
        return -np.inf, None
    log_det = 2 * np.log(np.einsum("rii->ri", root)).sum(axis=1)
    inverse = pattern_inverses(patterns, covariance)
    inner = (inverse * pattern_spread(patterns, mean)).sum(axis=(1, 2))
    answers = patterns.there.sum(axis=1)
    total = -0.5 * patterns.counts @ (answers * np.log(2 * np.pi) + log_det + inner)
    return (float(total), inverse) if np.isfinite(total) else (-np.inf, None)


def _gradient(
    patterns: Patterns, mean: np.ndarray, inverse: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    away = patterns.means - mean * patterns.there
    pulled = inverse @ pattern_spread(patterns, mean) @ inverse
    by_covariance = 0.5 * np.tensordot(patterns.counts, inverse - pulled, axes=1)
    return -np.einsum("r,rij,rj->i", patterns.counts, inverse, away), by_covariance


def _padded(patterns: Patterns, covariance: np.ndarray) -> np.ndarray:
    """Each pattern's covariance matrix, an identity where it has no answers."""
    there = patterns.there
    padded = covariance * (there[:, :, None] * there[:, None, :])
    diagonal = np.arange(there.shape[1])
    padded[:, diagonal, diagonal] += 1.0 - there
    return padded


def pattern_inverses(patterns: Patterns, covariance: np.ndarray) -> np.ndarray:
    """Inverse of each pattern's covariance matrix, 0 where it has no answers."""
    inverse = np.linalg.inv(_padded(patterns, covariance))
    diagonal = np.arange(inverse.shape[1])
    inverse[:, diagonal, diagonal] -= 1.0 - patterns.there
    return inverse


def pattern_spread(patterns: Patterns, mean: np.ndarray) -> np.ndarray:
    """Second moments of each pattern about given means."""
    away = patterns.means - mean * patterns.there
    return patterns.covariances + away[:, :, None] * away[:, None, :]
