"""How good predictions of endings were, with those lost from view weighed in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from .censoring import fit_censoring
from .competing import fit_incidence
from .concordance import Concordance, concordance
from .spells import Spells


@dataclass(frozen=True, eq=False)
class Accuracy:
    """Discrimination and calibration of predicted risks at given horizons.

    Attributes
    ----------
    times : numpy.ndarray, shape (k,)
        Horizons.
    auc : numpy.ndarray, shape (k,)
        Chance that one that ended by the horizon had the higher risk than one that did not.
    brier, brier_null : numpy.ndarray, shape (k,)
        Mean squared error of the risks, and of the same share for everyone.
    """

    times: np.ndarray
    auc: np.ndarray
    brier: np.ndarray
    brier_null: np.ndarray


def accuracy(rows: Spells, risk: np.ndarray, times: np.ndarray, *, cause: int = 1) -> Accuracy:
    r"""Tell how well predicted risks sort and hit what happened by each horizon.

    Parameters
    ----------
    rows : Spells
        What happened, without late entries.
    risk : numpy.ndarray, shape (n, k)
        Predicted probability of an ending by `cause` up to each time.
    times : numpy.ndarray, shape (k,)
        Horizons.
    cause : int
        The ending predicted; others compete and count as not ended by it.

    Raises
    ------
    EstimationError
        If shapes do not fit, or nobody can be judged at a horizon.

    Notes
    -----
    Weights are one over the share in view: :math:`1/\hat G(T_i-)` for those that ended by the
    horizon, :math:`1/\hat G(t)` for those still going, 0 for those lost before. Endings come
    before losses at the same time. Ties in risk count half. The null risk is the incidence of the
    same data.

    References
    ----------
    graf1999 : Assessment and comparison of prognostic classification schemes for survival data.
    blanche2013 : Estimating and comparing time-dependent areas under ROC curves with competing
        risks.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> rows = spells(np.array([1.0, 2, 3, 4]), np.array([1, 1, 0, 0]))
    >>> found = accuracy(rows, np.array([[0.9], [0.2], [0.3], [0.1]]), np.array([2.0]))
    >>> found.auc, found.brier.round(4)
    (array([0.75]), array([0.1875]))
    """
    times = np.asarray(times, dtype=float)
    risk = np.asarray(risk, dtype=float)
    if risk.shape != (len(rows), len(times)):
        raise EstimationError(
            f"`risk` has the shape {risk.shape}; {len(rows)} rows and {len(times)} times are due."
        )
    censoring = fit_censoring(rows)
    own_weight = censoring.before(rows.time)
    usual = fit_incidence(rows, n_causes=max(cause, int(rows.event.max()))).at(times)[:, cause - 1]
    columns = [
        _at_horizon(
            rows, risk[:, k], t, cause, own_weight, censoring.at(np.array([t]))[0], usual[k]
        )
        for k, t in enumerate(times)
    ]
    auc, brier, null = np.array(columns).T
    return Accuracy(times, auc, brier, null)


def _at_horizon(
    rows: Spells,
    risk: np.ndarray,
    horizon: float,
    cause: int,
    own_weight: np.ndarray,
    in_view: float,
    usual: float,
) -> tuple[float, float, float]:
    done = (rows.time <= horizon) & (rows.event > 0)
    going = rows.time > horizon
    if going.any() and in_view <= 0:
        raise EstimationError(f"nobody is in view at the horizon {horizon:g}.")
    weight = rows.weight * np.where(
        done, 1 / np.where(done, own_weight, 1.0), going / max(in_view, 1e-300)
    )
    case = done & (rows.event == cause)
    other = (done & ~case) | going
    if not case.any() or not other.any():
        auc = np.nan
    else:
        auc = _ranked_above(risk[case], weight[case], risk[other], weight[other])
    size = rows.weight.sum()
    error = float(weight @ (case - risk) ** 2 / size)
    return auc, error, float(weight @ (case - usual) ** 2 / size)


def _ranked_above(
    risk: np.ndarray, weight: np.ndarray, other: np.ndarray, other_weight: np.ndarray
) -> float:
    order = np.argsort(other)
    total = np.concatenate([[0.0], np.cumsum(other_weight[order])])
    below = total[np.searchsorted(other[order], risk, side="left")]
    upto = total[np.searchsorted(other[order], risk, side="right")]
    return float(weight @ (below + upto) / 2 / (weight.sum() * total[-1]))


def integrated_brier(times: np.ndarray, brier: np.ndarray) -> np.ndarray:
    """Give the mean Brier score from the first horizon up to each, each held until the next.

    The first is 0 by definition, and each is divided by its horizon, as ``riskRegression::Score``
    does.

    Examples
    --------
    >>> integrated_brier(np.array([1.0, 2.0, 4.0]), np.array([0.1, 0.2, 0.3]))
    array([0.   , 0.05 , 0.125])
    """
    return np.concatenate([[0.0], np.cumsum(brier[:-1] * np.diff(times))]) / times


def uno_concordance(rows: Spells, risk: np.ndarray, *, until: float | None = None) -> Concordance:
    r"""Tell how often the one that ended first was held at higher risk, whoever was lost.

    Parameters
    ----------
    rows : Spells
        What happened, without late entries.
    risk : numpy.ndarray, shape (n,)
        Higher means earlier ending.
    until : float, optional
        Only endings up to this time count; without it the last endings, of which few were in
        view, weigh most.

    Notes
    -----
    Pairs weigh :math:`1/\hat G(t-)^2` at the ending, so that the answer does not depend on when
    people were lost from view.

    References
    ----------
    uno2011 : On the C-statistics for evaluating overall adequacy of risk prediction procedures.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> rows = spells(np.array([1.0, 2, 3, 4]), np.array([1, 0, 1, 0]))
    >>> uno_concordance(rows, np.array([4.0, 3, 2, 1]), until=3.0).estimate
    1.0
    """
    share = fit_censoring(rows).before(rows.time)
    counted = (share > 0) & (rows.time <= (np.inf if until is None else until))
    weight = np.where(counted, 1 / np.where(share > 0, share, 1.0) ** 2, 0.0)
    return concordance(rows, risk, time_weight=weight)
