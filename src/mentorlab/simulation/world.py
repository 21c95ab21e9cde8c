"""One replication's world: its people, what is true of pairs, and what a policy sees of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..matching import Market
from .kernel.layout import Pool


@dataclass(frozen=True, eq=False)
class World:
    """The people of one replication, and the market that policies act on.

    Attributes
    ----------
    market : Market
        Perceived scores: all that a policy sees.
    pool : Pool
        Arrays by position, the truth among them.
    gain : ndarray of float64, shape (n_mentees,)
        How much the same meetings bring to a mentee, 1 on average.
    untreated : ndarray of float64, shape (n_mentees,)
        The outcome without mentoring, in SD.
    propensity : ndarray of float64, shape (n_mentees,)
        The wish to opt in.
    groups : mapping of str to (tuple of str, ndarray of int64)
        Groups of mentees by attribute: labels and the code of each mentee, -1 where unknown.
    fixed : bool
        Whether the market is the same in each replication.
    """

    market: Market
    pool: Pool
    gain: np.ndarray
    untreated: np.ndarray
    propensity: np.ndarray
    groups: Mapping[str, tuple[tuple[str, ...], np.ndarray]]
    fixed: bool

    @property
    def n_mentees(self) -> int:
        """How many mentees apply."""
        return self.market.n_mentees

    @property
    def n_mentors(self) -> int:
        """How many mentors apply."""
        return self.market.n_mentors
