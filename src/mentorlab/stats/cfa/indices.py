"""How well a factor model reproduces the data: the indices that papers print."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fiml import pattern_inverses, vech
from .fit import ModelFit
from .inference import Inference
from .tests import ChiSquare, gap_corrected, independence_fit, scaling_factor

CLOSE_FIT = 0.05
RMSEA_LEVEL = 0.90


@dataclass(frozen=True)
class FitIndices:
    """Indices of one fit; NaN where one does not exist.

    Attributes
    ----------
    chi2, df, p_value : float, int, float
        Against the unrestricted model.
    baseline_chi2, baseline_df : float, int
        Of the model in which nothing covaries.
    cfi, tli, nfi, gfi, srmr : float
    rmsea, rmsea_low, rmsea_high, rmsea_p_value : float
        With a 90% interval and the test that it is at most .05.
    log_likelihood, unrestricted_log_likelihood, aic, bic, adjusted_bic : float
    n_free, n : int
    scaled : ScaledIndices or None
        With a robust test.
    corrected : CorrectedIndices or None
        With a robust test, or with gaps.
    """

    chi2: float
    df: int
    p_value: float
    baseline_chi2: float
    baseline_df: int
    cfi: float
    tli: float
    nfi: float
    gfi: float
    srmr: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    rmsea_p_value: float
    log_likelihood: float
    unrestricted_log_likelihood: float
    aic: float
    bic: float
    adjusted_bic: float
    n_free: int
    n: int
    scaled: ScaledIndices | None
    corrected: CorrectedIndices | None


@dataclass(frozen=True)
class ScaledIndices:
    """The same from chi-squares divided by their scaling factors."""

    chi2: float
    p_value: float
    scaling: float
    cfi: float
    tli: float
    rmsea: float


@dataclass(frozen=True)
class CorrectedIndices:
    """CFI, TLI and RMSEA that estimate what complete, normal data would show."""

    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float


def fit_indices(
    fit: ModelFit, inference: Inference, *, clusters: np.ndarray | None = None
) -> FitIndices:
    r"""Give the fit indices of a model, comparable with lavaan's.

    Parameters
    ----------
    fit : ModelFit
    inference : Inference
        Its errors; a robust one adds scaled and corrected indices.
    clusters : numpy.ndarray of int, shape (n,), optional
        As given to `infer`.

    Returns
    -------
    FitIndices

    Notes
    -----
    With :math:`T` the chi-square, :math:`T_b` that of the model in which nothing covaries and G
    groups: :math:`CFI = 1 - \frac{\max(T - df, 0)}{\max(T_b - df_b, T - df, 0)}`,
    :math:`TLI = 1 - \frac{T - df}{df}\frac{df_b}{T_b - df_b}`,
    :math:`RMSEA = \sqrt{G\max(T - df, 0)/(n\,df)}` with an interval from the noncentral
    chi-square, SRMR the root mean square of residuals over the items' standard deviations (means
    included when modeled), averaged over groups by size. Robust and corrected forms replace df by
    its product with the scaling factor; with gaps T is computed from the unrestricted estimates
    and the scaling corrects for the information that is missing. RMSEA misleads with few degrees
    of freedom and small samples; cutoffs are conventions, not tests.

    References
    ----------
    bentler1990, browne1992, zhang2023, brosseau2012

    Examples
    --------
    >>> from mentorlab.stats.cfa.designs import simple_model
    >>> from mentorlab.stats.cfa.fit import fit_model
    >>> from mentorlab.stats.cfa.inference import infer
    >>> from mentorlab.stats.cfa.saturated import summarize_sample
    >>> rng = np.random.default_rng(1)
    >>> sample = summarize_sample(rng.normal(size=(400, 1)) + rng.normal(size=(400, 5)))
    >>> fit = fit_model(simple_model([0, 0, 0, 0, 0], [sample]), [sample])
    >>> indices = fit_indices(fit, infer(fit))
    >>> indices.df, bool(indices.cfi > 0.98)
    (5, True)
    """
    n, model = fit.n, fit.model
    groups = model.n_groups
    top = sum(sample.log_likelihood for sample in fit.samples)
    test = ChiSquare(_clip(2 * (top - fit.log_likelihood)), model.df)
    base_fit = independence_fit(fit.samples, has_means=model.has_means)
    base = ChiSquare(_clip(2 * (top - base_fit.log_likelihood)), base_fit.model.df)
    rmsea_low, rmsea_high = rmsea_interval(test, n, groups)
    scaled = corrected = None
    if inference.robust:
        base_robust = scaling_factor(base_fit, clusters)
        own = ChiSquare(test.statistic, test.df, inference.scaling)
        other = ChiSquare(base.statistic, base.df, base_robust)
        scaled = _scaled(own, other, n, groups)
        corrected = _corrected(own, other, n, groups)
    if not fit.complete:
        own = gap_corrected(fit, robust=inference.robust)
        other = gap_corrected(base_fit, robust=inference.robust)
        corrected = _corrected(own, other, n, groups)
    deviance = -2 * fit.log_likelihood
    return FitIndices(
        chi2=test.statistic,
        df=test.df,
        p_value=test.p_value,
        baseline_chi2=base.statistic,
        baseline_df=base.df,
        cfi=cfi(test, base),
        tli=tli(test, base),
        nfi=1 - test.statistic / base.statistic,
        gfi=_gfi(fit),
        srmr=_srmr(fit),
        rmsea=rmsea(test, n, groups),
        rmsea_low=rmsea_low,
        rmsea_high=rmsea_high,
        rmsea_p_value=_close_fit(test, n, groups),
        log_likelihood=fit.log_likelihood,
        unrestricted_log_likelihood=top,
        aic=deviance + 2 * model.n_free,
        bic=deviance + np.log(n) * model.n_free,
        adjusted_bic=deviance + np.log((n + 2) / 24) * model.n_free,
        n_free=model.n_free,
        n=n,
        scaled=scaled,
        corrected=corrected,
    )


def cfi(test: ChiSquare, base: ChiSquare) -> float:
    """Comparative fit index, on the scale of 0 to 1.

    Examples
    --------
    >>> round(cfi(ChiSquare(85.306, 24), ChiSquare(918.852, 36)), 4)
    0.9306
    """
    own = max(test.statistic - test.scaling * test.df, 0.0)
    other = max(base.statistic - base.scaling * base.df, own)
    return 1 - own / other if other > 0 else 1.0


def tli(test: ChiSquare, base: ChiSquare) -> float:
    """Tucker-Lewis index; can leave 0 to 1. NaN without degrees of freedom."""
    other = base.statistic - base.scaling * base.df
    if not test.df or not other:
        return float("nan")
    own = test.statistic - test.scaling * test.df
    return 1 - (own * base.df) / (test.df * other)


def rmsea(test: ChiSquare, n: int, n_groups: int = 1) -> float:
    """Root mean square error of approximation; 0 without degrees of freedom."""
    if not test.df:
        return 0.0
    excess = test.statistic - test.scaling * test.df
    return float(np.sqrt(max(excess, 0.0) / (n * test.df) * n_groups))


def rmsea_interval(
    test: ChiSquare, n: int, n_groups: int = 1, *, level: float = RMSEA_LEVEL
) -> tuple[float, float]:
    """Limits of the RMSEA from the noncentral chi-square distribution.

    Examples
    --------
    >>> [round(limit, 4) for limit in rmsea_interval(ChiSquare(85.305522, 24), 301)]
    [0.0714, 0.1137]
    """
    if not test.df:
        return 0.0, 0.0
    tail = (1 - level) / 2
    observed = test.statistic / test.scaling
    limits = (_noncentrality(observed, test.df, p) for p in (1 - tail, tail))
    low, high = (
        float(np.sqrt(n_groups * test.scaling * limit / (n * test.df))) for limit in limits
    )
    return low, high


def _scaled(test: ChiSquare, base: ChiSquare, n: int, n_groups: int) -> ScaledIndices:
    own = ChiSquare(test.statistic / test.scaling, test.df) if test.df else test
    other = ChiSquare(base.statistic / base.scaling, base.df)
    return ScaledIndices(
        chi2=own.statistic if test.df else 0.0,
        p_value=own.p_value,
        scaling=test.scaling,
        cfi=cfi(own, other) if test.df else 1.0,
        tli=tli(own, other),
        rmsea=rmsea(own, n, n_groups),
    )


def _corrected(test: ChiSquare, base: ChiSquare, n: int, n_groups: int) -> CorrectedIndices:
    if not test.df:
        return CorrectedIndices(1.0, float("nan"), 0.0, 0.0, 0.0)
    low, high = rmsea_interval(test, n, n_groups)
    return CorrectedIndices(cfi(test, base), tli(test, base), rmsea(test, n, n_groups), low, high)


def _gfi(fit: ModelFit) -> float:
    """Share of the weighted moments that the model reproduces, averaged over groups by size.

    With gaps the moments are pairwise, as in lavaan, and each pattern weighs what it answered.
    """
    total = 0.0
    for sample, implied in zip(fit.samples, fit.implied, strict=True):
        if sample.complete:
            mean, covariance = sample.mean, sample.covariance
        else:
            mean, covariance = np.nanmean(sample.x, axis=0), _pairwise(sample.x)
        missed = covariance - implied.covariance
        away = None if implied.mean is None else mean - implied.mean
        counts = sample.patterns.counts
        weight = pattern_inverses(sample.patterns, implied.covariance)
        off, on = (_weighted_square(counts, weight, part) for part in (missed, covariance))
        if away is not None:
            summed = np.tensordot(counts, weight, axes=1)
            off += away @ summed @ away
            on += mean @ summed @ mean
        total += sample.n * (1 - off / on)
    return float(total / fit.n)


def _weighted_square(counts: np.ndarray, weight: np.ndarray, moment: np.ndarray) -> float:
    spread = weight @ moment
    return float(counts @ np.einsum("rij,rji->r", spread, spread) / 2)


def _pairwise(x: np.ndarray) -> np.ndarray:
    """Covariances from the rows that answered both, brought to divisor n."""
    there = (~np.isnan(x)).astype(float)
    filled = np.where(np.isnan(x), 0.0, x - np.nanmean(x, axis=0))
    together = there.T @ there
    sums = filled.T @ there
    products = filled.T @ filled - sums * sums.T / together
    return products / (together - 1) * (1 - 1 / len(x))


def _srmr(fit: ModelFit) -> float:
    total = 0.0
    for sample, implied in zip(fit.samples, fit.implied, strict=True):
        sd = np.sqrt(np.diag(sample.covariance))
        residuals = vech((sample.covariance - implied.covariance) / np.outer(sd, sd))
        if implied.mean is not None:
            residuals = np.concatenate([residuals, (sample.mean - implied.mean) / sd])
        total += sample.n * np.sqrt((residuals**2).mean())
    return float(total / fit.n)


def _close_fit(test: ChiSquare, n: int, n_groups: int) -> float:
    from scipy.special import chndtr

    if not test.df:
        return float("nan")
    return float(1 - chndtr(test.statistic, test.df, n * test.df * CLOSE_FIT**2 / n_groups))


def _noncentrality(statistic: float, df: int, probability: float) -> float:
    """The noncentrality at which the statistic has this cumulative probability; 0 if none."""
    from scipy.optimize import brentq
    from scipy.special import chdtr, chndtr

    if chdtr(df, statistic) < probability:
        return 0.0
    top = max(statistic, 1.0)
    while chndtr(statistic, df, top) > probability:
        top *= 2
    return float(brentq(lambda at: chndtr(statistic, df, at) - probability, 1e-12, top, xtol=1e-10))


def _clip(statistic: float) -> float:
    """Rounding can leave a perfect fit slightly below 0."""
    return max(float(statistic), 0.0)
