"""Measures of scores and lists: AUC, Brier, calibration, net benefit, and their intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import EstimationError
from ...stats.resampling import percentile_interval, resample_counts
from ...stats.survival.discrete import fit_hazard
from ...stats.survival.prediction import accuracy
from ...stats.survival.spells import spells
from .alerts import Tally
from .detectors import Scores
from .panel import RiskPanel

ODDS = np.round(np.arange(0.02, 0.2001, 0.02), 2)
_COUNTED = ("alerts", "hits", "endings", "caught")


def discrimination(panel: RiskPanel, scores: Scores, horizon_weeks: int) -> dict[str, float]:
    """Give AUC and Brier score at the horizon, those lost from view weighed in."""
    known = ~np.isnan(scores.score)
    rows = spells(panel.days_left[known], panel.kind[known])
    horizon = np.array([7.0 * horizon_weeks])
    try:
        found = accuracy(rows, scores.score[known][:, None], horizon)
    except EstimationError:
        return {"auc": np.nan, "brier": np.nan, "brier_null": np.nan}
    brier = float(found.brier[0]) if scores.is_probability else np.nan
    return {"auc": float(found.auc[0]), "brier": brier, "brier_null": float(found.brier_null[0])}


def auc_interval(
    panel: RiskPanel,
    scores: Scores,
    mentor: np.ndarray,
    horizon_weeks: int,
    *,
    n_draws: int,
    level: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Give the interval of the AUC from mentors drawn with replacement."""
    followed = ~np.isnan(scores.score) & (panel.follow_up() >= 7 * horizon_weeks)
    bad = panel.ends_within(horizon_weeks)[followed]
    score, mentor = scores.score[followed], mentor[followed]
    if not bad.any() or bad.all():
        return float("nan"), float("nan")
    _, place = np.unique(score, return_inverse=True)
    n = int(place.max()) + 1
    draws = []
    for counts in resample_counts(int(mentor.max()) + 1, n_draws, rng=rng):
        for weight in counts:
            w = weight[mentor]
            cases = np.bincount(place, weights=w * bad, minlength=n)
            others = np.bincount(place, weights=w * ~bad, minlength=n)
            below = np.cumsum(others) - others / 2
            total = cases.sum() * others.sum()
            draws.append(float(cases @ below / total) if total > 0 else np.nan)
    return percentile_interval(np.array(draws), level=level)


def list_intervals(
    found: Tally, *, n_draws: int, level: float, rng: np.random.Generator
) -> dict[str, tuple[float, float]]:
    """Give intervals of PPV and recall from mentors drawn with replacement."""
    parts = np.column_stack([getattr(found, name) for name in _COUNTED])
    drawn = np.concatenate(
        [counts @ parts for counts in resample_counts(len(parts), n_draws, rng=rng)]
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "ppv": percentile_interval(drawn[:, 1] / drawn[:, 0], level=level),
            "recall": percentile_interval(drawn[:, 3] / drawn[:, 2], level=level),
        }


def gain_intervals(
    found: Tally, other: Tally, *, n_draws: int, level: float, rng: np.random.Generator
) -> dict[str, tuple[float, float]]:
    """Give intervals of differences in PPV and recall, mentors drawn for both at once."""
    parts = np.column_stack([getattr(one, name) for one in (found, other) for name in _COUNTED])
    drawn = np.concatenate(
        [counts @ parts for counts in resample_counts(len(parts), n_draws, rng=rng)]
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        ppv = drawn[:, 1] / drawn[:, 0] - drawn[:, 5] / drawn[:, 4]
        recall = drawn[:, 3] / drawn[:, 2] - drawn[:, 7] / drawn[:, 6]
    return {
        "ppv": percentile_interval(ppv, level=level),
        "recall": percentile_interval(recall, level=level),
    }


def calibration(
    panel: RiskPanel, scores: Scores, mentor: np.ndarray, horizon_weeks: int
) -> dict[str, float]:
    """Give mean predicted and observed risk, and intercept and slope of logit recalibration."""
    followed = ~np.isnan(scores.score) & (panel.follow_up() >= 7 * horizon_weeks)
    p = np.clip(scores.score[followed], 1e-6, 1 - 1e-6)
    bad = panel.ends_within(horizon_weeks)[followed]
    found = {
        "predicted": float(p.mean()) if len(p) else np.nan,
        "observed": float(bad.mean()) if len(p) else np.nan,
        "intercept": np.nan,
        "slope": np.nan,
    }
    logit = np.log(p / (1 - p))
    try:
        fit = fit_hazard(
            bad, np.column_stack([np.ones(len(p)), logit]), link="logit", cluster=mentor[followed]
        )
    except EstimationError:
        return found
    return found | {"intercept": float(fit.beta[0]), "slope": float(fit.beta[1])}


def net_benefit(panel: RiskPanel, scores: Scores, horizon_weeks: int) -> pd.DataFrame:
    """Give net benefit over thresholds, beside calling everyone.

    Notes
    -----
    :math:`TP/n-FP/n\\cdot p_t/(1-p_t)` for calling those with a risk of :math:`p_t` or more.

    References
    ----------
    vickers2006
    """
    followed = ~np.isnan(scores.score) & (panel.follow_up() >= 7 * horizon_weeks)
    p, bad = scores.score[followed], panel.ends_within(horizon_weeks)[followed]
    rows = []
    for threshold in ODDS:
        odds = threshold / (1 - threshold)
        called = p >= threshold
        rows.append(
            {
                "detector": scores.name,
                "threshold": float(threshold),
                "net_benefit": float((called & bad).mean() - odds * (called & ~bad).mean()),
                "call_everyone": float(bad.mean() - odds * (~bad).mean()),
            }
        )
    return pd.DataFrame(rows)
