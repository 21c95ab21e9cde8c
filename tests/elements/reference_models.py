"""Mixed, population-averaged and ordinal models against R, field by field.

Each function takes a case and the folder it stands in and yields ``(field, expected, got,
tolerance)``, the tolerance absolute. Where a field is left out `got` is the reason, a text, and
`tolerance` is ``None``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from reference_designs import (
    Comparison,
    group_labels,
    left,
    near,
    numbers,
    question,
    term_columns,
)

from mentorlab.stats.mixed.blocks import RandomTerm
from mentorlab.stats.mixed.gee import fit_gee
from mentorlab.stats.mixed.linear import MixedFit, fit_mixed
from mentorlab.stats.mixed.ordinal import fit_ordinal

# lmerTest differentiates numerically: where the exact value is 18 (balanced data, maximum
# likelihood) it prints 18.0011 and 18.0002, and with five groups it is off by 1e-4.
DF_TOL = 1e-3
# A p value moves many times as fast as the degrees of freedom that it is read from.
P_TOL, P_FLOOR = 0.02, 1e-6
NO_CLMM = "cumulative-link mixed models are named as absent"


def mixed(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Linear mixed models: nested, crossed, slopes."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    frame = pd.read_csv(folder / case["data"])
    outcome, terms = _read_formula(expected["formula"])
    names = list(expected["fixef"])
    effects = [name for _, columns, _ in terms for name in columns]
    frame, columns = _complete(frame, outcome, [*names, *effects], [group for group, _, _ in terms])
    fit = fit_mixed(
        columns[:, 0],
        columns[:, 1 : 1 + len(names)],
        [_random_term(frame, *term) for term in terms],
        reml=expected["reml"],
    )
    yield from question("formula", "reml")
    yield near("fixef", expected["fixef"], fit.beta, tol)
    yield near("se", expected["se"], fit.std_error, tol)
    yield near("satterthwaite_df", expected["satterthwaite_df"], fit.df, DF_TOL)
    yield near("p", expected["p"], fit.p_value, P_TOL, floor=P_FLOOR / P_TOL)
    yield near("logLik", expected["logLik"], fit.log_likelihood, tol)
    yield near("criterion", expected["criterion"], fit.criterion, tol)
    yield near("AIC", expected["AIC"], fit.aic, tol)
    yield near("nobs", expected["nobs"], fit.n_obs, 0)
    sizes = dict(zip((group for group, _, _ in terms), fit.n_groups, strict=True))
    yield near("ngrps", expected["ngrps"], [sizes[name] for name in expected["ngrps"]], 0)
    yield near("singular", float(expected["singular"]), float(fit.singular), 0)
    yield from _variances(expected["varcorr"], terms, fit, tol)
    yield from _effects(expected["ranef_head"], frame, terms, fit, tol)


def gee(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Generalized estimating equations under three working correlations."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    frame = pd.read_csv(folder / case["data"])
    outcome = re.search(r"\((\S+?)\s*~", case["call"])[1]
    family = re.search(r"gaussian|binomial|poisson", case["call"])
    terms = list(next(iter(expected.values()))["coef"])
    person = _person(case["call"], frame, outcome, terms)
    frame, columns = _complete(frame, outcome, terms, [person])
    for correlation, values in expected.items():
        assert list(values["coef"]) == terms
        fit = fit_gee(
            columns[:, 0],
            columns[:, 1:],
            pd.factorize(frame[person])[0],
            family=family[0] if family else "gaussian",
            correlation=correlation,
        )
        yield near(f"{correlation}.coef", values["coef"], fit.beta, tol)
        yield near(f"{correlation}.robust_se", values["robust_se"], fit.std_error, tol)
        yield near(f"{correlation}.scale", values["scale"], fit.scale, tol)
        if values["alpha"] is None:
            yield left(f"{correlation}.alpha", "independence has no correlation to estimate")
        else:
            yield near(f"{correlation}.alpha", values["alpha"], fit.alpha, tol)


def ordinal(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Cumulative-logit regression."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    frame = pd.read_csv(folder / case["data"])
    names = list(expected["clm"]["coef"])
    cuts, terms = [n for n in names if "|" in n], [n for n in names if "|" not in n]
    levels = [cuts[0].split("|")[0], *(cut.split("|")[1] for cut in cuts)]
    called = re.search(r"\((\S+?)\s*~", case["call"])
    outcome = called[1] if called else _column_of_levels(frame, levels)
    frame, columns = _complete(frame, outcome, terms, [], numeric=False)
    codes = pd.Categorical(group_labels(frame, outcome), levels).codes
    fit = fit_ordinal(np.asarray(codes, dtype=np.int64), columns)
    found = np.concatenate([fit.thresholds, fit.beta])
    errors = np.concatenate([fit.threshold_errors, fit.std_error])
    order = [(cuts + terms).index(name) for name in names]
    yield near("clm.coef", expected["clm"]["coef"], found[order], tol)
    yield near("clm.se", expected["clm"]["se"], errors[order], tol)
    yield near("clm.logLik", expected["clm"]["logLik"], fit.log_likelihood, tol)
    if "clmm" in expected:
        yield left("clmm", NO_CLMM)
    if "polr" in expected:
        slopes = dict(zip(terms, fit.beta, strict=True))
        yield near("polr", expected["polr"], [slopes[name] for name in expected["polr"]], tol)


def _complete(
    frame: pd.DataFrame,
    outcome: str,
    terms: list[str],
    groups: list[str],
    *,
    numeric: bool = True,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows without an empty cell in the model, and their columns: the outcome, then the terms."""
    columns = term_columns(frame, [outcome, *terms] if numeric else terms)
    known = [name for group in (outcome, *groups) for name in group.split(":") if name in frame]
    keep = ~np.isnan(columns).any(axis=1) & frame[known].notna().all(axis=1).to_numpy()
    return frame[keep].reset_index(drop=True), columns[keep]


def _person(call: str, frame: pd.DataFrame, outcome: str, terms: list[str]) -> str:
    """Who the rows belong to: what the call says, else the repeated column with most levels."""
    if named := re.search(r"\bid\s*=\s*([\w.]+)", call):
        return named[1]
    used = {name for name in frame for term in terms if term.startswith(name)}
    free = [name for name in frame if name != outcome and name not in used]
    levels = frame[free].nunique()
    # Rows of a cluster follow one another, as geepack demands.
    runs = (frame[free] != frame[free].shift()).sum()
    return levels[(levels < len(frame)) & (runs == levels)].idxmax()


def _column_of_levels(frame: pd.DataFrame, levels: list[str]) -> str:
    return next(name for name in frame if set(group_labels(frame, name)) == set(levels))


def _read_formula(formula: str) -> tuple[str, list[tuple[str, list[str], bool]]]:
    """The outcome, and for each random term its group, its columns and whether they correlate."""
    terms = []
    for inside in re.findall(r"\(([^()]*\|[^()]*)\)", formula):
        effects, group = re.split(r"\|\|?", inside)
        names = [part.strip() for part in effects.split("+")]
        if "0" in names:
            columns = [name for name in names if name != "0"]
        else:
            columns = ["(Intercept)", *(name for name in names if name != "1")]
        parts = [part.strip() for part in group.split("/")]
        for depth in range(len(parts), 0, -1):
            # lme4 writes (1 | a/b) as (1 | b:a) + (1 | a).
            terms.append((":".join(parts[:depth][::-1]), columns, "||" not in inside))
    return formula.split("~")[0].strip(), terms


def _random_term(
    frame: pd.DataFrame, group: str, columns: list[str], correlated: bool
) -> RandomTerm:
    codes = pd.factorize(group_labels(frame, group), sort=True)[0]
    plain = columns == ["(Intercept)"]
    return RandomTerm(codes, None if plain else term_columns(frame, columns), correlated)


def _variances(
    expected: dict[str, list], terms: list, fit: MixedFit, tol: float
) -> Iterator[Comparison]:
    parts: dict[tuple, float] = {}
    blocks: Counter[str] = Counter()
    for (group, columns, correlated), matrix in zip(terms, fit.random, strict=True):
        for i, one in enumerate(columns):
            # lme4 lists uncorrelated effects of one group as Subject, Subject.1 ...
            if i == 0 or not correlated:
                label = f"{group}.{blocks[group]}" if blocks[group] else group
                blocks[group] += 1
            parts[label, one, None] = matrix[i, i]
            for j in range(i + 1, len(columns)):
                parts[label, one, columns[j]] = matrix[i, j]
                size = np.sqrt(matrix[i, i] * matrix[j, j])
                parts["correlation", one, columns[j]] = matrix[i, j] / size if size > 0 else np.nan
    parts["Residual", None, None] = fit.residual
    keys = list(zip(expected["grp"], expected["var1"], expected["var2"], strict=True))
    found = np.array([parts[key] for key in keys])
    spread = np.array(
        [
            np.sqrt(parts[key]) if key[2] is None else parts["correlation", key[1], key[2]]
            for key in keys
        ]
    )
    yield from question("varcorr.grp", "varcorr.var1", "varcorr.var2")
    # A covariance near 0 is as exact as the variances that it belongs to.
    floor = 1e-3 * fit.residual
    yield near("varcorr.vcov", expected["vcov"], found, tol, floor=floor)
    yield near("varcorr.sdcor", expected["sdcor"], spread, tol, floor=1e-2)


def _effects(
    expected: dict[str, Any], frame: pd.DataFrame, terms: list, fit: MixedFit, tol: float
) -> Iterator[Comparison]:
    for (group, columns, _), effects in zip(terms, fit.effects, strict=True):
        if group not in expected:
            continue
        levels = pd.factorize(group_labels(frame, group), sort=True)[1]
        places = {level: i for i, level in enumerate(levels)}
        rows = [places[str(level)] for level in expected[group]["level"]]
        yield from question(f"ranef_head.{group}.level")
        for j, name in enumerate(columns):
            if name not in expected[group]:
                continue
            scale = float(np.abs(numbers(expected[group][name])).max())
            yield near(
                f"ranef_head.{group}.{name}",
                expected[group][name],
                effects[rows, j],
                tol,
                floor=scale,
            )
