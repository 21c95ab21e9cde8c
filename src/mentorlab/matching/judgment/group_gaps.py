"""Whether groups of mentees fare alike: who is matched, and how well."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...errors import OptionError, did_you_mean, listing, quote
from ...stats.two_groups import mean_difference, share_difference
from .standing import Standing

COLUMNS = (
    "by",
    "group",
    "n",
    "measure",
    "value",
    "others",
    "gap",
    "conf_low",
    "conf_high",
)


def group_gaps(standing: Standing, *, by: Sequence[str], level: float, who: str) -> pd.DataFrame:
    """Compare each group of mentees with all others.

    Parameters
    ----------
    standing : Standing
        The assignment.
    by : sequence of str
        Columns of the mentees' rows.
    level : float
        Confidence level of the gaps.
    who : str
        The function that asks.

    Returns
    -------
    pandas.DataFrame
        `by`, `group`, `n` (mentees), `measure` (matched: share with a mentor; rank: mean rank of
        the mentor among the acceptable ones, matched mentees; acceptable: mean number of
        acceptable mentors), `value`, `others`, `gap` (value minus others), `conf_low`, `conf_high`.

    Raises
    ------
    OptionError
        If the market has no rows of mentees, or a column is absent.
    """
    if not by:
        return pd.DataFrame(columns=COLUMNS)
    rows = standing.market.mentees
    if rows is None:
        raise OptionError(
            f"{who}: `by` needs the mentees' attributes, which this market does not have. Build it "
            "with build_market(applicants)."
        )
    for name in by:
        if name not in rows:
            near = did_you_mean(name, rows.columns)
            raise OptionError(
                f"{who}: `by` must name columns of the mentees "
                f"({listing(rows.columns, limit=20)}); got {quote(name)}. {near}".rstrip()
            )
    matched = standing.place >= 0
    rank = np.full(len(rows), np.nan)
    rank[matched] = standing.mentee_rank[standing.place[matched]]
    length = np.diff(standing.edges.indptr).astype(np.float64)
    found = []
    for name in by:
        labels = rows[name].astype("object").where(rows[name].notna(), None)
        for group in dict.fromkeys(labels):
            inside = (labels.isna() if group is None else labels.eq(group)).to_numpy(dtype=bool)
            found += _gaps(name, group, inside, matched, rank, length, level)
    return pd.DataFrame(found, columns=COLUMNS)


def _gaps(
    by: str,
    group: object,
    inside: np.ndarray,
    matched: np.ndarray,
    rank: np.ndarray,
    length: np.ndarray,
    level: float,
) -> list[tuple[object, ...]]:
    n, others = int(inside.sum()), int((~inside).sum())
    hits = int(matched[inside].sum()), int(matched[~inside].sum())
    share = share_difference((hits[0], n), (hits[1], others), level=level)
    label = "not recorded" if group is None else group
    rows: list[tuple[object, ...]] = [
        (
            by,
            label,
            n,
            "matched",
            hits[0] / n,
            hits[1] / others if others else np.nan,
            share.estimate,
            share.conf_low,
            share.conf_high,
        )
    ]
    for measure, values in (("rank", rank), ("acceptable", length)):
        first, second = (x[~np.isnan(x)] for x in (values[inside], values[~inside]))
        gap = mean_difference(first, second, level=level)
        means = [float(x.mean()) if len(x) else np.nan for x in (first, second)]
        rows.append((by, label, n, measure, *means, gap.estimate, gap.conf_low, gap.conf_high))
    return rows
