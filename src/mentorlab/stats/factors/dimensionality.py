"""How many factors a set of items has, and whether factoring it makes sense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError

_SMALLEST = 1e-8


@dataclass(frozen=True, eq=False)
class SamplingAdequacy:
    """Kaiser, Meyer and Olkin's measure.

    Attributes
    ----------
    overall : float
        Of all items together, 0 to 1.
    items : numpy.ndarray of float, shape (k,)
        Of each item.
    """

    overall: float
    items: np.ndarray


@dataclass(frozen=True, eq=False)
class Sphericity:
    """Bartlett's test that no items correlate.

    Attributes
    ----------
    chi_square, p_value : float
    degrees_of_freedom : int
    """

    chi_square: float
    degrees_of_freedom: int
    p_value: float


def eigenvalues(correlation: np.ndarray) -> np.ndarray:
    """Give the variances of the principal components, largest first.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (..., k, k)

    Returns
    -------
    numpy.ndarray of float, shape (..., k)

    Examples
    --------
    >>> eigenvalues(np.array([[1.0, 0.5], [0.5, 1.0]]))
    array([1.5, 0.5])
    """
    return np.linalg.eigvalsh(correlation)[..., ::-1]


def is_positive_definite(correlation: np.ndarray) -> bool:
    """Say whether a correlation matrix can be inverted without trouble.

    Examples
    --------
    >>> is_positive_definite(np.eye(2)), is_positive_definite(np.ones((2, 2)))
    (True, False)
    """
    return bool(np.linalg.eigvalsh(correlation)[0] > _SMALLEST)


def smooth_correlation(correlation: np.ndarray) -> np.ndarray:
    """Bring a matrix of correlations estimated pair by pair to a positive definite one.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (k, k)
        Symmetric with ones in the diagonal, for instance polychoric correlations.

    Returns
    -------
    numpy.ndarray of float, shape (k, k)
        The matrix itself when it is positive definite.

    Notes
    -----
    Eigenvalues below 1e-8 are set to 1e-6 of the mean and the result is scaled back to ones in
    the diagonal. A repair that moves entries by more than .05 means that there are too few
    persons, not that the repaired matrix is right.

    References
    ----------
    wothke1993 : Nonpositive definite matrices in structural modeling.

    Examples
    --------
    >>> matrix = np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.9], [0.1, 0.9, 1.0]])
    >>> is_positive_definite(matrix), is_positive_definite(smooth_correlation(matrix))
    (False, True)
    """
    root, vectors = np.linalg.eigh(correlation)
    if root[0] > _SMALLEST:
        return correlation
    repaired = (vectors * np.where(root > _SMALLEST, root, 1e-6)) @ vectors.T
    sd = np.sqrt(np.diag(repaired))
    repaired = repaired / np.outer(sd, sd)
    np.fill_diagonal(repaired, 1.0)
    return repaired


def kaiser_meyer_olkin(correlation: np.ndarray) -> SamplingAdequacy:
    r"""Tell whether items share enough for factors to be sought.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (k, k)
        Positive definite.

    Returns
    -------
    SamplingAdequacy
        Above .8 is good, below .5 factoring makes no sense.

    Raises
    ------
    EstimationError
        If the matrix can't be inverted.

    Notes
    -----
    :math:`\frac{\sum r_{ij}^2}{\sum r_{ij}^2 + \sum q_{ij}^2}` over pairs, with the partial
    correlations q given all other items.

    References
    ----------
    kaiser1974 : An index of factorial simplicity.

    Examples
    --------
    >>> correlation = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.6], [0.4, 0.6, 1.0]])
    >>> round(kaiser_meyer_olkin(correlation).overall, 3)
    0.658
    """
    _require_invertible(correlation, "the Kaiser-Meyer-Olkin measure")
    inverse = np.linalg.inv(correlation)
    sd = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(sd, sd)
    off = 1 - np.eye(len(correlation))
    shared, unique = correlation**2 * off, partial**2 * off
    return SamplingAdequacy(
        overall=float(shared.sum() / (shared.sum() + unique.sum())),
        items=shared.sum(axis=0) / (shared.sum(axis=0) + unique.sum(axis=0)),
    )


def bartlett_sphericity(correlation: np.ndarray, n_persons: int) -> Sphericity:
    r"""Test whether the items correlate at all.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (k, k)
        Positive definite, from complete answers.
    n_persons : int
        How many.

    Returns
    -------
    Sphericity

    Raises
    ------
    EstimationError
        If the matrix can't be inverted.

    Notes
    -----
    :math:`-\left(n - 1 - \frac{2k+5}{6}\right)\ln|R|` on :math:`k(k-1)/2` degrees of freedom,
    for normal items. With a hundred persons it rejects for any real questionnaire: it says
    nothing about how many factors there are.

    References
    ----------
    bartlett1951 : The effect of standardization on a chi-square approximation.

    Examples
    --------
    >>> correlation = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.6], [0.4, 0.6, 1.0]])
    >>> round(bartlett_sphericity(correlation, 50).chi_square, 2)
    35.61
    """
    from scipy.stats import chi2

    _require_invertible(correlation, "Bartlett's test")
    k = len(correlation)
    df = k * (k - 1) // 2
    statistic = -(n_persons - 1 - (2 * k + 5) / 6) * np.linalg.slogdet(correlation)[1]
    return Sphericity(float(statistic), df, float(chi2.sf(statistic, df)))


def velicer_map(correlation: np.ndarray) -> np.ndarray:
    r"""Give what is left between items after taking out 0, 1, 2, ... components.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (k, k)

    Returns
    -------
    numpy.ndarray of float, shape (k - 1,)
        Mean squared partial correlation after m components, m from 0 on; NaN from where an item
        has no variance left. The number of factors is the place of the smallest.

    Notes
    -----
    Velicer's minimum average partial: components are taken out as long as they hold what items
    share. Tends to find too few factors when they have three items or fewer each.

    References
    ----------
    velicer1976 : Determining the number of components from the matrix of partial correlations.

    Examples
    --------
    >>> pattern = np.kron(np.eye(2), np.full((4, 1), 0.8))
    >>> correlation = pattern @ pattern.T
    >>> np.fill_diagonal(correlation, 1)
    >>> int(np.nanargmin(velicer_map(correlation)))
    2
    """
    k = len(correlation)
    root, vectors = np.linalg.eigh(correlation)
    components = (vectors * np.sqrt(np.maximum(root, 0)))[:, ::-1]
    left = correlation.copy()
    averages = np.full(k - 1, np.nan)
    for m in range(k - 1):
        variance = np.diag(left)
        if variance.min() < _SMALLEST:
            break
        squared = left**2 / np.outer(variance, variance)
        averages[m] = (squared.sum() - k) / (k * (k - 1))
        left = left - np.outer(components[:, m], components[:, m])
    return averages


def permuted_eigenvalues(
    items: np.ndarray,
    *,
    n_draws: int,
    rng: np.random.Generator,
    correlate: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """Give the eigenvalues of items whose answers were shuffled, so that nothing is shared.

    Parameters
    ----------
    items : numpy.ndarray of float, shape (n, k)
        Complete answers.
    n_draws : int
        How many shuffles.
    rng : numpy.random.Generator
        Where the randomness comes from.
    correlate : callable
        What turns items into a correlation matrix.

    Returns
    -------
    numpy.ndarray of float, shape (n_draws, k)
        Largest first.

    Notes
    -----
    Shuffling each item by itself keeps its skew and its categories, which normal random numbers
    (Horn's original) do not.

    References
    ----------
    horn1965 : A rationale and test for the number of factors in factor analysis.
    buja1992 : Remarks on parallel analysis.

    Examples
    --------
    >>> items = np.random.default_rng(1).normal(size=(100, 4))
    >>> drawn = permuted_eigenvalues(
    ...     items, n_draws=50, rng=np.random.default_rng(2),
    ...     correlate=lambda answers: np.corrcoef(answers, rowvar=False),
    ... )
    >>> bool(1.1 < drawn[:, 0].mean() < 1.4)
    True
    """
    drawn = [eigenvalues(correlate(rng.permuted(items, axis=0))) for _ in range(n_draws)]
    return np.array(drawn)


def parallel_analysis(
    observed: np.ndarray, random: np.ndarray, *, level: float = 0.95
) -> tuple[int, np.ndarray]:
    """Count the leading components that are larger than chance would make them.

    Parameters
    ----------
    observed : numpy.ndarray of float, shape (k,)
        Eigenvalues, largest first.
    random : numpy.ndarray of float, shape (n_draws, k)
        From ``permuted_eigenvalues``.
    level : float
        Which quantile of the random ones must be exceeded.

    Returns
    -------
    n_factors : int
    limits : numpy.ndarray of float, shape (k,)
        That quantile for each place.

    Notes
    -----
    Counting stops at the first component that is not larger. With one strong general factor the
    later limits are too strict, since they allow for no first factor.

    References
    ----------
    horn1965 : A rationale and test for the number of factors in factor analysis.

    Examples
    --------
    >>> random = np.array([[1.3, 1.0, 0.7], [1.2, 1.0, 0.8]])
    >>> parallel_analysis(np.array([2.0, 0.9, 0.1]), random, level=0.5)[0]
    1
    """
    limits = np.quantile(random, level, axis=0)
    larger = observed > limits
    return int(len(larger) if larger.all() else np.argmin(larger)), limits


def _require_invertible(correlation: np.ndarray, who: str) -> None:
    if not is_positive_definite(correlation):
        raise EstimationError(
            f"{who} needs correlations that can be inverted; these can't: some items are exact "
            "combinations of others, or there are fewer persons than items."
        )
