"""A matching market: who may be matched with whom, and what each side gets from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, count, did_you_mean, quote
from ...html import bullets, heading, view
from .edges import Dense, Edges
from .listed import edges_from_lists
from .parts import BlockedBy, QuotaRows, TermPart
from .stated_orders import edges_from_orders
from .utilities import checked_capacity, checked_ids, checked_matrices

MAX_DENSE_PAIRS = 200_000_000  # two float64 matrices of this size take 3.2 GB
MAX_LISTED_PAIRS = 100_000_000  # lists of this length take 2 GB


@dataclass(frozen=True, eq=False, repr=False)
class Market:
    """An applicant pool with utilities, capacities and rules, ready to be matched.

    A mentee gets at most one mentor; mentor `j` takes up to ``capacity[j]`` mentees and, where
    set, at least ``lower[j]``. Any acceptable partner beats staying unmatched, and acceptability
    is mutual. Build one with `build_market`, `from_utilities`, `from_preferences` or `from_lists`.

    Attributes
    ----------
    mentee_ids, mentor_ids : ndarray of object
        Who they are; every array inside is in this order.
    capacity, lower : ndarray of int64, shape (n_mentors,)
        The most and the fewest mentees a mentor takes.
    edges : Edges or None
        The acceptable pairs as lists; exactly one of `edges` and `dense` is set.
    dense : Dense or None
        The acceptable pairs as matrices.
    required : ndarray of int64, shape (k, 2)
        Pairs of mentee and mentor positions that must be kept.
    quotas : tuple of QuotaRows
        Rules on groups beyond capacity.
    ordinal : bool
        Whether utilities are only minus ranks, so that sums of them mean little.
    mentees, mentors : pandas.DataFrame or None
        The applicants' rows in the order of the ids.
    blocked : tuple of BlockedBy
        The rules that keep pairs apart.
    terms : tuple of TermPart
        What the utilities are made of.
    caveats : tuple of str
        What a reader must know before quoting a match.
    """

    mentee_ids: np.ndarray
    mentor_ids: np.ndarray
    capacity: np.ndarray
    lower: np.ndarray
    edges: Edges | None = None
    dense: Dense | None = None
    required: np.ndarray = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    quotas: tuple[QuotaRows, ...] = ()
    ordinal: bool = False
    mentees: pd.DataFrame | None = None
    mentors: pd.DataFrame | None = None
    blocked: tuple[BlockedBy, ...] = ()
    terms: tuple[TermPart, ...] = ()
    caveats: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.edges is None) == (self.dense is None):
            raise MarketError("Market: give either `edges` or `dense`, and not both.")

    @classmethod
    def from_utilities(
        cls,
        mentee_utility: Any,
        mentor_utility: Any,
        *,
        capacity: Any,
        mentee_ids: Sequence[Any] | None = None,
        mentor_ids: Sequence[Any] | None = None,
        acceptable: Any = None,
    ) -> Market:
        """Build a market from what each side gets from each pair.

        Parameters
        ----------
        mentee_utility, mentor_utility : array_like or DataFrame, shape (n_mentees, n_mentors)
            Both indexed [mentee, mentor], finite. The labels of a frame become the ids.
        capacity : int, sequence of int or mapping of id to int
            The most mentees of each mentor; 0 for a mentor who takes none now.
        mentee_ids, mentor_ids : sequence, optional
            Unique ids; positions when left out.
        acceptable : array_like of bool, optional
            Which pairs may be matched; all when left out.

        Raises
        ------
        MarketError
            For an empty side, shapes that differ, utilities that are not finite, ids given twice,
            capacities that are negative or leave no place, or more pairs than matrices may hold.

        Examples
        --------
        >>> market = Market.from_utilities([[2, 1], [3, 0]], [[1, 5], [2, 4]], capacity=1)
        >>> market.n_mentees, market.n_mentors, market.n_pairs
        (2, 2, 4)
        """
        who = "Market.from_utilities"
        mentee_names, mentor_names, dense = checked_matrices(
            mentee_utility,
            mentor_utility,
            acceptable,
            mentee_ids,
            mentor_ids,
            max_pairs=MAX_DENSE_PAIRS,
            who=who,
        )
        places = checked_capacity(capacity, mentor_names, who=who)
        return cls(mentee_names, mentor_names, places, np.zeros_like(places), dense=dense)

    @classmethod
    def from_preferences(
        cls,
        mentee_preferences: Mapping[Any, Sequence[Any]],
        mentor_preferences: Mapping[Any, Sequence[Any]],
        *,
        capacity: Any,
    ) -> Market:
        """Build a market from ordered wish lists.

        Parameters
        ----------
        mentee_preferences, mentor_preferences : mapping of id to sequence
            Each person's acceptable partners, best first; an inner list holds equals. Lists may be
            incomplete, and who is left out is not acceptable.
        capacity : int, sequence of int or mapping of id to int
            The most mentees of each mentor.

        Raises
        ------
        MarketError
            For ids that are on no side, a person listing themself, an entry given twice, a wish
            that the other side does not return (see `mutual_preferences`), an empty side, or
            capacities that are negative or leave no place.

        Notes
        -----
        Utilities are minus ranks (equals share the rank), so they order partners and measure
        nothing.

        Examples
        --------
        >>> market = Market.from_preferences(
        ...     {"ann": ["mia", "tom"], "bob": [["tom", "mia"]]},
        ...     {"mia": ["bob", "ann"], "tom": ["ann", "bob"]},
        ...     capacity={"mia": 1, "tom": 2},
        ... )
        >>> market.n_pairs, market.ordinal
        (4, True)
        """
        who = "Market.from_preferences"
        mentee_ids = checked_ids(list(mentee_preferences), "mentee", who=who)
        mentor_ids = checked_ids(list(mentor_preferences), "mentor", who=who)
        edges = edges_from_orders(mentee_preferences, mentor_preferences, who=who)
        places = checked_capacity(capacity, mentor_ids, who=who)
        return cls(mentee_ids, mentor_ids, places, np.zeros_like(places), edges=edges, ordinal=True)

    @classmethod
    def from_lists(
        cls,
        mentor: Any,
        mentee_utility: Any,
        mentor_utility: Any,
        *,
        capacity: Any,
        mentee_ids: Sequence[Any] | None = None,
        mentor_ids: Sequence[Any] | None = None,
    ) -> Market:
        """Build a market of a large pool from each mentee's best mentors only.

        Parameters
        ----------
        mentor : array_like of int, shape (n_mentees, k)
            Mentor positions, -1 where a list is shorter; any order within a row.
        mentee_utility, mentor_utility : array_like of float, shape (n_mentees, k)
            What each side gets from the pair.
        capacity : int or sequence of int
            The most mentees of each mentor; a sequence (or `mentor_ids`) tells how many mentors
            there are.
        mentee_ids, mentor_ids : sequence, optional
            Unique ids; positions when left out.

        Raises
        ------
        MarketError
            As `from_utilities`, and for a mentor listed twice or out of range.

        Examples
        --------
        >>> market = Market.from_lists(
        ...     [[1, 0], [0, -1]], [[5, 2], [1, 0]], [[1, 1], [3, 0]], capacity=[1, 1]
        ... )
        >>> market.n_pairs
        3
        """
        who = "Market.from_lists"
        n_mentors = (
            len(mentor_ids)
            if mentor_ids is not None
            else len(capacity)
            if np.ndim(capacity)
            else int(np.max(mentor, initial=-1)) + 1
        )
        edges = edges_from_lists(
            mentor, mentee_utility, mentor_utility, n_mentors, max_pairs=MAX_LISTED_PAIRS, who=who
        )
        n_mentees = len(edges.indptr) - 1
        mentee_names = checked_ids(mentee_ids, "mentee", n=n_mentees, who=who)
        mentor_names = checked_ids(mentor_ids, "mentor", n=n_mentors, who=who)
        places = checked_capacity(capacity, mentor_names, who=who)
        return cls(mentee_names, mentor_names, places, np.zeros_like(places), edges=edges)

    @property
    def n_mentees(self) -> int:
        """How many mentees apply."""
        return len(self.mentee_ids)

    @property
    def n_mentors(self) -> int:
        """How many mentors apply."""
        return len(self.mentor_ids)

    @property
    def n_pairs(self) -> int:
        """How many pairs are acceptable."""
        return (self.edges or self.dense).n_pairs

    @cached_property
    def _listed(self) -> Edges:
        return self.dense.to_edges()

    @cached_property
    def _spread(self) -> Dense:
        return self.edges.to_dense(self.n_mentors)

    def pairs(self, *, best_first: bool = True) -> Edges:
        """Give all acceptable pairs as lists, whichever form the market has.

        Parameters
        ----------
        best_first : bool
            Whether the order within a list matters; False spares the sorting of matrices.

        Raises
        ------
        MarketError
            If there are more pairs than lists may hold.
        """
        if self.edges is not None:
            return self.edges
        if self.n_pairs > MAX_LISTED_PAIRS:
            raise MarketError(
                f"Market.pairs: lists hold up to {MAX_LISTED_PAIRS:,} pairs; this market has "
                f"{self.n_pairs:,}. Build it from each mentee's best mentors: "
                "build_market(..., top=50) or Market.from_lists."
            )
        return self._listed if best_first else self.dense.to_edges(best_first=False)

    def matrices(self) -> Dense:
        """Give both utilities as matrices, whichever form the market has.

        Raises
        ------
        MarketError
            If the matrices would hold more pairs than they may.
        """
        if self.dense is not None:
            return self.dense
        if self.n_mentees * self.n_mentors > MAX_DENSE_PAIRS:
            raise MarketError(
                f"Market.matrices: matrices hold up to {MAX_DENSE_PAIRS:,} pairs; "
                f"{self.n_mentees:,} mentees and {self.n_mentors:,} mentors make "
                f"{self.n_mentees * self.n_mentors:,}. Use a policy that reads top-k lists "
                "(Market.pairs), such as 'mentee_proposing'."
            )
        return self._spread

    def mentee_position(self, person_id: Any, *, who: str = "Market") -> int:
        """Find a mentee by id.

        Raises
        ------
        MarketError
            If no mentee has this id.
        """
        return _position(self.mentee_ids, person_id, "mentee", who)

    def mentor_position(self, person_id: Any, *, who: str = "Market") -> int:
        """Find a mentor by id.

        Raises
        ------
        MarketError
            If no mentor has this id.
        """
        return _position(self.mentor_ids, person_id, "mentor", who)

    def reasons_against(self, mentee: int, mentor: int) -> tuple[BlockedBy, ...]:
        """Name the rules that keep a pair of positions apart."""
        one, other = np.array([mentee]), np.array([mentor])
        return tuple(rule for rule in self.blocked if rule.mask(one, other)[0, 0])

    def summary(self) -> str:
        """Say who is to be matched under which rules."""
        return "\n".join([self._headline(), *(f"- {line}" for line in self._lines())])

    def _headline(self) -> str:
        return (
            f"Applicant pool: {count(self.n_mentees, 'mentee')}, "
            f"{count(self.n_mentors, 'mentor')} with {count(int(self.capacity.sum()), 'place')}"
        )

    def _lines(self) -> list[str]:
        share = self.n_pairs / (self.n_mentees * self.n_mentors)
        lines = [f"{count(self.n_pairs, 'acceptable pair')} ({share:.0%} of all)"]
        if self.terms:
            parts = ", ".join(f"{term.weight:g} x {term.name}" for term in self.terms)
            lines.append(f"utility: {parts}")
        if self.ordinal:
            lines.append("utilities are minus ranks: they order partners and measure nothing")
        lines += [f"kept apart: {rule.name}" for rule in self.blocked]
        if len(self.required):
            lines.append(f"{count(len(self.required), 'pair')} must be kept")
        if self.lower.any():
            lines.append(f"{count(int((self.lower > 0).sum()), 'mentor')} with a lower limit")
        lines += [f"quota: {rule.name}" for rule in self.quotas]
        return lines + list(self.caveats)

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return view(heading(self._headline()), bullets(self._lines()))


def _position(ids: np.ndarray, person_id: Any, side: str, who: str) -> int:
    found = np.flatnonzero(ids == person_id)
    if len(found):
        return int(found[0])
    near = did_you_mean(person_id, ids) if len(ids) <= 10_000 else ""
    raise MarketError(f"{who}: no {side} has the id {quote(person_id)}. {near}".rstrip())
