"""After people left or came: who keeps a mentor, who moves, and what that buys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, did_you_mean, quote
from ...options import RematchMethod, check_option
from ...provenance import Provenance
from ...result import Result
from ..assignment import Assignment
from ..judgment.churn import changes, churn
from ..judgment.measures import measure
from ..judgment.standing import Standing
from ..market.edits import favor_pairs, lock_pairs, without_people
from ..market.market import Market
from ..policies.optimal import Optimal
from ..policies.quota_optimal import QuotaOptimal
from ..policy import run_policy
from ..rules.honoring import check_assignment
from .vacancy import vacancy_chains

WHO = "rematch"


def rematch(
    assignment: Assignment,
    *,
    left: Iterable[Any] = (),
    market: Market | None = None,
    method: RematchMethod = "keep",
    stay_bonus: float = 0.0,
) -> pd.DataFrame:
    """Match again after people left or came, and tell who kept, moved or got a mentor.

    Parameters
    ----------
    assignment : Assignment
        What was in force.
    left : iterable of ids
        Mentees and mentors who are gone. A person on both sides leaves both.
    market : Market, optional
        The pool as it is now, with late joiners; that of `assignment` when left out. Pairs are
        carried over by id.
    method : {"keep", "vacancy_chain", "best"}
        ``"keep"``: no pair is broken; free places go to those without a mentor, as many as
        possible and then the best total. ``"vacancy_chain"``: a free place goes to the mentee whom
        the mentor likes best among those who gain by it, the place left behind goes on, and who
        lost a mentor asks down the list; a stable assignment stays stable. ``"best"``: everyone is
        matched anew for the best total, in which each present pair counts `stay_bonus` more.
    stay_bonus : float
        For ``"best"``: what keeping a pair is worth, in units of utility (ranks where there are
        only ranks), 0 or more.

    Returns
    -------
    pandas.DataFrame
        Members rows: `relationship_id`, `person_id`, `role`, and `change` of the pair (kept, moved,
        new: the mentee had the same mentor, another, or none).

    Raises
    ------
    MarketError
        If someone who left is unknown, or present pairs can't be kept under the rules.
    OptionError
        If an option is unknown, `stay_bonus` is negative or does not go with the method, or chains
        are asked for in a market with quotas or lower limits.

    References
    ----------
    blum1997 : Vacancy chains and equilibration in senior-level labor markets.

    Examples
    --------
    >>> from mentorlab.matching import assign
    >>> market = Market.from_utilities(
    ...     [[3, 1], [2, 1], [1, 2]], [[3, 3], [2, 2], [1, 1]], capacity=1,
    ...     mentee_ids=["ann", "bob", "cy"], mentor_ids=["mia", "tom"],
    ... )
    >>> before = assign(market, "mentee_proposing", seed=1)
    >>> after = rematch(before, left=["ann"])
    >>> after[after["role"] == "mentee"][["person_id", "change"]].values.tolist()
    [['bob', 'kept'], ['cy', 'new']]
    """
    now = rematch_assignment(
        assignment, left=left, market=market, method=method, stay_bonus=stay_bonus
    )
    changed = changes(now, assignment).set_index("mentee_id")["change"]
    rows = now.to_frame()
    mentees = rows.loc[rows["role"] == "mentee"].set_index("relationship_id")["person_id"]
    return rows.assign(change=rows["relationship_id"].map(mentees.map(changed)).astype("str"))


def rematch_assignment(
    assignment: Assignment,
    *,
    left: Iterable[Any] = (),
    market: Market | None = None,
    method: RematchMethod = "keep",
    stay_bonus: float = 0.0,
) -> Assignment:
    """Match again as `rematch` does, and give the assignment, to evaluate and explain.

    Parameters
    ----------
    assignment, left, market, method, stay_bonus
        As in :func:`rematch`.

    Raises
    ------
    MarketError, OptionError
        As :func:`rematch`.

    Examples
    --------
    >>> from mentorlab.matching import assign
    >>> market = Market.from_utilities([[3, 1], [2, 1]], [[3, 3], [2, 2]], capacity=1)
    >>> before = assign(market, "mentee_proposing", seed=1)
    >>> rematch_assignment(before, method="best", stay_bonus=5.0).mentor_of.tolist()
    [0, 1]
    """
    check_option(method, RematchMethod, who=WHO, name="method")
    if not (np.isfinite(stay_bonus) and stay_bonus >= 0):
        raise OptionError(f"{WHO}: `stay_bonus` must be 0 or more; got {quote(stay_bonus)}.")
    if stay_bonus and method != "best":
        raise OptionError(f'{WHO}: `stay_bonus` goes with method="best"; got {quote(method)}.')
    pool = assignment.market if market is None else market
    stays = without_people(pool, *_positions(assignment.market, pool, list(left)))
    pairs = _carried(assignment, stays)
    if method == "keep":
        mentor_of = _best(lock_pairs(stays, pairs, who=WHO))
    elif method == "best":
        mentor_of = _best(favor_pairs(stays, pairs, stay_bonus))
    else:
        mentor_of = _chained(stays, pairs)
    return Assignment(
        market=stays,
        mentor_of=mentor_of,
        policy=f"{WHO} ({method})",
        seed=assignment.seed,
        provenance=Provenance(
            WHO, {"method": method, "stay_bonus": stay_bonus, "before": assignment.policy}
        ),
    )


@dataclass(frozen=True, eq=False, repr=False)
class ChurnCurve(Result):
    """What keeping pairs costs in quality.

    Attributes
    ----------
    curve : pandas.DataFrame
        One row a bonus: `stay_bonus`, `n_matched`, `n_moved`, `n_lost`, `churn`,
        `churn_by_choice`, `total_utility`, `blocking_pairs`.
    """

    curve: pd.DataFrame

    plotter: ClassVar[str] = "mentorlab.plots.matching_forms:churn_curve"
    references: ClassVar[tuple[str, ...]] = ("blum1997",)

    def to_frame(self) -> pd.DataFrame:
        """Give one row a bonus."""
        return self.curve.copy()

    def headline(self) -> str:
        """The two ends."""
        low, high = self.curve.iloc[0], self.curve.iloc[-1]
        return (
            f"From a stay bonus of {low['stay_bonus']:g} to {high['stay_bonus']:g}: "
            f"{low['n_moved']:.0f} to {high['n_moved']:.0f} mentees move, total utility "
            f"{low['total_utility']:.3g} to {high['total_utility']:.3g}"
        )


def churn_curve(
    assignment: Assignment,
    *,
    left: Iterable[Any] = (),
    market: Market | None = None,
    bonuses: Sequence[float] = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0),
) -> ChurnCurve:
    """Trace what it costs in quality to move fewer people.

    Parameters
    ----------
    assignment, left, market
        As in :func:`rematch`.
    bonuses : sequence of float
        What keeping a pair is worth, in units of utility.

    Returns
    -------
    ChurnCurve

    Raises
    ------
    MarketError, OptionError
        As :func:`rematch`.

    Examples
    --------
    >>> from mentorlab.matching import assign
    >>> market = Market.from_utilities([[3, 1], [2, 1.5]], [[3, 3], [2, 2]], capacity=1)
    >>> before = assign(market, "random", seed=1)
    >>> churn_curve(before, bonuses=[0, 9]).to_frame()["n_moved"].tolist()[-1]
    0
    """
    gone = list(left)
    rows = []
    for bonus in sorted(bonuses):
        now = rematch_assignment(
            assignment, left=gone, market=market, method="best", stay_bonus=bonus
        )
        numbers = measure(Standing(now.market, now.mentor_of))
        numbers |= churn(changes(now, assignment))
        rows.append({"stay_bonus": float(bonus), **numbers})
    columns = [
        "stay_bonus",
        "n_matched",
        "n_moved",
        "n_lost",
        "churn",
        "churn_by_choice",
        "total_utility",
        "blocking_pairs",
    ]
    return ChurnCurve(
        curve=pd.DataFrame(rows)[columns],
        provenance=Provenance("churn_curve", {"bonuses": tuple(bonuses)}),
    )


def _best(market: Market) -> np.ndarray:
    policy = (QuotaOptimal if market.quotas else Optimal)()
    return run_policy(market, policy, np.random.default_rng(0), who=WHO)


def _chained(market: Market, pairs: np.ndarray) -> np.ndarray:
    if market.quotas or market.lower.any():
        raise OptionError(
            f"{WHO}: chains know no quotas and no lower limits, which this market has. Use "
            'method="keep" or "best".'
        )
    locked = lock_pairs(market, np.empty((0, 2), dtype=np.int64), who=WHO)
    mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
    lock_pairs(replace(market, required=np.empty((0, 2), dtype=np.int64)), pairs, who=WHO)
    mentor_of[pairs[:, 0]] = pairs[:, 1]
    mentor_of[locked.required[:, 0]] = locked.required[:, 1]
    chained = vacancy_chains(locked, mentor_of, np.flatnonzero(mentor_of < 0))
    check_assignment(market, chained, name=f"{WHO} (vacancy_chain)", who=WHO)
    return chained


def _positions(before: Market, now: Market, left: list[Any]) -> tuple[np.ndarray, np.ndarray]:
    known = [set(market.mentee_ids) | set(market.mentor_ids) for market in (before, now)]
    for person in left:
        if person not in known[0] | known[1]:
            near = did_you_mean(person, known[0])
            raise MarketError(f"{WHO}: `left` names {quote(person)}, unknown here. {near}".rstrip())
    gone = pd.Index(left, dtype="object")
    return (
        np.flatnonzero(pd.Index(now.mentee_ids).isin(gone)),
        np.flatnonzero(pd.Index(now.mentor_ids).isin(gone)),
    )


def _carried(assignment: Assignment, market: Market) -> np.ndarray:
    """Find the present pairs of people who are both still there."""
    pairs = assignment.pairs()
    mentee = pd.Index(market.mentee_ids).get_indexer(pd.Index(pairs["mentee_id"], dtype="object"))
    mentor = pd.Index(market.mentor_ids).get_indexer(pd.Index(pairs["mentor_id"], dtype="object"))
    found = np.column_stack([mentee, mentor]).astype(np.int64)
    found = found[(found >= 0).all(axis=1)]
    return found[market.capacity[found[:, 1]] > 0]
