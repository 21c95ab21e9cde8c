"""The tables of an evaluation: lists, accuracy, reasons, subgroups, leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import binom

from ...rng import child_rng
from ..closure.endings import KINDS, group_column
from .alerts import Tally, Weeks, mean_tally
from .cases import Case
from .detectors import BASELINES, Scores
from .measures import (
    auc_interval,
    calibration,
    discrimination,
    gain_intervals,
    list_intervals,
)

if TYPE_CHECKING:
    from ...program import Program

EXTERNAL_KIND = KINDS.index("external") + 1
_SMALLEST_GROUP = 10
_LEAK_P = 0.01


def list_table(
    case: Case,
    tallies: dict[tuple[str, float], Tally],
    chance: dict[float, list[np.ndarray]],
) -> pd.DataFrame:
    """Give one row a detector and budget."""
    n_weeks = len(np.unique(case.weeks.week))
    rows = []
    for (name, budget), found in tallies.items():
        if name == "random":
            found = mean_tally([case.count(chosen) for chosen in chance[budget]])
        limits = list_intervals(
            found,
            n_draws=case.n_draws,
            level=case.level,
            rng=child_rng(case.seed, "mentors", name, str(budget)),
        )
        lead = found.lead_weeks
        quarters = np.quantile(lead, [0.25, 0.5, 0.75]) if len(lead) else [np.nan] * 3
        ppv = found.ppv()
        rows.append(
            {
                "detector": name,
                "per_hundred": budget,
                "alerts_per_week": found.alerts.sum() / n_weeks,
                "ppv": ppv,
                "ppv_low": limits["ppv"][0],
                "ppv_high": limits["ppv"][1],
                "recall": found.recall(),
                "recall_low": limits["recall"][0],
                "recall_high": limits["recall"][1],
                "work_per_hit": 1 / ppv if ppv > 0 else np.inf,
                "lead_weeks": quarters[1],
                "lead_q1": quarters[0],
                "lead_q3": quarters[2],
                "alerts": found.alerts.sum(),
                "endings": found.endings.sum(),
            }
        )
    return pd.DataFrame(rows)


def gain_table(
    case: Case,
    tallies: dict[tuple[str, float], Tally],
    chance: dict[float, list[np.ndarray]],
) -> pd.DataFrame:
    """Give what each detector gains over each baseline, from the same drawn mentors."""
    by_lot = {
        budget: mean_tally([case.count(chosen) for chosen in lists])
        for budget, lists in chance.items()
    }
    rows = []
    for (name, budget), found in tallies.items():
        if name in BASELINES:
            continue
        for baseline in BASELINES:
            other = by_lot[budget] if baseline == "random" else tallies[baseline, budget]
            row = {"detector": name, "baseline": baseline, "per_hundred": budget}
            row |= {"ppv_gain": found.ppv() - other.ppv()}
            row |= {"recall_gain": found.recall() - other.recall()}
            limits = gain_intervals(
                found,
                other,
                n_draws=case.n_draws,
                level=case.level,
                rng=child_rng(case.seed, "gains", str(budget)),
            )
            for measure, (low, high) in limits.items():
                row |= {f"{measure}_gain_low": low, f"{measure}_gain_high": high}
            rows.append(row)
    columns = ["detector", "baseline", "per_hundred"]
    columns += [f"{m}_gain{end}" for m in ("ppv", "recall") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=columns)


def accuracy_table(case: Case, scores: list[Scores]) -> pd.DataFrame:
    """Give AUC, Brier score and calibration, one row a detector."""
    mentor, _ = pd.factorize(case.panel.features["mentor_id"])
    rows = []
    for one in scores:
        low, high = auc_interval(
            case.panel,
            one,
            mentor,
            case.horizon,
            n_draws=case.n_draws,
            level=case.level,
            rng=child_rng(case.seed, "auc", one.name),
        )
        row = {"detector": one.name, **discrimination(case.panel, one, case.horizon)}
        row |= {"auc_low": low, "auc_high": high}
        if one.is_probability:
            row |= calibration(case.panel, one, mentor, case.horizon)
        rows.append(row)
    return pd.DataFrame(rows)


def _only(weeks: Weeks, ending: np.ndarray) -> Weeks:
    """The same weeks with only some relationships' endings counted."""
    return Weeks(weeks.week, weeks.rel, weeks.mentor, weeks.days_left, ending, weeks.n_mentors)


def reason_table(
    case: Case,
    played: dict[tuple[str, float], np.ndarray],
    chance: dict[float, list[np.ndarray]],
    causes: pd.Series | None,
) -> pd.DataFrame:
    """Give the recall of each reason of ending, beside chance.

    With true causes, by relationship, endings from outside have a row, too.
    """
    counted = case.weeks.bad
    if causes is None:
        reason = pd.Series(case.panel.reason[case.listed])
    else:
        ids = case.panel.features["relationship_id"].iloc[case.listed]
        reason = ids.map(causes)
        counted = counted | (case.panel.kind[case.listed] == EXTERNAL_KIND)
    reason = reason.fillna("not told").to_numpy()
    rows = []
    for word in sorted(set(reason[counted])):
        weeks = _only(case.weeks, counted & (reason == word))
        for (name, budget), chosen in played.items():
            found = case.count(chosen, weeks)
            if name == "random" or not found.endings.sum():
                continue
            lot = mean_tally([case.count(each, weeks) for each in chance[budget]])
            rows.append((name, budget, word, found.endings.sum(), found.recall(), lot.recall()))
    columns = ["detector", "per_hundred", "reason", "endings", "recall", "random"]
    return pd.DataFrame(rows, columns=columns)


def subgroup_table(
    case: Case,
    program: Program,
    played: dict[tuple[str, float], np.ndarray],
    groups: list[str],
    *,
    who: str,
) -> pd.DataFrame:
    """Give lists by subgroup; groups under ten relationships are left out."""
    ids = case.panel.features["relationship_id"].iloc[case.listed]
    rows = []
    for column in groups:
        values = group_column(program, ids, column, who=who).to_numpy(dtype=object)
        for value in pd.unique(values[~pd.isna(values)]):
            own = values == value
            if ids[own].nunique() < _SMALLEST_GROUP:
                continue
            weeks = _only(case.weeks, case.weeks.bad & own)
            for (name, budget), chosen in played.items():
                found = case.count(chosen[own[chosen]], weeks)
                rate = 100 * found.alerts.sum() / own.sum()
                label = f"{column}: {value}"
                rows.append(
                    (label, name, budget, rate, found.ppv(), found.recall(), found.endings.sum())
                )
    columns = ["group", "detector", "per_hundred", "alerts_per_hundred", "ppv", "recall", "endings"]
    return pd.DataFrame(rows, columns=columns)


def leak_table(
    case: Case,
    played: dict[tuple[str, float], np.ndarray],
    chance: dict[float, list[np.ndarray]],
    sudden: list[str],
) -> pd.DataFrame:
    """Test whether sudden endings, of whatever kind, are caught more often than by chance."""
    columns = ["detector", "per_hundred", "endings", "recall", "random", "p_value", "alarm"]
    ids = case.panel.features["relationship_id"].iloc[case.listed]
    ended = case.panel.kind[case.listed] > 0
    weeks = _only(case.weeks, ended & ids.isin(sudden).to_numpy())
    rows = []
    for (name, budget), chosen in played.items():
        found = case.count(chosen, weeks)
        n = int(found.endings.sum())
        if name == "random" or not n:
            continue
        lot = mean_tally([case.count(each, weeks) for each in chance[budget]]).recall()
        p = float(binom.sf(found.caught.sum() - 1, n, lot))
        rows.append((name, budget, n, found.recall(), lot, p, p * len(case.budgets) < _LEAK_P))
    return pd.DataFrame(rows, columns=columns).astype({"alarm": bool})
