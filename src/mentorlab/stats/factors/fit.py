"""How well a number of factors reproduces the correlations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..cfa.indices import ChiSquare, rmsea_interval
from .extraction import Extraction, degrees_of_freedom


@dataclass(frozen=True, eq=False)
class FactorFit:
    """Fit of an exploratory solution.

    Attributes
    ----------
    chi_square, p_value : float
        Likelihood ratio with Bartlett's correction; NaN without degrees of freedom.
    degrees_of_freedom : int
        Below 0 when there are more parameters than correlations.
    tli : float
        Tucker-Lewis index.
    rmsea, rmsea_low, rmsea_high : float
        Root mean square error of approximation with its 90 % interval.
    bic : float
        Chi-square minus df times ln n; smaller is better.
    rms_residual : float
        Root mean square of the correlations that are left.
    """

    chi_square: float
    degrees_of_freedom: int
    p_value: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    bic: float
    rms_residual: float


def factor_fit(correlation: np.ndarray, extraction: Extraction, n_persons: int) -> FactorFit:
    r"""Tell how well a number of factors reproduces the correlations.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (p, p)
        Positive definite.
    extraction : Extraction
        Its factors.
    n_persons : int
        Complete answers behind the correlations.

    Returns
    -------
    FactorFit
        NaN for what needs degrees of freedom when there are none.

    Notes
    -----
    :math:`\chi^2 = \left(n - 1 - \frac{2p+5}{6} - \frac{2m}{3}\right)
    \left(\ln|\hat\Sigma| - \ln|R| + \mathrm{tr}(R\hat\Sigma^{-1}) - p\right)`, as ``factanal`` and
    psych's ``fa``; RMSEA is :math:`\sqrt{\chi^2/(df\,n) - 1/(n-1)}` and the Tucker-Lewis index
    uses the same correction for the null model, as psych. Made for the likelihood and normal
    items; for minimum residuals or polychoric correlations read it as a description only.

    References
    ----------
    bartlett1951 : The effect of standardization on a chi-square approximation.
    tucker1973 : A reliability coefficient for maximum likelihood factor analysis.

    Examples
    --------
    >>> from mentorlab.stats.factors.extraction import extract_factors
    >>> pattern = np.array([[0.8], [0.7], [0.6], [0.5]])
    >>> correlation = pattern @ pattern.T
    >>> np.fill_diagonal(correlation, 1)
    >>> factor_fit(correlation, extract_factors(correlation, 1), 100).degrees_of_freedom
    2
    """
    from scipy.stats import chi2

    p, m = extraction.loadings.shape
    n, df = n_persons, degrees_of_freedom(p, m)
    left = correlation - extraction.loadings @ extraction.loadings.T
    rms = float(np.sqrt((left[np.tril_indices(p, -1)] ** 2).mean()))
    model = correlation - left
    model[np.arange(p), np.arange(p)] += extraction.uniquenesses
    factor = n - 1 - (2 * p + 5) / 6 - 2 * m / 3
    nan = float("nan")
    if df <= 0 or factor <= 0 or np.linalg.eigvalsh(model)[0] <= 0:
        return FactorFit(nan, df, nan, nan, nan, nan, nan, nan, rms)
    ratio = np.linalg.solve(model, correlation)
    chi_square = factor * (np.trace(ratio) - np.linalg.slogdet(ratio)[1] - p)
    df_null = p * (p - 1) / 2
    null = -factor * np.linalg.slogdet(correlation)[1] / df_null
    low, high = rmsea_interval(ChiSquare(chi_square, df), n - 1, level=0.9)
    return FactorFit(
        chi_square=float(chi_square),
        degrees_of_freedom=df,
        p_value=float(chi2.sf(chi_square, df)),
        tli=float((null - chi_square / df) / (null - 1)) if null != 1 else nan,
        rmsea=float(np.sqrt(max(chi_square / (df * n) - 1 / (n - 1), 0))),
        rmsea_low=low,
        rmsea_high=high,
        bic=float(chi_square - df * np.log(n)),
        rms_residual=rms,
    )
