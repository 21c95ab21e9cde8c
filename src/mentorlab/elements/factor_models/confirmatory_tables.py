"""One group's confirmatory model as tidy tables."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ...errors import EstimationError, count
from ...stats.cfa.designs import simple_model
from ...stats.cfa.fit import ModelFit, fit_model
from ...stats.cfa.general import GeneralFactor, general_factor
from ...stats.cfa.indices import FitIndices, fit_indices
from ...stats.cfa.inference import (
    Inference,
    entry_errors,
    improper,
    infer,
    standardized_covariance,
)
from ...stats.cfa.model import FACTOR_COVARIANCE, RESIDUAL
from ...stats.cfa.model import LOADING as LOADING_CELL
from .factor_words import FEW_CLUSTERS, few, improper_words, small_sample_words
from .item_matrices import ItemMatrix, check_sizes, coarse_items, summarize_items, usable_rows

ESTIMATE = ("estimate", "std_error", "conf_low", "conf_high", "p_value", "n")
LOADING = (
    "element",
    "item",
    *ESTIMATE,
    "unstandardized",
    "unstandardized_error",
    "residual_variance",
    "r_squared",
)
CORRELATION = ("element", "other", *ESTIMATE)
GENERAL = ("element", "estimate", "std_error", "conf_low", "conf_high")
INDICES = (
    "chi2",
    "df",
    "p_value",
    "cfi",
    "tli",
    "rmsea",
    "rmsea_low",
    "rmsea_high",
    "srmr",
    "log_likelihood",
    "aic",
    "bic",
)
_SCALED = ("scaled_chi2", "scaled_p_value", "scaling")
_CORRECTED = ("robust_cfi", "robust_tli", "robust_rmsea", "robust_rmsea_low", "robust_rmsea_high")
_SHARE = ("general_share", "general_share_error", "general_chi2", "general_df", "general_p_value")
FIT = ("n", "n_dropped", "n_free", *INDICES, *_SHARE, "note")


@dataclass(frozen=True, eq=False)
class GroupFit:
    """One group's tables (loadings, correlations, fit, general factor) and warnings."""

    frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]
    warnings: tuple[str, ...]


def fit_group(
    matrix: ItemMatrix,
    *,
    estimator: str,
    robust: bool,
    cluster: str,
    level: float,
    pooled: tuple[str, ...],
) -> GroupFit:
    """Fit one group; what can't be fitted has its reason in the fit table."""
    fiml = estimator == "fiml"
    used = usable_rows(matrix, fiml=fiml)
    n = int(used.sum())
    try:
        if not matrix.items:
            raise EstimationError("nobody answered any item.")
        check_sizes(matrix, smallest=2, why="a factor needs 2 items, and 3 when it stands alone")
        if len(matrix.elements) == 1:
            check_sizes(matrix, smallest=3, why="one factor alone needs 3 items")
        sample = summarize_items(matrix.x[used], matrix.items, fiml=fiml)
        model = simple_model(
            matrix.factor,
            [sample],
            means=fiml,
            items=matrix.items,
            factors=matrix.elements,
        )
        fit = fit_model(model, [sample])
        clusters = pd.factorize(matrix.rows.loc[used, cluster])[0] if cluster else None
        inference = infer(fit, robust=robust, clusters=clusters)
        indices = fit_indices(fit, inference, clusters=clusters)
    except EstimationError as error:
        row = {"n": n, "n_dropped": len(used) - n, "note": _missing_words(matrix, used, error)}
        empty = pd.DataFrame(columns=list(LOADING)), pd.DataFrame(columns=list(CORRELATION))
        return GroupFit((*empty, pd.DataFrame([row]), pd.DataFrame(columns=list(GENERAL))), ())
    loadings, correlations, general = _estimates(fit, inference, matrix, level)
    row = {"n": n, "n_dropped": len(used) - n, **index_row(indices)}
    frames = (
        loadings,
        correlations,
        pd.DataFrame([{**row, **_share_row(general), "note": ""}]),
        _general_frame(general, matrix.elements, level),
    )
    warnings = _warnings(matrix, used, fit, inference, general, pooled, cluster)
    return GroupFit(frames, tuple(warnings))


def index_row(indices: FitIndices) -> dict[str, float]:
    """Fit indices as columns."""
    row = {"n_free": indices.n_free, **{name: getattr(indices, name) for name in INDICES}}
    if indices.scaled:
        scaled = indices.scaled
        row |= dict(zip(_SCALED, (scaled.chi2, scaled.p_value, scaled.scaling), strict=True))
    if indices.corrected:
        row |= {
            name: getattr(indices.corrected, name.removeprefix("robust_")) for name in _CORRECTED
        }
    return row


def wald(estimate: np.ndarray, error: np.ndarray, level: float, n: int) -> dict[str, object]:
    """Estimates with normal intervals and tests, as columns."""
    from scipy.special import ndtr, ndtri

    half = ndtri(0.5 + level / 2) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * ndtr(-np.abs(estimate / error))
    return {
        "estimate": estimate,
        "std_error": error,
        "conf_low": estimate - half,
        "conf_high": estimate + half,
        "p_value": p_value,
        "n": n,
    }


def _estimates(
    fit: ModelFit, inference: Inference, matrix: ItemMatrix, level: float
) -> tuple[pd.DataFrame, pd.DataFrame, GeneralFactor | None]:
    model = fit.model
    value, error = entry_errors(fit, inference)
    standard, covariance = standardized_covariance(fit, inference)
    standard_error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    kind = np.array([entry.kind for entry in model.entries])
    load = (kind == LOADING_CELL).nonzero()[0]
    left = (kind == RESIDUAL).nonzero()[0]
    pairs = np.array(
        [
            i
            for i in (kind == FACTOR_COVARIANCE).nonzero()[0]
            if model.entries[i].row != model.entries[i].column
        ],
        dtype=int,
    )
    loadings = pd.DataFrame(
        {
            "element": [matrix.elements[f] for f in matrix.factor],
            "item": list(matrix.items),
            **wald(standard[load], standard_error[load], level, fit.n),
            "unstandardized": value[load],
            "unstandardized_error": error[load],
            "residual_variance": value[left],
            "r_squared": 1 - standard[left],
        }
    )
    names = list(combinations(matrix.elements, 2))
    correlations = pd.DataFrame(
        {
            "element": [a for a, _ in names],
            "other": [b for _, b in names],
            **wald(standard[pairs], standard_error[pairs], level, fit.n),
        }
    )
    m = len(matrix.elements)
    if m < 2:
        return loadings, correlations, None
    between = np.eye(m)
    for i in pairs:
        row, column = model.entries[i].row, model.entries[i].column
        between[row, column] = between[column, row] = standard[i]
    ordered = sorted(pairs, key=lambda i: (model.entries[i].row, model.entries[i].column))
    joint = np.concatenate([load, ordered])
    general = general_factor(
        standard[load], matrix.factor, between, covariance[np.ix_(joint, joint)]
    )
    return loadings, correlations, general


def _general_frame(
    general: GeneralFactor | None, elements: tuple[str, ...], level: float
) -> pd.DataFrame:
    if general is None:
        return pd.DataFrame(columns=list(GENERAL))
    columns = wald(general.loadings, general.std_errors, level, 0)
    return pd.DataFrame({"element": list(elements), **columns})[list(GENERAL)]


def _share_row(general: GeneralFactor | None) -> dict[str, float]:
    if general is None:
        return dict(zip(_SHARE, (np.nan, np.nan, np.nan, 0, np.nan), strict=True))
    values = (general.share, general.share_error, general.chi2, general.df, general.p_value)
    return dict(zip(_SHARE, values, strict=True))


def _warnings(
    matrix: ItemMatrix,
    used: np.ndarray,
    fit: ModelFit,
    inference: Inference,
    general: GeneralFactor | None,
    pooled: tuple[str, ...],
    cluster: str,
) -> list[str]:
    rows = matrix.rows[used]
    said = improper_words(improper(fit), matrix.items, matrix.elements)
    said = [f"{text} (a Heywood case): do not quote this solution" for text in said]
    if general is not None and general.bound:
        named = few([matrix.elements[k] for k in general.bound])
        said.append(f"the general factor's loading of {named} is held at 1")
    if len(matrix.elements) > 1:
        pairs = [name for f, name in enumerate(matrix.elements) if (matrix.factor == f).sum() == 2]
        if pairs:
            said.append(f"{few(pairs)}: two items, measured only through other elements")
    said.append(small_sample_words(inference.n_clusters, fit.model.n_free))
    coarse = coarse_items(matrix)
    if coarse:
        said.append(
            f"{few(coarse)}: four answers or fewer in use; treating them as continuous shrinks "
            "loadings, and estimators for ordinal answers are not available"
        )
    if cluster and inference.n_clusters < FEW_CLUSTERS:
        said.append(
            f"only {count(inference.n_clusters, 'cluster')} of {cluster}: clustered errors are "
            f"too small below about {FEW_CLUSTERS}"
        )
    if not cluster:
        said.append(_repeated_words(rows))
    if "role" in pooled and rows["role"].nunique() > 1:
        said.append(
            "roles are pooled: a difference between their means counts as something items share; "
            "by='role' keeps them apart"
        )
    said.append(_lost_words(matrix, used, pooled))
    return [text for text in said if text]


def _repeated_words(rows: pd.DataFrame) -> str:
    """Warn where the same person or relationship stands in several rows."""
    n = len(rows)
    persons, pairs = rows["rater_id"].nunique(), rows["relationship_id"].nunique()
    if persons < n:
        return (
            f"{n:,} rows come from {persons:,} persons and are treated as independent, so errors "
            "are too small; cluster='rater_id' respects it"
        )
    if pairs < n:
        return (
            f"{n:,} rows come from {pairs:,} relationships and are treated as independent, so "
            "errors are too small; cluster='relationship_id' respects it"
        )
    return ""


def _lost_words(matrix: ItemMatrix, used: np.ndarray, pooled: tuple[str, ...]) -> str:
    """Name roles or waves of which no row is complete, since an item was not asked there."""
    columns = [name for name in pooled if matrix.rows[name].nunique() > 1]
    if not columns or used.all():
        return ""
    kept = pd.Series(used).groupby([matrix.rows[name] for name in columns]).any()
    lost = kept[~kept].index
    if not len(lost):
        return ""
    names = [
        " ".join(
            str(value) if name == "role" else f"{name} {value}"
            for name, value in zip(columns, one if isinstance(one, tuple) else (one,), strict=True)
        )
        for one in lost
    ]
    return f"no complete row of {few(names)}: some items were not asked there"


def _missing_words(matrix: ItemMatrix, used: np.ndarray, error: EstimationError) -> str:
    lost = _lost_words(matrix, used, ("role", "wave"))
    return f"{error} ({lost[0].upper()}{lost[1:]}.)" if lost else str(error)
