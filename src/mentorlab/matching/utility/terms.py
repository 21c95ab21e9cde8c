"""What a pair is worth: named terms that are weighted and added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, count, quote
from ...options import MissingRule, TermSide, check_option
from ..market.encoding import (
    Applicants,
    as_numbers,
    code_lists,
    code_values,
    is_list_column,
    need_column,
    positions_of,
)
from .weighting import Part, Term

_MIDDLE = 0.5  # of the scale from 0 to 1, for a pair of which nothing is known


@dataclass(frozen=True)
class Similarity(Term):
    """Tell how alike two people are, from 0 to 1, as the mean over columns.

    Parameters
    ----------
    columns : str or sequence of str
        Numbers are compared by their distance over the pool's range, lists (``;``-separated) by
        what they share of all they name, other values by equality.
    missing : {"known", "zero", "error"}
        What an empty value does: ``"known"`` leaves the column out for the pair and gives 0.5
        where no column is known, ``"zero"`` counts it as unlike, ``"error"`` refuses it.
    side : {"both", "mentee", "mentor"}
        Whose utility it enters.

    Notes
    -----
    Gower's coefficient. Equal weights; a column of numbers has the range of both sides together.

    References
    ----------
    gower1971 : A general coefficient of similarity and some of its properties.

    Examples
    --------
    >>> (2 * Similarity("level") + Similarity(["value_service"])).names
    ('similarity of level', 'similarity of value_service')
    """

    columns: str | Sequence[str]
    missing: MissingRule = "known"
    side: TermSide = "both"

    kind = "similarity"

    def __post_init__(self) -> None:
        names = (self.columns,) if isinstance(self.columns, str) else tuple(self.columns)
        object.__setattr__(self, "columns", names)
        check_option(self.missing, MissingRule, who="Similarity", name="missing")
        check_option(self.side, TermSide, who="Similarity", name="side")
        if not names:
            raise OptionError("Similarity: `columns` must name at least one column; got none.")

    @property
    def name(self) -> str:
        """As explanations print it."""
        return f"similarity of {', '.join(self.columns)}"

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return tuple(self.columns)

    def bind(self, pool: Applicants, *, who: str) -> Part:
        """Give the function of pairs for one pool."""
        for column in self.columns:
            need_column(pool, column, who=who)
            if self.missing == "error":
                _refuse_missing(pool, column, who=f"{who}: {self.name}")
        compared = [_comparison(pool, column) for column in self.columns]

        def part(rows: np.ndarray, cols: np.ndarray, side: str) -> np.ndarray:
            total = np.zeros((len(rows), len(cols)))
            known = np.zeros_like(total)
            for compare in compared:
                alike, both = compare(rows, cols)
                total += alike
                known += both
            if self.missing == "zero":
                return total / len(compared)
            return np.where(known > 0, total / np.maximum(known, 1), _MIDDLE)

        return part


@dataclass(frozen=True)
class Complementarity(Term):
    """Tell how much of what one person wants the other has, from 0 to 1.

    Parameters
    ----------
    wants, has : str
        List columns (``;``-separated), such as `interests` and `skills`.
    whose : {"each", "mentee"}
        ``"each"``: each side's utility is the share of its own wants that the other has.
        ``"mentee"``: the share of the mentee's wants that the mentor has, for both sides.
    missing : {"zero", "known", "error"}
        What an empty list does: ``"zero"`` counts it as no match, ``"known"`` gives 0.5,
        ``"error"`` refuses it.
    side : {"both", "mentee", "mentor"}
        Whose utility it enters.

    Examples
    --------
    >>> Complementarity(wants="interests", has="skills").name
    'skills that meet interests'
    """

    wants: str
    has: str
    whose: str = "each"
    missing: MissingRule = "zero"
    side: TermSide = "both"

    kind = "complementarity"

    def __post_init__(self) -> None:
        check_option(self.missing, MissingRule, who="Complementarity", name="missing")
        check_option(self.side, TermSide, who="Complementarity", name="side")
        if self.whose not in ("each", "mentee"):
            raise OptionError(
                f"Complementarity: `whose` must be 'each' or 'mentee'; got {quote(self.whose)}."
            )

    @property
    def name(self) -> str:
        """As explanations print it."""
        return f"{self.has} that meet {self.wants}"

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.wants, self.has)

    def bind(self, pool: Applicants, *, who: str) -> Part:
        """Give the function of pairs for one pool."""
        for column in self.uses:
            need_column(pool, column, who=who)
        if self.missing == "error":
            _refuse_missing(pool, self.wants, who=f"{who}: {self.name}")
            _refuse_missing(pool, self.has, who=f"{who}: {self.name}")
        mentee_wants, mentor_wants, mentee_has, mentor_has = code_lists(
            pool.mentees[self.wants],
            pool.mentors[self.wants],
            pool.mentees[self.has],
            pool.mentors[self.has],
        )
        fill = _MIDDLE if self.missing == "known" else 0.0

        def part(rows: np.ndarray, cols: np.ndarray, side: str) -> np.ndarray:
            if side == "mentee" or self.whose == "mentee":
                return _met(mentee_wants[rows], mentor_has[cols], fill)
            return np.ascontiguousarray(_met(mentor_wants[cols], mentee_has[rows], fill).T)

        return part


@dataclass(frozen=True)
class Stated(Term):
    """Tell how high a person has ranked the other, from 1 (first wish) down to 0 (not listed).

    Parameters
    ----------
    only : bool
        Whether who has stated wishes accepts no one else. Pairs are then acceptable only where
        both sides accept, and the market says how many wishes were not returned.
    side : {"both", "mentee", "mentor"}
        Whose utility it enters.

    Notes
    -----
    The wish of rank r on a list whose last rank is K is worth (K + 1 - r) / K.

    Examples
    --------
    >>> Stated().name
    'stated wish'
    """

    only: bool = False
    side: TermSide = "both"

    kind = "stated"

    def __post_init__(self) -> None:
        check_option(self.side, TermSide, who="Stated", name="side")

    @property
    def name(self) -> str:
        """As explanations print it."""
        return "stated wish"

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads: none."""
        return ()

    def bind(self, pool: Applicants, *, who: str) -> Part:
        """Give the function of pairs for one pool."""
        if pool.preferences is None:
            raise MarketError(
                f"{who}: the term Stated needs `preferences` (person_id, other_id, rank); got none."
            )
        wishes = {side: _wish_lists(pool, side) for side in ("mentee", "mentor")}

        def part(rows: np.ndarray, cols: np.ndarray, side: str) -> np.ndarray:
            worth = np.zeros((len(rows), len(cols)))
            people, others = (rows, cols) if side == "mentee" else (cols, rows)
            spread = worth if side == "mentee" else worth.T
            column_of = pd.Index(others)
            for place, person in enumerate(people):
                listed, value = wishes[side].get(int(person), (_NOBODY, _NOTHING))
                column = column_of.get_indexer(listed)
                spread[place, column[column >= 0]] = value[column >= 0]
            return worth

        return part


_NOBODY, _NOTHING = np.empty(0, dtype=np.int64), np.empty(0)


def _comparison(
    pool: Applicants, column: str
) -> Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Give the function that tells likeness in one column, and whether both are known."""
    sides = pool.mentees[column], pool.mentors[column]
    numbers = as_numbers(*sides)
    if numbers is not None:
        everyone = np.concatenate(numbers)
        known = everyone[~np.isnan(everyone)]
        span = float(np.ptp(known)) if len(known) else 0.0

        def by_distance(rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            gap = np.abs(numbers[0][rows][:, None] - numbers[1][cols][None, :])
            both = ~np.isnan(gap)
            return np.where(both, 1 - gap / (span or 1.0), 0.0), both

        return by_distance
    if is_list_column(pd.concat(sides)):
        coded = code_lists(*sides)

        def by_share(rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            first, second = coded[0][rows], coded[1][cols]
            n_first, n_second = first.sum(1)[:, None], second.sum(1)[None, :]
            shared = (first @ second.T).astype(np.float64)
            both = (n_first > 0) & (n_second > 0)
            return np.where(both, shared / np.maximum(n_first + n_second - shared, 1), 0.0), both

        return by_share
    codes = code_values(*sides)

    def by_equality(rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first, second = codes[0][rows][:, None], codes[1][cols][None, :]
        both = (first >= 0) & (second >= 0)
        return ((first == second) & both).astype(np.float64), both

    return by_equality


def _met(wants: np.ndarray, has: np.ndarray, fill: float) -> np.ndarray:
    """Tell the share of wants that are met, `fill` where either list is empty."""
    n_wants = wants.sum(axis=1).astype(np.float64)[:, None]
    known = (n_wants > 0) & (has.sum(axis=1) > 0)[None, :]
    return np.where(known, (wants @ has.T) / np.maximum(n_wants, 1), fill)


def _wish_lists(pool: Applicants, side: str) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    other = "mentor" if side == "mentee" else "mentee"
    wishes = pool.preferences
    person = positions_of(wishes["person_id"], pool.side(side)["person_id"])
    listed = positions_of(wishes["other_id"], pool.side(other)["person_id"])
    frame = pd.DataFrame({"person": person, "other": listed, "rank": wishes["rank"]})
    frame = frame[(frame["person"] >= 0) & (frame["other"] >= 0)]
    last = frame.groupby("person")["rank"].transform("max")
    frame["worth"] = (last + 1 - frame["rank"]) / last
    return {
        int(person): (rows["other"].to_numpy(), rows["worth"].to_numpy(dtype=np.float64))
        for person, rows in frame.groupby("person")
    }


def _refuse_missing(pool: Applicants, column: str, *, who: str) -> None:
    for side, frame in (("mentee", pool.mentees), ("mentor", pool.mentors)):
        empty = frame[column].isna().to_numpy()
        if empty.any():
            first: Any = frame["person_id"].iloc[int(np.flatnonzero(empty)[0])]
            raise MarketError(
                f"{who}: `{column}` must have a value for everyone; it is empty for "
                f"{count(int(empty.sum()), side)}, first {quote(first)}. missing='known' or "
                "'zero' says what an empty value does."
            )
