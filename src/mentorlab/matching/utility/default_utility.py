"""What a pair is worth when nobody says: an assumption, labeled as one."""

from __future__ import annotations

import pandas as pd

from ...errors import MarketError
from ..market.encoding import Applicants
from .terms import Complementarity, Similarity, Stated
from .weighting import Term, Utility

DEFAULT_CAVEAT = (
    "similarity on values and complementarity on skills is a default and an assumption: the "
    "deep-level similarity of the literature is largely perceived similarity"
)
_WANTS, _HAS = ("interests", "wants", "goals"), ("skills", "has")


def default_utility(pool: Applicants, *, who: str) -> Utility:
    """Choose terms by the applicants' columns.

    Raises
    ------
    MarketError
        If no term can be made of the columns.
    """
    terms: list[Term] = []
    values = [
        column
        for column in pool.columns
        if str(column).startswith("value") and pd.api.types.is_numeric_dtype(pool.mentees[column])
    ]
    if values:
        terms.append(Similarity(values))
    wants = [column for column in _WANTS if column in pool.columns]
    has = [column for column in _HAS if column in pool.columns]
    if wants and has:
        terms.append(Complementarity(wants[0], has[0]))
    if pool.preferences is not None:
        terms.append(Stated())
    if not terms:
        raise MarketError(
            f"{who}: nothing to compare people by: no columns that start with 'value', no "
            "'interests' with 'skills', no `preferences`. Say what a pair is worth, such as "
            f"utility=Similarity('level'). Applicants have {', '.join(map(str, pool.columns))}."
        )
    return Utility(tuple((1.0, term) for term in terms))
