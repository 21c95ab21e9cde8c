"""Those who stopped answering beside those who stayed, at the wave when all still answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ..codebook import Codebook
from ..stats import fit_ols
from ..tables import ROLES
from .occasions import RATER

COLUMNS = [
    "variable",
    "level",
    "stayed",
    "left",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "n",
    "n_left",
    "n_clusters",
]
SCORE = "first-wave score"
UNKEYED = "all answers, not keyed"
_LEFT = "_left"
_FEWEST = 2


def compare_dropouts(
    patterns: pd.DataFrame,
    responses: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    *,
    form: str,
    codebook: Codebook | None,
    compare: Sequence[str],
    level: float,
) -> pd.DataFrame:
    """Compare raters who left with those who stayed.

    Parameters
    ----------
    patterns : pandas.DataFrame
        From ``rater_patterns``.
    responses : pandas.DataFrame
        The responses table.
    tables : dict of str to pandas.DataFrame
        The program's tables; empty when there are only responses.
    form : str
        Which form's waves.
    codebook : Codebook or None
        Gives first-wave scores by element; without it all answers are averaged as they stand.
    compare : sequence of str
        Columns of people.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `variable`, `level`, `stayed`, `left` (means or shares), `estimate` (left minus stayed in
        standard deviations), `std_error`, `conf_low`, `conf_high`, `n`, `n_left`, `n_clusters`.
    """
    raters = _comparable(patterns, form)
    if raters[_LEFT].nunique() < 2:
        return pd.DataFrame(columns=COLUMNS)
    raters = raters.assign(cluster=_clusters(raters["relationship_id"], tables))
    rows = [
        (variable, name, *_difference(values, raters, level))
        for variable, name, values in _variables(raters, responses, tables, codebook, compare, form)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _comparable(patterns: pd.DataFrame, form: str) -> pd.DataFrame:
    """Keep raters who returned their first due form and had a later one due."""
    due = patterns["pattern"].str.replace(".", "", regex=False)
    fit = patterns["form"].eq(form) & due.str.startswith("1") & patterns["n_due"].ge(2)
    kept = patterns[fit]
    return kept.assign(**{_LEFT: due[fit].str.endswith("0")}).reset_index(drop=True)


def _clusters(relationship_id: pd.Series, tables: dict[str, pd.DataFrame]) -> np.ndarray:
    """Number the groups of relationships that share a mentor."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    codes, names = pd.factorize(relationship_id)
    if "members" not in tables:
        return codes
    members = tables["members"]
    mentors = members[(members["role"] == "mentor") & members["relationship_id"].isin(names)]
    row = pd.Index(names).get_indexer(mentors["relationship_id"])
    column, people = pd.factorize(mentors["person_id"])
    size = len(names) + len(people)
    links = coo_array((np.ones(len(row)), (row, column + len(names))), shape=(size, size))
    return connected_components(links, directed=False)[1][codes]


def _variables(
    raters: pd.DataFrame,
    responses: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    codebook: Codebook | None,
    compare: Sequence[str],
    form: str,
) -> Iterator[tuple[str, str, pd.Series]]:
    for name, values in _first_scores(raters, responses, codebook, form):
        yield SCORE, name, values
    roles = [name for name in ROLES if raters["role"].eq(name).any()]
    for role in _telling(roles):
        yield "role", role, raters["role"].eq(role).astype(float)
    people = tables.get("people", pd.DataFrame())
    for column in compare:
        values = raters["rater_id"].map(people.set_index("person_id")[column])
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            yield column, "", values.astype(float)
            continue
        text = values.astype("object")
        for one in _telling(sorted(text.dropna().unique(), key=str)):
            yield column, str(one), text.eq(one).astype(float).where(text.notna())


def _telling(levels: list) -> list:
    """Leave out the second of two categories, which mirrors the first, and an only one."""
    return levels[:1] if len(levels) == 2 else levels[1:] and levels


def _first_scores(
    raters: pd.DataFrame, responses: pd.DataFrame, codebook: Codebook | None, form: str
) -> Iterator[tuple[str, pd.Series]]:
    """Give each rater's mean at the first returned wave, by element where there is a codebook."""
    answers = responses.dropna(subset="value")
    if "form" in answers and answers["form"].notna().any():
        answers = answers[answers["form"].eq(form)]
    first = raters[[*RATER, "first_wave"]].rename(columns={"first_wave": "wave"})
    answers = answers.merge(first, on=[*RATER, "wave"])
    if codebook is None:
        place = answers.groupby(["item", "role"])["value"]
        answers["value"] = (answers["value"] - place.transform("mean")) / place.transform(
            lambda values: values.std(ddof=0) or np.nan
        )
        yield UNKEYED, _mean_by_rater(answers, raters)
        return
    keyed = answers.merge(codebook.keyed(ROLES).dropna(subset="element"), on=["item", "role"])
    turned = keyed["low"] + keyed["high"] - keyed["value"]
    keyed["value"] = keyed["value"].mask(keyed["reverse"], turned)
    for element in codebook.elements:
        own = keyed[keyed["element"] == element]
        if len(own):
            yield element, _mean_by_rater(own, raters)


def _mean_by_rater(answers: pd.DataFrame, raters: pd.DataFrame) -> pd.Series:
    means = answers.groupby(RATER)["value"].mean()
    return pd.Series(means.reindex(pd.MultiIndex.from_frame(raters[RATER])).to_numpy())


def _difference(values: pd.Series, raters: pd.DataFrame, level: float) -> tuple[float, ...]:
    """Give `stayed` to `n_clusters` of one row: the difference in pooled standard deviations."""
    known = values.notna().to_numpy()
    y, left = values.to_numpy(dtype=float)[known], raters[_LEFT].to_numpy(dtype=bool)[known]
    clusters = np.unique(raters["cluster"].to_numpy()[known], return_inverse=True)[1]
    n, n_left, n_clusters = len(y), int(left.sum()), int(clusters.max(initial=-1)) + 1
    stayed_mean = y[~left].mean() if n > n_left else np.nan
    left_mean = y[left].mean() if n_left else np.nan
    nothing = (np.nan, np.nan, np.nan, np.nan, n, n_left, n_clusters)
    if min(n_left, n - n_left, n_clusters) < _FEWEST:
        return (stayed_mean, left_mean, *nothing)
    pooled = np.sqrt((y[left].var(ddof=1) + y[~left].var(ddof=1)) / 2)
    if not pooled > 0:
        return (stayed_mean, left_mean, *nothing)
    design = np.column_stack([np.ones(n), left])
    fit = fit_ols(y / pooled, design, clusters=clusters, level=level)
    low, high = fit.intervals[1]
    return (
        stayed_mean,
        left_mean,
        float(fit.params[1]),
        float(fit.std_errors[1]),
        float(low),
        float(high),
        n,
        n_left,
        n_clusters,
    )
