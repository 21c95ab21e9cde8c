"""A market with pairs locked, taken out or favored, and without some people; the old one stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, did_you_mean, listing, quote
from .edges import Dense, Edges
from .market import Market
from .smaller import keep_mentees


def positions_of_pairs(
    market: Market, pairs: pd.DataFrame | Iterable[tuple[Any, Any]], *, who: str, name: str
) -> np.ndarray:
    """Find pairs of ids, shape (k, 2).

    Raises
    ------
    MarketError
        For an unknown id, or a table without `mentee_id` and `mentor_id`.
    """
    if isinstance(pairs, pd.DataFrame):
        if not {"mentee_id", "mentor_id"} <= set(pairs.columns):
            raise MarketError(
                f"{who}: `{name}` must have mentee_id and mentor_id; it has "
                f"{listing(pairs.columns, limit=8)}."
            )
        rows = list(zip(pairs["mentee_id"], pairs["mentor_id"], strict=True))
    else:
        rows = [tuple(pair) for pair in pairs]
    found = [np.empty(0, dtype=np.int64)] * 2
    for side, ids in ((0, market.mentee_ids), (1, market.mentor_ids)):
        named = pd.Index([row[side] for row in rows], dtype="object")
        found[side] = pd.Index(ids).get_indexer(named).astype(np.int64)
        if (found[side] < 0).any():
            wrong = named[int((found[side] < 0).argmax())]
            near = did_you_mean(wrong, ids)
            kind = "mentee" if side == 0 else "mentor"
            raise MarketError(
                f"{who}: `{name}` names {quote(wrong)}, who is no {kind} here. {near}".rstrip()
            )
    return np.column_stack(found)


def acceptable(market: Market, pairs: np.ndarray) -> np.ndarray:
    """Tell which pairs of positions are acceptable, bool of shape (k,)."""
    if market.dense is not None:
        mask = market.dense.acceptable
        return np.ones(len(pairs), dtype=bool) if mask is None else mask[pairs[:, 0], pairs[:, 1]]
    return market.edges.find(pairs[:, 0], pairs[:, 1]) >= 0


def lock_pairs(market: Market, pairs: np.ndarray, *, who: str) -> Market:
    """Make pairs required, beside those that are already.

    Parameters
    ----------
    market : Market
        Left unchanged.
    pairs : ndarray of int, shape (k, 2)
        Positions of mentee and mentor.
    who : str
        The function that asks.

    Raises
    ------
    MarketError
        If a pair is not acceptable, a mentee would have two mentors, a mentor more mentees than
        places, or a quota more pairs than it allows.
    """
    both = np.unique(np.concatenate([market.required, pairs.reshape(-1, 2)]), axis=0)
    fits = acceptable(market, both)
    if not fits.all():
        mentee, mentor = both[int((~fits).argmax())]
        rules = [rule.name for rule in market.reasons_against(int(mentee), int(mentor))]
        raise MarketError(
            f"{who}: mentee {quote(market.mentee_ids[mentee])} and mentor "
            f"{quote(market.mentor_ids[mentor])} can't be a pair: "
            + (f"{listing(rules)} keeps them apart." if rules else "they are not acceptable.")
        )
    mentees, n = np.unique(both[:, 0], return_counts=True)
    if (n > 1).any():
        twice = market.mentee_ids[mentees[int((n > 1).argmax())]]
        raise MarketError(f"{who}: mentee {quote(twice)} would have to keep two mentors.")
    load = np.bincount(both[:, 1], minlength=market.n_mentors)
    if (load > market.capacity).any():
        j = int((load > market.capacity).argmax())
        raise MarketError(
            f"{who}: mentor {quote(market.mentor_ids[j])} would have to keep {load[j]} mentees, "
            f"more than {market.capacity[j]}."
        )
    mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
    mentor_of[both[:, 0]] = both[:, 1]
    for rule in market.quotas:
        if rule.count(mentor_of) > rule.high:
            raise MarketError(
                f"{who}: {rule.name} allows {rule.high}; the pairs to keep are "
                f"{rule.count(mentor_of)}."
            )
    return replace(market, required=both)


def without_pairs(market: Market, pairs: np.ndarray) -> Market:
    """Make pairs unacceptable; required pairs among them are no longer required."""
    required = market.required[~_rows_in(market.required, pairs, market.n_mentors)]
    if market.dense is not None:
        dense = market.dense
        mask = np.ones(dense.mentee_utility.shape, dtype=bool)
        if dense.acceptable is not None:
            mask = dense.acceptable.copy()
        mask[pairs[:, 0], pairs[:, 1]] = False
        changed = Dense(dense.mentee_utility, dense.mentor_utility, mask)
        return replace(market, dense=changed, required=required)
    edges = market.edges
    own = np.column_stack([edges.mentee(), edges.mentor])
    kept = ~_rows_in(own, pairs, market.n_mentors)
    return replace(market, edges=edges.keep(kept), required=required)


def favor_pairs(market: Market, pairs: np.ndarray, bonus: float) -> Market:
    """Add to what pairs are worth to their mentees; pairs that are not acceptable stay so."""
    if not bonus or not len(pairs):
        return market
    if market.dense is not None:
        utility = market.dense.mentee_utility.copy()
        utility[pairs[:, 0], pairs[:, 1]] += bonus
        dense = Dense(utility, market.dense.mentor_utility, market.dense.acceptable)
        return replace(market, dense=dense)
    edges = market.edges
    own = np.column_stack([edges.mentee(), edges.mentor])
    more = bonus * _rows_in(own, pairs, market.n_mentors)
    lists = Edges.from_pairs(
        own[:, 0],
        edges.mentor,
        edges.mentee_utility + more,
        edges.mentor_utility,
        n_mentees=market.n_mentees,
    )
    return replace(market, edges=lists)


def without_people(market: Market, mentees: np.ndarray, mentors: np.ndarray) -> Market:
    """Take people out: mentees leave the market, mentors stay in it without places.

    Parameters
    ----------
    market : Market
        Left unchanged.
    mentees, mentors : ndarray of int
        Positions of those who leave.

    Returns
    -------
    Market
        Required pairs of those who stay are kept.
    """
    stays = np.setdiff1d(np.arange(market.n_mentees), mentees)
    place = np.full(market.n_mentees, -1, dtype=np.int64)
    place[stays] = np.arange(len(stays))
    open_to = np.ones(market.n_mentors, dtype=bool)
    open_to[mentors] = False
    required = np.column_stack([place[market.required[:, 0]], market.required[:, 1]])
    required = required[(required[:, 0] >= 0) & open_to[required[:, 1]]]
    smaller = keep_mentees(market, stays) if len(stays) < market.n_mentees else market
    return replace(
        smaller,
        capacity=np.where(open_to, market.capacity, 0),
        lower=np.where(open_to, market.lower, 0),
        required=required,
    )


def _rows_in(rows: np.ndarray, pairs: np.ndarray, n_mentors: int) -> np.ndarray:
    code = rows[:, 0].astype(np.int64) * n_mentors + rows[:, 1]
    return np.isin(code, pairs[:, 0].astype(np.int64) * n_mentors + pairs[:, 1])
