"""The common fate model: what the relationship, not one of its members, does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from .moments import MomentFit, fit_moments

COMMON_FATE_PARAMETERS = (
    "effect",
    "first_covariance",
    "second_covariance",
    "first_x_error",
    "second_x_error",
    "first_y_error",
    "second_y_error",
    "x_variance",
    "y_residual",
)


@dataclass(frozen=True, eq=False)
class CommonFateFit:
    """A fitted common fate model, parameters in the order of `COMMON_FATE_PARAMETERS`.

    Attributes
    ----------
    estimate, std_error, p_value : numpy.ndarray, shape (9,)
        Parameters with their normal-theory errors and two-sided p values.
    standardized : numpy.ndarray, shape (9,)
        Effect in standard deviations; covariances as correlations; error variances as shares; the
        shared predictor's variance as 1 and the residual as a share. NaN where a variance that
        it needs is not positive.
    loadings : numpy.ndarray, shape (4,)
        Standardized loadings: predictor of first and second member, outcome of both.
    fit : MomentFit
        The fitted covariances with fit indices; its means are saturated.
    improper : tuple of str
        Variances that came out negative (Heywood cases).
    """

    estimate: np.ndarray
    std_error: np.ndarray
    p_value: np.ndarray
    standardized: np.ndarray
    loadings: np.ndarray
    fit: MomentFit
    improper: tuple[str, ...]


def fit_common_fate(x: np.ndarray, y: np.ndarray) -> CommonFateFit:
    r"""Tell how what partners share in one thing moves what they share in another.

    Parameters
    ----------
    x, y : numpy.ndarray of float, shape (n, 2)
        Predictor and outcome, both rated by first and second member.

    Returns
    -------
    CommonFateFit

    Raises
    ------
    EstimationError
        With fewer than ten dyads, variables that do not vary, or predictors of which partners
        share nothing (their covariance is not positive).

    Notes
    -----
    Each construct is a latent variable of the dyad with loadings of 1 on both members' ratings;
    the latent outcome is regressed on the latent predictor, and each member's two ratings may
    share a residual (one rater, one method). One degree of freedom: the two cross-covariances must
    be equal. Use it for things that belong to the relationship (shared meetings, the program's
    support) and on which partners agree; where each has a view of their own use the actor-partner
    model. With little agreement the effect is a ratio of two small numbers, and residual
    variances may come out negative: they are named.

    References
    ----------
    ledermann2012 : The common fate model for dyadic data.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> shared = rng.normal(size=(400, 1))
    >>> x = shared + rng.normal(size=(400, 2))
    >>> y = 0.5 * shared + rng.normal(size=(400, 2))
    >>> round(float(fit_common_fate(x, y).estimate[0]), 2)
    0.48
    """
    from scipy.stats import norm

    n = len(x)
    if n < 10:
        raise EstimationError(f"the common fate model needs ten complete dyads; got {n}.")
    data = np.hstack([x, y])
    mean = data.mean(axis=0)
    scatter = (data - mean).T @ (data - mean) / n
    if (np.diag(scatter) <= 1e-12 * (1 + mean**2)).any():
        raise EstimationError("a rating does not vary.")
    if scatter[0, 1] <= 0:
        raise EstimationError(
            "partners share nothing in the predictor (their covariance is "
            f"{scatter[0, 1]:.3g}), so it has no common part."
        )
    fit = fit_moments(mean, scatter, n, _linear, np.concatenate([_moments_of(scatter), mean]))
    estimate, jacobian = _translate(fit.params[:9])
    error = np.sqrt(np.diag(jacobian @ fit.covariance[:9, :9] @ jacobian.T))
    standardized, loadings = _standardize(estimate, fit.implied)
    variances = zip(COMMON_FATE_PARAMETERS[3:], estimate[3:], strict=True)
    return CommonFateFit(
        estimate=estimate,
        std_error=error,
        p_value=2 * norm.sf(np.abs(estimate / error)),
        standardized=standardized,
        loadings=loadings,
        fit=fit,
        improper=tuple(name for name, value in variances if value < 0),
    )


def _linear(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nine free covariances: all are free but the two cross-covariances, which are equal."""
    x1, x2, y1, y2, x12, y12, own1, own2, cross = theta[:9]
    implied = np.array(
        [[x1, x12, own1, cross], [x12, x2, cross, own2], [own1, cross, y1, y12],
         [cross, own2, y12, y2]]
    )  # fmt: skip
    return theta[9:], implied


def _moments_of(scatter: np.ndarray) -> np.ndarray:
    s = scatter
    cross = (s[0, 3] + s[1, 2]) / 2
    return np.array([s[0, 0], s[1, 1], s[2, 2], s[3, 3], s[0, 1], s[2, 3], s[0, 2], s[1, 3], cross])


def _translate(moments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From covariances to the model's parameters, with the Jacobian."""
    x1, x2, y1, y2, x12, y12, own1, own2, cross = moments
    effect = cross / x12
    estimate = np.array(
        [
            effect,
            own1 - cross,
            own2 - cross,
            x1 - x12,
            x2 - x12,
            y1 - y12,
            y2 - y12,
            x12,
            y12 - effect * cross,
        ]
    )
    jacobian = np.zeros((9, 9))
    jacobian[0, [4, 8]] = -cross / x12**2, 1 / x12
    jacobian[1, [6, 8]] = jacobian[2, [7, 8]] = 1, -1
    for row, own, shared in ((3, 0, 4), (4, 1, 4), (5, 2, 5), (6, 3, 5)):
        jacobian[row, [own, shared]] = 1, -1
    jacobian[7, 4] = 1
    jacobian[8, [4, 5, 8]] = effect**2, 1, -2 * effect
    return estimate, jacobian


def _standardize(estimate: np.ndarray, implied: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    effect, first, second, *errors, x_variance, _ = estimate
    total = np.diag(implied)
    y_variance = implied[2, 3]
    sizes = np.array([x_variance, x_variance, y_variance, y_variance])
    with np.errstate(invalid="ignore"):
        loadings = np.sqrt(sizes) / np.sqrt(total)
        scaled = np.array(
            [
                effect * np.sqrt(x_variance) / np.sqrt(y_variance),
                first / np.sqrt(errors[0] * errors[2]),
                second / np.sqrt(errors[1] * errors[3]),
                *(np.array(errors) / total),
                1.0,
                estimate[8] / y_variance,
            ]
        )
    return scaled, loadings
