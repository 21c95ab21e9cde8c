"""Which people a rule is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, did_you_mean, listing, quote

Group = Mapping[str, Any] | Sequence[Any] | None


def group_mask(frame: pd.DataFrame, group: Group, side: str, *, who: str) -> np.ndarray:
    """Tell who of one side belongs to a group.

    Parameters
    ----------
    frame : pandas.DataFrame
        The side's rows, with `person_id`.
    group : mapping, sequence or None
        Column to value (or list of values), all of which must hold; or ids; None for everyone.
    side, who : str
        For messages.

    Raises
    ------
    MarketError
        For an unknown column, id or value.
    """
    mask = np.ones(len(frame), dtype=bool)
    if group is None:
        return mask
    if isinstance(group, Mapping):
        for column, wanted in group.items():
            mask &= _has_value(frame, column, wanted, side, who)
        return mask
    names = [group] if isinstance(group, str) else list(group)
    return np.isin(np.arange(len(frame)), positions(frame, names, side, who=who))


def positions(frame: pd.DataFrame, ids: Sequence[Any], side: str, *, who: str) -> np.ndarray:
    """Find people by id.

    Raises
    ------
    MarketError
        For an id that nobody of this side has.
    """
    found = pd.Index(frame["person_id"]).get_indexer(pd.Index(list(ids), dtype=object))
    if (found < 0).any():
        name = list(ids)[int(np.flatnonzero(found < 0)[0])]
        near = did_you_mean(name, frame["person_id"])
        raise MarketError(f"{who}: no {side} has the id {quote(name)}. {near}".rstrip())
    return found.astype(np.int64)


def column_names(group: Group) -> tuple[str, ...]:
    """Name the columns that a group is told by."""
    return tuple(group) if isinstance(group, Mapping) else ()


def describe_group(group: Group, plural: str) -> str:
    """Say who is meant."""
    if group is None:
        return f"all {plural}"
    if isinstance(group, Mapping):
        parts = (
            f"{column} {listing(_values(wanted), limit=3).replace(chr(39), '')}"
            for column, wanted in group.items()
        )
        return f"{plural} of {', '.join(parts)}"
    names = [group] if isinstance(group, str) else list(group)
    return f"{plural} {listing(names, limit=3)}"


def _has_value(frame: pd.DataFrame, column: str, wanted: Any, side: str, who: str) -> np.ndarray:
    if column not in frame:
        near = did_you_mean(column, frame.columns)
        raise MarketError(f"{who}: applicants have no column {quote(column)}. {near}".rstrip())
    has = frame[column].isin(_values(wanted)).to_numpy(dtype=bool)
    if not has.any():
        known = frame[column].dropna().unique()
        near = did_you_mean(_values(wanted)[0], known)
        raise MarketError(
            f"{who}: no {side} has {column} {listing(_values(wanted), limit=3)}; they have "
            f"{listing(known)}. {near}".rstrip()
        )
    return has


def _values(wanted: Any) -> list[Any]:
    if isinstance(wanted, (list, tuple, set, frozenset, np.ndarray)):
        return list(wanted)
    return [wanted]
