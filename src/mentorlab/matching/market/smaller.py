"""A market without some of its mentees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from .edges import Dense
from .market import Market
from .parts import QuotaRows


def without_required(market: Market) -> tuple[Market, np.ndarray]:
    """Take the required pairs out of a market, with the places they fill.

    Returns
    -------
    market : Market
        Of the other mentees.
    mentees : ndarray of int64
        Their positions in the whole market.
    """
    mentees = np.setdiff1d(np.arange(market.n_mentees), market.required[:, 0])
    taken = np.bincount(market.required[:, 1], minlength=market.n_mentors)
    return (
        replace(
            keep_mentees(market, mentees),
            capacity=market.capacity - taken,
            lower=np.maximum(market.lower - taken, 0),
            required=np.empty((0, 2), dtype=np.int64),
            quotas=tuple(
                replace(
                    rule,
                    mentee_mask=rule.mentee_mask[mentees],
                    low=max(rule.low - used, 0),
                    high=rule.high - used,
                )
                for rule in market.quotas
                for used in [_used(rule, market.required)]
            ),
        ),
        mentees,
    )


def keep_mentees(market: Market, mentees: np.ndarray) -> Market:
    """Keep some of a market's mentees, by position; required pairs are dropped.

    Parameters
    ----------
    market : Market
        Left unchanged.
    mentees : ndarray of int, shape (k,)
        Rising positions.

    Returns
    -------
    Market
        Quotas count the kept mentees only.
    """
    if market.dense is not None:
        mask = market.dense.acceptable
        edges, dense = (
            None,
            Dense(
                market.dense.mentee_utility[mentees],
                market.dense.mentor_utility[mentees],
                None if mask is None else mask[mentees],
            ),
        )
    else:
        kept = np.zeros(market.n_mentees, dtype=bool)
        kept[mentees] = True
        smaller = market.edges.keep(kept[market.edges.mentee()])
        starts = smaller.indptr[np.append(mentees, market.n_mentees)]
        edges, dense = replace(smaller, indptr=starts), None
    return replace(
        market,
        mentee_ids=market.mentee_ids[mentees],
        edges=edges,
        dense=dense,
        required=np.empty((0, 2), dtype=np.int64),
        quotas=tuple(replace(q, mentee_mask=q.mentee_mask[mentees]) for q in market.quotas),
        mentees=None
        if market.mentees is None
        else market.mentees.iloc[mentees].reset_index(drop=True),
        blocked=tuple(replace(rule, mask=_shifted(rule.mask, mentees)) for rule in market.blocked),
        terms=tuple(replace(term, part=_shifted(term.part, mentees)) for term in market.terms),
    )


def _used(rule: QuotaRows, required: np.ndarray) -> int:
    return int((rule.mentee_mask[required[:, 0]] & rule.mentor_mask[required[:, 1]]).sum())


def _shifted(function: Callable[..., np.ndarray], mentees: np.ndarray) -> Callable[..., np.ndarray]:
    def shifted(rows: np.ndarray, *rest: Any) -> np.ndarray:
        return function(mentees[rows], *rest)

    return shifted
