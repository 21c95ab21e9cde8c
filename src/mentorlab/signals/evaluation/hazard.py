"""The chance of a problematic ending within some weeks, from the weekly features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import EstimationError
from ..catalog.base import LogSignal
from ..catalog.registry import all_signals

_PRIOR_PRECISION = 16.0
"""Normal prior of each standardized coefficient with a standard deviation of one quarter: with few
endings a predictor rarely moves the hazard by more than 1.6 for a standard deviation."""
_STEPS, _CLOSE_ENOUGH, _HALVINGS = 60, 1e-9, 30
_LOWEST, _HIGHEST = -30.0, 3.0
_CAP = 3.0
_KNOTS = (4, 9, 17, 26, 52)
_RANGE, _CONSTANT = (0.005, 0.995), 1e-12


def predictors(features: pd.DataFrame) -> pd.DataFrame:
    """Give what the hazard is explained by, one column a reason, from weekly features.

    Columns without any value are left out; other gaps take the column's middle value.
    """
    get = features.get
    share = get("initiated_by_mentee_share_8w")
    columns = {
        "silence": np.minimum(get("expected_since_last"), 8.0),
        "gap": np.log1p(get("gap_days")),
        "slowdown": np.minimum(get("cusum_llr"), 8.0),
        "recent contacts": get("ewma_contacts"),
        "pace": np.log(get("pace_per_week") + 0.1),
        "missed by the mentor": get("missed_share_mentor_8w"),
        "missed by the mentee": get("missed_share_mentee_8w"),
        "missed": get("missed_share_8w"),
        "missed in a row": np.minimum(get("missed_in_row"), 4.0),
        "put off": np.minimum(get("rescheduled_8w"), 4.0),
        "slower mentor": get("reply_slowdown_mentor").clip(-_CAP, _CAP),
        "slower mentee": get("reply_slowdown_mentee").clip(-_CAP, _CAP),
        "one-sided effort": (share - get("initiated_by_mentee_share_before")).abs(),
        "meetings without agenda": 1 - get("agenda_share_8w"),
        "mentor unprepared": 1 - get("prepared_share_mentor_8w"),
        "mentee unprepared": 1 - get("prepared_share_mentee_8w"),
        "overdue items": np.log1p(get("overdue_items")),
        "due dates missed": np.minimum(get("due_missed_in_row"), 4.0),
        **{f"age up to {knot} weeks": np.minimum(get("age_days"), 7 * knot) for knot in _KNOTS},
    }
    strengths = _strengths(features)
    columns["raised signals"] = strengths.where(strengths >= 1, 0.0).sum(axis=1).clip(upper=_CAP)
    columns["strongest signal"] = strengths.max(axis=1)
    if "mentor_rate" in features:
        columns["other pairs of the mentor"] = np.log(features["mentor_rate"])
    frame = pd.DataFrame(columns, index=features.index).astype(float)
    frame = frame.loc[:, frame.notna().any()]
    return frame.fillna(frame.median())


def _strengths(features: pd.DataFrame) -> pd.DataFrame:
    """Strengths of the log's signals at their default thresholds, up to 3."""
    logs = [signal for signal in all_signals().values() if isinstance(signal, LogSignal)]
    found = {signal.name: signal.strength(features) for signal in logs}
    return pd.DataFrame(found, index=features.index).fillna(0.0).clip(0, _CAP)


@dataclass(frozen=True, eq=False)
class RiskModel:
    """A fitted risk.

    Attributes
    ----------
    names : tuple of str
    center, scale, beta : numpy.ndarray, shape (p,)
        Of the standardized predictors.
    low, high : numpy.ndarray, shape (p,)
        Range learned from; values beyond it count as its ends.
    intercept : float
    n_rows, n_endings : int
        Relationship-weeks, and those that an ending followed.
    """

    names: tuple[str, ...]
    center: np.ndarray
    scale: np.ndarray
    beta: np.ndarray
    low: np.ndarray
    high: np.ndarray
    intercept: float
    n_rows: int
    n_endings: int

    def terms(self, features: pd.DataFrame) -> pd.DataFrame:
        """Give what each predictor adds to the log hazard, against the training mean."""
        x = predictors(features).reindex(columns=list(self.names))
        x = x.fillna(pd.Series(self.center, index=self.names))
        return (x.clip(self.low, self.high, axis=1) - self.center) / self.scale * self.beta

    def risk(self, features: pd.DataFrame) -> np.ndarray:
        """Give the chance of a problematic ending within the horizon."""
        linear = self.intercept + self.terms(features).sum(axis=1).to_numpy()
        return -np.expm1(-np.exp(np.clip(linear, _LOWEST, _HIGHEST)))


def fit_risk(features: pd.DataFrame, ended: np.ndarray, *, horizon_weeks: int) -> RiskModel:
    r"""Learn how the weekly features go with a problematic ending within the horizon.

    Parameters
    ----------
    features : pandas.DataFrame
        Weekly features of weeks whose horizon is over.
    ended : numpy.ndarray of bool, shape (m,)
        Whether a problematic ending followed within the horizon.
    horizon_weeks : int
        Each ending marks so many weeks, so each row weighs one over it.

    Raises
    ------
    EstimationError
        If nothing or everything ended.

    Notes
    -----
    Complementary log-log, predictors standardized, with a normal prior of standard deviation .25 on
    each coefficient, so that few endings give a cautious model instead of none. Other endings
    within the horizon count as not problematic.

    References
    ----------
    singer1993

    Examples
    --------
    >>> import mentorlab as ml
    >>> features = ml.signals.weekly_features(
    ...     ml.datasets.load_example_program(), as_of="2024-03-31"
    ... )
    >>> quiet = (features["gap_days"] > 30).to_numpy()
    >>> model = fit_risk(features, quiet, horizon_weeks=6)
    >>> bool(model.risk(features)[quiet].mean() > model.risk(features)[~quiet].mean())
    True
    """
    n = int(np.sum(ended))
    if n in (0, len(ended)):
        raise EstimationError(
            f"{n} of {len(ended)} relationship-weeks were followed by a problematic ending: a "
            "model needs some that were and some that were not."
        )
    frame = predictors(features)
    x = frame.to_numpy()
    low, high = np.quantile(x, _RANGE, axis=0)
    x = np.clip(x, low, high)
    center, scale = x.mean(axis=0), x.std(axis=0)
    kept = scale > _CONSTANT
    design = np.column_stack([np.ones(len(x)), ((x - center) / np.where(kept, scale, 1))[:, kept]])
    coefficients = _fit(design, ended.astype(float), 1 / horizon_weeks)
    return RiskModel(
        names=tuple(np.array(frame.columns)[kept]),
        center=center[kept],
        scale=scale[kept],
        beta=coefficients[1:],
        low=low[kept],
        high=high[kept],
        intercept=float(coefficients[0]),
        n_rows=len(ended),
        n_endings=n,
    )


def _fit(design: np.ndarray, y: np.ndarray, weight: float) -> np.ndarray:
    """Penalized maximum likelihood by Fisher scoring with step halving."""
    penalty = np.full(design.shape[1], _PRIOR_PRECISION)
    penalty[0] = 0.0
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(-np.log1p(-y.mean()))
    value = _objective(design, y, weight, penalty, beta)
    for _ in range(_STEPS):
        eta = np.clip(design @ beta, _LOWEST, _HIGHEST)
        rate = np.exp(eta)
        mean = -np.expm1(-rate)
        slope = rate * np.exp(-rate)
        information = weight * slope**2 / (mean * (1 - mean))
        score = design.T @ (weight * slope * (y - mean) / (mean * (1 - mean))) - penalty * beta
        step = np.linalg.solve(
            (design * information[:, None]).T @ design + np.diag(penalty + 1e-10), score
        )
        for _halving in range(_HALVINGS):
            found = _objective(design, y, weight, penalty, beta + step)
            if found >= value:
                break
            step = step / 2
        beta = beta + step
        if found - value < _CLOSE_ENOUGH:
            break
        value = found
    return beta


def _objective(
    design: np.ndarray, y: np.ndarray, weight: float, penalty: np.ndarray, beta: np.ndarray
) -> float:
    rate = np.exp(np.clip(design @ beta, _LOWEST, _HIGHEST))
    likelihood = np.where(y > 0, np.log(-np.expm1(-rate)), -rate).sum()
    return float(weight * likelihood - penalty @ beta**2 / 2)
