"""Factor models against R's lavaan: every field of the families ``cfa``, ``invariance``, ``sem``.

Each function takes a case and the folder it stands in and yields ``(field, expected, got,
tolerance)``. `expected` and `got` are numbers or arrays of one shape; `tolerance` is the absolute
difference allowed, a number or an array of that shape. Where a field is left out `got` is the
reason, a text, and `tolerance` is ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lavaan_model import factors_of, items_of, lavaan_model, parse

from mentorlab.stats.cfa.designs import LEVELS, invariance_model
from mentorlab.stats.cfa.fiml import Sample
from mentorlab.stats.cfa.fit import ModelFit, fit_model
from mentorlab.stats.cfa.indices import FitIndices, fit_indices
from mentorlab.stats.cfa.inference import entry_errors, infer, standardize
from mentorlab.stats.cfa.model import (
    FACTOR_COVARIANCE,
    INTERCEPT,
    LOADING,
    PATH,
    RESIDUAL,
    Entry,
)
from mentorlab.stats.cfa.saturated import summarize_sample
from mentorlab.stats.cfa.score import score_tests
from mentorlab.stats.cfa.tests import ChiSquare, difference_test

Comparison = tuple[str, Any, Any, Any]
# lavaan stops earlier than we do: of numbers near 0 its own rounding is this large.
# A p value moves many times as fast as the statistic that it is read from.
FLOOR = {"est": 0.05, "se": 0.02, "z": 1.0, "pvalue": 1e-2, "std.all": 0.05, "mi": 1.0, "epc": 0.05}
QUESTION = "the question, not an answer"
NO_WLSMV = "WLSMV (ordinal items) is named as absent by confirmatory()"
Z95 = 1.959963984540054


def cfa(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Confirmatory models: parameters, standardized solution, fit, modification indices."""
    expected, call = case["expected"], case["call"]
    if re.search(r"WLSMV|DWLS|ordered\s*=", call):
        yield from ((field, expected[field], NO_WLSMV, None) for field in expected)
        return
    statements = parse(expected["model"])
    frame = pd.read_csv(folder / case["data"])
    fiml = bool(re.search(r"missing\s*=\s*['\"](fiml|ml)", call))
    sample = _sample(frame, items_of(statements), fiml=fiml)
    model, rows = lavaan_model(
        statements,
        sample,
        means="~1" in expected["parameters"]["op"],
        unit=bool(re.search(r"std\.lv\s*=\s*T", call)),
    )
    fit = fit_model(model, [sample])
    inference = infer(fit, robust="MLR" in call)
    tol = case["suggested_rel_tol"]
    yield "model", None, QUESTION, None
    yield from _fit("fit.", expected["fit"], fit_indices(fit, inference), tol)
    yield from _parameters(expected["parameters"], fit, inference, rows, tol)
    implied = np.asarray(expected["implied_cov"]["values"])
    order = [items_of(statements).index(name) for name in expected["implied_cov"]["rows"]]
    got = fit.implied[0].covariance[np.ix_(order, order)]
    yield "implied_cov", implied, got, tol * np.maximum(np.abs(implied), 0.1)
    if "mod_indices" in expected:
        yield from _modification(expected["mod_indices"], fit, statements, tol)


sem = cfa


def invariance(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Independent groups: each level's fit, the differences, latent means, score tests."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    statements = parse(expected["model"])
    items, factors = items_of(statements), factors_of(statements)
    owner = {s.right: s.left for s in statements}
    factor = [factors.index(owner[name]) for name in items]
    frame = pd.read_csv(folder / case["data"])
    yield "model", None, QUESTION, None
    yield "group", None, QUESTION, None
    label = frame[expected["group"]].map(_label)
    groups = [_label(level) for level in expected["group_levels"]]
    if (found := set(label.dropna())) != set(groups):
        raise AssertionError(f"the groups are {sorted(found)}, not {groups}")
    fiml = bool(re.search(r"missing\s*=\s*['\"](fiml|ml)", case["call"]))
    samples = [_sample(frame[label == group], items, fiml=fiml) for group in groups]
    yield "group_levels", len(expected["group_levels"]), len(groups), 0
    yield "n_per_group", np.array(expected["n_per_group"]), np.array([s.n for s in samples]), 0
    unit = bool(re.search(r"std\.lv\s*=\s*T", case["call"]))
    robust = "MLR" in case["call"]
    fits, indices = {}, {}
    for level in LEVELS:
        model = invariance_model(
            factor,
            samples,
            level=level,
            n_blocks=len(groups),
            scaling="unit" if unit else "marker",
            items=items,
            factors=factors,
        )
        fits[level] = fit_model(model, samples)
        inference = infer(fits[level], robust=robust)
        indices[level] = fit_indices(fits[level], inference)
        if level in expected:
            yield from _fit(f"{level}.", expected[level], indices[level], tol)
    if "delta" in expected:
        yield from _differences(expected["delta"], indices, tol)
    scalar = infer(fits["scalar"], robust=robust)
    if "scalar_latent_means" in expected:
        yield from _latent_means(
            expected["scalar_latent_means"], fits["scalar"], scalar, factors, tol
        )
    if "scalar_score_test_top3" in expected:
        yield from _releases(expected["scalar_score_test_top3"], fits["scalar"], len(groups), tol)


def _label(value: Any) -> str | None:
    """A group's name as R prints it; missing ones have none."""
    if pd.isna(value):
        return None
    return f"{value:g}" if isinstance(value, (int, float, np.number)) else str(value)


def _sample(frame: pd.DataFrame, items: list[str], *, fiml: bool) -> Sample:
    x = frame[items].to_numpy(dtype=float)
    there = ~np.isnan(x)
    return summarize_sample(x[there.any(axis=1) if fiml else there.all(axis=1)])


def _fit(
    prefix: str, expected: dict[str, Any], got: FitIndices, tol: float
) -> Iterator[Comparison]:
    known: dict[str, float] = {
        "chisq": got.chi2,
        "df": got.df,
        "pvalue": got.p_value,
        "baseline.chisq": got.baseline_chi2,
        "baseline.df": got.baseline_df,
        "cfi": got.cfi,
        "tli": got.tli,
        "nfi": got.nfi,
        "gfi": got.gfi,
        "srmr": got.srmr,
        "rmsea": got.rmsea,
        "rmsea.ci.lower": got.rmsea_low,
        "rmsea.ci.upper": got.rmsea_high,
        "rmsea.pvalue": got.rmsea_p_value,
        "aic": got.aic,
        "bic": got.bic,
        "bic2": got.adjusted_bic,
        "logl": got.log_likelihood,
        "unrestricted.logl": got.unrestricted_log_likelihood,
        "npar": got.n_free,
        "ntotal": got.n,
    }
    if got.scaled:
        known |= {
            "chisq.scaled": got.scaled.chi2,
            "df.scaled": got.df,
            "pvalue.scaled": got.scaled.p_value,
            "chisq.scaling.factor": got.scaled.scaling,
            "cfi.scaled": got.scaled.cfi,
            "tli.scaled": got.scaled.tli,
            "rmsea.scaled": got.scaled.rmsea,
        }
    if got.corrected:
        known |= {
            "cfi.robust": got.corrected.cfi,
            "tli.robust": got.corrected.tli,
            "rmsea.robust": got.corrected.rmsea,
            "rmsea.ci.lower.robust": got.corrected.rmsea_low,
            "rmsea.ci.upper.robust": got.corrected.rmsea_high,
        }
    for name, value in expected.items():
        if name not in known:
            raise AssertionError(f"unknown fit index {name}")
        floor = FLOOR.get("pvalue" if "pvalue" in name else name, 1e-3)
        size = 0.0 if value is None else abs(value)
        yield f"{prefix}{name}", value, known[name], tol * max(size, floor)


def _parameters(
    expected: dict[str, list], fit: ModelFit, inference: Any, rows: dict, tol: float
) -> Iterator[Comparison]:
    keys = list(zip(expected["lhs"], expected["op"], expected["rhs"], strict=True))
    place = np.array([rows.get(key, rows.get((key[2], key[1], key[0]), -1)) for key in keys])
    if (place < 0).any():
        raise AssertionError(f"no entry for {keys[int(np.argmin(place))]}")
    estimate, error = (values[place] for values in entry_errors(fit, inference))
    standard = standardize(fit.model, fit.theta)[place]
    free = error > 0
    flip = _flips(expected, estimate, keys)
    estimate, standard = estimate * flip, standard * flip
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(free, estimate / error, np.nan)
    from scipy.stats import norm

    got = {
        "est": estimate,
        "se": error,
        "z": z,
        "pvalue": 2 * norm.sf(np.abs(z)),
        "ci.lower": estimate - Z95 * error,
        "ci.upper": estimate + Z95 * error,
        "std.all": standard,
    }
    for name in ("lhs", "op", "rhs"):
        yield f"parameters.{name}", None, "names the row of the other fields", None
    for name, values in expected.items():
        if name in ("lhs", "op", "rhs"):
            continue
        value = np.array([np.nan if v is None else v for v in values], dtype=float)
        floor = FLOOR.get(name, FLOOR["est"])
        yield (
            f"parameters.{name}",
            value,
            got[name],
            tol * np.maximum(np.abs(np.nan_to_num(value)), floor),
        )


def _flips(expected: dict[str, list], estimate: np.ndarray, keys: list) -> np.ndarray:
    """Signs that turn our factors to lavaan's: a factor's sign is free when its variance is 1."""
    sign: dict[str, float] = {}
    for key, theirs, ours in zip(keys, expected["est"], estimate, strict=True):
        if key[1] == "=~":
            sign.setdefault(key[0], 1.0 if theirs * ours >= 0 else -1.0)
    return np.array(
        [
            sign.get(left, 1.0) * (sign.get(right, 1.0) if op != "~1" else 1.0)
            if left != right
            else 1.0
            for left, op, right in keys
        ]
    )


def _modification(
    expected: dict[str, list], fit: ModelFit, statements: list, tol: float
) -> Iterator[Comparison]:
    items, factors = items_of(statements), factors_of(statements)
    candidates = []
    for left, op, right in zip(expected["lhs"], expected["op"], expected["rhs"], strict=True):
        if op == "=~" and right in items:
            cell = (LOADING, 0, items.index(right), factors.index(left))
        elif op == "~~" and left in items:
            cell = (RESIDUAL, 0, items.index(right), items.index(left))
        elif op == "~~":
            cell = (FACTOR_COVARIANCE, 0, factors.index(right), factors.index(left))
        else:
            above, below = (left, right) if op == "=~" else (right, left)
            cell = (PATH, 0, factors.index(below), factors.index(above))
        candidates.append([Entry(*cell, "", 0.0)])
    tests = score_tests(fit, candidates)
    for name in ("lhs", "op", "rhs"):
        yield f"mod_indices.{name}", None, "names the row of the other fields", None
    for name, got in (("mi", tests.chi2), ("epc", np.array([c[0] for c in tests.change]))):
        value = np.array(expected[name])
        if name == "epc":
            got = np.abs(got) * np.sign(value)
        yield f"mod_indices.{name}", value, got, tol * np.maximum(np.abs(value), FLOOR[name])


def _differences(
    expected: dict[str, list], indices: dict[str, FitIndices], tol: float
) -> Iterator[Comparison]:
    tests = [
        ChiSquare(one.chi2, one.df, one.scaled.scaling if one.scaled else 1.0)
        for one in (indices[level] for level in LEVELS)
    ]
    steps = [difference_test(b, a) for a, b in pairwise(tests)]
    got = {
        "chisq": [step.statistic / step.scaling for step in steps],
        "df": [step.df for step in steps],
        "p": [step.p_value for step in steps],
    }
    for name, values in expected.items():
        value = np.array(values[1:], dtype=float)
        yield f"delta.{name}", value, np.array(got[name]), tol * np.maximum(np.abs(value), 1e-4)


def _latent_means(
    expected: dict[str, list], fit: ModelFit, inference: Any, factors: list[str], tol: float
) -> Iterator[Comparison]:
    estimate, error = entry_errors(fit, inference)
    place = {
        (entry.row, entry.group): k
        for k, entry in enumerate(fit.model.entries)
        if entry.kind == "factor_mean"
    }
    rows = [
        place.get((factors.index(name), group - 1))
        for name, group in zip(expected["lhs"], expected["group"], strict=True)
    ]
    for name in ("lhs", "group"):
        yield f"scalar_latent_means.{name}", None, "names the row of the other fields", None
    for name, values in (("est", estimate), ("se", error)):
        value = np.array(expected[name])
        got = np.array([0.0 if k is None else values[k] for k in rows])
        yield (
            f"scalar_latent_means.{name}",
            value,
            got,
            tol * np.maximum(np.abs(value), FLOOR[name]),
        )


def _releases(
    expected: dict[str, list], fit: ModelFit, n_groups: int, tol: float
) -> Iterator[Comparison]:
    """Score tests of equalities, which lavaan names by rows of its parameter table."""
    model = fit.model
    p, m = model.n_items, model.n_factors
    rows = (
        [(LOADING, j) for j in range(p)]
        + [(RESIDUAL, j) for j in range(p)]
        + [("", 0)] * (m + m * (m - 1) // 2)
        + [(INTERCEPT, j) for j in range(p)]
        + [("", 0)] * m
    )
    values = model.values(fit.theta)
    candidates = []
    for right in expected["rhs"]:
        number = int(re.fullmatch(r"\.p(\d+)\.", right).group(1)) - 1
        group, row = divmod(number, len(rows))
        kind, item = rows[row]
        candidates.append(
            [
                entry._replace(value=value)
                for entry, value in zip(model.entries, values, strict=True)
                if (entry.kind, entry.row, entry.group) == (kind, item, group)
                and (kind != RESIDUAL or entry.column == item)
            ]
        )
    for name in ("lhs", "rhs"):
        yield f"scalar_score_test_top3.{name}", None, "names the row of the other fields", None
    value = np.array(expected["X2"])
    got = score_tests(fit, candidates).chi2
    yield "scalar_score_test_top3.X2", value, got, tol * np.abs(value)
