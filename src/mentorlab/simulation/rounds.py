"""Asking a policy: for the first assignment, and for those who wait in later rounds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..matching import Dense, Market
from ..matching.policy import Policy, keep_mentees, run_policy
from ..rng import child_rng
from .kernel.layout import Book
from .world import World


@dataclass(frozen=True, eq=False)
class AskedPolicy:
    """A policy with the streams that its own draws come from.

    Where the market is the same in each replication and the policy drew nothing, its answer is
    kept: a policy is a function of the market and its draws.
    """

    name: str
    policy: str | Policy
    seed: int
    kept: dict[str, np.ndarray] = field(default_factory=dict)

    def first_round(self, world: World, run: int) -> np.ndarray:
        """Give the first assignment of one replication; late applicants are left out."""
        here = np.flatnonzero(world.pool.mentees["arrival"] == 0)
        if len(here) < world.n_mentees:
            mentor_of = np.full(world.n_mentees, -1, dtype=np.int64)
            if len(here):
                rng = child_rng(self.seed, "policy", self.name, run)
                some = rest_of(world.market, here, world.market.capacity)
                mentor_of[here] = run_policy(some, self.policy, rng, who="simulate")
            return mentor_of
        if world.fixed and "first" in self.kept:
            return self.kept["first"]
        rng = child_rng(self.seed, "policy", self.name, run)
        before = rng.bit_generator.state
        mentor_of = run_policy(world.market, self.policy, rng, who="simulate")
        if world.fixed and rng.bit_generator.state == before:
            self.kept["first"] = mentor_of
        return mentor_of

    def later_round(
        self, world: World, book: Book, waiting: np.ndarray, week: int, *, run: int
    ) -> np.ndarray:
        """Give those who wait in a later round a mentor who has a place and is new to them."""
        places = world.pool.mentors["places"]
        there = book.mentors["left_at"] < 0
        free = np.where(there, places - book.mentors["load"], 0)
        if not free.any():
            return np.full(len(waiting), -1, dtype=np.int64)
        market = without_former(rest_of(world.market, waiting, free), book, waiting)
        if not market.n_pairs:
            return np.full(len(waiting), -1, dtype=np.int64)
        rng = child_rng(self.seed, "policy", self.name, run, week)
        return run_policy(market, self.policy, rng, who="simulate")


def rest_of(market: Market, mentees: np.ndarray, places: np.ndarray) -> Market:
    """Give the market of some mentees and the places that are left.

    Lower limits, required pairs and lower ends of quotas bind the first round only.
    """
    rest = keep_mentees(market, mentees)
    return replace(
        rest,
        capacity=places.astype(np.int64),
        lower=np.zeros_like(market.lower),
        quotas=tuple(replace(rule, low=0) for rule in rest.quotas),
    )


def without_former(market: Market, book: Book, waiting: np.ndarray) -> Market:
    """Keep people from being matched again with a mentor whom they had."""
    episodes = len(book.rows) // len(book.state)
    had = book.rows["mentor"].reshape(-1, episodes)[waiting]
    mentee, episode = np.nonzero(had >= 0)
    if not len(mentee):
        return market
    mentor = had[mentee, episode]
    if market.dense is not None:
        allowed = market.dense.acceptable
        allowed = (
            np.ones((market.n_mentees, market.n_mentors), bool) if allowed is None else allowed
        )
        allowed = allowed.copy()
        allowed[mentee, mentor] = False
        dense = Dense(market.dense.mentee_utility, market.dense.mentor_utility, allowed)
        return replace(market, dense=dense)
    kept = np.ones(market.edges.n_pairs, dtype=bool)
    found = market.edges.find(mentee, mentor)
    kept[found[found >= 0]] = False
    return replace(market, edges=market.edges.keep(kept))
