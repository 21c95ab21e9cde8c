"""The hazard in each period: a regression on person-period rows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from ...options import HazardLink, check_option


@dataclass(frozen=True, eq=False)
class PersonPeriods:
    """One row for each period that a spell was at risk in.

    Attributes
    ----------
    row : numpy.ndarray of int, shape (m,)
        Row of the spell.
    period : numpy.ndarray of int, shape (m,)
        Period, from 1.
    ended : numpy.ndarray of bool, shape (m,)
        Whether the spell ended in this period.
    """

    row: np.ndarray
    period: np.ndarray
    ended: np.ndarray


def person_periods(
    time: np.ndarray, event: np.ndarray, *, width: float, last: int | None = None
) -> PersonPeriods:
    """Cut spells into periods of equal width.

    A spell that ends at `time` is at risk in periods 1 to ``ceil(time / width)``; those that last
    longer than `last` periods are censored there.

    Raises
    ------
    EstimationError
        For times that are not above 0, or a width that is not.

    Examples
    --------
    >>> cut = person_periods(np.array([5.0, 14.0]), np.array([1, 0]), width=7)
    >>> cut.row.tolist(), cut.period.tolist(), cut.ended.tolist()
    ([0, 1, 1], [1, 1, 2], [True, False, False])
    """
    if not width > 0:
        raise EstimationError(f"`width` must be above 0; got {width}.")
    if not (time > 0).all():
        raise EstimationError("times must be above 0 to fall into a period.")
    n_periods = np.ceil(time / width).astype(np.int64)
    kept = n_periods if last is None else np.minimum(n_periods, last)
    row = np.repeat(np.arange(len(time)), kept)
    start = np.cumsum(kept) - kept
    period = np.arange(len(row)) - start[row] + 1
    ended = (period == n_periods[row]) & (np.asarray(event)[row] > 0)
    return PersonPeriods(row, period, ended)


@dataclass(frozen=True, eq=False)
class HazardFit:
    """A fitted discrete-time hazard.

    Attributes
    ----------
    beta, std_error : numpy.ndarray, shape (p,)
    covariance : numpy.ndarray, shape (p, p)
        By clusters where they were given.
    loglik, deviance : float
    n, n_events : int
    converged : bool
    """

    beta: np.ndarray
    std_error: np.ndarray
    covariance: np.ndarray
    loglik: float
    deviance: float
    n: int
    n_events: int
    converged: bool


def fit_hazard(
    ended: np.ndarray,
    design: np.ndarray,
    *,
    link: HazardLink = "cloglog",
    cluster: np.ndarray | None = None,
) -> HazardFit:
    r"""Tell how covariates move the chance that a relationship ends in a period, given it goes on.

    Parameters
    ----------
    ended : numpy.ndarray of bool, shape (m,)
        Whether the row's spell ended in the row's period.
    design : numpy.ndarray, shape (m, p)
        Terms of time (such as one column a period) and covariates, which may change over time.
    link : {"cloglog", "logit"}
        With cloglog the coefficients are those of a proportional hazards model of grouped time.
    cluster : numpy.ndarray of int, shape (m,), optional
        Rows that depend on each other (mentors).

    Raises
    ------
    EstimationError
        If nothing or everything ended, or terms repeat each other.

    Notes
    -----
    Binomial regression by iterated weighted least squares (statsmodels). Rows of one spell need no
    cluster for the likelihood to be right; spells that share a mentor do: CR1 errors.

    References
    ----------
    singer1993 : It's about time: using discrete-time survival analysis.

    Examples
    --------
    >>> ended = np.array([0, 0, 1, 0, 1, 1, 0, 0], dtype=bool)
    >>> design = np.column_stack([np.ones(8), [0.0, 0, 0, 0, 1, 1, 1, 0]])
    >>> fit_hazard(ended, design, link="logit").beta.round(2)
    array([-1.39,  2.08])
    """
    check_option(link, HazardLink, who="fit_hazard", name="link")
    n_events = int(np.sum(ended))
    if n_events in (0, len(ended)):
        raise EstimationError(
            f"{n_events} of {len(ended)} rows ended: a hazard needs some that did and some not."
        )
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise EstimationError("terms repeat each other: one is a sum of others.")
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    links = {"cloglog": sm.families.links.CLogLog(), "logit": sm.families.links.Logit()}
    model = sm.GLM(ended.astype(float), design, family=sm.families.Binomial(links[link]))
    options = {}
    if cluster is not None:
        options = {"cov_type": "cluster", "cov_kwds": {"groups": np.asarray(cluster)}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        fit = model.fit(tol=1e-12, maxiter=100, **options)
    return HazardFit(
        beta=np.asarray(fit.params),
        std_error=np.asarray(fit.bse),
        covariance=np.asarray(fit.cov_params()),
        loglik=float(fit.llf),
        deviance=float(fit.deviance),
        n=len(ended),
        n_events=n_events,
        converged=bool(fit.converged),
    )
