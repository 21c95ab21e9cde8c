"""Co-mentors: several mentors on one project or for one mentee."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, did_you_mean, listing, quote
from ...stats.many_to_many import best_pairs
from ..market.market import Market
from .people import members_frame

WHO = "assign_co_mentors"


def assign_co_mentors(
    market: Market, *, n_mentors: int = 2, different: str | None = None
) -> pd.DataFrame:
    r"""Give each project up to a number of mentors, best in total.

    Parameters
    ----------
    market : Market
        Projects (or mentees who get several mentors) stand on the side of the mentees. Mentors
        take part in up to `capacity` projects.
    n_mentors : int
        The most mentors of a project.
    different : str, optional
        A column of the mentors in which a project's mentors must differ, such as department. A
        mentor without a value counts as unlike everyone.

    Returns
    -------
    pandas.DataFrame
        Members rows, one relationship a project that has a mentor: `relationship_id`, `person_id`,
        `role`, `kind`; the project's own id stands as the mentee.

    Raises
    ------
    OptionError
        If `n_mentors` is less than 1, or the column is unknown.
    MarketError
        If the market has quotas, lower limits or required pairs, which are about single mentors.

    Notes
    -----
    In this order: the most places filled, the most projects with any mentor, the largest total
    utility. Exact by one min-cost flow, in which a project passes each value of `different` once.
    Nothing is said about whether two mentors work well together.

    References
    ----------
    ahuja1993 : Network flows: theory, algorithms, and applications.

    Examples
    --------
    >>> market = Market.from_utilities([[3, 2, 1], [3, 2, 1]], [[0] * 3] * 2, capacity=[1, 2, 1])
    >>> team = assign_co_mentors(market)
    >>> team.groupby("relationship_id").size().tolist()
    [3, 3]
    """
    if isinstance(n_mentors, bool) or not isinstance(n_mentors, (int, np.integer)) or n_mentors < 1:
        raise OptionError(f"{WHO}: `n_mentors` must be 1 or more; got {quote(n_mentors)}.")
    if len(market.required) or market.quotas or market.lower.any():
        raise MarketError(
            f"{WHO}: required pairs, quotas and lower limits are about one mentor for each mentee; "
            "build the market without them."
        )
    edges = market.pairs()
    mentee, mentor = edges.mentee(), edges.mentor.astype(np.int64)
    group = None if different is None else _codes(market, different)[mentor]
    chosen = best_pairs(
        mentee,
        mentor,
        edges.mentee_utility + edges.mentor_utility,
        left_places=np.full(market.n_mentees, n_mentors),
        right_places=market.capacity,
        group=group,
    )
    mentee, mentor = mentee[chosen], mentor[chosen]
    projects, number = np.unique(mentee, return_inverse=True)
    numbers = np.concatenate([np.arange(len(projects)), number])
    people = np.concatenate([market.mentee_ids[projects], market.mentor_ids[mentor]])
    roles = np.repeat(["mentee", "mentor"], [len(projects), len(mentor)])
    order = np.argsort(numbers, kind="stable")
    return members_frame("project", numbers[order], people[order], roles[order])


def _codes(market: Market, column: str) -> np.ndarray:
    if market.mentors is None or column not in market.mentors:
        known = [] if market.mentors is None else list(market.mentors.columns)
        near = did_you_mean(column, known)
        raise OptionError(
            f"{WHO}: `different` must be a column of the mentors ({listing(known, limit=20)}); got "
            f"{quote(column)}. {near}".rstrip()
        )
    codes, values = pd.factorize(market.mentors[column])
    missing = codes < 0
    codes[missing] = len(values) + np.arange(int(missing.sum()))
    return codes.astype(np.int64)
