"""How many answers are there and how many are missing, each kind apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..tables import MISSING_KINDS, TABLES

UNKNOWN = "unknown"
KINDS = (*MISSING_KINDS, UNKNOWN)
COUNTS = ["n", "answered", *KINDS]


def count_answers(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Count answered and missing cells by group.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with `value` and perhaps `missing`, the reason why it is empty.
    by : sequence of str
        Columns of `frame`.

    Returns
    -------
    pandas.DataFrame
        `by`, `n`, `answered`, `not_shown`, `unanswered`, `not_applicable`, `unknown` (empty without
        a reason). A value that has a reason as well counts as answered.
    """
    answered = frame["value"].notna()
    reason = frame["missing"] if "missing" in frame else pd.Series(None, index=frame.index)
    reason = reason.astype("object").where(reason.notna(), UNKNOWN)
    flags = {"n": 1, "answered": answered.astype("int64")}
    flags |= {kind: (~answered & reason.eq(kind)).astype("int64") for kind in KINDS}
    marked = frame[list(by)].assign(**flags)
    if not by:
        return marked[COUNTS].sum().to_frame().T
    return marked.groupby(list(by), dropna=False, observed=True, as_index=False)[COUNTS].sum()


def count_tables(tables: dict[str, pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Count the tables that hold one measured value a row: responses and outcomes.

    Returns
    -------
    pandas.DataFrame
        `table`, `by`, and the columns of :func:`count_answers`; a column of `by` that a table does
        not have is missing there.
    """
    parts = []
    for name in ("responses", "outcomes"):
        if name in tables:
            frame = tables[name]
            part = count_answers(frame, [column for column in by if column in frame])
            parts.append(part.assign(table=name))
    joined = pd.concat(parts, ignore_index=True)
    return joined.reindex(columns=["table", *by, *COUNTS])


def count_cells(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Count the empty cells of every declared column.

    Returns
    -------
    pandas.DataFrame
        `table`, `column`, `n`, `n_empty`, `share_empty`, for columns with an empty cell. Empty is
        not always missing: `ended_on` is empty while a relationship runs.
    """
    rows = [
        (name, column, len(frame), int(frame[column].isna().sum()))
        for name, frame in tables.items()
        for column in TABLES[name].names
        if column in frame and (name, column) != ("responses", "missing")
    ]
    cells = pd.DataFrame(rows, columns=["table", "column", "n", "n_empty"])
    cells = cells[cells["n_empty"] > 0].reset_index(drop=True)
    share = cells["n_empty"] / np.maximum(cells["n"], 1)
    return cells.assign(share_empty=share)
