"""Group mentoring: one mentor, several mentees, and no group that is too small."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import EstimationError, MarketError, OptionError, count, quote
from ...stats.flow import AssignmentGraph, best_assignment
from ..market.market import Market
from .people import members_frame

WHO = "form_groups"
MOST_PAIRS = 200_000


def form_groups(
    market: Market, *, size: tuple[int, int] = (2, 8), seconds: float = 60.0
) -> pd.DataFrame:
    r"""Give mentors whole groups of mentees: within size, or no group at all.

    Parameters
    ----------
    market : Market
        Who may be in whose group. Mentors whose capacity is 0 lead none; otherwise `size` takes
        the place of capacity.
    size : (int, int)
        Fewest and most mentees of a group.
    seconds : float
        When to stop searching.

    Returns
    -------
    pandas.DataFrame
        Members rows, one relationship a group: `relationship_id`, `person_id`, `role` (mentor
        first), `kind`.

    Raises
    ------
    OptionError
        If `size` is not fewest and most.
    MarketError
        If the market has required pairs, quotas or lower limits, or too many pairs.
    EstimationError
        If the best grouping was not proven in time.

    Notes
    -----
    As many mentees as possible are in a group; among such groupings the largest total utility
    wins. Which mentors lead a group is decided by an integer program (HiGHS),

    .. math:: \text{low} \cdot y_j \le \textstyle\sum_i x_{ij} \le \text{high} \cdot y_j,
              \quad \textstyle\sum_j x_{ij} \le 1,

    and who is in which group by min-cost flow with these mentors. A smallest size makes the
    problem NP-hard; some hundred mentees and dozens of mentors are quick.

    References
    ----------
    biro2010 : The college admissions problem with lower and common quotas.

    Examples
    --------
    >>> market = Market.from_utilities([[3, 1], [3, 2], [1, 2]], [[0, 0]] * 3, capacity=1)
    >>> form_groups(market, size=(2, 3))["person_id"].tolist()
    ['0', '0', '1', '2']
    """
    low, high = _checked_size(size)
    if len(market.required) or market.quotas or market.lower.any():
        raise MarketError(
            f"{WHO}: required pairs, quotas and lower limits of the market are not known here; "
            "build the market without them and say `size`."
        )
    edges = market.pairs()
    if edges.n_pairs > MOST_PAIRS:
        raise MarketError(
            f"{WHO}: takes up to {MOST_PAIRS:,} pairs; got {edges.n_pairs:,}. Form groups site by "
            "site, or keep each mentee's best mentors: build_market(..., top=20)."
        )
    leads = _leaders(market, low, high, seconds)
    graph = AssignmentGraph(
        edges.indptr, edges.mentor, np.where(leads, low, 0), np.where(leads, high, 0)
    )
    score = edges.mentee_utility + edges.mentor_utility
    mentor_of = graph.right_of(best_assignment(graph, score).chosen)
    mentees = np.flatnonzero(mentor_of >= 0)
    leaders, number = np.unique(mentor_of[mentees], return_inverse=True)
    numbers = np.concatenate([np.arange(len(leaders)), number])
    people = np.concatenate([market.mentor_ids[leaders], market.mentee_ids[mentees]])
    roles = np.repeat(["mentor", "mentee"], [len(leaders), len(mentees)])
    order = np.argsort(numbers, kind="stable")
    return members_frame("group", numbers[order], people[order], roles[order])


def _checked_size(size: tuple[int, int]) -> tuple[int, int]:
    whole = (
        isinstance(size, (tuple, list))
        and len(size) == 2
        and all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in size)
    )
    if not whole or not 1 <= size[0] <= size[1]:
        raise OptionError(
            f"{WHO}: `size` must be fewest and most mentees of a group; got {quote(size)}."
        )
    return int(size[0]), int(size[1])


def _leaders(market: Market, low: int, high: int, seconds: float) -> np.ndarray:
    """Tell which mentors lead a group: most mentees first, then the best total."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    edges = market.pairs()
    n_pairs, n, m = edges.n_pairs, market.n_mentees, market.n_mentors
    if not n_pairs:
        return np.zeros(m, dtype=bool)
    pair, mentee = np.arange(n_pairs), edges.mentee()
    ones = np.ones(n_pairs)
    leader = n_pairs + np.arange(m)
    rows = np.concatenate([mentee, n + edges.mentor, n + np.arange(m)])
    rows = np.concatenate([rows, n + m + edges.mentor, n + m + np.arange(m), np.full(n_pairs, -1)])
    rows[rows < 0] = n + 2 * m
    columns = np.concatenate([pair, pair, leader, pair, leader, pair])
    values = np.concatenate([ones, ones, np.full(m, -high), ones, np.full(m, -low), ones])
    matrix = csr_array((values, (rows, columns)), shape=(n + 2 * m + 1, n_pairs + m))
    least = np.concatenate([np.full(n + m, -np.inf), np.zeros(m), [0.0]])
    most = np.concatenate([np.ones(n), np.zeros(m), np.full(m, np.inf), [np.inf]])
    closed = np.concatenate([ones, (market.capacity > 0).astype(float)])
    score = edges.mentee_utility + edges.mentor_utility
    scale = max(float(np.abs(score).max()), 1e-300)
    whole = np.concatenate([np.zeros(n_pairs), np.ones(m)])

    def solve(worth: np.ndarray) -> np.ndarray:
        solved = milp(
            -np.concatenate([worth, np.zeros(m)]),
            integrality=whole,
            bounds=Bounds(0.0, closed),
            constraints=LinearConstraint(matrix, least, most),
            options={"time_limit": float(seconds), "mip_rel_gap": 0.0},
        )
        if solved.status != 0:
            raise EstimationError(
                f"{WHO}: the best groups of {count(n, 'mentee')} were not found in {seconds:g} s "
                f"({solved.message}). Give more `seconds`, or widen `size`."
            )
        return solved.x

    least[-1] = round(float(solve(ones)[:n_pairs].sum()))
    return solve(score / scale)[n_pairs:] > 0.5
