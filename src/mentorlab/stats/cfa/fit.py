"""Maximum likelihood for factor models, with convergence that is checked, never assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from .fiml import (
    Sample,
    casewise_gradient,
    likelihood_and_gradient,
    moment_gradient,
    moment_information,
    vech,
)
from .model import FactorModel, Implied, implied_moments, parameter_slopes, pull_back
from .quasi_newton import Solver, minimize

# Searches that end take 60 steps at most in trials; longer ones follow estimates to infinity.
MAX_STEPS = 200
RIDGE = 1e-6
NOT_IDENTIFIED = 1e-9
COMPLEX_STEP = 1e-30


@dataclass(frozen=True, eq=False)
class ModelFit:
    """A factor model at its maximum of the likelihood.

    Attributes
    ----------
    model : FactorModel
    samples : tuple of Sample
        One a group.
    theta : numpy.ndarray of float, shape (n_free,)
        The parameters.
    implied : tuple of Implied
        Matrices at the maximum.
    log_likelihood : float
    n_steps : int
        Steps taken.
    """

    model: FactorModel
    samples: tuple[Sample, ...]
    theta: np.ndarray
    implied: tuple[Implied, ...]
    log_likelihood: float
    n_steps: int

    @property
    def n(self) -> int:
        """Rows in all groups."""
        return sum(sample.n for sample in self.samples)

    @property
    def complete(self) -> bool:
        """Whether no answer is missing."""
        return all(sample.complete for sample in self.samples)


def fit_model(
    model: FactorModel, samples: Sequence[Sample], *, start: np.ndarray | None = None
) -> ModelFit:
    r"""Estimate a factor model by maximum likelihood, with gaps by full information.

    Parameters
    ----------
    model : FactorModel
    samples : sequence of Sample
        One a group.
    start : numpy.ndarray of float, shape (n_free,), optional
        Where to start; by default where the model's entries say.

    Returns
    -------
    ModelFit

    Raises
    ------
    EstimationError
        If the model has more parameters than moments, the search does not converge, or the
        parameters can't be told apart at the end (the information matrix is not positive
        definite).

    Notes
    -----
    Fisher scoring with a limited-memory correction (two-loop recursion) and backtracking. The
    metric is the expected information as if data were complete, so gaps cost steps, not
    correctness. The search ends when half the squared length of the slope in that metric, the
    log-likelihood still to be gained, is below 1e-12; then the information is checked.

    References
    ----------
    arbuckle1996 : Full information estimation in the presence of incomplete data.

    Examples
    --------
    >>> from mentorlab.stats.cfa.designs import simple_model
    >>> from mentorlab.stats.cfa.saturated import summarize_sample
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(400, 1)) * [0.9, 0.8, 0.7, 0.6] + 0.5 * rng.normal(size=(400, 4))
    >>> sample = summarize_sample(x)
    >>> fit = fit_model(simple_model([0, 0, 0, 0], [sample]), [sample])
    >>> fit.theta[:4].round(1).tolist()
    [0.9, 0.8, 0.6, 0.5]
    """
    if model.df < 0:
        raise EstimationError(
            f"a model with {model.n_free} parameters can't be told from {model.n_moments} moments."
        )
    theta = model.start() if start is None else np.asarray(start, dtype=float)

    def metric(at: np.ndarray) -> Solver:
        try:
            return _solver(expected_information(model, samples, at, complete=True))
        except np.linalg.LinAlgError:
            # every pattern's covariance matrix can be positive definite while the whole is not
            return _solver(expected_information(model, samples, at))

    if not np.isfinite(_evaluate(model, samples, theta)[0]):
        raise EstimationError("the starting values imply no positive definite covariance matrix.")
    end = minimize(lambda at: _evaluate(model, samples, at), metric, theta, max_steps=MAX_STEPS)
    if not end.converged:
        last = expected_information(model, samples, end.theta)
        raise EstimationError(
            f"the search did not converge in {end.n_steps} steps: estimates run away, as they do "
            "where the data do not support the model. Least determined: "
            f"{', '.join(_loosest(last, model.labels)[1])}."
        )
    check_identified(expected_information(model, samples, end.theta), model.labels)
    implied = implied_moments(model, end.theta)
    return ModelFit(model, tuple(samples), end.theta, implied, -end.value, end.n_steps)


def gradient(model: FactorModel, samples: Sequence[Sample], theta: np.ndarray) -> np.ndarray:
    """Slope of minus the log-likelihood in the free parameters; complex-safe.

    Returns
    -------
    numpy.ndarray, shape (n_free,)
    """
    total = np.zeros(model.n_free, dtype=theta.dtype)
    for g, (sample, implied) in enumerate(zip(samples, implied_moments(model, theta), strict=True)):
        mean = sample.mean.astype(theta.dtype) if implied.mean is None else implied.mean
        by_mean, by_covariance = moment_gradient(sample.patterns, mean, implied.covariance)
        total += pull_back(model, implied, g, by_mean, by_covariance)
    return total


def expected_information(
    model: FactorModel, samples: Sequence[Sample], theta: np.ndarray, *, complete: bool = False
) -> np.ndarray:
    r"""Expected information of the free parameters, summed over rows.

    Parameters
    ----------
    model, samples, theta
        As in `fit_model`.
    complete : bool
        Whether to count every row as complete.

    Returns
    -------
    numpy.ndarray of float, shape (n_free, n_free)

    Notes
    -----
    :math:`\sum_r m_r\left[\frac12\mathrm{tr}(\Sigma_r^{-1}\dot\Sigma_i\Sigma_r^{-1}\dot\Sigma_j)
    + \dot\mu_i'\Sigma_r^{-1}\dot\mu_j\right]` over patterns r of what was answered.
    """
    total = np.zeros((model.n_free, model.n_free))
    for g, (sample, implied) in enumerate(zip(samples, implied_moments(model, theta), strict=True)):
        means, covariances = parameter_slopes(model, implied, g)
        if complete or sample.complete:
            total += sample.n * _information(means, covariances, implied.covariance)
            continue
        slopes = np.concatenate([means, vech(covariances)], axis=1)
        mean = sample.mean if implied.mean is None else implied.mean
        total += (
            slopes @ moment_information(sample, mean, implied.covariance, expected=True) @ slopes.T
        )
    return total


def observed_information(
    model: FactorModel, samples: Sequence[Sample], theta: np.ndarray
) -> np.ndarray:
    r"""Second derivatives of minus the log-likelihood.

    Returns
    -------
    numpy.ndarray of float, shape (n_free, n_free)

    Notes
    -----
    :math:`\Delta'K\Delta` with the observed information K of the moments and their slopes
    :math:`\Delta`, plus the slope of the likelihood times the moments' own second derivatives,
    exact by a complex step.
    """
    hessian = np.zeros((model.n_free, model.n_free))
    steps = implied_moments(model, theta)
    for g, (sample, implied) in enumerate(zip(samples, steps, strict=True)):
        mean = sample.mean if implied.mean is None else implied.mean
        means, covariances = parameter_slopes(model, implied, g)
        slopes = np.concatenate([means, vech(covariances)], axis=1)
        hessian += slopes @ moment_information(sample, mean, implied.covariance) @ slopes.T
    held = [
        moment_gradient(
            sample.patterns,
            sample.mean if implied.mean is None else implied.mean,
            implied.covariance,
        )
        for sample, implied in zip(samples, steps, strict=True)
    ]
    for k in range(model.n_free):
        moved = theta.astype(complex)
        moved[k] += 1j * COMPLEX_STEP
        for g, (implied, slope) in enumerate(zip(implied_moments(model, moved), held, strict=True)):
            hessian[k] += pull_back(model, implied, g, *slope).imag / COMPLEX_STEP
    return 0.5 * (hessian + hessian.T)


def casewise_scores(fit: ModelFit) -> np.ndarray:
    """Each row's slope of minus the log-likelihood in the parameters, groups one after another.

    Returns
    -------
    numpy.ndarray of float, shape (n, n_free)
    """
    scores: list[np.ndarray] = []
    for g, (sample, implied) in enumerate(zip(fit.samples, fit.implied, strict=True)):
        mean = sample.mean if implied.mean is None else implied.mean
        means, covariances = parameter_slopes(fit.model, implied, g)
        flat = covariances.reshape(fit.model.n_free, -1).T
        scores += [
            by_covariance.reshape(len(by_mean), -1) @ flat + by_mean @ means.T
            for by_mean, by_covariance in casewise_gradient(sample, mean, implied.covariance)
        ]
    return np.concatenate(scores)


def check_identified(information: np.ndarray, labels: Sequence[str]) -> None:
    """Refuse an information matrix that is not positive definite, naming the parameters behind it.

    Raises
    ------
    EstimationError
        With up to three of the parameters that can't be told apart.
    """
    smallest, named = _loosest(information, labels)
    if smallest > NOT_IDENTIFIED:
        return
    raise EstimationError(
        "the data can't tell some parameters apart (information matrix not positive definite): "
        f"{', '.join(named)}."
    )


def _loosest(information: np.ndarray, labels: Sequence[str]) -> tuple[float, list[str]]:
    """Smallest eigenvalue of the scaled information and the parameters behind it."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    weight = np.abs(vectors[:, 0])
    return float(values[0]), [labels[k] for k in np.argsort(-weight)[:3] if weight[k] > 0.1]


def _solver(information: np.ndarray) -> Solver:
    """Division by an information matrix, made positive definite."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    values = np.maximum(values, RIDGE)
    return lambda slope: (vectors @ ((vectors.T @ (slope / scale)) / values)) / scale


def _evaluate(
    model: FactorModel, samples: Sequence[Sample], theta: np.ndarray
) -> tuple[float, np.ndarray | None]:
    """Minus the log-likelihood and its slope."""
    total, slope = 0.0, np.zeros(model.n_free)
    for g, (sample, implied) in enumerate(zip(samples, implied_moments(model, theta), strict=True)):
        mean = sample.mean if implied.mean is None else implied.mean
        value, *moments = likelihood_and_gradient(sample.patterns, mean, implied.covariance)
        if moments[0] is None:
            return np.inf, None
        total -= value
        slope += pull_back(model, implied, g, *moments)
    return total, slope


def _information(means: np.ndarray, covariances: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    root = np.linalg.inv(np.linalg.cholesky(covariance))
    flat = (root @ covariances @ root.T).reshape(len(covariances), -1)
    pulled = means @ root.T
    return 0.5 * flat @ flat.T + pulled @ pulled.T
