"""How good an assignment is: for whom, how fairly, how firmly, and how far from the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import MentorlabError, OptionError, count, quote
from ...provenance import Provenance
from ...result import Result
from ..assignment import Assignment
from ..policy import run_policy
from .churn import changes, churn
from .group_gaps import group_gaps
from .measures import ABOUT, measure, mentor_loads, rank_profile, worst_off
from .standing import Standing

WHO = "evaluate_assignment"
_MAIN = (
    "coverage",
    "total_utility",
    "mentee_mean_rank",
    "first_choice",
    "envious_mentees",
    "blocking_pairs",
    "load_gini",
    "of_optimum",
    "churn",
)
MORE_ABOUT = {
    "optimum": "largest total utility of any assignment that keeps the rules",
    "of_optimum": "total utility as a share of the optimum",
    "to_optimum": "total utility that the optimum has more",
    "n_kept": "mentees with the same mentor as before",
    "n_moved": "mentees with another mentor than before",
    "n_new": "mentees with a mentor who had none",
    "n_lost": "mentees without a mentor who had one",
    "n_gone": "mentees who had a mentor and are no longer here",
    "churn": "share of mentees with a mentor before who lost that mentor",
    "churn_by_choice": "churn among those whose mentor is still here",
}


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation(Result):
    """An assignment judged from every side.

    Attributes
    ----------
    measures : pandas.DataFrame
        `measure`, `value`, `about`.
    ranks : pandas.DataFrame
        Rank profile of both sides: `side`, `rank`, `n`, `share`, `at_least`.
    worst_off : pandas.DataFrame
        `mentee_id`, `mentor_id`, `rank`, `utility`, `n_acceptable`, `shortfall`; the unmatched
        first.
    loads : pandas.DataFrame
        `mentor_id`, `capacity`, `lower`, `load`, `free`.
    gaps : pandas.DataFrame
        Each group of mentees beside all others; empty unless asked for.
    changed : pandas.DataFrame
        Mentee by mentee since the previous assignment; empty without one.
    policy : str
        What made the assignment.
    level : float
        Confidence level of the gaps.
    said : tuple of str
        What a reader must know.
    """

    measures: pd.DataFrame
    ranks: pd.DataFrame
    worst_off: pd.DataFrame
    loads: pd.DataFrame
    gaps: pd.DataFrame
    changed: pd.DataFrame
    policy: str
    level: float
    said: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.matching:rank_profile"
    references: ClassVar[tuple[str, ...]] = ("gale1962", "sen1973", "agresti2000", "welch1947")

    def to_frame(self) -> pd.DataFrame:
        """Give the measures, one row each."""
        return self.measures.copy()

    def value(self, name: str) -> float:
        """Give one measure by its name.

        Raises
        ------
        OptionError
            If there is no such measure.
        """
        found = self.measures.loc[self.measures["measure"] == name, "value"]
        if found.empty:
            raise OptionError(
                f"Evaluation.value: there is no measure {quote(name)} here; it has "
                f"{', '.join(self.measures['measure'])}."
            )
        return float(found.iloc[0])

    def headline(self) -> str:
        """Who is matched, and whether it holds."""
        n, matched = int(self.value("n_mentees")), int(self.value("n_matched"))
        blocking = int(self.value("blocking_pairs"))
        firm = "stable" if not blocking else count(blocking, "blocking pair")
        return f"{self.policy}: {matched:,} of {count(n, 'mentee')} matched, {firm}"

    def notes(self) -> tuple[str, ...]:
        """What the numbers rest on."""
        return self.said

    def _display_frame(self) -> pd.DataFrame:
        shown = self.measures[self.measures["measure"].isin(_MAIN)]
        return shown.dropna(subset="value").reset_index(drop=True)


def evaluate_assignment(
    assignment: Assignment,
    *,
    by: str | Sequence[str] = (),
    previous: Assignment | pd.DataFrame | None = None,
    optimum: bool = True,
    n_worst: int = 10,
    level: float = 0.95,
) -> Evaluation:
    r"""Tell how good an assignment is: coverage, quality, fairness, stability, load and churn.

    Parameters
    ----------
    assignment : Assignment
        From `assign`.
    by : str or sequence of str
        Columns of the mentees' rows whose groups are to be compared.
    previous : Assignment or pandas.DataFrame, optional
        An earlier one, or its `mentee_id, mentor_id` pairs; gives churn.
    optimum : bool
        Whether to compute the largest total utility, to compare with.
    n_worst : int
        How many of the worst-off mentees to list.
    level : float
        Confidence level of group gaps, between 0 and 1.

    Returns
    -------
    Evaluation
        ``.value("coverage")`` for one number; measures, ranks, worst-off mentees, loads, gaps and
        changes as frames.

    Raises
    ------
    OptionError
        If a column is unknown, `level` is not between 0 and 1, or `previous` is no assignment.

    Notes
    -----
    A mentee envies with reason (justified envy) who likes a mentor better than the own one, while
    that mentor holds a mentee liked less. A blocking pair is such a mentee and mentor, or a mentor
    with a free place: see `blocking_pairs`. Ranks count acceptable partners liked strictly better,
    so equals share the better rank. Group gaps treat mentees as independent, which mentees who
    compete for the same mentors are not quite: read the intervals as rough. A gap is not yet a
    wrong, and no gap does not prove that there is none. Sums of utilities compare the two sides on
    one scale, which is an assumption.

    References
    ----------
    gale1962, abdulkadiroglu2003, sen1973, agresti2000, welch1947

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[3, 1], [2, 1]], [[1, 1], [2, 2]], capacity=1)
    >>> judged = evaluate_assignment(assign(market, "mentee_proposing", seed=1), optimum=False)
    >>> judged.value("n_matched"), judged.value("blocking_pairs")
    (2.0, 0.0)
    """
    if not isinstance(assignment, Assignment):
        raise OptionError(
            f"{WHO}: `assignment` must be an Assignment, as assign gives; got {quote(assignment)}."
        )
    if not 0 < level < 1:
        raise OptionError(f"{WHO}: `level` lies between 0 and 1; got {quote(level)}.")
    standing = Standing(assignment.market, assignment.mentor_of)
    numbers, said = measure(standing), _said(assignment)
    if optimum:
        more, why = beside_optimum(assignment, numbers["total_utility"])
        numbers |= more
        said += why
    changed = pd.DataFrame(columns=["mentee_id", "before", "after", "change", "forced"])
    if previous is not None:
        changed = changes(assignment, previous, who=WHO)
        numbers |= churn(changed)
    columns = (by,) if isinstance(by, str) else tuple(by)
    return Evaluation(
        measures=_as_table(numbers),
        ranks=rank_profile(standing),
        worst_off=worst_off(standing, n=n_worst),
        loads=mentor_loads(standing),
        gaps=group_gaps(standing, by=columns, level=level, who=WHO),
        changed=changed,
        policy=assignment.policy,
        level=level,
        said=said,
        provenance=Provenance(
            WHO, {"policy": assignment.policy, "seed": assignment.seed, "by": columns}
        ),
    )


def beside_optimum(
    assignment: Assignment, total: float
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Compare a total with the largest that any assignment under the same rules has.

    In a market of ranks, where a total alone means nothing, with the largest among assignments
    that match as many mentees as possible.

    Returns
    -------
    numbers : dict of str to float
        ``optimum``, ``of_optimum`` (NaN unless all utilities are 0 or more), ``to_optimum``.
    said : tuple of str
        Why there is no optimum to compare with, if so.
    """
    from ..policies.optimal import Optimal
    from ..policies.quota_optimal import QuotaOptimal

    market = assignment.market
    solver = QuotaOptimal if market.quotas else Optimal
    try:
        policy = solver(participation_first=market.ordinal)
        best = run_policy(market, policy, np.random.default_rng(0), who=WHO)
    except MentorlabError as error:
        return {}, (f"no optimum to compare with: {error}",)
    standing = Standing(market, best)
    own = standing.place[standing.place >= 0]
    edges = standing.edges
    optimum = float((edges.mentee_utility[own] + edges.mentor_utility[own]).sum())
    lowest = min(edges.mentee_utility.min(initial=0.0), edges.mentor_utility.min(initial=0.0))
    share = total / optimum if lowest >= 0 and optimum > 0 else np.nan
    return {"optimum": optimum, "of_optimum": share, "to_optimum": optimum - total}, ()


def _as_table(numbers: dict[str, float]) -> pd.DataFrame:
    about = {**ABOUT, **MORE_ABOUT}
    return pd.DataFrame(
        {
            "measure": pd.array(list(numbers), dtype="str"),
            "value": np.array(list(numbers.values()), dtype=np.float64),
            "about": pd.array([about[name] for name in numbers], dtype="str"),
        }
    )


def _said(assignment: Assignment) -> tuple[str, ...]:
    market = assignment.market
    said = ["a good match on these utilities is not yet a good relationship"]
    if market.ordinal:
        said.append(
            "utilities are minus ranks: sums and means of them order nothing but themselves"
        )
    if market.lower.any() or market.quotas:
        said.append(
            "rules on groups and lower limits can make blocking pairs unavoidable; see keeps_rules "
            "in blocking_pairs(assignment)"
        )
    return (*said, *market.caveats)
