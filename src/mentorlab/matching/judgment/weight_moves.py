"""Whose match changes when a weight moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, count, did_you_mean, quote
from ...provenance import Provenance
from ...result import Result
from ..assignment import Assignment
from ..market.edges import Dense, Edges
from ..market.market import Market
from ..market.parts import TermPart
from ..policy import run_policy
from ..registry import Policy
from ..rerun import name_of, policy_of, stream_of

_BLOCK = 256  # mentees whose pairs are scored at once


@dataclass(frozen=True, eq=False, repr=False)
class WeightSensitivity(Result):
    """Who changes when a weight moves.

    Attributes
    ----------
    moves : pandas.DataFrame
        One row a move: `term`, `weight`, `new_weight`, `n_changed` (mentees with another answer),
        `share_changed`, `n_matched`, `total_change` (of the total utility at the old weights).
    changed : pandas.DataFrame
        One row a mentee and move: `term`, `new_weight`, `mentee_id`, `before`, `after`.
    policy : str
        The policy.
    n_mentees : int
        Mentees in the market.
    caveats : tuple of str
        What a reader must know.
    """

    moves: pd.DataFrame
    changed: pd.DataFrame
    policy: str
    n_mentees: int
    caveats: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.matching_forms:weight_sensitivity"

    def to_frame(self) -> pd.DataFrame:
        """Give one row a move."""
        return self.moves.copy()

    def headline(self) -> str:
        """Which weight matters most."""
        worst = self.moves.loc[self.moves["n_changed"].idxmax()]
        return (
            f"{self.policy}: {count(int(worst['n_changed']), 'match', 'matches')} of "
            f"{self.n_mentees:,} change when the weight of {worst['term']} goes from "
            f"{worst['weight']:g} to {worst['new_weight']:g}, the largest effect"
        )

    def notes(self) -> tuple[str, ...]:
        """What stays fixed."""
        return ("the other weights, the rules and the lottery stay as they are", *self.caveats)


def weight_sensitivity(
    assignment: Assignment,
    *,
    by: Sequence[float] = (-1.0, -0.25, 0.25),
    terms: Sequence[str] | None = None,
    policy: Policy | None = None,
) -> WeightSensitivity:
    """Tell whose match changes when the weight of one term is moved.

    Parameters
    ----------
    assignment : Assignment
        Of a market with terms, from `build_market`.
    by : sequence of float
        Relative moves: 0.25 is a quarter more, -1 takes the term away.
    terms : sequence of str, optional
        Names of the terms to move; all when left out.
    policy : callable, optional
        The policy, where it is not one that `list_policies` names with its defaults.

    Returns
    -------
    WeightSensitivity

    Raises
    ------
    MarketError
        If the market has no terms.
    OptionError
        If a term is unknown, or the policy can't be found by its name.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.matching.assignment import assign
    >>> from mentorlab.matching.market.build import build_market
    >>> market = build_market(ml.datasets.load_example_program().applicants)
    >>> moved = weight_sensitivity(assign(market, "mentee_proposing", seed=1), by=[-1.0])
    >>> moved.to_frame()["new_weight"].unique().tolist()
    [0.0]
    """
    who = "weight_sensitivity"
    market = assignment.market
    if not market.terms:
        raise MarketError(
            f"{who}: this market has utilities but no terms whose weights could move. Build it "
            "with build_market(applicants, utility=...)."
        )
    known = list(dict.fromkeys(term.name for term in market.terms))
    for name in terms or ():
        if name not in known:
            near = did_you_mean(name, known)
            raise OptionError(f"{who}: `terms` names {quote(name)}, no term here. {near}".rstrip())
    again = policy_of(assignment, policy, who)
    rows, changed = [], []
    base = _total(market, assignment.mentor_of)
    for name in terms or known:
        weight = sum(term.weight for term in market.terms if term.name == name)
        for step in by:
            moved = reweight(market, name, 1.0 + step)
            found = run_policy(moved, again, stream_of(assignment), who=who)
            differ = np.flatnonzero(found != assignment.mentor_of)
            rows.append(
                {
                    "term": name,
                    "weight": weight,
                    "new_weight": weight * (1.0 + step),
                    "n_changed": len(differ),
                    "share_changed": len(differ) / market.n_mentees,
                    "n_matched": int((found >= 0).sum()),
                    "total_change": _total(market, found) - base,
                }
            )
            changed += [
                (
                    name,
                    weight * (1.0 + step),
                    market.mentee_ids[i],
                    name_of(market, assignment.mentor_of[i]),
                    name_of(market, found[i]),
                )
                for i in differ
            ]
    columns = ["term", "new_weight", "mentee_id", "before", "after"]
    return WeightSensitivity(
        moves=pd.DataFrame(rows),
        changed=pd.DataFrame(changed, columns=columns),
        policy=assignment.policy,
        n_mentees=market.n_mentees,
        caveats=market.caveats,
        provenance=Provenance(who, {"policy": assignment.policy, "by": tuple(by)}),
    )


def reweight(market: Market, term: str, factor: float) -> Market:
    """Give the market with one term's weight multiplied, everything else as it is.

    Parameters
    ----------
    market : Market
        With terms.
    term : str
        Name of the term.
    factor : float
        1 changes nothing, 0 takes the term away.
    """
    parts = tuple(
        replace(part, weight=part.weight * factor) if part.name == term else part
        for part in market.terms
    )
    moved = [part for part in market.terms if part.name == term]
    if market.dense is not None:
        rows, columns = np.arange(market.n_mentees), np.arange(market.n_mentors)
        sides = []
        for side, old in (
            ("mentee", market.dense.mentee_utility),
            ("mentor", market.dense.mentor_utility),
        ):
            change = sum(
                (factor - 1.0) * part.weight * part.part(rows, columns, side)
                for part in moved
                if part.side in ("both", side)
            )
            sides.append(np.ascontiguousarray(old + change))
        dense = Dense(sides[0], sides[1], market.dense.acceptable)
        return replace(market, dense=dense, terms=parts)
    edges = market.edges
    change = {side: np.zeros(edges.n_pairs) for side in ("mentee", "mentor")}
    for part in moved:
        for side, total in change.items():
            if part.side in ("both", side):
                total += (factor - 1.0) * part.weight * _along(edges, part, side)
    mentee = edges.mentee()
    lists = Edges.from_pairs(
        mentee,
        edges.mentor,
        edges.mentee_utility + change["mentee"],
        edges.mentor_utility + change["mentor"],
        n_mentees=market.n_mentees,
    )
    return replace(market, edges=lists, terms=parts)


def _along(edges: Edges, part: TermPart, side: str) -> np.ndarray:
    """Score listed pairs, a block of mentees at a time."""
    scored = np.empty(edges.n_pairs)
    for first in range(0, len(edges.indptr) - 1, _BLOCK):
        last = min(first + _BLOCK, len(edges.indptr) - 1)
        row = slice(edges.indptr[first], edges.indptr[last])
        columns, column_of = np.unique(edges.mentor[row], return_inverse=True)
        rows = np.arange(first, last)
        row_of = np.repeat(np.arange(last - first), np.diff(edges.indptr[first : last + 1]))
        if len(columns):
            scored[row] = part.part(rows, columns.astype(np.int64), side)[row_of, column_of]
    return scored


def _total(market: Market, mentor_of: np.ndarray) -> float:
    edges = market.pairs()
    own = edges.mentor == mentor_of[edges.mentee()]
    return float(edges.mentee_utility[own].sum() + edges.mentor_utility[own].sum())
