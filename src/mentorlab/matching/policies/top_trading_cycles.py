"""Top trading cycles: places change hands only where everyone in the cycle gains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MissingTableError, PolicyError, count, quote
from ..kernels.trading import trade_in_cycles
from ..market.edges import Edges
from ..market.market import Market
from ..market.ties import break_ties, draw_lots
from ..policy import register_policy


@dataclass(frozen=True)
class TopTradingCycles:
    """Tell the efficient assignment that mentees reach by trading places among themselves.

    Parameters
    ----------
    present : mapping of mentee id to mentor id, or DataFrame with `mentee_id, mentor_id`, optional
        Pairs that exist now. Nobody in them is made worse off: each keeps the present mentor or
        gets one they like better.

    Raises
    ------
    PolicyError
        If a present pair is not acceptable, is of no one in the market, names a mentee twice, or
        takes more places than the mentor has.

    Notes
    -----
    Each mentee points at the best mentor with an open place, each mentor at the mentee who is
    first in line (present mentees, then by the mentor's utility); every cycle trades and leaves.
    Efficient for mentees and strategy-proof for them, and in general not stable: mentors' wishes
    only decide who is first in line. With one place each and present pairs for everyone it is the
    core of the housing market. Equals are told apart by one lottery a side. O(e) after sorting.

    References
    ----------
    shapley1974; abdulkadiroglu2003.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[1, 2], [2, 1]], [[9, 0], [0, 9]], capacity=1)
    >>> policy = TopTradingCycles(present={0: 0, 1: 1})
    >>> assign(market, policy, seed=1).mentor_of.tolist()
    [1, 0]
    """

    present: Any = None

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        mentee_lots = draw_lots(market.n_mentees, rng)
        mentor_lots = draw_lots(market.n_mentors, rng)
        pairs = market.pairs()
        order = break_ties(pairs, mentor_lots)
        wanted = pairs.mentor if order is None else pairs.mentor[order]
        mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
        mentor_of[market.required[:, 0]] = market.required[:, 1]
        places = market.capacity - np.bincount(market.required[:, 1], minlength=market.n_mentors)
        now = self._present(market, pairs)
        now[mentor_of >= 0] = -1
        refuse_overfull(market, now, places)
        mentee = pairs.mentee()
        is_new = now[mentee] != pairs.mentor
        line = np.lexsort((mentee_lots[mentee], -pairs.mentor_utility, is_new, pairs.mentor))
        counts = np.bincount(pairs.mentor, minlength=market.n_mentors)
        trade_in_cycles(
            pairs.indptr,
            wanted,
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            mentee[line].astype(np.int32),
            places,
            mentor_of,
        )
        return mentor_of

    def _present(self, market: Market, pairs: Edges) -> np.ndarray:
        """Give each mentee's present mentor position, -1 for none."""
        now = np.full(market.n_mentees, -1, dtype=np.int64)
        for mentee_id, mentor_id in present_pairs(self.present):
            i = market.mentee_position(mentee_id, who="top_trading_cycles")
            j = market.mentor_position(mentor_id, who="top_trading_cycles")
            if now[i] >= 0:
                raise PolicyError(
                    f"top_trading_cycles: `present` must name a mentee once; got "
                    f"{quote(mentee_id)} twice."
                )
            if pairs.find(np.array([i]), np.array([j]))[0] < 0:
                raise PolicyError(
                    f"top_trading_cycles: present pair {quote(mentee_id)} and {quote(mentor_id)} "
                    "must be acceptable in the market, and is not. Drop it from `present`, or "
                    "allow the pair."
                )
            now[i] = j
        return now


def present_pairs(present: Any) -> list[tuple[Any, Any]]:
    """Read present pairs from a mapping or a frame.

    Raises
    ------
    MissingTableError
        If a frame lacks `mentee_id` or `mentor_id`.
    PolicyError
        If it is neither.
    """
    if present is None:
        return []
    if isinstance(present, pd.DataFrame):
        missing = [name for name in ("mentee_id", "mentor_id") if name not in present]
        if missing:
            raise MissingTableError(
                f"top_trading_cycles: `present` must have the column {quote(missing[0])}; it has "
                f"{', '.join(map(quote, present.columns))}."
            )
        return list(zip(present["mentee_id"], present["mentor_id"], strict=True))
    if isinstance(present, Mapping):
        return list(present.items())
    raise PolicyError(
        "top_trading_cycles: `present` must be a mapping of mentee id to mentor id or a frame with "
        f"`mentee_id, mentor_id`; got {quote(present)}."
    )


def refuse_overfull(market: Market, now: np.ndarray, places: np.ndarray) -> None:
    """Refuse present pairs that take more places than a mentor has.

    Raises
    ------
    PolicyError
        With the first such mentor.
    """
    load = np.bincount(now[now >= 0], minlength=market.n_mentors)
    over = np.flatnonzero(load > places)
    if len(over):
        j = int(over[0])
        raise PolicyError(
            f"top_trading_cycles: present mentees must fit the places; mentor "
            f"{quote(market.mentor_ids[j])} has {count(int(load[j]), 'present mentee')} and "
            f"{count(int(places[j]), 'open place')} ({count(len(over), 'such mentor')})."
        )


register_policy(
    "top_trading_cycles",
    TopTradingCycles,
    handles_required=True,
    side="mentee",
    reference="shapley1974",
    question="What would mentees reach by trading places?",
)
