"""What nothing beats in every respect."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...errors import OptionError, quote


def pareto_front(frame: pd.DataFrame, wanted: Mapping[str, str]) -> np.ndarray:
    """Tell which rows no other row beats in every respect.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an alternative.
    wanted : mapping of str to {"high", "low"}
        Columns, and which way is better.

    Returns
    -------
    ndarray of bool, shape (rows,)
        Rows with a missing value are never on the front; equal rows are on it together.

    Raises
    ------
    OptionError
        If a column is missing or a way is neither word.

    Examples
    --------
    >>> frame = pd.DataFrame({"benefit": [1, 2, 2], "load": [1, 2, 3]})
    >>> pareto_front(frame, {"benefit": "high", "load": "low"}).tolist()
    [True, True, False]
    """
    for name, way in wanted.items():
        if name not in frame or way not in ("high", "low"):
            raise OptionError(
                f"pareto_front: {quote(name)} must be a column with the better way 'high' or "
                f"'low'; got {quote(way)}."
            )
    signs = np.array([1.0 if way == "high" else -1.0 for way in wanted.values()])
    values = frame[list(wanted)].to_numpy(dtype=float) * signs
    known = np.isfinite(values).all(axis=1)
    front = known.copy()
    for k in np.flatnonzero(known):
        others = values[known]
        beaten = (others >= values[k]).all(axis=1) & (others > values[k]).any(axis=1)
        front[k] = not beaten.any()
    return front
