"""Actor-partner models of dyads in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError, count

_NO_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class ActorPartnerFit:
    """A fitted actor-partner model.

    Attributes
    ----------
    params : numpy.ndarray, shape (n_blocks, k)
        Coefficients: intercept, p actor effects, p partner effects, q effects of shared
        covariates. Two blocks (first and second member) when members are distinguishable, else
        one.
    covariance : numpy.ndarray, shape (n_blocks * k, n_blocks * k)
        Covariance of the coefficients, block after block.
    df : numpy.ndarray, shape (n_blocks, k)
        Degrees of freedom of t for each coefficient.
    residual : numpy.ndarray, shape (2, 2)
        Residual covariance of the two members.
    correlation : float
        Residual correlation within dyads; may be negative.
    log_likelihood : float
        Restricted or full, see `reml`.
    n_params, n_dyads : int
        Coefficients and residual parameters; dyads used.
    reml : bool
        Whether residual variances are the restricted ones.
    """

    params: np.ndarray
    covariance: np.ndarray
    df: np.ndarray
    residual: np.ndarray
    correlation: float
    log_likelihood: float
    n_params: int
    n_dyads: int
    reml: bool

    @property
    def aic(self) -> float:
        """Akaike's criterion of the likelihood used."""
        return 2 * self.n_params - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion; persons count as observations, less coefficients if restricted."""
        n = 2 * self.n_dyads - (self.params.size if self.reml else 0)
        return float(np.log(n)) * self.n_params - 2 * self.log_likelihood


def fit_actor_partner(
    y: np.ndarray,
    x: np.ndarray,
    *,
    shared: np.ndarray | None = None,
    distinguishable: bool = True,
    reml: bool = True,
) -> ActorPartnerFit:
    r"""Tell how each partner's outcome follows their own and their partner's predictor.

    Parameters
    ----------
    y : numpy.ndarray of float, shape (n, 2)
        Outcomes of first and second member.
    x : numpy.ndarray of float, shape (n, 2, p)
        Their predictors.
    shared : numpy.ndarray of float, shape (n, q), optional
        Covariates that are the same for both members.
    distinguishable : bool
        Whether first and second member have coefficients and variances of their own.
    reml : bool
        Restricted (unbiased) residual variances, else maximum likelihood.

    Returns
    -------
    ActorPartnerFit

    Raises
    ------
    EstimationError
        With too few dyads, predictors that say the same, or an outcome without residual variance.

    Notes
    -----
    Distinguishable: both equations have the same regressors
    :math:`(1, x_{i1}, x_{i2}, z_i)`, so generalized least squares is least squares for each, with
    :math:`\operatorname{cov}=\Sigma\otimes(X'X)^{-1}` and :math:`\Sigma=E'E/(n-k)`. Otherwise the
    model splits into two independent regressions: sums on sums with slope a + p (and the
    intercept and shared covariates), differences on differences with slope a - p and no
    intercept; :math:`\rho=\frac{v_s-v_d}{v_s+v_d}` may be negative, which a random intercept can't
    represent. Both are exact maximum likelihood for normal dyads; the cost is one pass over the
    data. Degrees of freedom are those of the regression, Satterthwaite's for sums of two.

    Dyads must be independent: where a mentor has several mentees use clustered errors. Effects
    are associations; with predictor and outcome from one questionnaire they share its method.

    References
    ----------
    kenny2006 : Dyadic data analysis, chapter 7.
    zellner1962 : An efficient method of estimating seemingly unrelated regressions.

    Examples
    --------
    >>> x = np.array([[1.0, 2], [2, 1], [3, 5], [4, 4], [5, 2]])[:, :, None]
    >>> y = np.array([[2.0, 2], [2, 3], [5, 6], [6, 5], [5, 4]])
    >>> fit = fit_actor_partner(y, x, distinguishable=False)
    >>> fit.params.round(3), round(fit.correlation, 3)
    (array([[0.321, 0.768, 0.501]]), -0.435)
    """
    n, _, p = x.shape
    extra = np.empty((n, 0)) if shared is None else shared
    k = 1 + 2 * p + extra.shape[1]
    if n <= k + 1:
        raise EstimationError(
            f"an actor-partner model with {k} coefficients needs {k + 2} complete dyads; "
            f"got {count(n, 'dyad')}."
        )
    # One contiguous row a variable: at 10^5 dyads columns would cost ten times as much.
    rows = np.array([*x[:, 0].T, *x[:, 1].T, *extra.T, *y.T])
    means = rows.mean(axis=1)
    rows -= means[:, None]
    moments = _Moments(means, rows @ rows.T, n)
    fit = _fit_roles if distinguishable else _fit_exchangeable
    return fit(moments, p, extra.shape[1], reml=reml)


@dataclass(frozen=True, eq=False)
class _Moments:
    """Means and centered cross-products of regressors, then outcomes."""

    means: np.ndarray
    products: np.ndarray
    n: int

    def turned(self, mixing: np.ndarray) -> _Moments:
        return _Moments(mixing @ self.means, mixing @ self.products @ mixing.T, self.n)


def _fit_roles(moments: _Moments, p: int, q: int, *, reml: bool) -> ActorPartnerFit:
    n = moments.n
    beta, inverse, scatter = _regress(moments, 2 * p + q, intercept=True)
    k = len(beta)
    sigma = scatter / (n - k if reml else n)
    swap = np.r_[0, 1 + p : 1 + 2 * p, 1 : 1 + p, 1 + 2 * p : k]
    orders = [np.arange(k), swap]
    covariance = np.block(
        [[sigma[a, b] * inverse[np.ix_(orders[a], orders[b])] for b in (0, 1)] for a in (0, 1)]
    )
    likelihood = normal_likelihood(sigma, n, scatter=scatter)
    if reml:
        log_sigma, log_inverse = np.linalg.slogdet(sigma)[1], np.linalg.slogdet(inverse)[1]
        likelihood += k * np.log(2 * np.pi) + (k * log_sigma + 2 * log_inverse) / 2
    return ActorPartnerFit(
        params=np.stack([beta[:, 0], beta[swap, 1]]),
        covariance=covariance,
        df=np.full((2, k), float(n - k)),
        residual=sigma,
        correlation=float(sigma[0, 1] / np.sqrt(sigma[0, 0] * sigma[1, 1])),
        log_likelihood=float(likelihood),
        n_params=2 * k + 3,
        n_dyads=n,
        reml=reml,
    )


def _fit_exchangeable(moments: _Moments, p: int, q: int, *, reml: bool) -> ActorPartnerFit:
    n, k = moments.n, 1 + 2 * p + q
    to_sums, to_gaps = _turning(p, q)
    sum_beta, sum_inverse, sum_rest = _regress(moments.turned(to_sums), p + q, intercept=True)
    # The intercept's regressor is root 2 for sums, not 1.
    sum_beta[0] /= np.sqrt(2)
    sum_inverse[0, :] /= np.sqrt(2)
    sum_inverse[:, 0] /= np.sqrt(2)
    gap_beta, gap_inverse, gap_rest = _regress(moments.turned(to_gaps), p, intercept=False)
    df = np.array([n - len(sum_beta), n - p])
    sums, gaps = np.array([sum_rest.item(), gap_rest.item()]) / (df if reml else n)
    from_sums, from_gaps = _mixing(p, k)
    spread = sums * sum_inverse, gaps * gap_inverse
    shares = from_sums @ spread[0] @ from_sums.T, from_gaps @ spread[1] @ from_gaps.T
    parts = np.diag(shares[0]), np.diag(shares[1])
    likelihood = sum(
        -n / 2 * np.log(2 * np.pi * v) - rest.item() / (2 * v)
        for v, rest in ((sums, sum_rest), (gaps, gap_rest))
    )
    if reml:
        likelihood += k / 2 * np.log(2 * np.pi)
        likelihood += sum(np.linalg.slogdet(each)[1] for each in spread) / 2
        # In terms of a and p the two slopes are a + p and a - p, once for each predictor.
        likelihood -= p * np.log(2)
    total, shared = (sums + gaps) / 2, (sums - gaps) / 2
    return ActorPartnerFit(
        params=(from_sums @ sum_beta[:, 0] + from_gaps @ gap_beta[:, 0])[None],
        covariance=shares[0] + shares[1],
        df=((parts[0] + parts[1]) ** 2 / (parts[0] ** 2 / df[0] + parts[1] ** 2 / df[1]))[None],
        residual=np.array([[total, shared], [shared, total]]),
        correlation=float(shared / total),
        log_likelihood=float(likelihood),
        n_params=k + 2,
        n_dyads=n,
        reml=reml,
    )


def _turning(p: int, q: int) -> tuple[np.ndarray, np.ndarray]:
    """Matrices that turn both members' variables into sums and into differences, over root 2."""
    eye, none = np.eye(p), np.zeros
    to_sums = np.block(
        [
            [eye, eye, none((p, q)), none((p, 2))],
            [none((q, 2 * p)), 2 * np.eye(q), none((q, 2))],
            [none((1, 2 * p + q)), np.ones((1, 2))],
        ]
    )
    to_gaps = np.block(
        [
            [eye, -eye, none((p, q)), none((p, 2))],
            [none((1, 2 * p + q)), np.array([[1.0, -1.0]])],
        ]
    )
    return to_sums / np.sqrt(2), to_gaps / np.sqrt(2)


def _mixing(p: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Matrices that turn slopes of sums and of differences into intercept, a, p and the rest."""
    half = np.eye(p) / 2
    from_sums = np.zeros((k, k - p))
    from_sums[0, 0] = 1
    from_sums[1 : 1 + p, 1 : 1 + p] = half
    from_sums[1 + p : 1 + 2 * p, 1 : 1 + p] = half
    from_sums[1 + 2 * p :, 1 + p :] = np.eye(k - 1 - 2 * p)
    from_gaps = np.zeros((k, p))
    from_gaps[1 : 1 + p] = half
    from_gaps[1 + p : 1 + 2 * p] = -half
    return from_sums, from_gaps


def _regress(
    moments: _Moments, p: int, *, intercept: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients, inverse of X'X, and residual scatter of the outcomes on the first p."""
    n, products, center = moments.n, moments.products, moments.means
    if not intercept:
        products = products + n * np.outer(center, center)
    xx, xy, yy = products[:p, :p], products[:p, p:], products[p:, p:]
    size = np.sqrt(np.maximum(np.diag(xx), 0))
    if (size <= _NO_VARIANCE * np.sqrt(n) * (1 + np.abs(center[:p]))).any():
        raise EstimationError("a predictor does not vary (or never differs between partners).")
    scaled = xx / np.outer(size, size)
    if p and np.linalg.eigvalsh(scaled)[0] < 1e-10:
        raise EstimationError("predictors say the same: one is a sum or a copy of others.")
    inverse = np.linalg.inv(scaled) / np.outer(size, size)
    beta = inverse @ xy
    rest = yy - xy.T @ beta
    if (np.diag(rest) <= 1e-10 * np.diag(yy)).any() or (np.diag(yy) <= 0).any():
        raise EstimationError(
            "the outcome does not vary, or predictors determine it without error."
        )
    if not intercept:
        return beta, inverse, rest
    means, mean_y = center[:p], center[p:]
    through = inverse @ means
    grown = np.empty((p + 1, p + 1))
    grown[1:, 1:] = inverse
    grown[0, 1:] = grown[1:, 0] = -through
    grown[0, 0] = 1 / n + means @ through
    return np.vstack([mean_y - means @ beta, beta]), grown, rest


def normal_likelihood(sigma: np.ndarray, n: int, *, scatter: np.ndarray | None = None) -> float:
    """Log-likelihood of n residual pairs; `scatter` is their cross-product, n sigma by default."""
    size = len(sigma)
    _, log_det = np.linalg.slogdet(sigma)
    trace = n * size if scatter is None else np.trace(np.linalg.solve(sigma, scatter))
    return float(-(n * size * np.log(2 * np.pi) + n * log_det + trace) / 2)
