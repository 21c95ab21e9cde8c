"""Families ``reliab``, ``score``, ``polychoric``, ``efa`` against psych, MBESS, lavaan, polycor.

Each function takes a case and the folder it stands in and yields ``(field, expected, got,
tolerance)``. `expected` and `got` are numbers or arrays of one shape; `tolerance` is the absolute
difference allowed, a number or an array of that shape. Where a field is left out `got` is the
reason, a text, and `tolerance` is ``None``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from reference_factors import (
    CLOSED,
    FOUND,
    QUESTION,
    TURNED,
    Comparison,
    efa,
    polychoric,
    questions,
    thresholds,
    values_of,
)

from mentorlab import Codebook, score_elements
from mentorlab.elements.measurement.item_analysis import item_analysis
from mentorlab.elements.measurement.reliability import reliability
from mentorlab.stats.factors.polychoric import polychoric_correlations
from mentorlab.stats.factors.schmid_leiman import SchmidLeiman, schmid_leiman
from mentorlab.stats.reliability.alpha_intervals import alpha_std_error
from mentorlab.stats.reliability.guttman import alpha_of_covariance, correlation_of, split_halves
from mentorlab.stats.reliability.omega import omega_one_factor
from mentorlab.stats.reliability.one_factor import fit_one_factor

ROUGH = 1e-2  # a Heywood case: psych's search ends where its line search fails, not at an optimum
NO_WLSMV = "needs WLSMV loadings of ordinal items, which are named as absent by confirmatory()"
LONG_SCALE = 16  # psych draws halves at random from longer scales
__all__ = ["efa", "polychoric", "reliab", "score"]
COEFFICIENTS = (
    "alpha",
    "alpha_standardized",
    "alpha_ordinal",
    "omega",
    "omega_observed",
    "lambda2",
    "lambda4",
    "lambda6",
)


def reliab(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Alpha, omega, bounds, split halves and item statistics of one scale."""
    expected = case["expected"]
    yield from questions(expected, ("items", "reverse", "scale_min", "scale_max"))
    keyed = _keyed(expected, pd.read_csv(folder / case["data"]))
    answers, book = _responses(expected, pd.read_csv(folder / case["data"]))
    frame = reliability(answers, codebook=book, coefficients=COEFFICIENTS).to_frame()
    rows = frame.set_index("coefficient")
    complete = keyed[~np.isnan(keyed).any(axis=1)]
    yield "n_complete", expected["n_complete"], rows["n"].iloc[0], 0
    yield from _listwise(expected["alpha_listwise"], complete, rows)
    yield from _pairwise(expected["alpha_pairwise"], keyed)
    yield from _item_statistics(
        expected["item_rest"], item_analysis(answers, codebook=book).to_frame()
    )
    robust = reliability(answers, codebook=book, coefficients="omega", interval="robust")
    yield from _one_factor(expected["omega_onefactor"], complete, rows, robust.to_frame().iloc[0])
    yield from _schmid_leiman(expected["omega_schmid_leiman"], complete)
    yield from _split_half(expected["split_half"], complete, rows)
    yield from _ordinal(expected["ordinal"], complete, rows)


def score(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Scores with reversed items and a rule for missing answers."""
    expected = case["expected"]
    yield from questions(expected, ("items", "reverse", "scale_min", "scale_max", "min_valid"))
    frame = pd.read_csv(folder / case["data"])
    answers, book = _responses(expected, frame)
    k = len(expected["items"])
    share = expected["min_valid"] / k
    scores = score_elements(answers, codebook=book, min_answered=share)
    given = scores["score"].dropna()
    yield "n_scored", expected["n_scored"], len(given), 0
    yield "n_missing", expected["n_missing"], int(scores["score"].isna().sum()), 0
    for field, got in (
        ("mean", given.mean()),
        ("sd", given.std()),
        ("min", given.min()),
        ("max", given.max()),
        ("prorated_sum_mean", k * given.mean()),
    ):
        yield field, expected[field], got, CLOSED
    for level, n in expected["n_valid_table"].items():
        yield f"n_valid_table.{level}", n, int(scores["n_answered"].eq(int(level)).sum()), 0
    by_row = scores.set_index("rater_id")["score"]
    wanted = expected["first_rows"]
    yield "first_rows.row", None, QUESTION, None
    got = by_row.loc[[f"p{row - 1}" for row in wanted["row"]]].to_numpy()
    values = np.array([np.nan if v is None else v for v in wanted["score"]], dtype=float)
    assert (np.isnan(values) == np.isnan(got)).all()
    yield "first_rows.score", values, got, CLOSED
    some = score_elements(answers, codebook=book, min_answered=1e-9)["score"].dropna()
    yield "scoreItems_none_mean", expected["scoreItems_none_mean"], some.mean(), CLOSED
    yield "scoreItems_none_sd", expected["scoreItems_none_sd"], some.std(), CLOSED
    pairwise = alpha_of_covariance(pd.DataFrame(_keyed(expected, frame)).cov().to_numpy())
    yield "scoreItems_alpha", expected["scoreItems_alpha"], pairwise, CLOSED


def _listwise(
    expected: dict[str, Any], complete: np.ndarray, rows: pd.DataFrame
) -> Iterator[Comparison]:
    covariance = np.cov(complete, rowvar=False)
    correlation = correlation_of(covariance)
    below = correlation[np.tril_indices(len(correlation), -1)]
    means = complete.mean(axis=1)
    for field, got in (
        ("raw", rows.loc["alpha", "estimate"]),
        ("std", rows.loc["alpha_standardized", "estimate"]),
        ("G6", rows.loc["lambda6", "estimate"]),
        ("average_r", below.mean()),
        ("median_r", np.median(below)),
        ("ase", alpha_std_error(covariance, len(complete))),
        ("mean", means.mean()),
        ("sd", means.std(ddof=1)),
    ):
        yield f"alpha_listwise.{field}", expected[field], got, CLOSED
    limits = rows.loc["alpha", ["conf_low", "conf_high"]].to_numpy(dtype=float)
    for field in ("feldt_ci", "psych_feldt", "duhachek_ci", "mbess_feldt"):
        known = list(expected[field].values())
        yield f"alpha_listwise.{field}", known, limits, CLOSED


def _pairwise(expected: dict[str, Any], keyed: np.ndarray) -> Iterator[Comparison]:
    covariance = pd.DataFrame(keyed).cov().to_numpy()
    correlation = correlation_of(covariance)
    average = correlation[np.tril_indices(len(correlation), -1)].mean()
    for field, got in (
        ("raw", alpha_of_covariance(covariance)),
        ("std", alpha_of_covariance(correlation)),
        ("average_r", average),
    ):
        yield f"alpha_pairwise.{field}", expected[field], got, CLOSED


def _item_statistics(expected: dict[str, Any], items: pd.DataFrame) -> Iterator[Comparison]:
    yield "item_rest.item", None, QUESTION, None
    items = items.set_index("item").loc[expected["item"]]
    for field, column in (
        ("r_drop", "item_rest"),
        ("r_cor", "item_rest_corrected"),
        ("raw_r", "item_total"),
        ("std_r", "item_total_standardized"),
        ("mean", "mean"),
        ("sd", "sd"),
        ("alpha_if_dropped", "alpha_if_dropped"),
    ):
        yield f"item_rest.{field}", expected[field], items[column].to_numpy(), CLOSED


def _one_factor(
    expected: dict[str, Any], complete: np.ndarray, rows: pd.DataFrame, robust: pd.Series
) -> Iterator[Comparison]:
    fit = fit_one_factor(np.cov(complete, rowvar=False, ddof=0))
    for field, got in (("loadings", fit.loadings[0]), ("residuals", fit.uniquenesses[0])):
        yield f"omega_onefactor.{field}", list(expected[field].values()), got, FOUND
    omega = rows.loc["omega"]
    for field, got in (
        ("omega", omega_one_factor(fit)[0]),
        ("omega_observed_denominator", rows.loc["omega_observed", "estimate"]),
        ("mbess_omega", omega["estimate"]),
        ("mbess_se", omega["std_error"]),
    ):
        yield f"omega_onefactor.{field}", expected[field], got, CLOSED * 10
    for field, row in (("mbess_ml_ci", omega), ("mbess_mlr_ci", robust)):
        known = [expected[field]["lower"], expected[field]["upper"]]
        yield f"omega_onefactor.{field}", known, [row["conf_low"], row["conf_high"]], CLOSED * 10


def _schmid_leiman(expected: dict[str, Any], complete: np.ndarray) -> Iterator[Comparison]:
    name, k, m = "omega_schmid_leiman", complete.shape[1], expected["nfactors"]
    yield f"{name}.nfactors", None, QUESTION, None
    if k < m + 2:
        yield name, None, f"{m} group factors are refused for {k} items", None
        return
    correlation = np.corrcoef(complete, rowvar=False)
    split: SchmidLeiman = schmid_leiman(correlation, m)
    rough = ROUGH if split.heywood else TURNED
    for field, got, tol in (
        ("omega_h", split.omega_hierarchical, rough),
        ("omega_total", split.omega_total, TURNED),
        ("omega_lim", split.omega_limit, rough),
        ("ecv", split.common_share, rough),
        ("alpha", alpha_of_covariance(correlation), CLOSED),
    ):
        known = expected[field]["g"] if field == "ecv" else expected[field]
        yield f"{name}.{field}", known, got, tol
    yield f"{name}.g_loadings", list(expected["g_loadings"].values()), split.general, rough


def _split_half(
    expected: dict[str, Any], complete: np.ndarray, rows: pd.DataFrame
) -> Iterator[Comparison]:
    k = complete.shape[1]
    for field in ("lambda2", "lambda6"):
        yield f"split_half.{field}", expected[field], rows.loc[field, "estimate"], CLOSED
    if k > LONG_SCALE:
        for field in ("max", "min", "mean", "lambda4"):
            yield f"split_half.{field}", None, "psych draws halves at random here", None
        return
    halves = split_halves(np.corrcoef(complete, rowvar=False))
    if k % 2:
        # psych 2.2.9 visits the first half of the list only, which is all splits of an even scale
        halves = halves[: len(halves) // 2]
    else:
        assert np.isclose(rows.loc["lambda4", "estimate"], halves.max())
    for field, got in (
        ("max", halves.max()),
        ("min", halves.min()),
        ("mean", halves.mean()),
        ("lambda4", halves.max()),
    ):
        yield f"split_half.{field}", expected[field], got, CLOSED


def _ordinal(
    expected: dict[str, Any], complete: np.ndarray, rows: pd.DataFrame
) -> Iterator[Comparison]:
    got = rows.loc["alpha_ordinal", "estimate"]
    yield "ordinal.ordinal_alpha", expected["ordinal_alpha"], got, FOUND
    found = polychoric_correlations(complete)
    yield "ordinal.polychoric", values_of(expected["polychoric"]), found.correlations, FOUND
    yield from thresholds("ordinal.tau", expected["tau"], found.thresholds)
    for field in ("omega_categorical_GreenYang", "omega_latent_scale", "wlsmv_loadings"):
        yield f"ordinal.{field}", None, NO_WLSMV, None


def _reversed_items(expected: dict[str, Any]) -> list[str]:
    given = expected["reverse"]
    return [given] if isinstance(given, str) else list(given or [])


def _keyed(expected: dict[str, Any], frame: pd.DataFrame) -> np.ndarray:
    keyed = frame[expected["items"]].copy()
    ends = expected["scale_min"] + expected["scale_max"]
    for item in _reversed_items(expected):
        keyed[item] = ends - keyed[item]
    return keyed.to_numpy(dtype=float)


def _responses(expected: dict[str, Any], frame: pd.DataFrame) -> tuple[pd.DataFrame, Codebook]:
    """The same answers as rows of a responses table, as read, with their codebook."""
    items = expected["items"]
    wide = frame[items].reset_index(drop=True)
    long = wide.rename_axis("row").reset_index().melt("row", var_name="item")
    people = "p" + long["row"].astype("str")
    answers = long.drop(columns="row").assign(
        relationship_id=people, rater_id=people, role="mentee", wave=1
    )
    book = Codebook(
        pd.DataFrame(
            {
                "item": items,
                "element": "scale",
                "reverse": [item in _reversed_items(expected) for item in items],
                "low": expected["scale_min"],
                "high": expected["scale_max"],
            }
        )
    )
    return answers, book
