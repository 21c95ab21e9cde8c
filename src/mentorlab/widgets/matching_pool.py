"""One applicant pool under many settings: markets, assignments and comparisons, each made once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from ..errors import MentorlabError, OptionError, did_you_mean, listing, quote
from ..matching import (
    Assignment,
    Block,
    Market,
    SharedLanguage,
    TimeZoneOverlap,
    assign,
    build_market,
    compare_assignments,
)
from ..matching.judgment.weight_moves import reweight
from ..matching.market.build import Rule
from ..matching.market.edges import Dense
from ..matching.market.parts import side_utility
from ..matching.policy import find_policy, refuse_unhonored_rules
from ..matching.registry import all_policies
from ..matching.utility.weighting import Term, Utility
from ..program import Program

_MOST_PAIRS, _MOST_SETTINGS = 30_000_000, 48  # kept in memory at once
_HOURS = 3.0  # of working time in common that the time-zone rule asks for when nobody says

Build = Callable[[tuple[str, ...]], Market]
Names = tuple[str, ...]
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Setting:
    """What a market is made with.

    Attributes
    ----------
    weights : tuple of float
        One for each of the pool's terms.
    on : tuple of str
        Names of the rules in force.
    extra_places : int
        Places that every mentor has more (or fewer) than stated.
    """

    weights: tuple[float, ...] = ()
    on: tuple[str, ...] = ()
    extra_places: int = 0


@dataclass(frozen=True, eq=False)
class Comparison:
    """All policies on one market.

    Attributes
    ----------
    table : pandas.DataFrame
        As `compare_assignments` gives it.
    impossible : dict of str to str
        Policies that have no answer here, and why.
    """

    table: pd.DataFrame
    impossible: dict[str, str]


class Solved:
    """A market, and the answers of policies on it as they are asked for.

    Attributes
    ----------
    market : Market
        What is matched.
    seed : int
        What lotteries start from.
    """

    def __init__(self, market: Market, seed: int) -> None:
        self.market = market
        self.seed = seed
        self._assignments: dict[str, Assignment] = {}
        self._comparisons: dict[Names, Comparison] = {}

    def assignment(self, policy: str) -> Assignment:
        """Match by one policy."""
        if policy not in self._assignments:
            self._assignments[policy] = assign(self.market, policy, seed=self.seed)
        return self._assignments[policy]

    def compare(self, policies: Names, tell: Tell) -> Comparison:
        """Match by several policies, and measure all of them.

        Parameters
        ----------
        policies : tuple of str
            Which.
        tell : callable
            Is given the steps done and all.
        """
        if policies not in self._comparisons:
            self._comparisons[policies] = self._compare(policies, tell)
        return self._comparisons[policies]

    def has_compared(self, policies: Names) -> bool:
        """Tell whether `compare` has its answer at hand."""
        return policies in self._comparisons

    def _compare(self, policies: Names, tell: Tell) -> Comparison:
        found, impossible = {}, {}
        for done, policy in enumerate(policies):
            tell(done, len(policies) + 1)
            try:
                found[policy] = self.assignment(policy)
            except MentorlabError as error:
                impossible[policy] = str(error)
        tell(len(policies), len(policies) + 1)
        table = compare_assignments(found).table if found else pd.DataFrame()
        return Comparison(table, impossible)


class MatchingPool:
    """A pool to be matched, and what was already worked out for it.

    Attributes
    ----------
    terms : tuple of str
        What the utility is made of; empty where it is not made of terms.
    rules : tuple of str
        Rules that can be switched.
    usual : Setting
        The weights and rules as given, and the places as stated.
    seed : int
        What lotteries start from.
    """

    def __init__(
        self,
        build: Build,
        *,
        rules: tuple[str, ...] = (),
        on: tuple[str, ...] = (),
        seed: int,
    ) -> None:
        self._build = build
        self.rules = rules
        self.seed = seed
        self._as_given = build(on)
        self._built = {on: self._as_given}
        self._solved: OrderedDict[Setting, Solved] = OrderedDict()
        self._weights: dict[str, float] = {}
        for term in self._as_given.terms:
            self._weights[term.name] = self._weights.get(term.name, 0.0) + term.weight
        self.terms = tuple(self._weights)
        self.usual = Setting(tuple(self._weights.values()), on)

    @classmethod
    def of(
        cls,
        pool: Program | pd.DataFrame | Market | MatchingPool,
        *,
        preferences: pd.DataFrame | None = None,
        utility: Term | Utility | None = None,
        rules: Sequence[Rule] | None = None,
        declared: Sequence[str] = (),
        seed: int,
        who: str,
    ) -> MatchingPool:
        """Take a program with applicants, an applicants table, or a market that is built.

        Raises
        ------
        OptionError
            If it is none of these, or something is given that a built market does not take.
        """
        given = {"preferences": preferences, "utility": utility, "rules": rules}
        if isinstance(pool, Market | MatchingPool):
            extra = [name for name, value in given.items() if value is not None]
            if extra or declared:
                raise OptionError(
                    f"{who}: {listing(extra or ['declared'])} belongs to build_market; this market "
                    "is built already."
                )
            return pool if isinstance(pool, MatchingPool) else cls(lambda on: pool, seed=seed)
        if isinstance(pool, Program):
            wishes = pool.preferences if preferences is None else preferences
            applicants = pool.need("applicants", who=who)
        elif isinstance(pool, pd.DataFrame):
            applicants, wishes = pool, preferences
        else:
            raise OptionError(
                f"{who}: needs a program, an applicants table or a market; got {quote(pool)}."
            )
        offered = tuple(usual_rules(applicants) if rules is None else rules)
        names = _distinct([rule.name for rule in offered], who)

        def build(on: tuple[str, ...]) -> Market:
            return build_market(
                applicants,
                preferences=wishes,
                utility=utility,
                rules=[rule for rule, name in zip(offered, names, strict=True) if name in on],
                declared=declared,
            )

        return cls(build, rules=names, on=() if rules is None else names, seed=seed)

    def setting(
        self,
        *,
        weights: dict[str, float] | None = None,
        on: Sequence[str] | None = None,
        extra_places: int = 0,
        who: str,
    ) -> Setting:
        """Read what a caller asked for.

        Raises
        ------
        OptionError
            For an unknown term or rule, or a weight that is not a number of 0 or more.
        """
        chosen = dict(self._weights)
        for name, weight in (weights or {}).items():
            _check_known(name, self.terms, "weights", who)
            is_number = isinstance(weight, Real) and not isinstance(weight, bool)
            if not is_number or not 0 <= weight < np.inf:
                raise OptionError(
                    f"{who}: the weight of {quote(name)} must be 0 or more; got {quote(weight)}."
                )
            chosen[name] = float(weight)
        for name in on or ():
            _check_known(name, self.rules, "on", who)
        if isinstance(extra_places, bool) or not isinstance(extra_places, int | np.integer):
            raise OptionError(
                f"{who}: `extra_places` must be a whole number; got {quote(extra_places)}."
            )
        in_force = self.usual.on if on is None else tuple(n for n in self.rules if n in on)
        return Setting(tuple(chosen.values()), in_force, int(extra_places))

    def solved(self, setting: Setting) -> Solved:
        """Give the market under a setting, with what was already asked of it."""
        if setting not in self._solved:
            self._solved[setting] = Solved(self._market(setting), self.seed)
            n_pairs = max(self._as_given.n_pairs, 1)
            most = min(max(_MOST_PAIRS // n_pairs, 2), _MOST_SETTINGS)
            while len(self._solved) > most:
                self._solved.popitem(last=False)
        return self._solved[setting]

    def has_compared(self, setting: Setting, policies: Names) -> bool:
        """Tell whether a comparison is at hand."""
        return setting in self._solved and self._solved[setting].has_compared(policies)

    @property
    def market(self) -> Market:
        """The market as it was given."""
        return self._as_given

    @cached_property
    def policies(self) -> tuple[str, ...]:
        """Policies that can be asked on this pool as it was given."""
        kinds = {term.kind for term in self._as_given.terms}
        return tuple(
            name
            for name, entry in all_policies().items()
            if (not entry.needs or entry.needs in kinds) and self._honors(name)
        )

    def _honors(self, policy: str) -> bool:
        try:
            refuse_unhonored_rules(self._as_given, find_policy(policy)[0], who="")
        except MentorlabError:
            return False
        return True

    def _market(self, setting: Setting) -> Market:
        if setting.on not in self._built:
            self._built[setting.on] = self._build(setting.on)
        market = self._reweighted(self._built[setting.on], setting.weights)
        if not setting.extra_places:
            return market
        n_required = np.bincount(market.required[:, 1], minlength=market.n_mentors)
        least = np.maximum(np.maximum(market.lower, n_required), 1)
        places = np.maximum(market.capacity + setting.extra_places, least)
        return replace(market, capacity=np.where(market.capacity > 0, places, 0))

    def _reweighted(self, market: Market, weights: tuple[float, ...]) -> Market:
        moved = {
            name: weight
            for name, weight in zip(self.terms, weights, strict=True)
            if weight != self._weights[name]
        }
        if not moved:
            return market
        zero = [name for name in moved if not self._weights[name]]
        if market.dense is None and zero:
            raise OptionError(
                f"the weight of {listing(zero)} was 0 when the lists were made, so it can't be "
                "raised: build the market with a weight above 0."
            )
        if market.dense is None:
            for name, weight in moved.items():
                market = reweight(market, name, weight / self._weights[name])
            return market
        terms = tuple(
            replace(part, weight=self._share(part, moved[part.name]))
            if part.name in moved
            else part
            for part in self._units
        )
        rows, columns = np.arange(market.n_mentees), np.arange(market.n_mentors)
        sides = [side_utility(terms, rows, columns, side) for side in ("mentee", "mentor")]
        kept = tuple(
            replace(part, weight=term.weight)
            for part, term in zip(market.terms, terms, strict=True)
        )
        return replace(market, dense=Dense(*sides, market.dense.acceptable), terms=kept)

    def _share(self, part: Any, weight: float) -> float:
        """Give one part's share of a new weight; parts of one name keep their proportions."""
        before = self._weights[part.name]
        if before:
            return part.weight * weight / before
        return weight / sum(other.name == part.name for other in self._as_given.terms)

    @cached_property
    def _units(self) -> tuple[Any, ...]:
        """The terms with their parts of all pairs worked out, which no setting changes."""
        market = self._as_given
        rows, columns = np.arange(market.n_mentees), np.arange(market.n_mentors)
        made = []
        for term in market.terms:
            parts = {
                side: term.part(rows, columns, side)
                for side in ("mentee", "mentor")
                if term.side in ("both", side)
            }
            made.append(replace(term, part=lambda _rows, _cols, side, parts=parts: parts[side]))
        return tuple(made)


def usual_rules(applicants: pd.DataFrame) -> list[Rule]:
    """Give the rules that the applicants' columns allow for, none of them in force.

    Parameters
    ----------
    applicants : pandas.DataFrame
        The applicants table.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> [rule.name for rule in usual_rules(program.applicants)]
    ['same department', 'shared site']
    """
    offers = {
        "reports_to": lambda: Block.reporting_line(),
        "department": lambda: Block.same("department"),
        "site": lambda: SharedLanguage("site"),
        "languages": lambda: SharedLanguage(),
        "utc_offset": lambda: TimeZoneOverlap(_HOURS),
    }
    return [make() for column, make in offers.items() if column in applicants]


def _distinct(names: list[str], who: str) -> tuple[str, ...]:
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise OptionError(
            f"{who}: `rules` must have names of their own to be switched; {quote(twice)} came "
            "twice. Give one a `reason` or `label`, or put them into one rule."
        )
    return tuple(names)


def _check_known(name: Any, known: Sequence[str], option: str, who: str) -> None:
    if name not in known:
        near = did_you_mean(name, known) if isinstance(name, str) else ""
        raise OptionError(
            f"{who}: `{option}` must name {listing(known, limit=20) if known else 'nothing here'}; "
            f"got {quote(name)}. {near}".rstrip()
        )
