"""One comparison of blocks: the levels of invariance fitted one after another, as tidy rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ...errors import EstimationError, count
from ...stats.cfa.designs import EQUAL_FROM, LEVELS, invariance_model
from ...stats.cfa.fit import ModelFit, fit_model
from ...stats.cfa.indices import FitIndices, fit_indices
from ...stats.cfa.inference import Inference, entry_errors, improper, infer
from ...stats.cfa.model import FACTOR_COVARIANCE, FACTOR_MEAN, Entry
from ...stats.cfa.score import score_tests
from ...stats.cfa.tests import ChiSquare, difference_test
from .blocks import Blocks
from .confirmatory_tables import index_row, wald
from .factor_words import FEW_CLUSTERS, improper_words
from .item_matrices import summarize_items

# Cheung and Rensvold: a fall of CFI beyond this, with a test that rejects, is a failed level.
CFI_FALL = -0.01
TEST_LEVEL = 0.05
POOR_CFI = 0.90
POOR_SRMR = 0.10
JOINT = "all together"
KINDS = {level: kind for kind, depth in EQUAL_FROM.items() for level in [LEVELS[depth]]}

DELTA = ("delta_chi2", "delta_df", "delta_p_value", "delta_cfi", "delta_rmsea", "delta_srmr")
_ESTIMATE = ("estimate", "std_error", "conf_low", "conf_high", "p_value", "n")
MEAN = ("element", "block", "reference", "comparable", *_ESTIMATE)
LINK = ("element", "block", "other", *_ESTIMATE)
RELEASE = ("element", "level", "item", "kind", "chi2", "df", "p_value")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Rows of one comparison.

    Attributes
    ----------
    levels, means, links, releases : list of dict
        Rows of the tables of `Invariance`.
    warnings : list of str
    """

    levels: list[dict[str, object]] = field(default_factory=list)
    means: list[dict[str, object]] = field(default_factory=list)
    links: list[dict[str, object]] = field(default_factory=list)
    releases: list[dict[str, object]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def compare_blocks(
    blocks: Blocks,
    name: str,
    *,
    fiml: bool,
    robust: bool,
    cluster: str,
    free: Mapping[str, Collection[str]],
    confidence: float,
) -> Comparison:
    """Fit all levels; a level that can't be fitted has its reason in its row.

    Raises
    ------
    EstimationError
        If no level can be fitted: too few items or rows, items that do not vary.
    """
    sizes = np.bincount(blocks.factor)
    smallest = 3 if len(sizes) == 1 else 2
    if (sizes < smallest).any():
        short = blocks.elements[int(sizes.argmin())]
        raise EstimationError(
            f"{short} has {count(int(sizes.min()), 'item')} in common; comparing blocks needs "
            f"{smallest}."
        )
    used, rows = blocks.usable(fiml=fiml)
    names = blocks.column_names()
    samples = []
    for block, x in zip(blocks.names, used, strict=False):
        try:
            samples.append(summarize_items(x, names, fiml=fiml))
        except EstimationError as error:
            where = "" if blocks.repeated else f"{block}: "
            raise EstimationError(f"{where}{error}") from error
    clusters = pd.factorize(pd.concat(rows)[cluster])[0] if cluster else None
    released = {
        kind: {blocks.items.index(item) for item in items if item in blocks.items}
        for kind, items in free.items()
    }
    out = Comparison()
    before: tuple[FitIndices, ChiSquare] | None = None
    for level in LEVELS:
        row: dict[str, object] = {"element": name, "level": level}
        try:
            model = invariance_model(
                blocks.factor,
                samples,
                level=level,
                n_blocks=len(blocks.names),
                released=released,
                items=blocks.items,
                factors=blocks.elements,
            )
            fit = fit_model(model, samples)
            inference = infer(fit, robust=robust, clusters=clusters)
            indices = fit_indices(fit, inference, clusters=clusters)
        except EstimationError as error:
            note = str(error)
            out.levels.append({**row, "n": sum(len(x) for x in used), "holds": None, "note": note})
            before = None
            continue
        test = ChiSquare(indices.chi2, indices.df, inference.scaling)
        row |= {"n": fit.n, **index_row(indices)}
        row |= _delta(indices, test, before, robust=robust)
        row["holds"] = _holds(row, level, robust=robust)
        out.levels.append({**row, "note": ""})
        before = indices, test
        _collect(out, blocks, name, level, fit, inference, released, confidence)
    if all(row["note"] for row in out.levels):
        raise EstimationError(str(out.levels[0]["note"]))
    comparable = all(row["holds"] for row in out.levels[: LEVELS.index("scalar") + 1])
    means = [{**row, "comparable": comparable} for row in out.means]
    return replace(out, means=means, warnings=list(dict.fromkeys(out.warnings)))


def _delta(
    indices: FitIndices,
    test: ChiSquare,
    before: tuple[FitIndices, ChiSquare] | None,
    *,
    robust: bool,
) -> dict[str, float]:
    if before is None:
        return dict(zip(DELTA, (np.nan, 0, np.nan, np.nan, np.nan, np.nan), strict=True))
    less, less_test = before
    step = difference_test(test, less_test)
    own, other = (indices.corrected, less.corrected) if robust else (indices, less)
    return {
        "delta_chi2": step.statistic / step.scaling,
        "delta_df": step.df,
        "delta_p_value": step.p_value,
        "delta_cfi": own.cfi - other.cfi,
        "delta_rmsea": own.rmsea - other.rmsea,
        "delta_srmr": indices.srmr - less.srmr,
    }


def _holds(row: dict[str, object], level: str, *, robust: bool) -> bool | None:
    """Whether a level holds; the first by its own fit, others against the level before."""
    if level == LEVELS[0]:
        p = row["scaled_p_value"] if robust else row["p_value"]
        cfi = row["robust_cfi"] if robust else row["cfi"]
        poor = cfi < POOR_CFI or row["srmr"] > POOR_SRMR
        return not (p < TEST_LEVEL and poor)
    if not np.isfinite(row["delta_p_value"]):
        return None
    return not (row["delta_p_value"] < TEST_LEVEL and row["delta_cfi"] < CFI_FALL)


def _collect(
    out: Comparison,
    blocks: Blocks,
    name: str,
    level: str,
    fit: ModelFit,
    inference: Inference,
    released: Mapping[str, Collection[int]],
    confidence: float,
) -> None:
    """Add what a level tells beside its fit."""
    if level == LEVELS[0]:
        if blocks.repeated:
            out.links.extend(_links(blocks, fit, inference, confidence))
        if inference.robust and inference.n_clusters < FEW_CLUSTERS:
            out.warnings.append(
                f"only {count(inference.n_clusters, 'independent unit')}: robust errors are too "
                f"small below about {FEW_CLUSTERS}"
            )
    if level == "scalar":
        out.means.extend(_means(blocks, fit, inference, confidence))
    if level in KINDS:
        out.releases.extend(_releases(blocks, name, level, fit, released))
    names = [
        f"{item} ({block})" if blocks.repeated else item
        for block in (blocks.names if blocks.repeated else ("",))
        for item in blocks.items
    ]
    factors = [
        f"{element} ({block})" if blocks.repeated else element
        for block in (blocks.names if blocks.repeated else ("",))
        for element in blocks.elements
    ]
    out.warnings.extend(
        f"{text} (a Heywood case): read its rows with care"
        for text in improper_words(improper(fit), names, factors)
    )


def _means(
    blocks: Blocks, fit: ModelFit, inference: Inference, confidence: float
) -> list[dict[str, object]]:
    """Latent means against the first block, in its standard deviations."""
    value, error = entry_errors(fit, inference)
    m = len(blocks.elements)
    rows = []
    for i, entry in enumerate(fit.model.entries):
        if entry.kind != FACTOR_MEAN:
            continue
        block, factor = divmod(entry.row, m) if blocks.repeated else (entry.group, entry.row)
        rows.append(
            {
                "element": blocks.elements[factor],
                "block": blocks.names[block],
                "reference": blocks.names[0],
                "comparable": False,
                **_scalars(wald(value[i : i + 1], error[i : i + 1], confidence, fit.n)),
            }
        )
    return rows


def _links(
    blocks: Blocks, fit: ModelFit, inference: Inference, confidence: float
) -> list[dict[str, object]]:
    """Latent correlations of the same element between blocks."""
    value, error = entry_errors(fit, inference)
    m = len(blocks.elements)
    rows = []
    for i, entry in enumerate(fit.model.entries):
        if entry.kind != FACTOR_COVARIANCE or entry.row == entry.column:
            continue
        (b, f), (c, g) = divmod(entry.column, m), divmod(entry.row, m)
        if f == g:
            rows.append(
                {
                    "element": blocks.elements[f],
                    "block": blocks.names[b],
                    "other": blocks.names[c],
                    **_scalars(wald(value[i : i + 1], error[i : i + 1], confidence, fit.n)),
                }
            )
    return rows


def _releases(
    blocks: Blocks, name: str, level: str, fit: ModelFit, released: Mapping[str, Collection[int]]
) -> list[dict[str, object]]:
    """Score tests of each item's equality that this level added, largest first."""
    from scipy.special import chdtrc

    kind, k = KINDS[level], len(blocks.items)
    values = fit.model.values(fit.theta)
    cells: dict[int, list[Entry]] = {j: [] for j in range(k)}
    for entry, value in zip(fit.model.entries, values, strict=True):
        block, item = divmod(entry.row, k) if blocks.repeated else (entry.group, entry.row)
        own = entry.kind == kind and (kind != "residual" or entry.row == entry.column)
        if own and block and item not in released.get(kind, ()):
            cells[item].append(entry._replace(value=float(value)))
    cells = {item: entries for item, entries in cells.items() if entries}
    if not cells:
        return []
    tests = score_tests(fit, list(cells.values()))
    rows = [
        {
            "element": name if len(blocks.elements) == 1 else blocks.elements[blocks.factor[item]],
            "level": level,
            "item": blocks.items[item],
            "kind": kind,
            "chi2": statistic,
            "df": int(df),
            "p_value": float(chdtrc(df, statistic)),
        }
        for item, statistic, df in zip(cells, tests.chi2, tests.df, strict=True)
    ]
    return sorted(rows, key=lambda row: -row["chi2"])


def _scalars(columns: dict[str, object]) -> dict[str, object]:
    return {key: value if np.isscalar(value) else float(value[0]) for key, value in columns.items()}
