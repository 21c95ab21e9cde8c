"""Wishes within one group: ordered lists, a preferences table, or a square of utilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...checks import conform
from ...errors import MarketError, count, did_you_mean, quote
from ...tables import PREFERENCES


@dataclass(frozen=True, eq=False)
class Wishes:
    """Who would pair with whom, and how gladly.

    Attributes
    ----------
    ids : tuple of str
        The people.
    value : numpy.ndarray of float, shape (n, n)
        ``value[i, k]``: how much `i` wants `k`, larger is better; NaN where not acceptable. Minus
        the rank when wishes came as lists.
    ordinal : bool
        Whether `value` only orders.
    """

    ids: tuple[str, ...]
    value: np.ndarray
    ordinal: bool

    @property
    def mutual(self) -> np.ndarray:
        """Tell which pairs want each other, bool of shape (n, n)."""
        wants = ~np.isnan(self.value)
        return wants & wants.T

    def one_sided(self) -> list[tuple[str, str]]:
        """Name the wishes that are not returned, as (who, whom)."""
        wants = ~np.isnan(self.value)
        return [(self.ids[i], self.ids[k]) for i, k in np.argwhere(wants & ~wants.T)]


def read_wishes(wishes: Any, *, who: str) -> Wishes:
    """Read wishes in any of their three forms.

    Parameters
    ----------
    wishes : mapping, preferences frame or square frame
        Ordered lists by person (an inner list holds equals); rows `person_id, other_id, rank`; or
        utilities with the same ids as index and columns, empty where not acceptable.
    who : str
        The function that asks.

    Raises
    ------
    MarketError
        For unknown people, people who list themselves or someone twice, or values that are not
        finite.
    SchemaError
        If a preferences table is not valid.
    """
    if isinstance(wishes, Mapping):
        read = _from_lists(wishes, who)
    elif isinstance(wishes, pd.DataFrame) and "other_id" in wishes:
        table = conform(wishes, PREFERENCES, who=who)
        people = dict.fromkeys([*table["person_id"], *table["other_id"]])
        lists: dict[str, list[list[str]]] = {person: [] for person in people}
        for (person, _), rows in table.groupby(["person_id", "rank"], sort=True):
            lists[person].append(rows["other_id"].tolist())
        read = _from_lists(lists, who)
    elif isinstance(wishes, pd.DataFrame):
        read = _from_square(wishes, who)
    else:
        raise MarketError(
            f"{who}: `wishes` must be ordered lists by person, a preferences table, or a square "
            f"table of utilities; got a {type(wishes).__name__}."
        )
    if len(read.ids) < 2:
        raise MarketError(f"{who}: it takes two to pair; got {count(len(read.ids), 'person')}.")
    return read


def _from_lists(wishes: Mapping[Any, Sequence[Any]], who: str) -> Wishes:
    ids = tuple(wishes)
    place = {person: at for at, person in enumerate(ids)}
    value = np.full((len(ids), len(ids)), np.nan)
    for person, ordered in wishes.items():
        i, better = place[person], 0
        if isinstance(ordered, str):
            raise MarketError(
                f"{who}: the wishes of {quote(person)} must be a list; got {quote(ordered)}."
            )
        for entry in ordered:
            equals = list(entry) if isinstance(entry, (list, tuple, set, frozenset)) else [entry]
            for other in equals:
                _check_wish(person, other, value, place, who)
                value[i, place[other]] = -(better + 1.0)
            better += len(equals)
    return Wishes(ids, value, ordinal=True)


def _check_wish(
    person: Any, other: Any, value: np.ndarray, place: Mapping[Any, int], who: str
) -> None:
    if other not in place:
        near = did_you_mean(other, place)
        raise MarketError(
            f"{who}: {quote(person)} lists {quote(other)}, who has no list. {near}".rstrip()
        )
    if other == person:
        raise MarketError(f"{who}: {quote(person)} lists themself. Take the entry out.")
    if not np.isnan(value[place[person], place[other]]):
        raise MarketError(f"{who}: {quote(person)} lists {quote(other)} twice. Keep one entry.")


def _from_square(frame: pd.DataFrame, who: str) -> Wishes:
    if frame.index.has_duplicates or set(frame.index) != set(frame.columns):
        raise MarketError(
            f"{who}: a table of utilities must have the same people, each once, as rows and as "
            f"columns; got {frame.shape[0]:,} rows and {frame.shape[1]:,} columns."
        )
    value = frame[list(frame.index)].to_numpy(dtype=np.float64, na_value=np.nan).copy()
    np.fill_diagonal(value, np.nan)
    bad = np.isinf(value)
    if bad.any():
        i, k = np.argwhere(bad)[0]
        raise MarketError(
            f"{who}: utilities must be finite, or empty where two may not be paired; got "
            f"{quote(value[i, k])} for {quote(frame.index[i])} with {quote(frame.index[k])}."
        )
    return Wishes(tuple(frame.index), value, ordinal=False)
