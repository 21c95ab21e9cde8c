"""What one person could gain by not telling the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from math import factorial
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, count, quote
from ...options import PartnerRole, check_option
from ...provenance import Provenance
from ...result import Result
from ...rng import child_rng
from ..market.edges import Edges
from ..market.market import Market
from ..policy import find_policy, run_policy
from ..registry import Policy

WHO = "misreport_gain"


@dataclass(frozen=True, eq=False, repr=False)
class MisreportGain(Result):
    """What one person could gain by stating another list than the true one.

    Attributes
    ----------
    person_id : object
        Who would lie.
    side : str
        ``mentee`` or ``mentor``.
    policy : str
        The policy.
    gain : float
        Largest gain in the person's true utility, averaged over lotteries; 0 when lying never
        helps.
    truth, best : float
        True utility of what truth and the best lie give: the mentor's utility, or the sum over a
        mentor's mentees; an unmatched person has one step less than the least-liked acceptable
        partner.
    lie : tuple
        The list that gains most, best first; the true list when nothing gains.
    exhaustive : bool
        Whether every list was tried, so that a gain of 0 is a proof for these lotteries.
    tried : pandas.DataFrame
        One row a list tried: `lie` (ids), `kind`, `utility`, `gain`.
    n_lotteries : int
        Draws that each list was judged by.
    """

    person_id: Any
    side: str
    policy: str
    gain: float
    truth: float
    best: float
    lie: tuple[Any, ...]
    exhaustive: bool
    tried: pd.DataFrame
    n_lotteries: int

    references: ClassVar[tuple[str, ...]] = ("dubins1981", "roth1982")

    def to_frame(self) -> pd.DataFrame:
        """Give the lists tried, one row each."""
        return self.tried.copy()

    def headline(self) -> str:
        """Whether lying helps, and whom."""
        who = f"{self.policy}: {self.side} {quote(self.person_id)}"
        if self.gain > 0:
            return f"{who} gains {self.gain:.3g} by another list than the true one"
        searched = "all" if self.exhaustive else "none of"
        n = count(len(self.tried), "list")
        return (
            f"{who} gains nothing by any list ({searched} {n} tried)"
            if self.exhaustive
            else f"{who}: {searched} {n} tried gains anything"
        )

    def notes(self) -> tuple[str, ...]:
        """How the search was done."""
        search = (
            "every order of every part of the list was tried"
            if self.exhaustive
            else "cut-off lists and a sample of orders were tried: a larger gain may exist"
        )
        return (
            search,
            "everyone else tells the truth, and the liar knows everything: real people know less",
        )

    def _display_frame(self) -> pd.DataFrame:
        shown = self.tried.nlargest(5, "gain")
        return shown.assign(lie=[", ".join(map(str, lie)) or "nobody" for lie in shown["lie"]])


def misreport_gain(
    market: Market,
    policy: str | Policy,
    person_id: Any,
    *,
    side: PartnerRole | None = None,
    n_lists: int = 500,
    n_lotteries: int = 1,
    seed: int,
) -> MisreportGain:
    r"""Tell what someone could gain under a policy by stating another list than the true one.

    Parameters
    ----------
    market : Market
        Everyone's true utilities.
    policy : str or callable
        As `assign` takes it.
    person_id : object
        Who would lie.
    side : {"mentee", "mentor"}, optional
        As what; needed only for people on both sides, who are taken as mentees otherwise.
    n_lists : int
        The most lists to try: all of them where there are no more than this, otherwise every
        cut-off list and a sample of orders.
    n_lotteries : int
        Draws of the policy that each list is judged by; more than one for policies with a lottery.
    seed : int
        What draws start from. Truth and lies meet the same lotteries.

    Returns
    -------
    MisreportGain
        Says whether the search was exhaustive.

    Raises
    ------
    MarketError
        If nobody has this id.
    OptionError
        If an option is not valid.
    PolicyError
        If the policy can't honor a rule of the market.

    Notes
    -----
    A lie is a strict order of some of the person's acceptable partners; leaving one out makes the
    pair unacceptable. Stated utilities reuse the person's own true values in the order of the lie,
    so policies that read sizes see plausible ones. A mentor's mentees are valued by the sum of
    utilities. Deferred acceptance with mentees proposing gives mentees nothing to gain, whatever
    the lotteries; mentors may gain under every stable policy.

    References
    ----------
    dubins1981 : Machiavelli and the Gale-Shapley algorithm.
    roth1982 : The economics of matching: stability and incentives.

    Examples
    --------
    >>> market = Market.from_preferences(
    ...     {"ann": ["mia", "tom"], "bob": ["tom", "mia"]},
    ...     {"mia": ["bob", "ann"], "tom": ["ann", "bob"]},
    ...     capacity=1,
    ... )
    >>> misreport_gain(market, "mentee_proposing", "ann", seed=1).gain
    0.0
    >>> misreport_gain(market, "mentee_proposing", "mia", seed=1).lie
    ('bob',)
    """
    for name, value in (("n_lists", n_lists), ("n_lotteries", n_lotteries)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise OptionError(f"{WHO}: `{name}` must be 1 or more; got {quote(value)}.")
    is_mentee, at = _find(market, person_id, side)
    edges = market.pairs()
    mentee = edges.mentee()
    own = np.flatnonzero(mentee == at if is_mentee else edges.mentor == at)
    values = edges.mentee_utility if is_mentee else edges.mentor_utility
    own = own[np.argsort(-values[own], kind="stable")]
    entry, made = find_policy(policy, who=WHO)
    _refuse_locked(market, at, is_mentee, person_id)
    worth = _Worth(market, at, is_mentee, own, values[own])
    exhaustive = _n_orders(len(own)) <= n_lists
    rng = child_rng(seed, WHO, "lists")
    lists = _all_orders(len(own)) if exhaustive else _some_orders(len(own), n_lists, rng)
    streams = [child_rng(seed, WHO, entry.name, k).bit_generator.state for k in range(n_lotteries)]
    truth = worth.mean(None, made, streams)
    partners = market.mentor_ids[edges.mentor[own]] if is_mentee else market.mentee_ids[mentee[own]]
    rows = []
    for kind, order in lists:
        utility = worth.mean(order, made, streams)
        rows.append((tuple(partners[list(order)]), kind, utility, utility - truth))
    tried = pd.DataFrame(rows, columns=["lie", "kind", "utility", "gain"])
    best = int(tried["gain"].argmax()) if len(tried) else -1
    gains = best >= 0 and tried["gain"].iloc[best] > 1e-12 * (1 + abs(truth))
    return MisreportGain(
        person_id=person_id,
        side="mentee" if is_mentee else "mentor",
        policy=entry.name,
        gain=float(tried["gain"].iloc[best]) if gains else 0.0,
        truth=truth,
        best=float(tried["utility"].iloc[best]) if gains else truth,
        lie=tried["lie"].iloc[best] if gains else tuple(partners),
        exhaustive=exhaustive,
        tried=tried,
        n_lotteries=n_lotteries,
        provenance=Provenance(WHO, {"policy": entry.name, "seed": seed, "n_lists": n_lists}),
    )


@dataclass(frozen=True, eq=False)
class _Worth:
    """What a stated list brings one person in true utility."""

    market: Market
    at: int
    is_mentee: bool
    own: np.ndarray
    true: np.ndarray

    def mean(self, order: tuple[int, ...] | None, policy: Policy, streams: list[Any]) -> float:
        market = self.market if order is None else self._lying(order)
        total = 0.0
        for state in streams:
            rng = np.random.default_rng()
            rng.bit_generator.state = state
            total += self._value(run_policy(market, policy, rng, who=WHO))
        return total / len(streams)

    def _lying(self, order: tuple[int, ...]) -> Market:
        """State an order: the best true values in this order, and who is left out is out."""
        edges = self.market.pairs()
        mentee = edges.mentee()
        kept = np.ones(edges.n_pairs, dtype=bool)
        kept[self.own] = False
        stated = self.own[list(order)]
        kept[stated] = True
        utilities = [edges.mentee_utility.copy(), edges.mentor_utility.copy()]
        utilities[0 if self.is_mentee else 1][stated] = _strict(self.true)[: len(stated)]
        lists = Edges.from_pairs(
            mentee[kept],
            edges.mentor[kept],
            utilities[0][kept],
            utilities[1][kept],
            n_mentees=self.market.n_mentees,
        )
        return replace(self.market, edges=lists, dense=None)

    def _value(self, mentor_of: np.ndarray) -> float:
        edges = self.market.pairs()
        lowest = float(self.true.min()) - 1.0 if len(self.true) else 0.0
        if self.is_mentee:
            hit = edges.mentor[self.own] == mentor_of[self.at]
            return float(self.true[hit][0]) if hit.any() else lowest
        mine = mentor_of[edges.mentee()[self.own]] == self.at
        empty = int(self.market.capacity[self.at]) - int(mine.sum())
        return float(self.true[mine].sum()) + lowest * empty


def _strict(values: np.ndarray) -> np.ndarray:
    """Give falling values that keep the size of the true ones."""
    step = 1e-9 * (1.0 + np.abs(values).max(initial=0.0))
    return values - step * np.arange(len(values))


def _find(market: Market, person_id: Any, side: PartnerRole | None) -> tuple[bool, int]:
    if side is not None:
        check_option(side, PartnerRole, who=WHO, name="side")
    if side != "mentor" and (side == "mentee" or (market.mentee_ids == person_id).any()):
        return True, market.mentee_position(person_id, who=WHO)
    return False, market.mentor_position(person_id, who=WHO)


def _refuse_locked(market: Market, at: int, is_mentee: bool, person_id: Any) -> None:
    if (market.required[:, 0 if is_mentee else 1] == at).any():
        raise MarketError(
            f"{WHO}: {quote(person_id)} is in a pair that must be kept, so no list can change it."
        )


def _n_orders(n: int) -> int:
    return sum(factorial(n) // factorial(n - k) for k in range(n + 1)) if n <= 12 else 2**62


def _all_orders(n: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    for k in range(n + 1):
        for order in permutations(range(n), k):
            yield _kind(order, n), order


def _some_orders(
    n: int, n_lists: int, rng: np.random.Generator
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Give cut-off lists, each partner moved to the front, then random orders of random parts."""
    seen: set[tuple[int, ...]] = set()
    truth = tuple(range(n))
    planned = [truth[:k] for k in range(n + 1)]
    planned += [(i, *(k for k in truth if k != i)) for i in range(1, n)]
    planned += [tuple(k for k in truth if k != i) for i in range(n)]
    for order in planned[:n_lists]:
        if order not in seen:
            seen.add(order)
            yield _kind(order, n), order
    attempts = 0
    while len(seen) < n_lists and attempts < 20 * n_lists:
        attempts += 1
        order = tuple(rng.permutation(n)[: rng.integers(1, n + 1)].tolist())
        if order not in seen:
            seen.add(order)
            yield _kind(order, n), order


def _kind(order: tuple[int, ...], n: int) -> str:
    if list(order) == sorted(order):
        return "truth" if len(order) == n else "left_out"
    return "reordered" if len(order) == n else "left_out_and_reordered"
