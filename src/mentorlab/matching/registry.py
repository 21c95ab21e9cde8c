"""The list of matching policies, and what each can honor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pandas as pd

from ..errors import OptionError, quote
from ..options import ServedSide, check_option
from .market.market import Market

Policy = Callable[[Market, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class PolicyEntry:
    """One policy and what it can honor.

    Attributes
    ----------
    name : str
        As `assign` and `list_policies` know it.
    factory : callable
        Makes the policy with its default parameters.
    stable : bool
        Whether its matches have no blocking pair.
    handles_capacity, handles_lower, handles_required, handles_quotas, handles_ties : bool
        Which rules and inputs it honors itself. Required pairs are honored for every policy: for
        one that does not handle them they are taken out of the market and put back.
    side : {"mentee", "mentor", "both", "none"}
        Whose wishes it serves first.
    reference : str
        Key of the work it rests on; empty when it has none.
    question : str
        The question it answers, for menus.
    needs : str
        The kind of utility term a market must have, such as ``"similarity"``; empty for none.
    """

    name: str
    factory: Callable[[], Policy]
    stable: bool
    handles_capacity: bool
    handles_lower: bool
    handles_required: bool
    handles_quotas: bool
    handles_ties: bool
    side: ServedSide
    reference: str
    question: str
    needs: str = ""


POLICIES: dict[str, PolicyEntry] = {}


def register_policy(
    name: str,
    factory: Callable[[], Policy],
    *,
    stable: bool = False,
    handles_capacity: bool = True,
    handles_lower: bool = False,
    handles_required: bool = False,
    handles_quotas: bool = False,
    handles_ties: bool = True,
    side: ServedSide = "none",
    reference: str = "",
    question: str = "",
    needs: str = "",
) -> PolicyEntry:
    """Add a policy of your own to those that `assign` knows by name.

    Running the same definition again replaces it, as when a notebook cell is run twice.

    Parameters
    ----------
    name : str
        Not taken yet.
    factory : callable
        Makes the policy with its defaults, usually a frozen dataclass whose fields are its
        parameters. The policy is called with a market and a random generator and gives a mentor
        position for each mentee, -1 for unmatched.
    stable, handles_capacity, handles_lower, handles_required, handles_quotas, handles_ties : bool
        What it can honor; see `PolicyEntry`.
    side : {"mentee", "mentor", "both", "none"}
        Whose wishes it serves first.
    reference, question, needs : str
        Key of the work it rests on, the question it answers, and the kind of utility term that a
        market must have.

    Raises
    ------
    OptionError
        If the name is taken by another policy or `factory` can't be called.

    Examples
    --------
    >>> import numpy as np
    >>> from mentorlab.matching.policy import POLICIES
    >>> entry = register_policy("nobody", lambda: lambda market, rng: -np.ones(market.n_mentees))
    >>> "nobody" in set(list_policies()["policy"])
    True
    >>> del POLICIES["nobody"]
    """
    who = "register_policy"
    if not isinstance(name, str) or not name:
        raise OptionError(f"{who}: `name` must be a text; got {quote(name)}.")
    if name in POLICIES and not _is_same(POLICIES[name].factory, factory):
        raise OptionError(f"{who}: the name {quote(name)} is taken; choose another.")
    if not callable(factory):
        raise OptionError(f"{who}: `factory` must make the policy; got {quote(factory)}.")
    check_option(side, ServedSide, who=who, name="side")
    POLICIES[name] = PolicyEntry(
        name,
        factory,
        stable,
        handles_capacity,
        handles_lower,
        handles_required,
        handles_quotas,
        handles_ties,
        side,
        reference,
        question,
        needs,
    )
    return POLICIES[name]


def list_policies() -> pd.DataFrame:
    """List the policies a program can choose from, with the question each answers.

    Returns
    -------
    pandas.DataFrame
        `policy, question, side, stable, handles_capacity, handles_lower, handles_required,
        handles_quotas, handles_ties, needs, reference`.

    Examples
    --------
    >>> "mentee_proposing" in set(list_policies()["policy"])
    True
    """
    columns = (
        "question",
        "side",
        "stable",
        "handles_capacity",
        "handles_lower",
        "handles_required",
        "handles_quotas",
        "handles_ties",
        "needs",
        "reference",
    )
    rows = [
        {"policy": entry.name, **{name: getattr(entry, name) for name in columns}}
        for entry in all_policies().values()
    ]
    return pd.DataFrame(rows, columns=["policy", *columns])


def all_policies() -> dict[str, PolicyEntry]:
    """Give the registered policies by name, the package's own among them."""
    import_module("mentorlab.matching.policies")
    return POLICIES


def _is_same(known: Callable[[], Policy], factory: Callable[[], Policy]) -> bool:
    names = ("__module__", "__qualname__")
    return all(getattr(known, name, None) == getattr(factory, name, "") for name in names)
