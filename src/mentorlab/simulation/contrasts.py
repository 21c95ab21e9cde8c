"""Differences between policies over the same replications, and how sure one may be of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

LEVEL = 0.95


def estimates_of(values: np.ndarray, names: tuple[str, ...], measure: str) -> pd.DataFrame:
    """Give each policy's mean over replications.

    Parameters
    ----------
    values : ndarray of float64, shape (policies, runs)
        nan where the measure is not defined in a replication.

    Returns
    -------
    pandas.DataFrame
        `policy, measure, estimate, std_error, conf_low, conf_high, n`; t intervals.
    """
    rows = [
        {"policy": name, "measure": measure, **_mean(row)}
        for name, row in zip(names, values, strict=True)
    ]
    return pd.DataFrame(rows)


def contrasts_of(
    values: np.ndarray, names: tuple[str, ...], measure: str, baseline: str
) -> pd.DataFrame:
    """Give each policy's paired difference from a baseline.

    Returns
    -------
    pandas.DataFrame
        `policy, baseline, measure, estimate, std_error, conf_low, conf_high, p_value, n,
        correlation, variance_ratio`.

    Notes
    -----
    Replications are pairs: both policies meet the same worlds and the same luck. The standard
    error is that of the mean difference, the interval and the p-value are Student's. The variance
    ratio is the variance that independent draws would give, over the one found: how many times
    more replications an unpaired comparison would need.
    """
    base = values[names.index(baseline)]
    rows = [
        {"policy": name, "baseline": baseline, "measure": measure, **paired(row, base)}
        for name, row in zip(names, values, strict=True)
        if name != baseline
    ]
    columns = [
        "policy",
        "baseline",
        "measure",
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
        "p_value",
        "n",
        "correlation",
        "variance_ratio",
    ]
    return pd.DataFrame(rows, columns=columns)


def paired(first: np.ndarray, second: np.ndarray, *, level: float = LEVEL) -> dict[str, float]:
    """Compare two policies over the replications in which both are defined."""
    from scipy.stats import t

    both = np.isfinite(first) & np.isfinite(second)
    first, second = first[both], second[both]
    found = _mean(first - second, level=level)
    if found["n"] < 2:
        return found | {"p_value": np.nan, "correlation": np.nan, "variance_ratio": np.nan}
    apart = float(first.var(ddof=1) + second.var(ddof=1))
    together = float((first - second).var(ddof=1))
    spread = float(np.sqrt(first.var(ddof=1) * second.var(ddof=1)))
    error = found["std_error"]
    if error > 0:
        p_value = float(2 * t.sf(abs(found["estimate"]) / error, found["n"] - 1))
    else:
        p_value = 1.0 if found["estimate"] == 0 else 0.0
    covariance = (apart - together) / 2
    return found | {
        "p_value": p_value,
        "correlation": covariance / spread if spread > 0 else np.nan,
        "variance_ratio": apart / together if together > 0 else (np.inf if apart > 0 else np.nan),
    }


def ranking_of(
    values: np.ndarray, names: tuple[str, ...], *, higher_is_better: bool
) -> pd.DataFrame:
    """Tell which places a policy may hold.

    Returns
    -------
    pandas.DataFrame
        `policy, estimate, rank_low, rank_high, verdict`, best first. `rank_low` is one more than
        the number of policies that are surely better, `rank_high` the number of policies less
        those that are surely worse; `verdict` is the place where both agree, else
        ``"undetermined"``.

    Notes
    -----
    All pairs are compared with paired t intervals at a level that holds for all of them together
    (Bonferroni); one policy is surely better than another when the interval excludes 0.
    """
    k = len(names)
    means = [_mean(row)["estimate"] for row in values]
    sign = 1.0 if higher_is_better else -1.0
    better, worse = np.zeros(k, dtype=int), np.zeros(k, dtype=int)
    pairs = list(combinations(range(k), 2))
    level = 1 - (1 - LEVEL) / max(len(pairs), 1)
    for a, b in pairs:
        found = paired(sign * values[a], sign * values[b], level=level)
        if found["conf_low"] > 0:
            worse[a] += 1
            better[b] += 1
        elif found["conf_high"] < 0:
            better[a] += 1
            worse[b] += 1
    low, high = 1 + better, k - worse
    frame = pd.DataFrame(
        {
            "policy": list(names),
            "estimate": means,
            "rank_low": low,
            "rank_high": high,
            "verdict": [
                str(a) if a == b else "undetermined" for a, b in zip(low, high, strict=True)
            ],
        }
    )
    order = np.argsort(-sign * np.asarray(means), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def runs_needed(values: np.ndarray, base: np.ndarray, std_error: float) -> int:
    """Give the replications that a paired contrast needs for a standard error."""
    both = np.isfinite(values) & np.isfinite(base)
    spread = float((values[both] - base[both]).std(ddof=1))
    return max(2, int(np.ceil((spread / std_error) ** 2)))


def _mean(values: np.ndarray, *, level: float = LEVEL) -> dict[str, float]:
    from scipy.stats import t

    known = values[np.isfinite(values)]
    n = len(known)
    mean = float(known.mean()) if n else np.nan
    error = float(known.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan
    half = float(t.ppf(0.5 + level / 2, n - 1)) * error if n > 1 else np.nan
    return {
        "estimate": mean,
        "std_error": error,
        "conf_low": mean - half,
        "conf_high": mean + half,
        "n": n,
    }
