"""The acceptable pairs of a market, as rows of lists or as two matrices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..kernels.lists import find_pairs, has_equals


@dataclass(frozen=True, eq=False)
class Edges:
    """Acceptable pairs as one list for each mentee, best mentor first.

    Attributes
    ----------
    indptr : ndarray of int64, shape (n_mentees + 1,)
        Mentee `i` owns the pairs ``indptr[i]:indptr[i + 1]``.
    mentor : ndarray of int32, shape (n_pairs,)
        Mentor positions, in each row by falling utility of the mentee and, where that ties, by
        rising position.
    mentee_utility, mentor_utility : ndarray of float64, shape (n_pairs,)
        What each side gets from the pair.
    """

    indptr: np.ndarray
    mentor: np.ndarray
    mentee_utility: np.ndarray
    mentor_utility: np.ndarray

    @classmethod
    def from_pairs(
        cls,
        mentee: np.ndarray,
        mentor: np.ndarray,
        mentee_utility: np.ndarray,
        mentor_utility: np.ndarray,
        *,
        n_mentees: int,
    ) -> Edges:
        """Sort loose pairs into rows, best mentor first."""
        order = np.lexsort((mentor, -mentee_utility, mentee))
        counts = np.bincount(mentee, minlength=n_mentees)
        return cls(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            np.ascontiguousarray(mentor[order], dtype=np.int32),
            np.ascontiguousarray(mentee_utility[order], dtype=np.float64),
            np.ascontiguousarray(mentor_utility[order], dtype=np.float64),
        )

    @property
    def n_pairs(self) -> int:
        """How many pairs are acceptable."""
        return len(self.mentor)

    @cached_property
    def has_ties(self) -> bool:
        """Whether any mentee is indifferent between two mentors."""
        return bool(has_equals(self.indptr, self.mentee_utility))

    def mentee(self) -> np.ndarray:
        """Tell the mentee of each pair.

        Returns
        -------
        ndarray of int64, shape (n_pairs,)
        """
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))

    def find(self, mentee: np.ndarray, mentor: np.ndarray) -> np.ndarray:
        """Find where pairs stand; -1 for pairs that are not acceptable.

        Parameters
        ----------
        mentee, mentor : ndarray of int, shape (k,)
            Positions.

        Returns
        -------
        ndarray of int64, shape (k,)
        """
        return find_pairs(self.indptr, self.mentor, mentee, mentor)

    def keep(self, kept: np.ndarray) -> Edges:
        """Keep some of the pairs, by a mask over all."""
        total = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
        return Edges(
            total[self.indptr],
            self.mentor[kept],
            self.mentee_utility[kept],
            self.mentor_utility[kept],
        )

    def to_dense(self, n_mentors: int) -> Dense:
        """Spread the lists over matrices; pairs that are not acceptable hold 0."""
        shape = (len(self.indptr) - 1, n_mentors)
        mentee = self.mentee()
        acceptable = np.zeros(shape, dtype=bool)
        mentee_utility, mentor_utility = np.zeros(shape), np.zeros(shape)
        acceptable[mentee, self.mentor] = True
        mentee_utility[mentee, self.mentor] = self.mentee_utility
        mentor_utility[mentee, self.mentor] = self.mentor_utility
        return Dense(mentee_utility, mentor_utility, None if acceptable.all() else acceptable)


@dataclass(frozen=True, eq=False)
class Dense:
    """Acceptable pairs as matrices, both indexed [mentee, mentor].

    Attributes
    ----------
    mentee_utility, mentor_utility : ndarray of float64, shape (n_mentees, n_mentors)
        What each side gets from the pair.
    acceptable : ndarray of bool, shape (n_mentees, n_mentors), or None
        Which pairs may be matched; None when all may.
    """

    mentee_utility: np.ndarray
    mentor_utility: np.ndarray
    acceptable: np.ndarray | None = None

    @property
    def n_pairs(self) -> int:
        """How many pairs are acceptable."""
        return self.mentee_utility.size if self.acceptable is None else int(self.acceptable.sum())

    def to_edges(self, *, best_first: bool = True) -> Edges:
        """List each mentee's acceptable mentors, best first or by position."""
        n, m = self.mentee_utility.shape
        if not best_first:
            allowed = np.ones((n, m), dtype=bool) if self.acceptable is None else self.acceptable
            return Edges(
                np.concatenate([[0], np.cumsum(allowed.sum(axis=1))]).astype(np.int64),
                np.nonzero(allowed)[1].astype(np.int32),
                self.mentee_utility[allowed],
                self.mentor_utility[allowed],
            )
        order = np.argsort(-self.mentee_utility, axis=1, kind="stable").astype(np.int32)
        if self.acceptable is None:
            kept = np.ones((n, m), dtype=bool)
        else:
            kept = np.take_along_axis(self.acceptable, order, axis=1)
        return Edges(
            np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64),
            order[kept],
            np.take_along_axis(self.mentee_utility, order, axis=1)[kept],
            np.take_along_axis(self.mentor_utility, order, axis=1)[kept],
        )
