"""Linear mixed models with nested and crossed random effects, and their small-sample tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError, count
from .blocks import RandomTerm
from .criterion import Point, Problem, set_up
from .search import BOUNDARY, chain, factors_of, find_minimum, is_minimum


@dataclass(frozen=True, eq=False)
class MixedFit:
    """A fitted linear mixed model.

    Attributes
    ----------
    beta, std_error, df, p_value : numpy.ndarray, shape (k,)
        Fixed effects with Satterthwaite's degrees of freedom and two-sided p values.
    covariance : numpy.ndarray, shape (k, k)
        Of the fixed effects.
    random : tuple of numpy.ndarray, shape (q, q) each
        Covariance of each term's effects, in the order in which terms were given.
    residual : float
        Residual variance.
    effects : tuple of numpy.ndarray, shape (n_groups, q) each
        Predicted random effects, groups in sorted order of their codes.
    criterion : float
        Minus twice the (restricted) log-likelihood.
    n_params, n_obs : int
        Fixed effects and variance parameters; rows.
    n_groups : tuple of int
        Groups of each term.
    reml : bool
        Whether the likelihood is the restricted one.
    converged : bool
        Whether the slope at the solution is flat.
    singular : bool
        Whether a random effect has no variance, or effects are perfectly correlated.
    """

    beta: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    p_value: np.ndarray
    covariance: np.ndarray
    random: tuple[np.ndarray, ...]
    residual: float
    effects: tuple[np.ndarray, ...]
    criterion: float
    n_params: int
    n_obs: int
    n_groups: tuple[int, ...]
    reml: bool
    converged: bool
    singular: bool

    @property
    def log_likelihood(self) -> float:
        """The (restricted) log-likelihood."""
        return -self.criterion / 2

    @property
    def aic(self) -> float:
        """Akaike's criterion of the likelihood used."""
        return self.criterion + 2 * self.n_params


def fit_mixed(
    y: np.ndarray, x: np.ndarray, terms: Sequence[RandomTerm], *, reml: bool = True
) -> MixedFit:
    r"""Tell how an outcome depends on predictors when rows share mentors, mentees or groups.

    Parameters
    ----------
    y : numpy.ndarray of float, shape (n,)
        Outcome.
    x : numpy.ndarray of float, shape (n, k)
        Fixed effects, intercept included.
    terms : sequence of RandomTerm
        Random effects; groups of different terms may be nested or crossed.
    reml : bool
        Restricted maximum likelihood (for variances and small samples), else maximum likelihood
        (to compare models with different fixed effects).

    Returns
    -------
    MixedFit

    Raises
    ------
    EstimationError
        For designs that say the same, terms without repeated groups, or an outcome that the
        fixed effects determine.

    Notes
    -----
    The profiled criterion of Bates et al. over relative covariance factors, with its exact slope.
    The term with most effects is eliminated group by group, the others by one dense Cholesky
    factor: two crossed factors cost the cube of the smaller one. Search starts at three places if
    it must; a solution with slope is marked as not converged. Degrees of freedom are
    Satterthwaite's, from the curvature of the unprofiled criterion; with few groups (below about
    6 for a group-level predictor) they are rough. A negative correlation of two members of a group
    can't be represented: use `fit_actor_partner` for dyads.

    References
    ----------
    bates2015 : Fitting linear mixed-effects models using lme4.
    kuznetsova2017 : lmerTest package: tests in linear mixed effects models.

    Examples
    --------
    >>> y = np.array([1.0, 2, 4, 3, 5, 4, 9, 8, 9])
    >>> x = np.column_stack([np.ones(9), np.tile([0.0, 1, 2], 3)])
    >>> fit = fit_mixed(y, x, [RandomTerm(np.repeat([0, 1, 2], 3))])
    >>> fit.beta.round(3), fit.converged
    (array([4.333, 0.667]), True)
    """
    n, k = x.shape
    if n <= k + 1:
        raise EstimationError(f"{count(k, 'fixed effect')} need {k + 2} rows; got {n}.")
    rest, basis, triangle, plain = _orthogonal(y, x)
    problem = set_up(rest, basis, tuple(terms), reml=reml)
    order = [_position(problem, term) for term in terms]
    if len(set(order)) < len(order):
        raise EstimationError("a random term stands twice in the model.")
    theta, point, hessian = find_minimum(problem)
    inverse = np.linalg.inv(triangle)
    df = _satterthwaite(problem, theta, point, hessian, inverse)
    shift = 2 * float(np.log(np.abs(np.diag(triangle))).sum()) if reml else 0.0
    covariance = point.sigma2 * inverse @ point.bread @ inverse.T
    beta = plain + inverse @ point.beta
    error = np.sqrt(np.diag(covariance))
    factors = factors_of(problem, theta)
    return MixedFit(
        beta=beta,
        std_error=error,
        df=df,
        p_value=_two_sided(beta / error, df),
        covariance=covariance,
        random=tuple(point.sigma2 * factors[i] @ factors[i].T for i in order),
        residual=float(point.sigma2),
        effects=tuple(point.pull[i] @ (factors[i] @ factors[i].T) for i in order),
        criterion=float(point.criterion + shift),
        n_params=k + len(theta) + 1,
        n_obs=n,
        n_groups=tuple(len(point.pull[i]) for i in order),
        reml=reml,
        converged=is_minimum(problem, theta, point),
        singular=any(_is_singular(factor) for factor in factors),
    )


def _orthogonal(
    y: np.ndarray, x: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Residuals, an orthonormal design, its triangle, and plain least squares coefficients."""
    scale = np.linalg.norm(x, axis=0)
    if (scale == 0).any() or np.linalg.cond(x / np.where(scale > 0, scale, 1)) > 1e8:
        raise EstimationError("the fixed effects say the same: one is a sum or copy of others.")
    basis, triangle = np.linalg.qr(x)
    plain = np.linalg.solve(triangle, basis.T @ y)
    rest = y - x @ plain
    if rest @ rest <= 1e-12 * max(y @ y, 1e-300):
        raise EstimationError("the outcome does not vary, or the fixed effects determine it.")
    return rest, basis, triangle, plain


def _satterthwaite(
    problem: Problem, theta: np.ndarray, point: Point, hessian: np.ndarray, inverse: np.ndarray
) -> np.ndarray:
    """Degrees of freedom of each coefficient, over the factors and the residual variance."""
    m, sigma2 = len(theta), point.sigma2
    n_df = problem.n - problem.k if problem.reml else problem.n
    # In the logarithm of the residual variance the curvature does not depend on units.
    by_both = chain(problem, theta, point.force) / sigma2
    whole = np.empty((m + 1, m + 1))
    whole[:m, :m] = hessian + np.outer(by_both, by_both) / n_df
    whole[:m, m] = whole[m, :m] = by_both
    whole[m, m] = n_df
    size = np.sqrt(np.maximum(np.diag(whole), 1e-12))
    scaled = np.linalg.pinv(whole / np.outer(size, size), rcond=1e-10, hermitian=True)
    variance = 2 * scaled / np.outer(size, size)
    found = []
    for weight in inverse:
        lean = point.bread @ weight
        squares = tuple(np.einsum("gi,gj->ij", each @ lean, each @ lean) for each in point.lean)
        base = float(weight @ lean)
        slope = np.append(chain(problem, theta, squares), base)
        spread = float(slope @ variance @ slope)
        found.append(2 * base**2 / spread if spread > 0 else np.inf)
    return np.array(found)


def _is_singular(factor: np.ndarray) -> bool:
    return bool(np.diag(factor).min() < BOUNDARY)


def _position(problem: Problem, term: RandomTerm) -> int:
    """Where a term stands in the problem, which puts the largest first."""
    _, codes = np.unique(term.groups, return_inverse=True)
    return next(
        i
        for i, own in enumerate(problem.terms)
        if own.columns is term.columns
        and own.correlated == term.correlated
        and np.array_equal(own.groups, codes)
    )


def _two_sided(value: np.ndarray, df: np.ndarray) -> np.ndarray:
    from scipy.stats import t

    return 2 * t.sf(np.abs(value), df)
