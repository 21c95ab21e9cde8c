"""A fingerprint of everything that an assignment was made from."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from ..market.market import Market


def market_hash(market: Market) -> str:
    """Give the SHA-256 of a market: people, pairs, utilities, places and rules on numbers.

    Two markets with the same hash give the same assignment under the same policy and seed.
    Whether pairs are held as lists or matrices makes no difference.

    Parameters
    ----------
    market : Market
        Left unchanged.

    Examples
    --------
    >>> market = Market.from_utilities([[1, 2]], [[1, 2]], capacity=1)
    >>> len(market_hash(market))
    64
    """
    digest = hashlib.sha256()
    for ids in (market.mentee_ids, market.mentor_ids):
        digest.update(json.dumps([repr(person) for person in ids]).encode())
    edges = market.pairs()
    for array in (
        market.capacity,
        market.lower,
        edges.indptr,
        edges.mentor,
        edges.mentee_utility + 0.0,  # -0.0 becomes 0.0
        edges.mentor_utility + 0.0,
        market.required,
    ):
        plain = np.ascontiguousarray(array)
        digest.update(f"{plain.dtype.str}{plain.shape}".encode())
        digest.update(plain.tobytes())
    for rule in market.quotas:
        digest.update(json.dumps([rule.name, int(rule.low), int(rule.high)]).encode())
        digest.update(np.packbits(rule.mentor_mask).tobytes())
        digest.update(np.packbits(rule.mentee_mask).tobytes())
    return digest.hexdigest()
