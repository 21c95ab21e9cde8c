"""The actor-partner model as a model of means and covariances, with equality constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .moments import MomentFit, fit_moments

DyadConstraint = Literal["none", "equal_effects", "exchangeable"]
ACTOR_PARTNER_PARAMETERS = (
    "first_actor",
    "first_partner",
    "second_actor",
    "second_partner",
    "residual_covariance",
    "x_covariance",
    "first_residual",
    "second_residual",
    "first_x_variance",
    "second_x_variance",
    "first_intercept",
    "second_intercept",
    "first_x_mean",
    "second_x_mean",
)
_FREE = {
    "none": np.arange(14),
    "equal_effects": np.array([0, 1, 0, 1, *range(2, 12)]),
    "exchangeable": np.array([0, 1, 0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7]),
}


@dataclass(frozen=True, eq=False)
class DyadMomentFit:
    """A fitted actor-partner model, parameters in the order of `ACTOR_PARTNER_PARAMETERS`.

    Attributes
    ----------
    estimate, std_error, standardized : numpy.ndarray, shape (14,)
        Parameters; those set equal stand twice. `standardized` is in standard deviations that the
        model implies.
    covariance : numpy.ndarray, shape (14, 14)
        Of the parameters, singular where they are set equal.
    fit : MomentFit
        Likelihood and chi-squared against the model without constraints.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    standardized: np.ndarray
    covariance: np.ndarray
    fit: MomentFit


def fit_dyad_moments(
    y: np.ndarray, x: np.ndarray, *, constraint: DyadConstraint = "none"
) -> DyadMomentFit:
    r"""Fit outcomes and predictors of both members at once, to test what they have in common.

    Parameters
    ----------
    y, x : numpy.ndarray of float, shape (n, 2)
        Outcome and predictor of first and second member.
    constraint : {"none", "equal_effects", "exchangeable"}
        What is the same for both: nothing; actor and partner effects; all means, variances and
        effects.

    Returns
    -------
    DyadMomentFit

    Raises
    ------
    EstimationError
        If a variable does not vary, or they determine each other.

    Notes
    -----
    Maximum likelihood of the joint normal distribution of four variables; errors are from the
    expected information, without a correction for small samples, as structural equation programs
    print them. For estimates of effects prefer `fit_actor_partner`, which is exact.

    References
    ----------
    kenny2006 : Dyadic data analysis, chapter 7.
    olsen2006 : Structural equation modeling with interchangeable dyads.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(300, 2))
    >>> y = 0.5 * x + 0.3 * x[:, ::-1] + rng.normal(size=(300, 2))
    >>> fit_dyad_moments(y, x, constraint="exchangeable").fit.df
    6
    """
    data = np.hstack([y, x])
    n = len(data)
    mean = data.mean(axis=0)
    scatter = (data - mean).T @ (data - mean) / n
    free = _FREE[constraint]
    start = _start(mean, scatter)
    first = np.array([start[free == i].mean() for i in range(free.max() + 1)])
    fit = fit_moments(mean, scatter, n, lambda theta: _implied(theta[free]), first)
    spread = np.eye(len(first))[free]
    covariance = spread @ fit.covariance @ spread.T
    estimate = fit.params[free]
    return DyadMomentFit(
        estimate=estimate,
        std_error=np.sqrt(np.diag(covariance)),
        standardized=_standardize(estimate, fit.implied),
        covariance=covariance,
        fit=fit,
    )


def _implied(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a1, p1, a2, p2, cy, cx, r1, r2, v1, v2, i1, i2, m1, m2 = theta
    effects = np.array([[a1, p1], [p2, a2]])
    x_cov = np.array([[v1, cx], [cx, v2]])
    cross = effects @ x_cov
    y_cov = cross @ effects.T + np.array([[r1, cy], [cy, r2]])
    x_mean = np.array([m1, m2])
    mean = np.concatenate([np.array([i1, i2]) + effects @ x_mean, x_mean])
    return mean, np.block([[y_cov, cross], [cross.T, x_cov]])


def _start(mean: np.ndarray, scatter: np.ndarray) -> np.ndarray:
    y_cov, cross, x_cov = scatter[:2, :2], scatter[:2, 2:], scatter[2:, 2:]
    effects = cross @ np.linalg.pinv(x_cov)
    rest = y_cov - effects @ cross.T
    intercepts = mean[:2] - effects @ mean[2:]
    return np.array(
        [
            effects[0, 0],
            effects[0, 1],
            effects[1, 1],
            effects[1, 0],
            rest[0, 1],
            x_cov[0, 1],
            rest[0, 0],
            rest[1, 1],
            x_cov[0, 0],
            x_cov[1, 1],
            *intercepts,
            *mean[2:],
        ]
    )


def _standardize(estimate: np.ndarray, implied: np.ndarray) -> np.ndarray:
    y1, y2, x1, x2 = np.sqrt(np.diag(implied))
    r1, r2 = np.sqrt(estimate[6:8])
    scale = [x1 / y1, x2 / y1, x2 / y2, x1 / y2, 1 / (r1 * r2), 1 / (x1 * x2)]
    scale += [1 / y1**2, 1 / y2**2, 1 / x1**2, 1 / x2**2, 1 / y1, 1 / y2, 1 / x1, 1 / x2]
    return estimate * np.array(scale)
