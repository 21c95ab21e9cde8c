"""How a policy is made, found, checked against a market, and run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import OptionError, PolicyError, did_you_mean, listing, quote
from .market.market import Market
from .market.smaller import keep_mentees, without_required
from .registry import (
    POLICIES,
    Policy,
    PolicyEntry,
    all_policies,
    list_policies,
    register_policy,
)
from .rules.honoring import as_positions, check_assignment

__all__ = [
    "POLICIES",
    "FunctionPolicy",
    "Policy",
    "PolicyEntry",
    "as_policy",
    "check_assignment",
    "find_policy",
    "keep_mentees",
    "list_policies",
    "refuse_unhonored_rules",
    "register_policy",
    "run_policy",
    "without_required",
]


@dataclass(frozen=True)
class FunctionPolicy:
    """A user's function as a policy.

    Attributes
    ----------
    func : callable
        Called with a market and a random generator.
    name : str
        As results print it.
    """

    func: Policy
    name: str

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        return self.func(market, rng)


def as_policy(func: Policy, *, name: str | None = None) -> FunctionPolicy:
    """Make a policy of a function of your own.

    What it returns is checked against every rule of the market, so it may be used where there are
    lower limits and quotas.

    Parameters
    ----------
    func : callable
        Called with a market and a random generator; gives a mentor position for each mentee, -1
        for unmatched.
    name : str, optional
        As results print it; the function's own name when left out.

    Raises
    ------
    OptionError
        If `func` can't be called.

    Examples
    --------
    >>> import numpy as np
    >>> as_policy(lambda market, rng: -np.ones(market.n_mentees, int), name="nobody").name
    'nobody'
    """
    if not callable(func):
        raise OptionError(f"as_policy: `func` must be a function; got {quote(func)}.")
    return FunctionPolicy(func, name or getattr(func, "__name__", type(func).__name__))


def find_policy(policy: str | Policy, *, who: str = "find_policy") -> tuple[PolicyEntry, Policy]:
    """Find a policy and what it can honor, by name or from the policy itself.

    Parameters
    ----------
    policy : str or callable
        A name of `list_policies`, a policy with parameters of its own, or a bare function.
    who : str
        The function that asks.

    Raises
    ------
    OptionError
        If there is no such policy.

    Examples
    --------
    >>> find_policy("random")[0].stable
    False
    """
    known = all_policies()
    if isinstance(policy, str):
        if policy not in known:
            near = did_you_mean(policy, known)
            raise OptionError(
                f"{who}: `policy` must be one of {listing(known, limit=len(known))}, or a policy "
                f"made with as_policy(...); got {quote(policy)}. {near}".rstrip()
            )
        return known[policy], known[policy].factory()
    if isinstance(policy, type) or not callable(policy):
        raise OptionError(
            f"{who}: `policy` must be a name, a policy or a function; got {quote(policy)}."
        )
    for entry in known.values():
        if entry.factory is type(policy):
            return entry, policy
    own = policy if isinstance(policy, FunctionPolicy) else as_policy(policy)
    return _own_entry(own), own


def run_policy(
    market: Market, policy: str | Policy, rng: np.random.Generator, *, who: str = "assign"
) -> np.ndarray:
    """Run a policy on a market, with required pairs kept, and check what it returns.

    Parameters
    ----------
    market : Market
        Left unchanged.
    policy : str or callable
        As `find_policy` takes it.
    rng : numpy.random.Generator
        What the policy may draw from.
    who : str
        The function that asks.

    Returns
    -------
    ndarray of int64, shape (n_mentees,)
        Mentor positions, -1 for unmatched.

    Raises
    ------
    PolicyError
        If the policy can't honor a rule of the market, or returned what is no assignment.
    NoStableMatching
        If the policy looks for a matching that does not exist.
    """
    entry, made = find_policy(policy, who=who)
    refuse_unhonored_rules(market, entry, who=who)
    if len(market.required) and not entry.handles_required:
        rest, mentees = without_required(market)
        mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
        if len(mentees):
            mentor_of[mentees] = as_positions(
                made(rest, rng), len(mentees), name=entry.name, who=who
            )
        mentor_of[market.required[:, 0]] = market.required[:, 1]
    else:
        mentor_of = as_positions(made(market, rng), market.n_mentees, name=entry.name, who=who)
    check_assignment(market, mentor_of, name=entry.name, who=who)
    return mentor_of


def refuse_unhonored_rules(market: Market, entry: PolicyEntry, *, who: str) -> None:
    """Refuse a market that has rules which a policy does not know.

    Raises
    ------
    PolicyError
        With the rules, and the policies that honor them.
    """
    present = {
        "handles_capacity": bool((market.capacity > 1).any()),
        "handles_lower": bool(market.lower.any()),
        "handles_quotas": bool(market.quotas),
    }
    words = {
        "handles_capacity": "mentors with more than one place",
        "handles_lower": "mentors with a lower limit",
        "handles_quotas": "quotas on groups",
    }
    needed = [name for name, there in present.items() if there]
    missing = [name for name in needed if not getattr(entry, name)]
    if not missing:
        return
    able = [row.name for row in all_policies().values() if all(getattr(row, n) for n in needed)]
    raise PolicyError(
        f"{who}: policy {quote(entry.name)} does not honor "
        f"{' and '.join(words[name] for name in missing)}, which this market has. "
        + (f"Use {listing(able)}." if able else "No policy at hand does.")
    )


def _own_entry(policy: FunctionPolicy) -> PolicyEntry:
    return PolicyEntry(
        policy.name, lambda: policy, False, True, True, False, True, True, "none", "", ""
    )
