"""Similarity of two persons' profiles over several variables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError


@dataclass(frozen=True, eq=False)
class ProfileSimilarity:
    """How alike two profiles are, one value a pair.

    Attributes
    ----------
    raw : numpy.ndarray, shape (n,)
        Correlation of the two profiles; NaN where one of them is flat.
    distinctive : numpy.ndarray, shape (n,)
        The same after each role's mean profile is taken away; NaN where nothing is left.
    squared_distance : numpy.ndarray, shape (n,)
        Sum of squared differences over variables (Cronbach and Gleser's D2).
    absolute_distance : numpy.ndarray, shape (n,)
        Sum of absolute differences over variables.
    normative : float
        Correlation of the two roles' mean profiles: how alike any two strangers look.
    """

    raw: np.ndarray
    distinctive: np.ndarray
    squared_distance: np.ndarray
    absolute_distance: np.ndarray
    normative: float


def profile_similarity(first: np.ndarray, second: np.ndarray) -> ProfileSimilarity:
    r"""Tell how alike partners' profiles are, beyond what any two people share.

    Parameters
    ----------
    first, second : numpy.ndarray of float, shape (n, n_variables)
        Complete profiles of both partners on three or more variables, pair by row.

    Returns
    -------
    ProfileSimilarity

    Raises
    ------
    EstimationError
        With fewer than three variables, or no pair.

    Notes
    -----
    Raw similarity is the correlation over variables within a pair. It is inflated because some
    variables are high for nearly everyone (the normative profile): taking each role's variable
    means away gives distinctive similarity, which is near 0 for strangers. Distances also count
    levels. A correlation over few variables is coarse: read the mean over pairs, never one pair.
    With fewer than about 30 pairs the mean profile is itself uncertain and distinctive similarity
    is biased by about -1/(n - 1).

    References
    ----------
    furr2008 : A framework for profile similarity.
    kenny2006 : Dyadic data analysis.

    Examples
    --------
    >>> mentors = np.array([[5.0, 4, 1], [4, 5, 2], [5, 5, 1]])
    >>> mentees = np.array([[5.0, 3, 1], [3, 5, 2], [4, 4, 2]])
    >>> profile_similarity(mentors, mentees).raw.round(2)
    array([0.96, 0.93, 1.  ])
    """
    n, n_variables = first.shape
    if n_variables < 3:
        raise EstimationError(f"a profile needs three variables; got {n_variables}.")
    if n < 1:
        raise EstimationError("no pair has both profiles.")
    gap = first - second
    means = first.mean(axis=0), second.mean(axis=0)
    return ProfileSimilarity(
        raw=row_correlations(first, second),
        distinctive=row_correlations(first - means[0], second - means[1]),
        squared_distance=(gap**2).sum(axis=1),
        absolute_distance=np.abs(gap).sum(axis=1),
        normative=float(row_correlations(means[0][None], means[1][None])[0]),
    )


def row_correlations(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Correlate two tables row by row; NaN where a row does not vary.

    Examples
    --------
    >>> row_correlations(np.array([[1.0, 2, 3], [1, 1, 1]]), np.array([[3.0, 2, 1], [1, 2, 3]]))
    array([-1., nan])
    """
    a = first - first.mean(axis=1, keepdims=True)
    b = second - second.mean(axis=1, keepdims=True)
    size = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    # Rounding leaves a trace of variance in a flat row; measured against the values themselves.
    floor = 1e-12 * (1 + np.abs(first).max(axis=1)) * (1 + np.abs(second).max(axis=1))
    varies = size > floor
    products = (a * b).sum(axis=1)
    return np.where(varies, products / np.where(varies, size, 1), np.nan)
