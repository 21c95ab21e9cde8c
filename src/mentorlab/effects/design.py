"""Columns to numbers: arms and controls as a design matrix, without formulas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import EstimationError, OptionError, listing, quote

CONTROL_NAMES = ("control", "comparison")


def arm_codes(
    treatment: pd.Series, reference: object, *, name: str, who: str
) -> tuple[list[str], np.ndarray]:
    """Number the arms, the reference first.

    Parameters
    ----------
    treatment : pandas.Series
        No missing values.
    reference : object
        The arm to compare with, or None to find it.
    name, who : str
        The column and the function, for messages.

    Returns
    -------
    arms : list of str
        Arms that occur, the reference first.
    codes : numpy.ndarray of int
        Position in `arms`, one a row.

    Raises
    ------
    EstimationError
        If only one arm occurs.
    OptionError
        If the reference is unknown or can't be told, or arms can't be told apart.
    """
    levels = _levels(treatment)
    if len(levels) < 2:
        raise EstimationError(
            f"{who}: {quote(name)} has one arm only ({listing(levels)}). Without a comparison "
            "group a benefit is a change, not an effect: add rows of people who were not treated."
        )
    arms = [str(level) for level in levels]
    if len(set(arms)) < len(arms):
        raise OptionError(f"{who}: {quote(name)} holds numbers and text that read the same.")
    if reference is None:
        first = _find_reference(treatment, arms, name, who)
    else:
        known = [a for a, level in zip(arms, levels, strict=True) if reference in (level, a)]
        if not known:
            raise OptionError(
                f"{who}: `reference` must be an arm of {quote(name)} ({listing(arms)}); "
                f"got {quote(reference)}."
            )
        first = known[0]
    arms.remove(first)
    arms.insert(0, first)
    return arms, pd.Index(arms).get_indexer([str(level) for level in treatment])


def design_matrix(
    data: pd.DataFrame, arm: np.ndarray, n_arms: int, controls: tuple[str, ...], *, who: str
) -> np.ndarray:
    """Put intercept, arm indicators and controls side by side.

    Returns
    -------
    numpy.ndarray of float, shape (n_rows, 1 + (n_arms - 1) + n_control_columns)

    Raises
    ------
    EstimationError
        If a control adds nothing to the columns before it.
    """
    blocks = [np.ones((len(data), 1)), np.eye(n_arms)[arm][:, 1:]]
    rank = _rank(np.hstack(blocks))
    for name in controls:
        block = _control_columns(data[name], name, who)
        grown = _rank(np.hstack([*blocks, block]))
        if grown < rank + max(block.shape[1], 1):
            raise EstimationError(
                f"{who}: the control {quote(name)} says the same as the columns before it "
                "(it does not vary, or is a sum or a copy of others). Leave it out."
            )
        blocks.append(block)
        rank = grown
    return np.hstack(blocks)


def finite_numbers(column: pd.Series, name: str, *, who: str) -> np.ndarray:
    """Give a column as floats.

    Parameters
    ----------
    column : pandas.Series
        No missing values.
    name, who : str
        The column and the function, for messages.

    Raises
    ------
    OptionError
        If it does not hold finite numbers.
    """
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_complex_dtype(column):
        raise OptionError(
            f"{who}: {quote(name)} must be numeric; it is stored as {column.dtype} and holds "
            f"{quote(column.iloc[0])}."
        )
    numbers = column.to_numpy(dtype=float)
    if not np.isfinite(numbers).all():
        raise OptionError(f"{who}: {quote(name)} must be finite; it holds an infinite value.")
    return numbers


def _levels(treatment: pd.Series) -> list:
    if isinstance(treatment.dtype, pd.CategoricalDtype):
        present = set(treatment)
        return [level for level in treatment.cat.categories if level in present]
    return sorted(treatment.unique(), key=lambda level: (str(type(level)), level))


def _find_reference(treatment: pd.Series, arms: list[str], name: str, who: str) -> str:
    named = [arm for arm in arms if arm.lower() in CONTROL_NAMES]
    if len(named) == 1:
        return named[0]
    listed = isinstance(treatment.dtype, pd.CategoricalDtype)
    binary = arms in (["False", "True"], ["0", "1"], ["0.0", "1.0"])
    if listed or binary:
        return arms[0]
    raise OptionError(
        f"{who}: which arm of {quote(name)} is the comparison group? Give reference=, one of "
        f"{listing(arms)}."
    )


def _control_columns(column: pd.Series, name: str, who: str) -> np.ndarray:
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return finite_numbers(column, name, who=who)[:, None]
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.cat.remove_unused_categories()
    return pd.get_dummies(column, drop_first=True).to_numpy(dtype=float)


def _rank(x: np.ndarray) -> int:
    scale = np.linalg.norm(x, axis=0)
    return int(np.linalg.matrix_rank(x / np.where(scale > 0, scale, 1)))
