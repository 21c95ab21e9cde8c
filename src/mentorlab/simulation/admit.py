"""Taking what a user gave: a market or what makes markets, policies, words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import isfunction
from typing import Any

import numpy as np

from ..errors import OptionError, quote
from ..matching import Market
from ..matching.policy import Policy, as_policy, find_policy
from ..options import CommonDraws, DrawKind, check_option
from ..rng import child_rng
from .given import GivenPool
from .model import ProgramModel
from .parameters import Levers
from .pool import PoolGenerator
from .world import World

MarketSource = Market | PoolGenerator | Callable[[np.random.Generator], Market]


@dataclass(frozen=True, eq=False)
class MarketMaker:
    """A user's function that makes a market from a random generator, as a source of worlds."""

    func: Callable[[np.random.Generator], Market]
    by: tuple[str, ...] = ()

    def world(
        self,
        model: ProgramModel,
        levers: Levers,
        *,
        seed: int,
        run: int,
        philox: int | None = None,
    ) -> World:
        """Make the world of one replication."""
        market = self.func(child_rng(seed, "world", run))
        if not isinstance(market, Market):
            raise OptionError(
                f"simulate: a generator of markets must give a Market; got {quote(market)}."
            )
        made = GivenPool(market, self.by, fixed=False)
        return made.world(model, levers, seed=seed, run=run, philox=philox)


def source_of(market: MarketSource, by: tuple[str, ...], *, who: str) -> Any:
    """Take what a user gave as a source of worlds.

    Raises
    ------
    OptionError
        If it is neither a market nor makes one.
    """
    if isinstance(market, Market):
        return GivenPool(replace(market, blocked=()), by)  # nobody asks why a pair is blocked
    if isinstance(market, PoolGenerator):
        return market
    if callable(market) and not isinstance(market, type):
        return MarketMaker(market, by)
    raise OptionError(
        f"{who}: `market` must be a Market, a PoolGenerator or a function of a random generator "
        f"that gives a Market; got {quote(market)}."
    )


def named_policies(
    policies: str | Policy | Sequence[str | Policy] | Mapping[str, str | Policy], *, who: str
) -> tuple[tuple[str, str | Policy], ...]:
    """Give each policy a name of its own.

    Raises
    ------
    OptionError
        If there is none, one is unknown, or two would have the same name.
    """
    if isinstance(policies, str) or callable(policies):
        policies = [policies]
    if isinstance(policies, Mapping):
        named = tuple(
            (str(name), as_policy(policy, name=str(name)) if isfunction(policy) else policy)
            for name, policy in policies.items()
        )
        for _, policy in named:
            find_policy(policy, who=who)
    else:
        named = tuple((find_policy(policy, who=who)[0].name, policy) for policy in policies)
    if not named:
        raise OptionError(f"{who}: `policies` must name at least one policy; got none.")
    names = [name for name, _ in named]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise OptionError(
            f"{who}: two policies have the name {quote(twice[0])}; give a mapping of names to "
            "policies."
        )
    return named


def check_study_options(crn: str, draws: str, *, who: str) -> None:
    """Check the words of an experiment.

    Raises
    ------
    OptionError
        If one is unknown.
    """
    check_option(crn, CommonDraws, who=who, name="crn")
    check_option(draws, DrawKind, who=who, name="draws")
