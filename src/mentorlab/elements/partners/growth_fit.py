"""One trajectory model: linear with random effects, population-averaged, or ordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...errors import EstimationError
from ...stats.mixed.blocks import RandomTerm
from ...stats.mixed.gee import fit_gee
from ...stats.mixed.linear import MixedFit, fit_mixed
from ...stats.mixed.ordinal import fit_ordinal


@dataclass(frozen=True, eq=False)
class Series:
    """Rows of one outcome.

    Attributes
    ----------
    y, time : numpy.ndarray, shape (n,)
        Outcome, and time since the first wave.
    controls : numpy.ndarray, shape (n, q)
        Covariates.
    units, shared : numpy.ndarray of int, shape (n,)
        Whose trajectory, and whom several trajectories share.
    """

    y: np.ndarray
    time: np.ndarray
    controls: np.ndarray
    units: np.ndarray
    shared: np.ndarray

    @property
    def design(self) -> np.ndarray:
        """Intercept, time, controls."""
        return np.column_stack([np.ones(len(self.y)), self.time, self.controls])

    @property
    def is_shared(self) -> bool:
        """Whether some trajectories share a mentor."""
        return len(np.unique(self.shared)) < len(np.unique(self.units))


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Coefficients of intercept, time and controls, with variance components.

    Attributes
    ----------
    estimate, std_error, df : numpy.ndarray, shape (k,)
        NaN where the model has no such term; df is infinite for normal tests.
    variances : dict of str to float
        By component; empty where the model has none.
    notes : list of str
        Fallbacks by name.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    variances: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def fit_linear(series: Series, *, slopes: bool) -> Trajectory:
    """Fit random intercepts, with random slopes where the data carry them."""
    notes: list[str] = []
    fit, with_slopes = None, False
    if slopes and len(np.unique(series.time)) < 3:
        notes.append("random slopes need three waves: intercepts only")
    elif slopes:
        fit, note = _with_slopes(series)
        notes += [note] if note else []
        with_slopes = fit is not None
    if fit is None:
        fit = fit_mixed(series.y, series.design, _terms(series, RandomTerm(series.units)))
    if not fit.converged:
        notes.append("the search did not converge: do not quote these numbers")
    return Trajectory(fit.beta, fit.std_error, fit.df, _components(fit, series, with_slopes), notes)


def _with_slopes(series: Series) -> tuple[MixedFit | None, str]:
    """The richest model of slopes that is not at a boundary, and what had to be given up."""
    z = np.column_stack([np.ones(len(series.y)), series.time])
    for correlated in (True, False):
        term = RandomTerm(series.units, z, correlated)
        try:
            fit = fit_mixed(series.y, series.design, _terms(series, term))
        except (EstimationError, np.linalg.LinAlgError):
            continue
        if fit.converged and np.diag(fit.random[0]).min() > 0 and not _perfect(fit.random[0]):
            return fit, "" if correlated else "start and slope taken as uncorrelated"
    return None, "trajectories do not differ measurably in slope: intercepts only"


def _perfect(covariance: np.ndarray) -> bool:
    """Whether start and slope are perfectly correlated, which only a boundary makes."""
    product = covariance[0, 0] * covariance[1, 1]
    return product <= 0 or abs(covariance[0, 1]) > 0.9999 * np.sqrt(product)


def fit_binary(series: Series, *, slopes: bool) -> Trajectory:
    """Fit a population-averaged logit with exchangeable answers."""
    fit = fit_gee(
        series.y,
        series.design,
        series.shared if series.is_shared else series.units,
        time=series.time,
        family="binomial",
        correlation="exchangeable",
    )
    notes = []
    if fit.n_clusters < 40:
        notes.append(f"only {fit.n_clusters} clusters: intervals are too narrow")
    return Trajectory(
        fit.beta, fit.std_error, np.full(len(fit.beta), np.inf),
        {"working correlation": fit.alpha}, notes,
    )  # fmt: skip


def fit_ordered(series: Series, *, slopes: bool) -> Trajectory:
    """Fit a cumulative logit with errors robust to repeated answers."""
    codes = np.unique(series.y, return_inverse=True)[1]
    clusters = series.shared if series.is_shared else series.units
    fit = fit_ordinal(codes, series.design[:, 1:], clusters=clusters)
    notes = []
    if fit.n_clusters < 40:
        notes.append(f"only {fit.n_clusters} clusters: intervals are too narrow")
    none = [np.nan]
    return Trajectory(
        np.concatenate([none, fit.beta]),
        np.concatenate([none, fit.std_error]),
        np.full(len(fit.beta) + 1, np.inf),
        {},
        notes,
    )


FITTERS: dict[str, Callable[..., Trajectory]] = {
    "linear": fit_linear,
    "binary": fit_binary,
    "ordinal": fit_ordered,
}


def _terms(series: Series, unit: RandomTerm) -> list[RandomTerm]:
    return [unit, RandomTerm(series.shared)] if series.is_shared else [unit]


def _components(fit: MixedFit, series: Series, with_slopes: bool) -> dict[str, float]:
    found = {"between trajectories, at the start": float(fit.random[0][0, 0])}
    if with_slopes:
        found["between trajectories, in slope"] = float(fit.random[0][1, 1])
        found["covariance of start and slope"] = float(fit.random[0][0, 1])
    if series.is_shared:
        found["between mentors"] = float(fit.random[1][0, 0])
    return {**found, "from wave to wave": fit.residual}
