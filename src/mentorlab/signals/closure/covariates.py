"""Relationships, or relationship-weeks, with covariates as a matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, quote
from .endings import Endings, group_column

if TYPE_CHECKING:
    from ...program import Program

WEEK = 7
_KEYS = ("relationship_id", "week")


@dataclass(frozen=True, eq=False)
class Panel:
    """One row a relationship and week at risk.

    Attributes
    ----------
    relationships : pandas.DataFrame
        The relationships used, from `Endings.frame`.
    row, week : numpy.ndarray of int, shape (m,)
        Which relationship, and which of its weeks, from 1.
    entry_days, days : numpy.ndarray of float, shape (m,)
        Days at risk, ``(entry_days, days]``.
    kind : numpy.ndarray of int, shape (m,)
        Kind of ending on the last day, 0 for none.
    x : numpy.ndarray of float, shape (m, p)
    names : tuple of str
        Terms, the columns of `x`.
    cluster : numpy.ndarray of int, shape (m,)
        Mentors.
    strata : numpy.ndarray of int or None
    notes : tuple of str
        What was left out.
    """

    relationships: pd.DataFrame
    row: np.ndarray
    week: np.ndarray
    entry_days: np.ndarray
    days: np.ndarray
    kind: np.ndarray
    x: np.ndarray
    names: tuple[str, ...]
    cluster: np.ndarray
    strata: np.ndarray | None
    notes: tuple[str, ...]

    def last_weeks(self) -> np.ndarray:
        """Rows with which relationships leave the panel, one each."""
        return np.flatnonzero(np.append(np.diff(self.row) != 0, True))


def read_panel(
    program: Program,
    endings: Endings,
    covariates: list[str],
    features: pd.DataFrame | None,
    *,
    strata: str | None,
    who: str,
) -> Panel:
    """Cut relationships into weeks at risk and join what is known before each.

    Raises
    ------
    OptionError
        For unknown columns, or features without keys.
    EstimationError
        If no row has all covariates.
    """
    frame = endings.frame
    columns = {
        name: group_column(program, frame["relationship_id"], name, who=who) for name in covariates
    }
    fixed = _code(pd.DataFrame(columns).reset_index(drop=True), who) if columns else None
    own_strata = None
    if strata is not None:
        own_strata = group_column(program, frame["relationship_id"], strata, who=who).to_numpy()
    known = np.ones(len(frame), bool) if fixed is None else fixed.notna().all(axis=1).to_numpy()
    if own_strata is not None:
        known &= ~pd.isna(own_strata)
    notes = []
    if not known.all():
        notes.append(
            f"{count(int((~known).sum()), 'relationship')} left out for an empty covariate"
        )
    rows = _weeks(frame[known])
    parts = [] if fixed is None else [fixed.loc[rows["row"]].reset_index(drop=True)]
    if features is not None:
        parts.append(_weekly(rows, features, who))
    x = pd.concat(parts, axis=1)
    complete = x.notna().all(axis=1).to_numpy()
    if features is not None and not complete.all():
        notes.append(
            f"{count(int((~complete).sum()), 'relationship-week')} left out: no features of the "
            "week before"
        )
    rows, x = rows[complete], x[complete]
    if rows.empty:
        raise EstimationError(f"{who}: no relationship has all covariates.")
    used = frame.loc[rows["row"].unique()]
    codes = None if own_strata is None else pd.factorize(own_strata[rows["row"]], sort=True)[0]
    return Panel(
        relationships=used,
        row=rows["row"].to_numpy(),
        week=rows["week"].to_numpy(),
        entry_days=rows["entry"].to_numpy(dtype=float),
        days=rows["days"].to_numpy(dtype=float),
        kind=rows["kind"].to_numpy(),
        x=x.to_numpy(dtype=float),
        names=tuple(x.columns),
        cluster=pd.factorize(frame["mentor_id"].loc[rows["row"]])[0],
        strata=codes,
        notes=tuple(notes),
    )


def _weeks(frame: pd.DataFrame) -> pd.DataFrame:
    first = (frame["entry_days"] // WEEK).astype(int)
    last = np.ceil(frame["days"] / WEEK).astype(int)
    n = (last - first).to_numpy()
    row = np.repeat(frame.index.to_numpy(), n)
    place = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    week = np.repeat(first.to_numpy(), n) + place + 1
    days, entry = frame["days"].loc[row].to_numpy(), frame["entry_days"].loc[row].to_numpy()
    is_last = week == last.loc[row].to_numpy()
    return pd.DataFrame(
        {
            "row": row,
            "relationship_id": frame["relationship_id"].loc[row].to_numpy(),
            "week": week,
            "entry": np.maximum(entry, (week - 1) * WEEK),
            "days": np.minimum(days, week * WEEK),
            "kind": np.where(is_last, frame["kind"].loc[row].to_numpy(), 0),
        }
    )


def _weekly(rows: pd.DataFrame, features: pd.DataFrame, who: str) -> pd.DataFrame:
    """Each week's row with the features known at the end of the week before."""
    absent = [name for name in _KEYS if name not in features]
    if absent:
        raise OptionError(f"{who}: `features` needs the column {quote(absent[0])}.")
    numbers = features.select_dtypes(["number", "bool"]).columns.difference(_KEYS, sort=False)
    if numbers.empty:
        raise OptionError(f"{who}: `features` has no number columns besides its keys.")
    if features.duplicated(list(_KEYS)).any():
        first = features.loc[features.duplicated(list(_KEYS)), list(_KEYS)].iloc[0].tolist()
        raise OptionError(f"{who}: `features` has a week twice, first {first}.")
    known = features[[*_KEYS, *numbers]].assign(week=features["week"] + 1)
    joined = rows[list(_KEYS)].merge(known, on=list(_KEYS), how="left")
    return joined[numbers].astype(float)


def _code(columns: pd.DataFrame, who: str) -> pd.DataFrame:
    """Numbers as they are, flags as 0 and 1, categories against the most frequent one."""
    coded = {}
    for name, column in columns.items():
        if pd.api.types.is_datetime64_any_dtype(column):
            raise OptionError(f"{who}: the covariate {quote(name)} is a date; give a number.")
        if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
            coded[name] = column.astype("float64")
            continue
        levels = column.value_counts().index
        if len(levels) < 2:
            raise EstimationError(f"{who}: the covariate {quote(name)} has one value only.")
        for value in sorted(levels[1:]):
            flag = (column == value).astype("float64")
            coded[f"{name}: {value} (not {levels[0]})"] = flag.where(column.notna())
    return pd.DataFrame(coded)
