"""How long relationships stay in view: the curve of censoring, to weigh those that stayed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from ...options import CensoringOrder
from .kaplan_meier import step
from .spells import Spells, risk_table


@dataclass(frozen=True, eq=False)
class Censoring:
    """Share still in view, as a step function.

    Attributes
    ----------
    time, n_risk : numpy.ndarray, shape (k,)
        Distinct times at which somebody was lost, and who could have been.
    share : numpy.ndarray, shape (k,)
        Share in view from `time` on.
    """

    time: np.ndarray
    n_risk: np.ndarray
    share: np.ndarray

    def before(self, times: np.ndarray) -> np.ndarray:
        """Share in view just before given times."""
        return step(self.time, self.share, times, before=1.0, left=True)

    def at(self, times: np.ndarray) -> np.ndarray:
        """Share in view from given times on."""
        return step(self.time, self.share, times, before=1.0)


def fit_censoring(rows: Spells, *, order: CensoringOrder = "events_first") -> Censoring:
    """Tell which share is still in view at each time, endings put aside.

    Parameters
    ----------
    rows : Spells
        Rows at risk, without late entries.
    order : {"events_first", "together"}
        Whether who ended at t had left before anyone was lost at t.

    Raises
    ------
    EstimationError
        For late entries.

    Notes
    -----
    Kaplan and Meier's curve with censoring as the event. Weights of one over it are right when
    censoring does not depend on what would have happened.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> fit_censoring(spells(np.array([1.0, 2, 2, 3]), np.array([1, 0, 1, 1]))).share
    array([0.5])
    """
    if (rows.entry > rows.time.min()).any():
        raise EstimationError("weights for censoring can't take relationships seen only later.")
    table = risk_table(rows)
    ended = table.events.sum(axis=1)
    leaving = table.n_risk - np.append(table.n_risk[1:], 0.0)
    lost = leaving - ended
    at_risk = table.n_risk - (ended if order == "events_first" else 0.0)
    hit = lost > 0
    share = np.cumprod(1 - lost[hit] / at_risk[hit])
    return Censoring(table.time[hit], at_risk[hit], share)
