"""Which rows a user means: column values, a function of the table, or a mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from .coercion import coerce
from .errors import OptionError, did_you_mean, quote
from .schemas import Column, Kind

_KINDS: dict[str, Kind] = {"str": "text", "datetime64[us]": "date", "boolean": "flag"}

RowFilter = Mapping[str, Any] | Callable[[pd.DataFrame], pd.Series] | pd.Series


def row_mask(frame: pd.DataFrame, rule: RowFilter, *, name: str) -> pd.Series:
    """Turn a rule into one true or false a row; where the rule can't tell, the row is not meant.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table.
    rule : mapping, callable or boolean Series
        ``{"kind": ["circle", "group"]}`` compares columns; a Series is matched by index.
    name : str
        The table's name, for messages.

    Raises
    ------
    OptionError
        If a column is unknown or the mask does not fit.

    Examples
    --------
    >>> pairs = pd.DataFrame({"kind": ["circle", "flash"]})
    >>> row_mask(pairs, {"kind": "flash"}, name="relationships").tolist()
    [False, True]
    """
    if isinstance(rule, Mapping):
        mask = pd.Series(True, index=frame.index)
        for column, wanted in rule.items():
            if column not in frame:
                near = did_you_mean(column, frame.columns)
                raise OptionError(f"filter: {name} has no column {quote(column)}. {near}".rstrip())
            mask &= _is_one_of(frame[column], wanted)
        return mask
    mask = rule(frame) if callable(rule) else rule
    if (
        not isinstance(mask, pd.Series)
        or mask.dtype.kind != "b"
        or not mask.index.is_unique
        or set(mask.index) != set(frame.index)
    ):
        raise OptionError(
            f"filter: `{name}` must give one true or false for each of {len(frame):,} rows."
        )
    return mask.reindex(frame.index).fillna(False).astype(bool)


def _is_one_of(values: pd.Series, wanted: Any) -> pd.Series:
    listed = list(wanted) if pd.api.types.is_list_like(wanted) else [wanted]
    choices = pd.Series(listed, dtype="object")
    kind = _KINDS.get(str(values.dtype))
    if kind:
        choices, faults = coerce(choices, Column(str(values.name), "", kind))
        if faults:
            raise OptionError(f"filter: {faults[0]}")
    found = values.isin(choices.dropna())
    return found | values.isna() if choices.isna().any() else found
