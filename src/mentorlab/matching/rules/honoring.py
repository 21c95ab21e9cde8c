"""Whether what a policy returned is an assignment that honors a market's rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import PolicyError, count, quote
from ..market.market import Market


def check_assignment(market: Market, mentor_of: np.ndarray, *, name: str, who: str) -> None:
    """Check that positions are an assignment that honors every rule of the market.

    Raises
    ------
    PolicyError
        Naming the policy, the rule and the first place where it is broken.
    """
    start = f"{who}: policy {quote(name)} returned no valid assignment"
    beyond = (mentor_of < -1) | (mentor_of >= market.n_mentors)
    if beyond.any():
        i = int(np.flatnonzero(beyond)[0])
        raise PolicyError(
            f"{start}: mentor positions must be -1 or below {market.n_mentors:,}; got "
            f"{int(mentor_of[i])} for mentee {quote(market.mentee_ids[i])}."
        )
    matched = np.flatnonzero(mentor_of >= 0)
    acceptable = _are_acceptable(market, matched, mentor_of[matched])
    if not acceptable.all():
        i = int(matched[~acceptable][0])
        raise PolicyError(
            f"{start}: {count(int((~acceptable).sum()), 'pair is', 'pairs are')} not acceptable, "
            f"first mentee {quote(market.mentee_ids[i])} with mentor "
            f"{quote(market.mentor_ids[mentor_of[i]])}."
        )
    load = np.bincount(mentor_of[matched], minlength=market.n_mentors)
    for broken, words, limit in (
        (load > market.capacity, "more than", market.capacity),
        (load < market.lower, "fewer than", market.lower),
    ):
        if broken.any():
            j = int(np.flatnonzero(broken)[0])
            raise PolicyError(
                f"{start}: mentor {quote(market.mentor_ids[j])} got {int(load[j])} mentees, "
                f"{words} {int(limit[j])}."
            )
    for i, j in market.required:
        if mentor_of[i] != j:
            raise PolicyError(
                f"{start}: mentee {quote(market.mentee_ids[i])} must keep mentor "
                f"{quote(market.mentor_ids[j])}."
            )
    for rule in market.quotas:
        n = rule.count(mentor_of)
        if not rule.low <= n <= rule.high:
            raise PolicyError(
                f"{start}: {rule.name} must hold between {rule.low} and {rule.high} pairs; it "
                f"holds {n}."
            )


def as_positions(returned: Any, n: int, *, name: str, who: str) -> np.ndarray:
    """Take what a policy returned as mentor positions.

    Raises
    ------
    PolicyError
        If it is not one whole number for each mentee.
    """
    positions = np.asarray(returned)
    whole = positions.dtype.kind in "iu" or (
        positions.dtype.kind == "f"
        and bool(np.isfinite(positions).all())
        and bool((positions == np.floor(positions)).all())
    )
    if positions.shape != (n,) or not whole:
        raise PolicyError(
            f"{who}: policy {quote(name)} must return one mentor position for each of "
            f"{count(n, 'mentee')}, -1 for unmatched; got {positions.dtype} of shape "
            f"{positions.shape}."
        )
    return positions.astype(np.int64)


def _are_acceptable(market: Market, mentees: np.ndarray, mentors: np.ndarray) -> np.ndarray:
    if market.edges is not None:
        return market.edges.find(mentees, mentors) >= 0
    mask = market.dense.acceptable
    return np.ones(len(mentees), dtype=bool) if mask is None else mask[mentees, mentors]
