"""Rows to integers: one code for each combination of columns, without sorting or joining text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

_LARGEST = 2**62
_DENSE = 8


def code_rows(frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Give rows the same code exactly when they agree in all columns; empty cells agree.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any rows.
    columns : sequence of str
        Columns to compare.

    Returns
    -------
    numpy.ndarray of int64, shape (n_rows,)
        Codes of 0 or more, with gaps.

    Examples
    --------
    >>> code_rows(pd.DataFrame({"a": ["x", "y", "x"], "b": [1, 1, 1]}), ["a", "b"]).tolist()
    [0, 1, 0]
    """
    codes = np.zeros(len(frame), dtype=np.int64)
    n_codes = 1
    for name in columns:
        part, levels = pd.factorize(frame[name], use_na_sentinel=False)
        if len(levels) < 2:
            continue
        if n_codes > _LARGEST // len(levels):
            codes, kept = pd.factorize(codes)
            n_codes = len(kept)
        codes = codes * len(levels) + part
        n_codes *= len(levels)
    return codes


def first_rows(codes: np.ndarray) -> np.ndarray:
    """Flag the first row of each code.

    Parameters
    ----------
    codes : numpy.ndarray of int64, shape (n_rows,)
        Codes of 0 or more; small ones need no hashing.

    Returns
    -------
    numpy.ndarray of bool, shape (n_rows,)

    Examples
    --------
    >>> first_rows(np.array([3, 3, 0, 3])).tolist()
    [True, False, True, False]
    """
    n = len(codes)
    largest = int(codes.max(initial=0))
    if largest > _DENSE * n:
        return ~pd.Series(codes).duplicated().to_numpy()
    rows = np.arange(n)
    first = np.empty(largest + 1, dtype=np.int64)
    first[codes[::-1]] = rows[::-1]
    return first[codes] == rows
