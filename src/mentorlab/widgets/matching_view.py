"""Match a pool by one policy and see what the others would give, by one plain function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import OptionError, did_you_mean, listing, quote
from ..matching import Assignment, Market, evaluate_assignment, explain
from ..matching.judgment.compare import SMALLER_IS_BETTER, pareto_front
from ..matching.market.build import Rule
from ..matching.utility.weighting import Term, Utility
from ..options import PartnerRole
from ..program import Program
from ..provenance import Provenance
from .matching_pool import MatchingPool, Names, Setting, Tell
from .matching_result import GOALS, MatchingView

WHO = "matching_view"
N_WORST = 8
AGAINST = {
    "blocking_share": "stability",
    "coverage": "coverage",
    "mentee_mean_rank": "choice",
    "envy_share": "envy",
    "load_gini": "load",
}


def matching_view(
    pool: Program | pd.DataFrame | Market | MatchingPool,
    *,
    policy: str = "mentee_proposing",
    weights: Mapping[str, float] | None = None,
    on: Sequence[str] | None = None,
    extra_places: int = 0,
    person: Any = None,
    side: PartnerRole | None = None,
    against: str = "blocking_share",
    compare: bool = True,
    preferences: pd.DataFrame | None = None,
    utility: Term | Utility | None = None,
    rules: Sequence[Rule] | None = None,
    policies: Sequence[str] | None = None,
    declared: Sequence[str] = (),
    seed: int = 1,
) -> MatchingView:
    """Tell what one policy would give on a pool, beside all others, and why one person fares so.

    Parameters
    ----------
    pool : Program, pandas.DataFrame or Market
        A program with applicants, an applicants table, or a market that is built.
    policy : str
        A name of `list_policies`.
    weights : mapping of str to float, optional
        New weights of terms of the utility, by the terms' names; the others stay.
    on : sequence of str, optional
        Names of the rules in force, of those in `rules`. When left out: all that were given, none
        of the usual ones.
    extra_places : int
        Places that every mentor with a place gets more than stated; fewer when negative, but at
        least one, the lower limit, and what required pairs take.
    person : object, optional
        Whose match is explained; the worst-off mentee when left out.
    side : {"mentee", "mentor"}, optional
        As what `person` is explained, for people who applied as both.
    against : {"blocking_share", "coverage", "mentee_mean_rank", "envy_share", "load_gini"}
        What the trade-off sets against the total utility.
    compare : bool
        Whether to run the other policies.
    preferences : pandas.DataFrame, optional
        Stated wishes; a program brings its own.
    utility : term or weighted sum of terms, optional
        As `build_market` takes it.
    rules : sequence, optional
        As `build_market` takes them. When left out, the rules that the columns allow for can be
        named in `on`: reporting line, same department, shared site, shared languages, time zones.
    policies : sequence of str, optional
        Policies to compare; all that can be asked on this pool when left out.
    declared : sequence of str
        Protected attributes that terms and rules may use.
    seed : int
        What lotteries start from.

    Returns
    -------
    MatchingView

    Raises
    ------
    OptionError
        If a name is unknown, or `pool` is none of these.
    MissingTableError
        If the program has no applicants.
    MarketError
        If the market can't be built, or nobody has the id `person`.
    PolicyError
        If the policy can't honor a rule of the market.
    NoStableMatching
        If the policy looks for a matching that does not exist.

    Notes
    -----
    An assignment is on the Pareto front if no other policy is at least as good on both goals and
    better on one. Total utility is a share of the largest that any assignment under the same rules
    has. One lottery each: `compare_policies` shows how much policies with a lottery vary.

    References
    ----------
    gale1962, roth1986

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> view = ml.widgets.matching_view(program, policy="optimal", on=["same department"])
    >>> view.headline()
    'Optimal: 58 of 60 mentees with a mentor'
    """
    known = MatchingPool.of(
        pool,
        preferences=preferences,
        utility=utility,
        rules=rules,
        declared=declared,
        seed=seed,
        who=WHO,
    )
    setting = known.setting(weights=weights, on=on, extra_places=extra_places, who=WHO)
    if against not in AGAINST:
        near = did_you_mean(against, AGAINST)
        raise OptionError(
            f"{WHO}: `against` must be {listing(AGAINST)}; got {quote(against)}. {near}".rstrip()
        )
    compared = checked_policies(known, policies, who=WHO) if compare else ()
    return view_of(known, setting, policy, compared, against, person, side)


def checked_policies(pool: MatchingPool, policies: Sequence[str] | None, *, who: str) -> Names:
    """Give the policies to compare.

    Raises
    ------
    OptionError
        If one is unknown, or can't be asked on this pool.
    """
    if policies is None:
        return pool.policies
    for name in policies:
        if name not in pool.policies:
            near = did_you_mean(name, pool.policies)
            raise OptionError(
                f"{who}: `policies` takes {listing(pool.policies, limit=30)} on this pool; got "
                f"{quote(name)}. {near}".rstrip()
            )
    return tuple(dict.fromkeys(policies))


def view_of(
    pool: MatchingPool,
    setting: Setting,
    policy: str,
    compared: Names,
    against: str,
    person: Any = None,
    side: PartnerRole | None = None,
    tell: Tell = lambda done, total: None,
) -> MatchingView:
    """Make the view of checked settings; `tell` hears how far the comparison has come."""
    solved = pool.solved(setting)
    assignment = solved.assignment(policy)
    n_mentees = assignment.market.n_mentees
    judged = evaluate_assignment(assignment, optimum=False, n_worst=n_mentees)
    worst_first = judged.worst_off
    whom, role = (worst_first["mentee_id"].iloc[0], "mentee") if person is None else (person, side)
    explanation = explain(assignment, whom, side=role)
    impossible, table, goals = {}, pd.DataFrame(), _goals(against, pd.DataFrame())
    if compared:
        found = solved.compare(tuple(dict.fromkeys((*compared, policy))), tell)
        goals = _goals(against, found.table)
        table, impossible = _with_front(found.table, goals), found.impossible
    return MatchingView(
        policy=policy,
        weights=dict(zip(pool.terms, setting.weights, strict=True)),
        on=setting.on,
        extra_places=setting.extra_places,
        measures=judged.measures,
        places=_places(assignment, worst_first),
        left_out=tuple(assignment.unmatched),
        worst_off=worst_first.head(N_WORST),
        explanation=explanation,
        comparison=table,
        goals=goals,
        impossible=impossible,
        said=_said(assignment, table, goals, impossible),
        provenance=Provenance(
            WHO,
            {
                "policy": policy,
                "setting": repr(setting),
                "compared": compared,
                "against": against,
                "seed": pool.seed,
            },
        ),
    )


def _goals(against: str, table: pd.DataFrame) -> tuple[str, str]:
    """Set total utility against a goal; a market of ranks has no total, so coverage, or choice."""
    if table.empty or table["of_optimum"].notna().any():
        return against, "of_optimum"
    return against, "mentee_mean_rank" if against == "coverage" else "coverage"


def _with_front(table: pd.DataFrame, goals: tuple[str, str]) -> pd.DataFrame:
    if table.empty:
        return table
    signs = [-1.0 if goal in SMALLER_IS_BETTER else 1.0 for goal in goals]
    values = table[list(goals)].to_numpy(dtype=np.float64) * signs
    return table.assign(pareto=pareto_front(values.round(9)))


def _places(assignment: Assignment, mentees: pd.DataFrame) -> pd.DataFrame:
    """List all places, mentor by mentor; in each the mentees by how high they chose the mentor."""
    market = assignment.market
    column = np.empty(market.n_mentors, dtype=np.int64)
    column[np.argsort(-market.capacity, kind="stable")] = np.arange(1, market.n_mentors + 1)
    first = np.concatenate([[0], np.cumsum(market.capacity)[:-1]])
    mentor = np.repeat(np.arange(market.n_mentors), market.capacity)
    rank = mentees.set_index("mentee_id")["rank"].reindex(market.mentee_ids).to_numpy(dtype=float)
    matched = np.flatnonzero(assignment.mentor_of >= 0)
    ordered = matched[np.lexsort((rank[matched], assignment.mentor_of[matched]))]
    taken = assignment.mentor_of[ordered]
    at = first[taken] + np.arange(len(ordered)) - np.searchsorted(taken, taken)
    mentee, choice = np.full(len(mentor), None, dtype=object), np.full(len(mentor), np.nan)
    mentee[at], choice[at] = market.mentee_ids[ordered], rank[ordered]
    frame = pd.DataFrame(
        {
            "mentor_id": market.mentor_ids[mentor],
            "column": column[mentor],
            "place": np.arange(len(mentor)) - first[mentor] + 1,
            "mentee_id": mentee,
            "rank": choice,
        }
    )
    return frame.sort_values("column", kind="stable", ignore_index=True)


def _said(
    assignment: Assignment,
    table: pd.DataFrame,
    goals: tuple[str, str],
    impossible: Mapping[str, str],
) -> tuple[str, ...]:
    said = list(assignment.market.caveats)
    if len(table):
        front = ", ".join(name.replace("_", " ") for name in table["assignment"][table["pareto"]])
        said.insert(
            0, f"no policy is better on both goals ({GOALS[goals[0]]}; {GOALS[goals[1]]}): {front}"
        )
    if impossible:
        names = ", ".join(name.replace("_", " ") for name in impossible)
        said.append(f"without an answer on this market: {names}")
    said.append("one lottery each; policies that draw lots vary from seed to seed")
    return tuple(said)
