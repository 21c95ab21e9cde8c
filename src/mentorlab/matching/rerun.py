"""Running the policy of an assignment again, with the same draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import OptionError, quote
from ..rng import child_rng
from .assignment import Assignment
from .market.market import Market
from .policy import find_policy
from .registry import Policy


def policy_of(assignment: Assignment, policy: Policy | None, who: str) -> Policy:
    """Find the policy that made an assignment.

    Raises
    ------
    OptionError
        If it has to be given because it is not one that `list_policies` names.
    """
    if policy is not None:
        return find_policy(policy, who=who)[1]
    try:
        return find_policy(assignment.policy, who=who)[1]
    except OptionError as error:
        raise OptionError(
            f"{who}: the assignment was made by {quote(assignment.policy)}, which is not among "
            "list_policies(); give it as policy=..."
        ) from error


def stream_of(assignment: Assignment) -> np.random.Generator:
    """Give the draws that the assignment's policy had."""
    return child_rng(assignment.seed, "policy", assignment.policy)


def name_of(market: Market, mentor: int) -> Any:
    """Give a mentor's id, None for nobody."""
    return market.mentor_ids[mentor] if mentor >= 0 else None
