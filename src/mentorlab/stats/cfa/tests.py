"""Tests of factor models: against the data, each other, and what complete data would say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from .fiml import Sample, as_complete, log_likelihood, vech
from .fit import ModelFit, casewise_scores, observed_information
from .inference import (
    first_order_information,
    saturated_information,
    saturated_trace,
    solve,
    sum_by_cluster,
)
from .model import (
    INTERCEPT,
    RESIDUAL,
    Entry,
    implied_moments,
    make_model,
    parameter_slopes,
)


@dataclass(frozen=True)
class ChiSquare:
    """A test of a model against the unrestricted one, with what CFI and RMSEA need.

    Attributes
    ----------
    statistic : float
        The chi-square.
    df : int
        Degrees of freedom.
    scaling : float
        What the statistic is on average if the model is right, over `df`; 1 under normality.
    """

    statistic: float
    df: int
    scaling: float = 1.0

    @property
    def p_value(self) -> float:
        """Probability of so much misfit or more if the model is right; NaN without `df`."""
        from scipy.special import chdtrc

        return float(chdtrc(self.df, self.statistic / self.scaling)) if self.df else float("nan")


def difference_test(more: ChiSquare, less: ChiSquare) -> ChiSquare:
    r"""Test whether a model with more restrictions fits worse.

    Parameters
    ----------
    more, less : ChiSquare
        Tests of the model with more and with fewer restrictions, with their scaling factors.

    Returns
    -------
    ChiSquare
        With ``statistic`` the plain difference and ``scaling`` its own factor; NaN where the
        scaled difference is not positive, as can happen in small samples.

    Notes
    -----
    The difference of chi-squares divided by
    :math:`c_d = (df_0c_0 - df_1c_1)/(df_0 - df_1)`; without scaling, the likelihood ratio.

    References
    ----------
    satorra2001 : A scaled difference chi-square test statistic for moment structure analysis.

    Examples
    --------
    >>> test = difference_test(ChiSquare(124.0435, 54), ChiSquare(115.8513, 48))
    >>> round(test.statistic, 4), test.df, round(test.p_value, 3)
    (8.1922, 6, 0.224)
    """
    df = more.df - less.df
    if df <= 0:
        return ChiSquare(float("nan"), 0)
    own = less.scaling * less.df if less.df else 0.0
    scaling = (more.scaling * more.df - own) / df
    return ChiSquare(more.statistic - less.statistic, df, scaling if scaling > 0 else float("nan"))


def independence_fit(samples: Sequence[Sample], *, has_means: bool) -> ModelFit:
    """The fit in which no two items covary, in closed form."""
    p = len(samples[0].mean)
    entries = []
    for g, sample in enumerate(samples):
        variance = np.nanvar(sample.x, axis=0)
        entries += [Entry(RESIDUAL, g, j, j, f"v{g}.{j}", variance[j]) for j in range(p)]
        if has_means:
            mean = np.nanmean(sample.x, axis=0)
            entries += [Entry(INTERCEPT, g, j, 0, f"m{g}.{j}", mean[j]) for j in range(p)]
    model = make_model(entries, n_items=p, n_factors=0, n_groups=len(samples))
    theta = model.start()
    implied = implied_moments(model, theta)
    value = sum(
        log_likelihood(
            sample.patterns,
            sample.mean if one.mean is None else one.mean,
            one.covariance,
        )
        for sample, one in zip(samples, implied, strict=True)
    )
    return ModelFit(model, tuple(samples), theta, implied, value, 0)


def scaling_factor(fit: ModelFit, clusters: np.ndarray | None = None) -> float:
    """What the chi-square is on average over its degrees of freedom; see `infer`."""
    scores = sum_by_cluster(casewise_scores(fit), clusters)
    hessian = observed_information(fit.model, fit.samples, fit.theta)
    own = float((scores * np.linalg.solve(hessian, scores.T).T).sum())
    return (saturated_trace(fit, clusters) - own) / fit.model.df


def gap_corrected(fit: ModelFit, *, robust: bool) -> ChiSquare:
    r"""The chi-square that complete data would give, with what it is on average.

    Notes
    -----
    T compares implied moments with the unrestricted full-information estimates as if no answer
    were missing. Its mean is :math:`k = \mathrm{tr}\,W_cM\Gamma M'` with
    :math:`M = I - \Delta(\Delta'W_m\Delta)^{-1}\Delta'W_m`, :math:`W_c` and :math:`W_m` the
    information of moments in complete and in observed data, and :math:`\Gamma = W_m^{-1}`
    (robust: :math:`W_m^{-1}J_mW_m^{-1}` with first-order J).

    References
    ----------
    zhang2023 : New computations for RMSEA and CFI following FIML and TS estimation.
    """
    statistic, total = 0.0, 0.0
    deltas, observed = [], []
    for g, (sample, implied) in enumerate(zip(fit.samples, fit.implied, strict=True)):
        statistic += sample.n * _discrepancy(sample, implied.mean, implied.covariance)
        means, covariances = parameter_slopes(fit.model, implied, g)
        deltas.append(np.concatenate([means, vech(covariances)], axis=1))
        observed.append(saturated_information(sample, means=True))
    model_information = sum(
        delta @ one @ delta.T for delta, one in zip(deltas, observed, strict=True)
    )
    for sample, delta, one in zip(fit.samples, deltas, observed, strict=True):
        left = np.eye(len(one)) - delta.T @ np.linalg.solve(model_information, delta @ one)
        gamma = solve(one, np.eye(len(one)))
        whole = saturated_information(as_complete(sample), means=True)
        if robust:
            gamma = gamma @ first_order_information(sample, means=True) @ gamma
        total += float(np.trace(whole @ left @ gamma @ left.T))
    df = fit.model.df
    return ChiSquare(statistic, df, total / df if df else float("nan"))


def _discrepancy(sample: Sample, mean: np.ndarray | None, covariance: np.ndarray) -> float:
    inverse = np.linalg.inv(covariance)
    ratio = inverse @ sample.covariance
    away = np.zeros(len(covariance)) if mean is None else sample.mean - mean
    sign, log_det = np.linalg.slogdet(ratio)
    if sign <= 0:
        raise EstimationError("the implied covariance matrix is not positive definite.")
    return float(np.trace(ratio) - len(ratio) - log_det + away @ inverse @ away)
