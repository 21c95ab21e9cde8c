"""Matching by one kind of utility term alone."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from ..errors import PolicyError
from .market.market import Market
from .market.parts import TermPart

# several replications of a simulation ask the same of one market
_WORTH: WeakKeyDictionary[Market, dict[str, np.ndarray]] = WeakKeyDictionary()


def worth_by_kind(market: Market, kind: str, *, policy: str) -> np.ndarray:
    """Add up the terms of one kind over both sides, for every acceptable pair.

    Returns
    -------
    ndarray of float64, shape (n_pairs,)
        In the order of ``market.pairs()``.

    Raises
    ------
    PolicyError
        If the market has no term of this kind.
    """
    terms = [term for term in market.terms if term.kind == kind]
    if not terms:
        raise PolicyError(
            f"assign: policy '{policy}' reads the market's {kind} terms, and it has none. Build it "
            f"with build_market(..., utility={kind.capitalize()}(...)), or use 'greedy'."
        )
    kept = _WORTH.setdefault(market, {})
    if kind not in kept:
        kept[kind] = _add_up(market, terms)
    return kept[kind]


def _add_up(market: Market, terms: list[TermPart]) -> np.ndarray:
    pairs = market.pairs()
    worth = np.zeros(pairs.n_pairs)
    for i in range(market.n_mentees):
        row = slice(pairs.indptr[i], pairs.indptr[i + 1])
        one, mentors = np.array([i]), pairs.mentor[row].astype(np.int64)
        for term in terms:
            for side in ("mentee", "mentor"):
                if term.side in ("both", side):
                    worth[row] += term.weight * term.part(one, mentors, side)[0]
    return worth
