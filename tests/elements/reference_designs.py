"""R's model terms as columns, and tolerances: what the comparison functions share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

Comparison = tuple[str, Any, Any, Any]
QUESTION = "part of the question, not an answer"


def numbers(values: Any) -> np.ndarray:
    """A list of numbers (or one, or a mapping to numbers) with NA as NaN."""
    if isinstance(values, dict):
        values = list(values.values())
    flat = values if isinstance(values, list) else [values]
    return np.array([np.nan if value is None else value for value in flat], dtype=float)


def near(field: str, expected: Any, got: Any, rel: float, *, floor: float = 0.0) -> Comparison:
    """Compare within a share of the expected value; `floor` is the least size that it counts."""
    value = numbers(expected)
    found = np.atleast_1d(np.asarray(got, dtype=float))
    return field, value, found, rel * np.maximum(np.abs(np.nan_to_num(value)), floor)


def question(*fields: str) -> list[Comparison]:
    """Fields that say what was asked."""
    return [(field, None, QUESTION, None) for field in fields]


def left(field: str, reason: str) -> Comparison:
    """A field left out on purpose."""
    return field, None, reason, None


def term_columns(frame: pd.DataFrame, terms: Sequence[str]) -> np.ndarray:
    """Build the columns of R's coefficient names: numbers, factor levels, products, functions.

    A cell that is empty in the frame is NaN in every column that rests on it.
    """
    return np.column_stack([_term(frame, term) for term in terms])


def group_labels(frame: pd.DataFrame, group: str) -> pd.Series:
    """Name the group of each row; ``b:a`` joins columns as lme4 does."""
    first, *others = (frame[name].map(_label) for name in group.split(":"))
    for other in others:
        first = first + ":" + other
    return first


_FUNCTIONS = {"log": np.log, "sqrt": np.sqrt, "exp": np.exp, "abs": np.abs}


def _term(frame: pd.DataFrame, term: str) -> np.ndarray:
    if term == "(Intercept)":
        return np.ones(len(frame))
    if term in frame and pd.api.types.is_numeric_dtype(frame[term]):
        return frame[term].to_numpy(dtype=float)
    if square := re.fullmatch(r"I\((\S+?)\^(\d)\)", term):
        return _term(frame, square[1]) ** int(square[2])
    if call := re.fullmatch(r"(log|sqrt|exp|abs)\((.+)\)", term):
        return _FUNCTIONS[call[1]](_term(frame, call[2]))
    if call := re.fullmatch(r"scale\(([^(),]+).*\)", term):
        values = _term(frame, call[1])
        return (values - np.nanmean(values)) / np.nanstd(values, ddof=1)
    if ":" in term and term not in frame:
        return np.prod([_term(frame, part) for part in term.split(":")], axis=0)
    term = re.sub(r"^(?:as\.)?factor\(([^()]+)\)", r"\1", term)
    for name in sorted(frame.columns, key=len, reverse=True):
        labels = frame[name].map(_label)
        if term.startswith(name) and (labels == term[len(name) :]).any():
            return np.where(frame[name].isna(), np.nan, labels == term[len(name) :])
    raise AssertionError(f"no column gives the term {term}")


def _label(value: Any) -> str:
    """A level as R prints it."""
    if isinstance(value, (bool, np.bool_)):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, (int, float, np.number)) else str(value)


def complete(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Rows without an empty cell in some columns."""
    return frame.dropna(subset=list(dict.fromkeys(names))).reset_index(drop=True)


def ratings_of(frame: pd.DataFrame) -> pd.DataFrame:
    """The raters' columns: numeric ones that do not number the rows."""
    numeric = frame.select_dtypes("number")
    rows = np.arange(1, len(frame) + 1)
    keep = [name for name in numeric if not np.array_equal(numeric[name].to_numpy(), rows)]
    return numeric[keep]
