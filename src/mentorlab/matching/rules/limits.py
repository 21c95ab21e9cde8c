"""Rules on numbers and on pairs that must be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from ...errors import MarketError, OptionError, quote
from ..market.encoding import Applicants
from ..market.parts import QuotaRows
from .groups import Group, column_names, describe_group, group_mask
from .pairs import as_pairs, pair_positions


@dataclass(frozen=True, eq=False)
class Require:
    """Keep known pairs: they are matched first, whatever the policy.

    Parameters
    ----------
    pairs : sequence of (mentee_id, mentor_id), or DataFrame
        A frame has `mentee_id` and `mentor_id`.

    Examples
    --------
    >>> Require([("ann", "mia")]).name
    'required pairs'
    """

    pairs: Sequence[tuple[Any, Any]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", as_pairs(self.pairs, who="Require"))

    name = "required pairs"
    uses: tuple[str, ...] = ()

    def positions(self, pool: Applicants, *, who: str) -> np.ndarray:
        """Find the pairs, shape (k, 2).

        Raises
        ------
        MarketError
            For an unknown id.
        """
        return np.column_stack(pair_positions(pool, self.pairs, who=f"{who}: Require"))


@dataclass(frozen=True, eq=False)
class Quota:
    """Limit how many pairs a group of mentees forms with a group of mentors.

    Groups may overlap.

    Parameters
    ----------
    mentees, mentors : mapping, sequence or None
        Column to value (or values), such as ``{"department": "sales"}``; or ids; None for all.
    low, high : int
        The least and the most pairs; no upper limit when `high` is left out.
    each : bool
        Whether the limits hold for each mentor of the group by themself.
    label : str
        As messages print it; made from the groups when left out.

    Examples
    --------
    >>> Quota(mentees={"site": "north"}, low=3).name
    'quota of at least 3 for mentees of site north with all mentors'
    """

    mentees: Group = None
    mentors: Group = None
    low: int = 0
    high: int | None = None
    each: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        _check_limits(self.low, self.high, who="Quota")

    @property
    def name(self) -> str:
        """As messages print it."""
        mentees = describe_group(self.mentees, "mentees")
        mentors = describe_group(self.mentors, "mentors")
        with_whom = f"each of {mentors}" if self.each else mentors
        return (
            self.label or f"quota of {_limits(self.low, self.high)} for {mentees} with {with_whom}"
        )

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return column_names(self.mentees) + column_names(self.mentors)

    def rows(self, pool: Applicants, *, who: str) -> tuple[QuotaRows, ...]:
        """Give the rule as masks over one pool.

        Raises
        ------
        MarketError
            For an unknown column, id or value.
        """
        start = f"{who}: {self.name}"
        mentee_mask = group_mask(pool.mentees, self.mentees, "mentee", who=start)
        mentor_mask = group_mask(pool.mentors, self.mentors, "mentor", who=start)
        high = int(mentee_mask.sum()) if self.high is None else self.high
        if not self.each:
            return (QuotaRows(mentor_mask, mentee_mask, self.low, high, self.name),)
        ids = pool.mentors["person_id"].to_numpy()
        return tuple(
            QuotaRows(
                np.arange(len(mentor_mask)) == j,
                mentee_mask,
                self.low,
                high,
                f"{self.name}: {ids[j]}",
            )
            for j in np.flatnonzero(mentor_mask)
        )


@dataclass(frozen=True, eq=False)
class Capacity:
    """Limit how many mentees each mentor takes.

    Parameters
    ----------
    low : int
        The fewest mentees; a mentor who can't get that many makes the market infeasible.
    high : int
        The most mentees; the mentor's own capacity stays a limit too.
    mentors : mapping, sequence or None
        Whom it is about: column to value, or ids; None for all.

    Examples
    --------
    >>> Capacity(low=1, mentors={"site": "north"}).name
    'at least 1 for each of mentors of site north'
    """

    low: int = 0
    high: int | None = None
    mentors: Group = None

    def __post_init__(self) -> None:
        _check_limits(self.low, self.high, who="Capacity")

    @property
    def name(self) -> str:
        """As messages print it."""
        whom = describe_group(self.mentors, "mentors")
        return f"{_limits(self.low, self.high)} for each of {whom}"

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return column_names(self.mentors)

    def apply(
        self, pool: Applicants, capacity: np.ndarray, lower: np.ndarray, *, who: str
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give the limits of each mentor with this rule added.

        Raises
        ------
        MarketError
            For an unknown column, id or value.
        """
        mask = group_mask(pool.mentors, self.mentors, "mentor", who=f"{who}: Capacity")
        top = capacity if self.high is None else np.minimum(capacity, self.high)
        return np.where(mask, top, capacity), np.where(mask, np.maximum(lower, self.low), lower)


def _check_limits(low: Any, high: Any, *, who: str) -> None:
    for name, value in (("low", low), ("high", high)):
        if name == "high" and value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, Integral) or value < 0:
            raise OptionError(
                f"{who}: `{name}` must be a whole number of 0 or more; got {quote(value)}."
            )
    if high is not None and high < low:
        raise MarketError(f"{who}: `low` must not exceed `high`; got {low} and {high}.")


def _limits(low: int, high: int | None) -> str:
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low == 0 else f"{low} to {high}"
