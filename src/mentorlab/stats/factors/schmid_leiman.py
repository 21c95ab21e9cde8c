"""The general factor behind several: Schmid and Leiman's solution and hierarchical omega."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from .extraction import degrees_of_freedom, extract_factors
from .rotation import rotate


@dataclass(frozen=True, eq=False)
class SchmidLeiman:
    """A general factor and m group factors of p items, all uncorrelated.

    Attributes
    ----------
    general : numpy.ndarray of float, shape (p,)
        Loadings on the general factor.
    groups : numpy.ndarray of float, shape (p, m)
        Loadings on the group factors.
    factor_loadings : numpy.ndarray of float, shape (m,)
        Loadings of the correlated factors on the general one.
    omega_hierarchical : float
        Share of the variance of the sum of standardized items that the general factor explains.
    omega_total : float
        Share that all common factors explain.
    common_share : float
        The general factor's share of the common variance (explained common variance, ECV).
    degrees_of_freedom : int
        Of the m correlated factors; below 0 they are not identified.
    heywood : bool
        Whether a uniqueness stands at its bound, or a group factor has no variance of its own.
    converged : bool
        Whether extraction and rotation did.
    """

    general: np.ndarray
    groups: np.ndarray
    factor_loadings: np.ndarray
    omega_hierarchical: float
    omega_total: float
    common_share: float
    degrees_of_freedom: int
    heywood: bool
    converged: bool

    @property
    def omega_limit(self) -> float:
        """Hierarchical omega of an endless test of such items."""
        return self.omega_hierarchical / self.omega_total


def schmid_leiman(correlation: np.ndarray, n_factors: int = 3) -> SchmidLeiman:
    r"""Split what items share into one general and several group factors.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (p, p)
        Correlations of keyed items, so that the sum makes sense.
    n_factors : int
        Group factors, 2 or more; with 2 they get equal loadings on the general factor.

    Returns
    -------
    SchmidLeiman

    Raises
    ------
    EstimationError
        With fewer than `n_factors` + 2 items or correlations that can't be inverted.

    Notes
    -----
    Minimum-residual factors, rotated by oblimin from a varimax start, are factored again:
    :math:`\omega_h = \frac{(\sum g_j)^2}{1'R1}`, :math:`\omega_t = 1 - \frac{\sum u_j^2}{1'R1}`
    with the general loadings g and the uniquenesses :math:`u^2`, as ``omega`` of R's psych. Three
    factors of three to five items each are the intended use. A short scale has fewer degrees of
    freedom than parameters, and the answer then depends on the algorithm: use one-factor omega
    there. High :math:`\omega_h` says that a total is mostly one thing, not that it is the right
    thing.

    References
    ----------
    schmid1957 : The development of hierarchical factor solutions.
    zinbarg2005 : Cronbach's alpha, Revelle's beta, and McDonald's omega_h.
    revelle2019 : Reliability from alpha to omega: a tutorial.

    Examples
    --------
    >>> pattern = np.kron(np.eye(3), np.full((3, 1), 0.7))
    >>> between = np.full((3, 3), 0.49) + 0.51 * np.eye(3)
    >>> correlation = pattern @ between @ pattern.T
    >>> np.fill_diagonal(correlation, 1)
    >>> split = schmid_leiman(correlation)
    >>> split.general.round(2).tolist()
    [0.49, 0.49, 0.49, 0.49, 0.49, 0.49, 0.49, 0.49, 0.49]
    """
    p = len(correlation)
    if n_factors < 2:
        raise EstimationError(f"a general factor needs 2 group factors or more; got {n_factors}.")
    if p < n_factors + 2:
        raise EstimationError(
            f"{n_factors} group factors need {n_factors + 2} items or more; got {p}."
        )
    first = extract_factors(correlation, n_factors)
    start = rotate(first.loadings, method="varimax")
    oblique = rotate(start.loadings, method="oblimin")
    loadings, second_heywood = _second_order(oblique.factor_correlations)
    general = oblique.loadings @ loadings
    turn = -1.0 if general.sum() < 0 else 1.0
    general, loadings = turn * general, turn * loadings
    own = np.sqrt(np.maximum(1 - loadings**2, 0))
    groups = oblique.loadings * own
    total = correlation.sum()
    common = (general**2).sum() + (groups**2).sum()
    return SchmidLeiman(
        general=general,
        groups=groups,
        factor_loadings=loadings,
        omega_hierarchical=float(general.sum() ** 2 / total),
        omega_total=float(1 - (1 - first.communalities).sum() / total),
        common_share=float((general**2).sum() / common),
        degrees_of_freedom=degrees_of_freedom(p, n_factors),
        heywood=bool(first.at_bound.any() or second_heywood),
        converged=first.converged and start.converged and oblique.converged,
    )


def _second_order(correlations: np.ndarray) -> tuple[np.ndarray, bool]:
    if len(correlations) == 2:
        shared = correlations[0, 1]
        root = np.sqrt(abs(shared))
        return np.array([root, np.sign(shared) * root]), False
    found = extract_factors(correlations, 1)
    return found.loadings[:, 0], bool(found.at_bound.any())
