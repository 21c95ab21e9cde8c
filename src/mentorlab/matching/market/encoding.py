"""Applicants' columns as arrays that pairs can be compared by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, did_you_mean, quote

LIST_SEPARATOR = ";"


@dataclass(frozen=True, eq=False)
class Applicants:
    """The two sides of a pool, each a frame in the order of its ids.

    Attributes
    ----------
    mentees, mentors : pandas.DataFrame
        With `person_id` and attributes.
    preferences : pandas.DataFrame or None
        `person_id, other_id, rank`.
    """

    mentees: pd.DataFrame
    mentors: pd.DataFrame
    preferences: pd.DataFrame | None = None

    @property
    def columns(self) -> list[str]:
        """Names of the attributes."""
        return list(self.mentees.columns)

    def side(self, role: str) -> pd.DataFrame:
        """The frame of one role."""
        return self.mentees if role == "mentee" else self.mentors


def need_column(pool: Applicants, column: str, *, who: str) -> None:
    """Refuse a column that applicants do not have.

    Raises
    ------
    MarketError
        Naming what is near.
    """
    if column not in pool.mentees.columns:
        near = did_you_mean(column, pool.columns)
        raise MarketError(
            f"{who}: applicants have no column {quote(column)}. {near}".rstrip()
            + f" They have {', '.join(map(str, pool.columns))}."
        )


def split_list(value: Any) -> list[str]:
    """Read one cell of a list column: ``;``-separated text, a list, or nothing."""
    if isinstance(value, str):
        entries: Iterable[Any] = value.split(LIST_SEPARATOR)
    elif isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        entries = value
    elif value is None or pd.isna(value):
        entries = ()
    else:
        entries = (value,)
    names = (str(entry).strip() for entry in entries)
    return list(dict.fromkeys(name for name in names if name))


def is_list_column(values: pd.Series) -> bool:
    """Whether a column holds lists, as lists or as ``;``-separated text."""
    return any(
        isinstance(value, (list, tuple, set, frozenset, np.ndarray))
        or (isinstance(value, str) and LIST_SEPARATOR in value)
        for value in values
    )


def code_lists(*columns: pd.Series) -> list[np.ndarray]:
    """Code list columns over one vocabulary.

    Returns
    -------
    list of ndarray of float32, shape (n_people, n_words)
        1 where the person lists the word.
    """
    cells = [[split_list(value) for value in column] for column in columns]
    words: dict[str, int] = {}
    for lists in cells:
        for names in lists:
            for name in names:
                words.setdefault(name, len(words))
    coded = []
    for lists in cells:
        matrix = np.zeros((len(lists), len(words)), dtype=np.float32)
        for row, names in enumerate(lists):
            matrix[row, [words[name] for name in names]] = 1
        coded.append(matrix)
    return coded


def code_values(*columns: pd.Series) -> list[np.ndarray]:
    """Code plain columns as whole numbers over one set of values, -1 where missing."""
    joined = pd.concat([column.astype(object) for column in columns], ignore_index=True)
    codes = pd.factorize(joined)[0]
    return np.split(codes, np.cumsum([len(column) for column in columns])[:-1])


def as_numbers(*columns: pd.Series) -> list[np.ndarray] | None:
    """Give columns as floats, NaN where missing; None when any is not numeric."""
    if not all(
        pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        for column in columns
    ):
        return None
    return [column.to_numpy(dtype=np.float64, na_value=np.nan) for column in columns]


def positions_of(ids: pd.Series, known: pd.Series) -> np.ndarray:
    """Find ids among known ones; -1 for unknown ids."""
    return pd.Index(known).get_indexer(pd.Index(ids))
