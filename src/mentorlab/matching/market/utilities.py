"""Checks of what a market is made from: matrices, ids and capacities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, count, did_you_mean, listing, quote
from .edges import Dense


def checked_matrices(
    mentee_utility: Any,
    mentor_utility: Any,
    acceptable: Any,
    mentee_ids: Sequence[Any] | None,
    mentor_ids: Sequence[Any] | None,
    *,
    max_pairs: int,
    who: str,
) -> tuple[np.ndarray, np.ndarray, Dense]:
    """Turn two utilities and a mask into ids and matrices.

    Raises
    ------
    MarketError
        For whatever keeps them from being a market.
    """
    mentee_ids, mentor_ids = _labels(mentee_utility, mentor_utility, mentee_ids, mentor_ids, who)
    shape = np.shape(mentee_utility)
    if len(shape) != 2:
        raise MarketError(
            f"{who}: `mentee_utility` must be a matrix [mentee, mentor]; got shape {shape}."
        )
    for side, size in zip(("mentee", "mentor"), shape, strict=True):
        if size == 0:
            raise MarketError(f"{who}: there must be at least one {side}; got none.")
    if shape[0] * shape[1] > max_pairs:
        raise MarketError(
            f"{who}: matrices hold up to {max_pairs:,} pairs; {shape[0]:,} mentees and "
            f"{shape[1]:,} mentors make {shape[0] * shape[1]:,}. Use each mentee's best mentors "
            "instead: build_market(..., top=50) or Market.from_lists."
        )
    mentee_names = checked_ids(mentee_ids, "mentee", n=shape[0], who=who)
    mentor_names = checked_ids(mentor_ids, "mentor", n=shape[1], who=who)
    if np.shape(mentor_utility) != shape:
        raise MarketError(
            f"{who}: `mentor_utility` is indexed [mentee, mentor] like `mentee_utility`, shape "
            f"{shape}; got shape {np.shape(mentor_utility)}."
            + (" Pass its transpose." if np.shape(mentor_utility) == shape[::-1] else "")
        )
    mask = None if acceptable is None else _checked_mask(acceptable, shape, who)
    sides = [
        _checked_values(values, name, mask, mentee_names, mentor_names, who)
        for name, values in (
            ("mentee_utility", mentee_utility),
            ("mentor_utility", mentor_utility),
        )
    ]
    return mentee_names, mentor_names, Dense(sides[0], sides[1], mask)


def _labels(
    mentee_utility: Any,
    mentor_utility: Any,
    mentee_ids: Sequence[Any] | None,
    mentor_ids: Sequence[Any] | None,
    who: str,
) -> tuple[Any, Any]:
    frames = [u for u in (mentee_utility, mentor_utility) if isinstance(u, pd.DataFrame)]
    if len(frames) == 2 and not (
        frames[0].index.equals(frames[1].index) and frames[0].columns.equals(frames[1].columns)
    ):
        raise MarketError(
            f"{who}: both utilities must have the same row labels (mentees) and column labels "
            "(mentors) in the same order; they differ. Use reindex_like."
        )
    if frames and mentee_ids is None:
        mentee_ids = frames[0].index
    if frames and mentor_ids is None:
        mentor_ids = frames[0].columns
    return mentee_ids, mentor_ids


def _checked_mask(acceptable: Any, shape: tuple[int, int], who: str) -> np.ndarray | None:
    mask = np.asarray(acceptable)
    if mask.shape != shape or mask.dtype != bool:
        raise MarketError(
            f"{who}: `acceptable` must be a bool matrix of shape {shape}; got {mask.dtype} of "
            f"shape {mask.shape}."
        )
    return None if mask.all() else np.ascontiguousarray(mask)


def _checked_values(
    values: Any,
    name: str,
    mask: np.ndarray | None,
    mentee_ids: np.ndarray,
    mentor_ids: np.ndarray,
    who: str,
) -> np.ndarray:
    try:
        matrix = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise MarketError(f"{who}: `{name}` must hold numbers; {error}.") from error
    if np.isfinite(matrix.sum()):
        return matrix
    bad = ~np.isfinite(matrix)
    if mask is not None:
        bad &= mask
    if not bad.any():
        return np.where(mask, matrix, 0.0) if mask is not None else matrix
    i, j = (int(x) for x in np.argwhere(bad)[0])
    raise MarketError(
        f"{who}: `{name}` must be finite; got {quote(matrix[i, j])} in "
        f"{count(int(bad.sum()), 'pair')}, first mentee {quote(mentee_ids[i])} with mentor "
        f"{quote(mentor_ids[j])}. Pairs that may not be matched are told by `acceptable`."
    )


def checked_ids(
    ids: Sequence[Any] | None, side: str, *, who: str, n: int | None = None
) -> np.ndarray:
    """Give unique ids as an object array; positions when none are given.

    Raises
    ------
    MarketError
        For a count that does not fit, an empty side, or an id that is missing or given twice.
    """
    values = list(range(n)) if ids is None else list(ids)
    if n is not None and len(values) != n:
        raise MarketError(
            f"{who}: `{side}_ids` must name {count(n, side)}; got {count(len(values), 'id')}."
        )
    if not values:
        raise MarketError(f"{who}: there must be at least one {side}; got none.")
    plain = np.empty(len(values), dtype=object)
    plain[:] = [v.item() if isinstance(v, np.generic) else v for v in values]
    if ids is not None:
        index = pd.Index(plain)
        if index.hasnans:
            first = int(np.flatnonzero(index.isna())[0])
            raise MarketError(
                f"{who}: every {side} must have an id; the one at position {first} is missing."
            )
        if index.has_duplicates:
            twice = index[index.duplicated()].unique()
            raise MarketError(
                f"{who}: {side} ids must be unique; {listing(twice, limit=3)} came more than once."
            )
    return plain


def checked_capacity(capacity: Any, mentor_ids: np.ndarray, *, who: str) -> np.ndarray:
    """Give the capacity of each mentor as whole numbers.

    Raises
    ------
    MarketError
        For a capacity that is missing, no whole number or negative, an unknown mentor, or no
        place at all.
    """
    if isinstance(capacity, pd.Series):
        capacity = capacity.to_dict()
    if isinstance(capacity, Mapping):
        _check_capacity_names(capacity, mentor_ids, who)
        values = [capacity[name] for name in mentor_ids]
    elif np.ndim(capacity) == 0:
        values = [capacity] * len(mentor_ids)
    else:
        values = list(capacity)
    if len(values) != len(mentor_ids):
        raise MarketError(
            f"{who}: `capacity` must have one value for each of "
            f"{count(len(mentor_ids), 'mentor')}; got {len(values):,}."
        )
    for name, value in zip(mentor_ids, values, strict=True):
        whole = isinstance(value, (Integral, float, np.floating)) and not isinstance(value, bool)
        if not whole or value != value or value < 0 or value != int(min(value, 2**62)):
            raise MarketError(
                f"{who}: `capacity` must be a whole number of 0 or more; got {quote(value)} for "
                f"mentor {quote(name)}."
            )
    places = np.array([int(value) for value in values], dtype=np.int64)
    if not places.any():
        raise MarketError(
            f"{who}: `capacity` must leave at least one place; it is 0 for all "
            f"{count(len(places), 'mentor')}."
        )
    return places


def _check_capacity_names(capacity: Mapping[Any, Any], mentor_ids: np.ndarray, who: str) -> None:
    known = set(mentor_ids)
    for name in capacity:
        if name not in known:
            near = did_you_mean(name, mentor_ids)
            raise MarketError(
                f"{who}: `capacity` names {quote(name)}, who is no mentor. {near}".rstrip()
            )
    absent = [name for name in mentor_ids if name not in capacity]
    if absent:
        raise MarketError(
            f"{who}: `capacity` must name every mentor; "
            f"{count(len(absent), 'is', 'are')} absent, first {quote(absent[0])}."
        )
