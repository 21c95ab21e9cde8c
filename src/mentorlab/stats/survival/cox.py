"""Cox's model of the hazard: late entries, ties, strata, and errors that respect clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from ...options import CoxTies, check_option
from .cox_kernel import sweep
from .spells import Spells

_MAX_STEPS = 50
_RUNAWAY = 15.0


@dataclass(frozen=True, eq=False)
class CoxFit:
    """A fitted model.

    Attributes
    ----------
    beta : numpy.ndarray, shape (p,)
        Log hazard ratios.
    covariance : numpy.ndarray, shape (p, p)
        Inverse information.
    robust : numpy.ndarray, shape (p, p), or None
        Sandwich over clusters, None if none were given.
    loglik : tuple of float
        Without and with covariates.
    score_test, wald : float
        Chi-square statistics on p degrees of freedom; Wald's uses `robust` where there is one.
    n, n_events : int
    converged : bool
    runaway : numpy.ndarray of int
        Positions of coefficients that grow without end: a covariate that (nearly) separates who
        ends from who does not.
    event_time, event_stratum : numpy.ndarray, shape (k,)
        Where the baseline hazard jumps.
    jump : numpy.ndarray, shape (k,)
        By how much, for a row whose covariates are all zero.
    schoenfeld : numpy.ndarray, shape (k, p)
        Sum of the covariates of those who end, minus what was expected, at each event time.
    spread : numpy.ndarray, shape (k, p, p)
        Information at each event time.
    expected : numpy.ndarray, shape (n,)
        Endings that the model expects of each row; with Efron's ties a row that ends in a tie
        counts its own moment in part.
    """

    beta: np.ndarray
    covariance: np.ndarray
    robust: np.ndarray | None
    loglik: tuple[float, float]
    score_test: float
    wald: float
    n: int
    n_events: int
    converged: bool
    runaway: np.ndarray
    event_time: np.ndarray
    event_stratum: np.ndarray
    jump: np.ndarray
    schoenfeld: np.ndarray
    spread: np.ndarray
    expected: np.ndarray

    @property
    def std_error(self) -> np.ndarray:
        """Robust errors where clusters were given, else from the information."""
        return np.sqrt(np.diag(self.covariance if self.robust is None else self.robust))

    @property
    def likelihood_ratio(self) -> float:
        """Twice the gain of the covariates in log likelihood."""
        return 2 * (self.loglik[1] - self.loglik[0])

    def baseline(self, times: np.ndarray, stratum: int = 0) -> np.ndarray:
        """Cumulative hazard of a row whose covariates are all zero."""
        own = self.event_stratum == stratum
        order = np.argsort(self.event_time[own], kind="stable")
        total = np.concatenate([[0.0], np.cumsum(self.jump[own][order])])
        return total[np.searchsorted(self.event_time[own][order], times, side="right")]


@dataclass(frozen=True, eq=False)
class _Problem:
    """Standardized covariates, and the rows in the order in which every pass meets them."""

    rows: Spells
    x: np.ndarray
    center: np.ndarray
    scale: np.ndarray
    hit: np.ndarray
    stratum: np.ndarray
    offset: np.ndarray
    by_time: np.ndarray
    in_time: tuple[np.ndarray, ...]
    by_entry: np.ndarray
    of_events: np.ndarray
    efron: bool

    def passes(self, beta: np.ndarray) -> tuple:
        """One sweep at standardized coefficients."""
        eta = self.x @ beta + self.offset
        risk = np.exp(eta - eta.max())[self.by_time]
        x, *rest = self.in_time
        return sweep(x, risk, *rest, np.arange(len(x)), self.by_entry, self.efron)

    def slopes(self, swept: tuple) -> tuple[float, np.ndarray, np.ndarray]:
        """Log likelihood, score and information of a sweep."""
        steps, _, loglik, *_, mean, spread = swept
        return loglik, self.of_events - steps[:, 1] @ mean, spread.sum(axis=0)


def fit_cox(
    rows: Spells,
    x: np.ndarray,
    *,
    strata: np.ndarray | None = None,
    cluster: np.ndarray | None = None,
    offset: np.ndarray | None = None,
    ties: CoxTies = "efron",
) -> CoxFit:
    r"""Tell how covariates multiply the hazard of an ending.

    Parameters
    ----------
    rows : Spells
        Rows at risk; event 1 and more counts as the ending. Several rows of one relationship with
        changing covariates are several spells.
    x : numpy.ndarray, shape (n, p)
        Covariates, no intercept.
    strata : numpy.ndarray of int, shape (n,), optional
        Baselines of their own.
    cluster : numpy.ndarray of int, shape (n,), optional
        Rows that depend on each other (mentors, or relationships with several rows).
    offset : numpy.ndarray, shape (n,), optional
        Added to the log hazard as it is.
    ties : {"efron", "breslow"}
        How tied endings are handled.

    Raises
    ------
    EstimationError
        If nothing ended, a covariate is not finite or constant, or covariates repeat each other.

    Notes
    -----
    :math:`h_i(t)=h_0(t)\exp(x_i'\beta)` by partial likelihood, rows at risk on (entry, time].
    Newton's method on standardized covariates with halved steps. Robust errors sum score
    residuals (with Efron's correction for tied endings) by cluster; they are too small with fewer
    than about 40 clusters. Hazards must be proportional: see `proportionality`.

    References
    ----------
    cox1972 : Regression models and life-tables.
    efron1977 : The efficiency of Cox's likelihood function for censored data.
    lin1989b : The robust inference for the Cox proportional hazards model.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> rows = spells(np.array([1.0, 2, 3, 4, 5]), np.array([1, 1, 1, 0, 1]))
    >>> fit_cox(rows, np.array([[1.0], [0], [1], [0], [1]])).beta.round(3)
    array([0.34])
    """
    check_option(ties, CoxTies, who="fit_cox", name="ties")
    problem = _prepare(rows, x, strata, offset, ties)
    first = problem.passes(np.zeros(x.shape[1]))
    null = problem.slopes(first)
    beta, swept, converged = _climb(problem, first, null)
    loglik, _, information = problem.slopes(swept)
    scale = problem.scale
    inverse = np.linalg.inv(information)
    covariance = inverse / np.outer(scale, scale)
    eta = problem.x @ beta + problem.offset
    risk = np.exp(eta - eta.max())
    lived = _live(problem, swept)
    robust = None
    if cluster is not None:
        residuals = _score_residuals(problem, risk, lived)
        codes = np.unique(cluster, return_inverse=True)[1]
        sums = np.stack([np.bincount(codes, weights=column) for column in residuals.T], axis=1)
        influence = sums @ inverse / scale
        robust = influence.T @ influence
    steps, where, _, jump, *_, mean, spread = swept
    coefficients = beta / scale
    level = -eta.max() - coefficients @ problem.center
    return CoxFit(
        beta=coefficients,
        covariance=covariance,
        robust=robust,
        loglik=(null[0], loglik),
        score_test=float(null[1] @ np.linalg.solve(null[2], null[1])),
        wald=float(coefficients @ np.linalg.solve(_or(robust, covariance), coefficients)),
        n=len(rows),
        n_events=int(problem.hit.sum()),
        converged=converged,
        runaway=np.flatnonzero((np.abs(beta) > _RUNAWAY) | ~np.isfinite(beta)),
        event_time=steps[:, 2],
        event_stratum=where,
        jump=jump * np.exp(level),
        schoenfeld=_sums_of_events(problem, steps, where, mean) * scale,
        spread=spread * np.outer(scale, scale),
        expected=risk * lived.hazard,
    )


def _or(robust: np.ndarray | None, covariance: np.ndarray) -> np.ndarray:
    return covariance if robust is None else robust


def _prepare(
    rows: Spells,
    x: np.ndarray,
    strata: np.ndarray | None,
    offset: np.ndarray | None,
    ties: str,
) -> _Problem:
    x = np.ascontiguousarray(x, dtype=float)
    if not np.isfinite(x).all():
        bad = ~np.isfinite(x).all(axis=1)
        raise EstimationError(
            f"covariates must be finite; {int(bad.sum())} rows are not, first {int(bad.argmax())}."
        )
    hit = rows.event > 0
    if not hit.any():
        raise EstimationError("no relationship ended, so a hazard can't be modeled.")
    center = x.mean(axis=0)
    scale = x.std(axis=0)
    if (scale <= 1e-12 * np.maximum(1, np.abs(center))).any():
        column = int((scale <= 1e-12 * np.maximum(1, np.abs(center))).argmax())
        raise EstimationError(f"covariate {column} is the same in every row.")
    standard = (x - center) / scale
    if np.linalg.matrix_rank(standard) < x.shape[1]:
        raise EstimationError("covariates repeat each other: one is a sum of others.")
    stratum = np.zeros(len(rows), np.int64) if strata is None else strata.astype(np.int64)
    by_time = np.lexsort((-rows.time, stratum))
    place = np.empty_like(by_time)
    place[by_time] = np.arange(len(rows))
    of_rows = (standard, rows.weight, rows.entry, rows.time, hit, stratum)
    return _Problem(
        rows=rows,
        x=standard,
        center=center,
        scale=scale,
        hit=hit,
        stratum=stratum,
        offset=np.zeros(len(rows)) if offset is None else np.asarray(offset, dtype=float),
        by_time=by_time,
        in_time=tuple(column[by_time] for column in of_rows),
        by_entry=place[np.lexsort((-rows.entry, stratum))],
        of_events=rows.weight[hit] @ standard[hit],
        efron=ties == "efron",
    )


def _climb(problem: _Problem, swept: tuple, start: tuple) -> tuple[np.ndarray, tuple, bool]:
    """Newton's method from zero; a step that loses likelihood is halved."""
    loglik, score, information = start
    beta = np.zeros(len(score))
    for _ in range(_MAX_STEPS):
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            return beta, swept, False
        for _ in range(30):
            trial = problem.passes(beta + step)
            found = problem.slopes(trial)
            if np.isfinite(found[0]) and found[0] >= loglik - 1e-12 * abs(loglik):
                break
            step = step / 2
        gain = found[0] - loglik
        beta, swept = beta + step, trial
        loglik, score, information = found
        if abs(gain) <= 1e-11 * (abs(loglik) + 1) and np.abs(step).max() < 1e-8:
            return beta, swept, True
        if np.abs(beta).max() > 2 * _RUNAWAY:
            return beta, swept, False
    return beta, swept, False


def _own_step(problem: _Problem, strata_of: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Where the time of each row that ended stands among event times by stratum and time."""
    stratum, time = problem.stratum[problem.hit], problem.rows.time[problem.hit]
    place = np.empty(len(time), np.int64)
    for each in np.unique(stratum):
        low, high = np.searchsorted(strata_of, [each, each + 1])
        inside = np.flatnonzero(stratum == each)
        place[inside] = low + np.searchsorted(times[low:high], time[inside])
    return place


def _sums_of_events(
    problem: _Problem, steps: np.ndarray, where: np.ndarray, mean: np.ndarray
) -> np.ndarray:
    order = np.lexsort((steps[:, 2], where))
    own = _own_step(problem, where[order], steps[order, 2])
    heavy = problem.rows.weight[problem.hit][:, None] * problem.x[problem.hit]
    sums = np.stack([np.bincount(own, column, minlength=len(steps)) for column in heavy.T], axis=1)
    back = np.empty_like(sums)
    back[order] = sums
    return back - steps[:, 1:2] * mean


@dataclass(frozen=True, eq=False)
class _Lived:
    """What each row lived through, weights and relative hazard left out.

    Attributes
    ----------
    hazard : numpy.ndarray, shape (n,)
        Baseline hazard on the row's spell.
    hazard_x : numpy.ndarray, shape (n, p)
        The same times mean covariates at risk.
    mean : numpy.ndarray, shape (n, p)
        Mean covariates at risk at the row's own ending, 0 without one.
    """

    hazard: np.ndarray
    hazard_x: np.ndarray
    mean: np.ndarray


def _live(problem: _Problem, swept: tuple) -> _Lived:
    steps, where, _, jump, jump_x, own, own_x, mean, _ = swept
    order = np.lexsort((steps[:, 2], where))
    strata_of, times = where[order], steps[order, 2]
    total = np.concatenate([[0.0], np.cumsum(jump[order])])
    total_x = np.concatenate([np.zeros((1, jump_x.shape[1])), np.cumsum(jump_x[order], axis=0)])
    rows = problem.rows
    hazard, hazard_x = np.zeros(len(rows)), np.zeros_like(problem.x)
    own_mean = np.zeros_like(problem.x)
    for stratum in np.unique(problem.stratum):
        low, high = np.searchsorted(strata_of, [stratum, stratum + 1])
        inside = np.flatnonzero(problem.stratum == stratum)
        end = low + np.searchsorted(times[low:high], rows.time[inside], side="right")
        begin = low + np.searchsorted(times[low:high], rows.entry[inside], side="right")
        hazard[inside] = total[end] - total[begin]
        hazard_x[inside] = total_x[end] - total_x[begin]
        ended = np.flatnonzero(problem.hit[inside] & (rows.weight[inside] > 0))
        at, here = order[end[ended] - 1], inside[ended]
        hazard[here] += own[at] - jump[at]
        hazard_x[here] += own_x[at] - jump_x[at]
        own_mean[here] = mean[at]
    return _Lived(hazard, hazard_x, own_mean)


def _score_residuals(problem: _Problem, risk: np.ndarray, lived: _Lived) -> np.ndarray:
    """Each row's part of the score, weighted, shape (n, p)."""
    x, hit = problem.x, problem.hit
    part = -risk[:, None] * (x * lived.hazard[:, None] - lived.hazard_x)
    part[hit] += x[hit] - lived.mean[hit]
    return part * problem.rows.weight[:, None]
