"""Families ``polychoric`` and ``efa`` against R's psych, lavaan and polycor.

For what the functions yield see ``reference_reliability``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mentorlab.stats.factors.dimensionality import (
    bartlett_sphericity,
    eigenvalues,
    kaiser_meyer_olkin,
    velicer_map,
)
from mentorlab.stats.factors.extraction import Extraction, extract_factors
from mentorlab.stats.factors.fit import factor_fit
from mentorlab.stats.factors.polychoric import polychoric_correlations
from mentorlab.stats.factors.rotation import Rotation, match_factors, rotate

Comparison = tuple[str, Any, Any, Any]
CLOSED = 1e-6  # closed forms
FOUND = 1e-4  # what an optimizer finds
TURNED = 1e-3  # rotated loadings and what is computed from them
QUESTION = "the question, not an answer"
NOT_THE_MAXIMUM = (
    "polycor searches with Nelder-Mead, which stops before the maximum: polychoric_pair reaches a "
    "higher likelihood on the same table (tests/stats/test_polychoric.py)"
)


def polychoric(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Polychoric correlations of every pair, thresholds, one pair in full."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    yield from questions(expected, ("items",))
    items = pd.read_csv(folder / case["data"])[expected["items"]].dropna()
    found = polychoric_correlations(items.to_numpy())
    yield "n", expected["n"], len(items), 0
    yield "psych_rho", values_of(expected["psych_rho"]), found.correlations, FOUND
    yield "lavaan_rho", values_of(expected["lavaan_rho"]), found.correlations, FOUND
    yield from thresholds("thresholds", expected["thresholds"], found.thresholds)
    yield "pair12_ml", None, NOT_THE_MAXIMUM, None
    yield "pair12_ml_se", None, NOT_THE_MAXIMUM, None
    yield "pair12_twostep", expected["pair12_twostep"], found.correlations[0, 1], FOUND
    error = expected["pair12_twostep_se"]
    yield "pair12_twostep_se", error, found.std_errors[0, 1], tol * error
    for kind in ("pearson", "spearman"):
        got = items.corr(method=kind).to_numpy()
        yield kind, values_of(expected[kind]), got, CLOSED


def efa(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Exploratory factors: number, extraction by three methods, rotations, fit."""
    expected = case["expected"]
    yield from questions(expected, ("items", "nfactors", "minres_rotated.rotation"))
    items = pd.read_csv(folder / case["data"])[expected["items"]].dropna()
    matrix, n, m = items.corr().to_numpy(), len(items), expected["nfactors"]
    yield "n", expected["n"], n, 0
    yield "eigen", expected["eigen"], eigenvalues(matrix), CLOSED
    adequacy = kaiser_meyer_olkin(matrix)
    yield "KMO", expected["KMO"], adequacy.overall, CLOSED
    yield "KMO_items", _in_order(expected["KMO_items"], items.columns), adequacy.items, CLOSED
    test = bartlett_sphericity(matrix, n)
    yield "bartlett.chisq", expected["bartlett"]["chisq"], test.chi_square, CLOSED
    yield "bartlett.df", expected["bartlett"]["df"], test.degrees_of_freedom, 0
    yield "bartlett.p", expected["bartlett"]["p"], test.p_value, CLOSED
    # psych's list begins with one component, ours with none
    got = velicer_map(matrix)[1 : 1 + len(expected["MAP"])]
    yield "MAP", expected["MAP"], got, CLOSED
    minres = extract_factors(matrix, m)
    yield from _rotated(expected["minres_rotated"], matrix, minres, n, items.columns)
    for field, method in (("minres_communality", "minres"), ("pa_communality", "pa")):
        got = extract_factors(matrix, m, method=method).communalities
        yield field, _in_order(expected[field], items.columns), got, FOUND
    yield from _likelihood(expected, matrix, m, n, items.columns)


def _rotated(
    expected: dict[str, Any],
    matrix: np.ndarray,
    extraction: Extraction,
    n: int,
    names: Iterable[str],
) -> Iterator[Comparison]:
    name = "minres_rotated"
    rotated = rotate(extraction.loadings, method=expected["rotation"])
    order, signs = match_factors(rotated.loadings, values_of(expected["loadings"]))
    yield (
        f"{name}.loadings",
        values_of(expected["loadings"]),
        rotated.loadings[:, order] * signs,
        TURNED,
    )
    between = rotated.factor_correlations[np.ix_(order, order)] * np.outer(signs, signs)
    yield f"{name}.phi", values_of(expected["phi"]), between, TURNED
    known = _in_order(expected["communality"], names)
    yield f"{name}.communality", known, extraction.communalities, FOUND
    fit = factor_fit(matrix, extraction, n)
    for field, got in (
        ("chi", fit.chi_square),
        ("dof", fit.degrees_of_freedom),
        ("TLI", fit.tli),
        ("BIC", fit.bic),
        ("rms", fit.rms_residual),
    ):
        yield f"{name}.{field}", expected[field], got, FOUND
    for field, got in (
        ("RMSEA", fit.rmsea),
        ("lower", fit.rmsea_low),
        ("upper", fit.rmsea_high),
    ):
        yield f"{name}.RMSEA.{field}", expected["RMSEA"][field], got, FOUND
    yield f"{name}.RMSEA.confidence", None, QUESTION, None
    known = values_of(expected["vaccounted"])
    yield f"{name}.vaccounted", known, _accounted(rotated, order, len(matrix)), TURNED


def _accounted(rotated: Rotation, order: np.ndarray, k: int) -> np.ndarray:
    explained = rotated.explained[order]
    share, part = explained / k, explained / explained.sum()
    return np.array([explained, share, share.cumsum(), part, part.cumsum()])


def _likelihood(
    expected: dict[str, Any], matrix: np.ndarray, m: int, n: int, names: Iterable[str]
) -> Iterator[Comparison]:
    extraction = extract_factors(matrix, m, method="ml")
    for rotation in ("varimax", "promax"):
        known = values_of(expected[f"ml_{rotation}"]["loadings"])
        rotated = rotate(extraction.loadings, method=rotation)
        order, signs = match_factors(rotated.loadings, known)
        yield f"ml_{rotation}.loadings", known, rotated.loadings[:, order] * signs, TURNED
    known = expected["ml_varimax"]
    fit = factor_fit(matrix, extraction, n)
    for field, wanted, got in (
        ("uniqueness", _in_order(known["uniqueness"], names), extraction.uniquenesses),
        ("chisq.objective", known["chisq"]["objective"], fit.chi_square),
        ("dof", known["dof"], fit.degrees_of_freedom),
        ("p.objective", known["p"]["objective"], fit.p_value),
    ):
        yield f"ml_varimax.{field}", wanted, got, FOUND


def thresholds(
    field: str, expected: dict[str, Any], found: tuple[np.ndarray, ...]
) -> Iterator[Comparison]:
    known = [[v for v in row if v is not None] for row in expected["values"]]
    yield field, np.concatenate(known), np.concatenate(found), CLOSED


def values_of(given: dict[str, Any]) -> np.ndarray:
    return np.asarray(given["values"], dtype=float)


def _in_order(given: dict[str, float], names: Iterable[str]) -> list[float]:
    return [given[name] for name in names]


def questions(expected: dict[str, Any], fields: Iterable[str]) -> Iterator[Comparison]:
    yield from ((field, None, QUESTION, None) for field in fields)
