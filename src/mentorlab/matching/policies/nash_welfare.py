"""The highest product of gains: a compromise between total and equality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import OptionError, quote
from ...options import check_option
from ...stats.flow import append_last, inside, settle_in_order
from ..kernels.graphs import WeighedSide, graph_of, mentors_named, pair_values, with_fewest_out
from ..market.market import Market
from ..policy import register_policy


@dataclass(frozen=True)
class NashWelfare:
    """Tell the assignment with the highest product of gains over being unmatched.

    Parameters
    ----------
    side : {"mentee", "mentor", "both"}
        Whose utility is looked at; "both" multiplies the gains of the two sides.
    unmatched : float, optional
        Utility of being unmatched, from which gains are counted. Left out it is 0 or, in a market
        of ranks, one rank below the worst in anyone's list.

    Raises
    ------
    OptionError
        If `side` or `unmatched` is none of these.
    MarketError
        If the lower limits can't be met.

    Notes
    -----
    As many mentees as possible are matched; then as many pairs as possible have a positive gain
    (for "both": on both sides); then the product of the positive gains is as high as possible.
    Gains of 0 or less do not enter the product, since no logarithm of them exists: they are only
    as few as can be. Maximizing the product is one min-cost flow with the logarithms as scores.
    Multiplying anyone's gains by a constant changes nothing. Among equal optima the solver
    chooses, the same one each time; the seed changes nothing.

    References
    ----------
    caragiannis2019.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[9, 4], [5, 1]], [[0, 0], [0, 0]], capacity=1)
    >>> assign(market, "nash_welfare", seed=1).mentor_of.tolist()
    [1, 0]
    """

    side: WeighedSide = "mentee"
    unmatched: float | None = None

    def __post_init__(self) -> None:
        check_option(self.side, WeighedSide, who="NashWelfare", name="side")
        if self.unmatched is not None and not np.isfinite(self.unmatched):
            raise OptionError(
                f"NashWelfare: `unmatched` must be a finite number; got {quote(self.unmatched)}."
            )

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs()
        graph = graph_of(market, pairs)
        sides = ("mentee", "mentor") if self.side == "both" else (self.side,)
        gains = np.stack([self._gain(pair_values(pairs, side), market) for side in sides])
        positive = (gains > 0).all(axis=0)
        logs = np.zeros(pairs.n_pairs)
        logs[positive] = np.log(gains[:, positive]).sum(axis=0)
        with mentors_named(market, "nash_welfare"):
            full = with_fewest_out(graph)
        goals = [append_last(graph, goal, 0.0) for goal in (positive.astype(float), logs)]
        return graph.right_of(inside(full, settle_in_order(full, goals)))

    def _gain(self, value: np.ndarray, market: Market) -> np.ndarray:
        if self.unmatched is not None:
            return value - self.unmatched
        return value - value.min(initial=0.0) + 1.0 if market.ordinal else value


register_policy(
    "nash_welfare",
    NashWelfare,
    handles_lower=True,
    side="mentee",
    reference="caragiannis2019",
    question="Which assignment balances the total against equality?",
)
