"""Whether there are enough places, and how large groups must be to serve everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, count, quote
from ...provenance import Provenance
from ...result import Result
from ...stats.flow import UNASSIGNED, AssignmentGraph, largest_assignment
from ..market.market import Market

WHO = "plan_capacity"


@dataclass(frozen=True, eq=False, repr=False)
class CapacityPlan(Result):
    """How many mentees can be served, by places and by group size.

    Attributes
    ----------
    sizes : pandas.DataFrame
        One row a group size: `group_size` (most mentees of each mentor), `n_served`, `share`.
    n_mentees, n_mentors, n_places : int
        Mentees; mentors with a place; places.
    n_now : int
        Mentees that can be served with the present places.
    n_reachable : int
        Mentees with any acceptable mentor who has a place: more can't be served at any size.
    size_needed : int
        Smallest group size that serves all reachable mentees.
    """

    sizes: pd.DataFrame
    n_mentees: int
    n_mentors: int
    n_places: int
    n_now: int
    n_reachable: int
    size_needed: int

    plotter: ClassVar[str] = "mentorlab.plots.matching_forms:capacity_plan"
    digits: ClassVar[int] = 2

    @property
    def shortage(self) -> float:
        """Mentees for each place; more than 1 is too few places."""
        return self.n_mentees / self.n_places if self.n_places else np.inf

    @property
    def n_extra(self) -> int:
        """Places that are missing even if everyone would go with anyone."""
        return max(self.n_mentees - self.n_places, 0)

    def to_frame(self) -> pd.DataFrame:
        """Give one row a group size."""
        return self.sizes.copy()

    def headline(self) -> str:
        """Places, shortage, and the group size that helps."""
        return (
            f"{count(self.n_mentees, 'mentee')} for {count(self.n_places, 'place')} with "
            f"{count(self.n_mentors, 'mentor')} ({self.shortage:.2f} a place): {self.n_now:,} can "
            f"be served now, groups of up to {self.size_needed} serve {self.n_reachable:,}"
        )

    def notes(self) -> tuple[str, ...]:
        """Who is out of reach at any size."""
        out = self.n_mentees - self.n_reachable
        said = ["the most that can be served under the rules on pairs; wishes may leave fewer"]
        if out:
            said.append(
                f"{count(out, 'mentee has', 'mentees have')} no acceptable mentor with a place: no "
                "group size helps; explain(assignment, person_id) names the rule"
            )
        return tuple(said)


def plan_capacity(market: Market, *, largest: int = 50) -> CapacityPlan:
    """Tell whether places suffice, and how large groups must be to serve everyone.

    Parameters
    ----------
    market : Market
        Who may be matched with whom. Mentors whose capacity is 0 take nobody.
    largest : int
        Largest group size to consider.

    Returns
    -------
    CapacityPlan
        `size_needed` is `largest` where even that does not serve all who can be reached.

    Raises
    ------
    OptionError
        If `largest` is less than 1.

    Notes
    -----
    Maximum cardinality with the same limit for every mentor, exact by maximum flow; the smallest
    sufficient size by halving. Lower limits, quotas and required pairs are left aside.

    References
    ----------
    ahuja1993 : Network flows: theory, algorithms, and applications.

    Examples
    --------
    >>> market = Market.from_utilities([[1, 1]] * 5, [[1, 1]] * 5, capacity=1)
    >>> plan = plan_capacity(market)
    >>> plan.shortage, plan.n_now, plan.size_needed
    (2.5, 2, 3)
    """
    if isinstance(largest, bool) or not isinstance(largest, (int, np.integer)) or largest < 1:
        raise OptionError(f"{WHO}: `largest` must be 1 or more; got {quote(largest)}.")
    edges = market.pairs()
    open_to = market.capacity > 0
    reachable = len(np.unique(edges.mentee()[open_to[edges.mentor]]))

    def served(upper: np.ndarray) -> int:
        graph = AssignmentGraph(edges.indptr, edges.mentor, np.zeros_like(upper), upper)
        return int((largest_assignment(graph) != UNASSIGNED).sum())

    def at_size(size: int) -> int:
        return served(np.where(open_to, size, 0).astype(np.int64))

    low, high = 1, int(largest)
    while low < high:
        middle = (low + high) // 2
        if at_size(middle) >= reachable:
            high = middle
        else:
            low = middle + 1
    shown = sorted({*range(1, min(low, 10) + 1), low})
    n_served = [at_size(size) for size in shown]
    return CapacityPlan(
        sizes=pd.DataFrame(
            {
                "group_size": shown,
                "n_served": n_served,
                "share": np.array(n_served) / market.n_mentees,
            }
        ),
        n_mentees=market.n_mentees,
        n_mentors=int(open_to.sum()),
        n_places=int(market.capacity.sum()),
        n_now=served(market.capacity),
        n_reachable=reachable,
        size_needed=low,
        provenance=Provenance(WHO, {"largest": largest}),
    )
