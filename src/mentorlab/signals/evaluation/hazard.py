"""The chance of a problematic ending within some weeks, from the weekly features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from ...errors import EstimationError
from ..catalog.base import LogSignal
from ..catalog.registry import all_signals

_LEAN, _LEAN_SPREAD = 0.1, 0.1
"""Normal prior of what one standard deviation of a sign of trouble adds to the log hazard. Equal
small weights in the known direction predict better than weights fitted to a few dozen endings; the
more endings there are, the more they decide."""
_FREE_SPREAD = 0.25
"""Standard deviation of the prior around 0 where no direction is known beforehand."""
_MOST_STEPS = 200
_LOWEST, _HIGHEST = -30.0, 3.0
_CAP, _HALF = 3.0, 0.5
_AGE, _PACE, _END = "age up to ", "pace", "agreed end near"
_NEAR_DAYS, _LEAST_DAYS = 42.0, 3.5
_KNOTS = (4, 9, 17, 26, 52)
_RANGE, _CONSTANT = (0.005, 0.995), 1e-12


def predictors(features: pd.DataFrame) -> pd.DataFrame:
    """Give what the hazard is explained by, one column a reason, from weekly features.

    All but age, pace and the agreed end are signs of trouble: higher is worse.
    """
    get = features.get
    share = get("initiated_by_mentee_share_8w")
    meetings = get("meetings_4w")
    lately = (get("contacts_4w") + _HALF) / (4 * get("pace_per_week") + _HALF)
    columns = {
        "silence": np.minimum(get("expected_since_last"), 8.0),
        "gap": np.log1p(get("gap_days")),
        "slowdown": np.minimum(get("cusum_llr"), 8.0),
        "fewer contacts than usual": -get("ewma_contacts"),
        "fewer contacts lately": -np.log(lately),
        "few meetings lately": -np.log(meetings + _HALF),
        "short meetings": -(get("minutes_4w") / meetings).where(meetings > 0),
        _PACE: np.log(get("pace_per_week") + 0.1),
        "missed by the mentor": get("missed_share_mentor_8w"),
        "missed by the mentee": get("missed_share_mentee_8w"),
        "missed": get("missed_share_8w"),
        "missed in a row": np.minimum(get("missed_in_row"), 4.0),
        "called off": np.minimum(get("cancelled_8w"), 4.0),
        "put off": np.minimum(get("rescheduled_8w"), 4.0),
        "slower mentor": get("reply_slowdown_mentor").clip(-_CAP, _CAP),
        "slower mentee": get("reply_slowdown_mentee").clip(-_CAP, _CAP),
        "one side begins": (share - _HALF).abs(),
        "one-sided effort": (share - get("initiated_by_mentee_share_before")).abs(),
        "meetings without agenda": 1 - get("agenda_share_8w"),
        "mentor unprepared": 1 - get("prepared_share_mentor_8w"),
        "mentee unprepared": 1 - get("prepared_share_mentee_8w"),
        "overdue items": np.log1p(get("overdue_items")),
        "due dates missed": np.minimum(get("due_missed_in_row"), 4.0),
        **{f"{_AGE}{knot} weeks": np.minimum(get("age_days"), 7 * knot) for knot in _KNOTS},
    }
    strengths = _strengths(features)
    columns["raised signals"] = strengths.where(strengths >= 1, 0.0).sum(axis=1).clip(upper=_CAP)
    columns["strongest signal"] = strengths.max(axis=1)
    if "rating_low" in features:
        columns["low rating"] = -features["rating_low"]
        columns["mentor's rating"] = -features["rating_mentor"]
        columns["mentee's rating"] = -features["rating_mentee"]
    if "agreed_days_left" in features:
        left = features["agreed_days_left"]
        near = -np.log(left.clip(_LEAST_DAYS, _NEAR_DAYS) / _NEAR_DAYS)
        columns[_END] = near.where(left > 0, 0.0)
    if "mentor_rate" in features:
        columns["other pairs of the mentor"] = np.log(features["mentor_rate"])
    return pd.DataFrame(columns, index=features.index).astype(float)


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
    usual : numpy.ndarray, shape (p,)
        Middle values, which stand in for what is not known.
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
    usual: np.ndarray
    low: np.ndarray
    high: np.ndarray
    intercept: float
    n_rows: int
    n_endings: int

    def terms(self, features: pd.DataFrame) -> pd.DataFrame:
        """Give what each predictor adds to the log hazard, against the training mean."""
        return self.terms_of(predictors(features))

    def risk(self, features: pd.DataFrame) -> np.ndarray:
        """Give the chance of a problematic ending within the horizon."""
        return self.risk_of(predictors(features))

    def terms_of(self, table: pd.DataFrame) -> pd.DataFrame:
        """Give what each predictor adds, from a table of predictors."""
        return pd.DataFrame(self._terms(table), index=table.index, columns=list(self.names))

    def risk_of(self, table: pd.DataFrame) -> np.ndarray:
        """Give the chance of a problematic ending, from a table of predictors."""
        linear = self.intercept + self._terms(table).sum(axis=1)
        return -np.expm1(-np.exp(np.clip(linear, _LOWEST, _HIGHEST)))

    def _terms(self, table: pd.DataFrame) -> np.ndarray:
        x = _filled(table[list(self.names)].to_numpy(), self.usual)
        return (np.clip(x, self.low, self.high) - self.center) / self.scale * self.beta


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
    Complementary log-log with standardized predictors. A sign of trouble can only raise the chance:
    its coefficient is 0 or more, with a normal prior of mean .1 and standard deviation .1, so that
    few endings give a cautious model that leans on all signs alike. Coefficients of age, pace and a
    near agreed end have a normal prior around 0 with standard deviation .25. Other endings within
    the horizon count as not problematic.

    References
    ----------
    dawes1979, singer1993

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
    return fit_predictors(predictors(features), ended, horizon_weeks=horizon_weeks)


def fit_predictors(table: pd.DataFrame, ended: np.ndarray, *, horizon_weeks: int) -> RiskModel:
    """Learn from a table of predictors, as `fit_risk` does from weekly features.

    Columns without any value are left out; other gaps take the column's middle value.

    Raises
    ------
    EstimationError
        If nothing or everything ended.
    """
    n = int(np.sum(ended))
    if n in (0, len(ended)):
        raise EstimationError(
            f"{n} of {len(ended)} relationship-weeks were followed by a problematic ending: a "
            "model needs some that were and some that were not."
        )
    table = table.loc[:, table.notna().any()]
    x = table.to_numpy()
    usual = np.nanmedian(x, axis=0)
    x = _filled(x, usual)
    low, high = np.quantile(x, _RANGE, axis=0)
    x = np.clip(x, low, high)
    center, scale = x.mean(axis=0), x.std(axis=0)
    kept = scale > _CONSTANT
    design = np.column_stack([np.ones(len(x)), ((x - center) / np.where(kept, scale, 1))[:, kept]])
    names = tuple(table.columns[kept])
    coefficients = _fit(design, ended, 1 / horizon_weeks, names)
    return RiskModel(
        names=names,
        center=center[kept],
        scale=scale[kept],
        beta=coefficients[1:],
        usual=usual[kept],
        low=low[kept],
        high=high[kept],
        intercept=float(coefficients[0]),
        n_rows=len(ended),
        n_endings=n,
    )


def _filled(x: np.ndarray, usual: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(x), usual, x)


def _fit(
    design: np.ndarray, ended: np.ndarray, weight: float, names: tuple[str, ...]
) -> np.ndarray:
    """Find the most likely coefficients under the prior, the intercept first."""
    free = np.array([name.startswith(_AGE) or name in (_PACE, _END) for name in names], dtype=bool)
    center = np.concatenate([[0.0], np.where(free, 0.0, _LEAN)])
    precision = np.concatenate([[0.0], np.where(free, _FREE_SPREAD, _LEAN_SPREAD) ** -2.0])
    start = center.copy()
    start[0] = np.log(-np.log1p(-ended.mean()))

    def cost(beta: np.ndarray) -> tuple[float, np.ndarray]:
        rate = np.exp(np.clip(design @ beta, _LOWEST, _HIGHEST))
        chance = -np.expm1(-rate)
        likelihood = np.where(ended, np.log(chance), -rate).sum()
        slope = np.where(ended, rate * np.exp(-rate) / chance, -rate)
        off = beta - center
        value = precision @ off**2 / 2 - weight * likelihood
        return float(value), precision * off - weight * (design.T @ slope)

    bounds = [(None, None), *((None, None) if each else (0.0, None) for each in free)]
    options = {"maxiter": _MOST_STEPS}
    return minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
