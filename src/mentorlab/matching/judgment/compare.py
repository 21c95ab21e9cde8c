"""Assignments beside each other: what each gains and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, count, did_you_mean, listing, quote
from ...provenance import Provenance
from ...result import Result
from ..assignment import Assignment
from ..market.market import Market
from .churn import changes, churn
from .evaluate import MORE_ABOUT, beside_optimum
from .measures import ABOUT, measure
from .standing import Standing

WHO = "compare_assignments"
SMALLER_IS_BETTER = frozenset(
    {
        "mentee_mean_rank",
        "mentee_worst_rank",
        "mentor_mean_rank",
        "envious_mentees",
        "envy_share",
        "free_place_claims",
        "blocking_pairs",
        "blocking_share",
        "blocking_mentees",
        "blocking_gain",
        "load_largest",
        "load_gini",
        "churn",
        "churn_by_choice",
    }
)
_MAIN = (
    "coverage",
    "total_utility",
    "mentee_mean_rank",
    "first_choice",
    "envious_mentees",
    "blocking_pairs",
    "load_gini",
)


@dataclass(frozen=True, eq=False, repr=False)
class AssignmentComparison(Result):
    """Several assignments of one applicant pool, measured alike.

    Attributes
    ----------
    table : pandas.DataFrame
        One row an assignment: `assignment`, every measure of `evaluate_assignment`, `of_optimum`,
        `pareto` (whether no other is as good on both goals and better on one).
    goals : (str, str)
        The two measures of the trade-off.
    n_same : pandas.DataFrame
        Share of mentees with the same answer in two assignments; square.
    """

    table: pd.DataFrame
    goals: tuple[str, str]
    n_same: pd.DataFrame

    plotter: ClassVar[str] = "mentorlab.plots.matching:policy_comparison"
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the table, one row an assignment."""
        return self.table.copy()

    def headline(self) -> str:
        """What is compared."""
        return (
            f"{count(len(self.table), 'assignment')} of one pool of "
            f"{count(int(self.table['n_mentees'].iloc[0]), 'mentee')}"
        )

    def notes(self) -> tuple[str, ...]:
        """Who is on the front, and what the front says."""
        front = self.table.loc[self.table["pareto"], "assignment"]
        first, second = (words(goal) for goal in self.goals)
        return (
            f"on the front of {first} against {second}: {', '.join(front)}",
            "one run each: policies with a lottery vary; compare_policies shows by how much",
        )

    def _display_frame(self) -> pd.DataFrame:
        return self.table[["assignment", *_MAIN, "pareto"]]


def compare_assignments(
    assignments: Mapping[str, Assignment] | Sequence[Assignment],
    *,
    goals: tuple[str, str] = ("blocking_share", "total_utility"),
    previous: Assignment | pd.DataFrame | None = None,
) -> AssignmentComparison:
    """Put assignments of one pool beside each other, with the trade-off between two goals.

    Parameters
    ----------
    assignments : mapping of str to Assignment, or sequence
        By name; a sequence is named by policy. All of the same market.
    goals : (str, str)
        Two measures of `evaluate_assignment`; whether more or less is better is known.
    previous : Assignment or pandas.DataFrame, optional
        An earlier assignment; adds churn.

    Returns
    -------
    AssignmentComparison

    Raises
    ------
    OptionError
        If there is none, the markets differ, or a goal is unknown.

    Notes
    -----
    An assignment is on the Pareto front if none other is at least as good on both goals and
    better on one. What the goals are worth against each other is for the program to say.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[3, 1], [2, 1]], [[1, 1], [2, 2]], capacity=1)
    >>> runs = [assign(market, name, seed=1) for name in ("mentee_proposing", "random")]
    >>> compare_assignments(runs).to_frame()["assignment"].tolist()
    ['mentee_proposing', 'random']
    """
    named = _named(assignments)
    first = next(iter(named.values())).market
    best = beside_optimum(next(iter(named.values())), 0.0)[0]
    rows = []
    for name, assignment in named.items():
        if assignment.market is not first and not _same_people(assignment, first):
            raise OptionError(
                f"{WHO}: all assignments must be of one market; {quote(name)} has other mentees or "
                "mentors."
            )
        standing = Standing(first, assignment.mentor_of)
        numbers = measure(standing)
        optimum = best.get("optimum", np.nan)
        numbers["to_optimum"] = optimum - numbers["total_utility"]
        positive = np.isfinite(best.get("of_optimum", np.nan)) and optimum > 0
        numbers["of_optimum"] = numbers["total_utility"] / optimum if positive else np.nan
        if previous is not None:
            numbers |= churn(changes(assignment, previous, who=WHO))
        rows.append({"assignment": name, **numbers})
    table = pd.DataFrame(rows)
    for goal in goals:
        if goal not in table or goal == "assignment":
            near = did_you_mean(goal, table.columns)
            raise OptionError(
                f"{WHO}: `goals` must be measures; got {quote(goal)}. {near}".rstrip()
            )
    table["pareto"] = pareto_front(
        np.column_stack([_larger_better(table[goal], goal) for goal in goals])
    )
    return AssignmentComparison(
        table=table,
        goals=(goals[0], goals[1]),
        n_same=_same(named),
        provenance=Provenance(WHO, {"assignments": tuple(named), "goals": tuple(goals)}),
    )


def pareto_front(values: np.ndarray) -> np.ndarray:
    """Tell which rows no other row beats: as good everywhere, better somewhere; larger is better.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, k)
        A row with NaN is not on the front and beats nobody.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)

    Examples
    --------
    >>> pareto_front(np.array([[1.0, 3], [2, 2], [1, 2], [2, 2]])).tolist()
    [True, True, False, True]
    """
    as_good = (values[:, None, :] >= values[None, :, :]).all(axis=2)
    better = (values[:, None, :] > values[None, :, :]).any(axis=2)
    return ~(as_good & better).any(axis=0) & ~np.isnan(values).any(axis=1)


def words(measure_name: str) -> str:
    """Say a measure in words.

    Examples
    --------
    >>> words("coverage")
    'share of mentees with a mentor'
    """
    return {**ABOUT, **MORE_ABOUT}.get(measure_name, measure_name.replace("_", " "))


def _larger_better(values: pd.Series, goal: str) -> np.ndarray:
    sign = -1.0 if goal in SMALLER_IS_BETTER else 1.0
    return sign * values.to_numpy(dtype=np.float64)


def _named(assignments: Mapping[str, Assignment] | Sequence[Assignment]) -> dict[str, Assignment]:
    if isinstance(assignments, Assignment):
        assignments = [assignments]
    if isinstance(assignments, Mapping):
        named = {str(name): assignment for name, assignment in assignments.items()}
    else:
        named = {}
        for assignment in assignments:
            name = getattr(assignment, "policy", "")
            if name in named:
                name = f"{name} (seed {assignment.seed})"
            if name in named:
                raise OptionError(
                    f"{WHO}: two assignments are called {quote(name)}; name them: {{'a': ...}}."
                )
            named[name] = assignment
    wrong = [name for name, value in named.items() if not isinstance(value, Assignment)]
    if wrong or not named:
        got = f"{listing(wrong, limit=3)} is none" if wrong else "there is none"
        raise OptionError(f"{WHO}: `assignments` must be Assignments, as assign gives; {got}.")
    return named


def _same_people(assignment: Assignment, market: Market) -> bool:
    own = assignment.market
    return (
        own.n_mentees == market.n_mentees
        and own.n_mentors == market.n_mentors
        and bool((own.mentee_ids == market.mentee_ids).all())
        and bool((own.mentor_ids == market.mentor_ids).all())
    )


def _same(named: Mapping[str, Assignment]) -> pd.DataFrame:
    matched = np.array([assignment.mentor_of for assignment in named.values()])
    share = (matched[:, None, :] == matched[None, :, :]).mean(axis=2)
    return pd.DataFrame(share, index=list(named), columns=list(named))
