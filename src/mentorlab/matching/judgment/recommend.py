"""Who would suit someone, best first, and what speaks for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, quote
from ...options import PartnerRole, check_option
from ...provenance import Provenance
from ...result import Result
from ..market.market import Market
from .standing import Standing

WHO = "recommend"


@dataclass(frozen=True, eq=False, repr=False)
class Recommendation(Result):
    """Candidates for one person, the best first.

    Attributes
    ----------
    person_id : object
        Who asks.
    side : str
        ``mentee`` or ``mentor``.
    table : pandas.DataFrame
        `rank`, `person_id` (the candidate), `utility` (to the person), `their_utility`,
        `their_rank` (of the person with the candidate), `capacity` (of the mentor), `reasons`, and
        one column a term, ``part_<name>``: its weighted part of `utility`.
    n_acceptable : int
        How many candidates there are in all.
    caveats : tuple of str
        What a reader must know.
    """

    person_id: Any
    side: str
    table: pd.DataFrame
    n_acceptable: int
    caveats: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give the candidates, one row each."""
        return self.table.copy()

    def headline(self) -> str:
        """For whom, and of how many."""
        return (
            f"Candidates for {quote(self.person_id)}: {len(self.table):,} of "
            f"{self.n_acceptable:,} acceptable"
        )

    def notes(self) -> tuple[str, ...]:
        """What the order rests on."""
        return (
            "an order by these utilities; rapport is up to the pair",
            "capacity is shared: not everyone can have the same first choice",
            *self.caveats,
        )

    def _display_frame(self) -> pd.DataFrame:
        return self.table[["rank", "person_id", "utility", "their_rank", "reasons"]]


def recommend(
    market: Market, person_id: Any, *, n: int = 10, side: PartnerRole | None = None
) -> Recommendation:
    """Rank the candidates for one person, with what speaks for each.

    Parameters
    ----------
    market : Market
        From `build_market`.
    person_id : object
        A mentee or mentor.
    n : int
        How many candidates to show.
    side : {"mentee", "mentor"}, optional
        As what; needed only for people on both sides, who are taken as mentees otherwise.

    Returns
    -------
    Recommendation
        Empty when nobody is acceptable; `explain` says why.

    Raises
    ------
    MarketError
        If nobody has this id.
    OptionError
        If `side` or `n` is not valid.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.matching.market.build import build_market
    >>> program = ml.datasets.load_example_program()
    >>> market = build_market(program.applicants)
    >>> advice = recommend(market, market.mentee_ids[0], n=3)
    >>> advice.to_frame()["rank"].tolist()[0], len(advice.to_frame())
    (1, 3)
    """
    if side is not None:
        check_option(side, PartnerRole, who=WHO, name="side")
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise OptionError(f"{WHO}: `n` must be 1 or more; got {quote(n)}.")
    is_mentee = side == "mentee" or (side is None and (market.mentee_ids == person_id).any())
    if not is_mentee and side is None and not (market.mentor_ids == person_id).any():
        raise MarketError(f"{WHO}: no mentee or mentor has the id {quote(person_id)}.")
    standing = Standing(market, np.full(market.n_mentees, -1, dtype=np.int64))
    if is_mentee:
        at = market.mentee_position(person_id, who=WHO)
        places = np.arange(standing.edges.indptr[at], standing.edges.indptr[at + 1])
    else:
        at = market.mentor_position(person_id, who=WHO)
        places = np.flatnonzero(standing.edges.mentor == at)
    table = _table(standing, places, is_mentee)
    order = np.lexsort((table["their_rank"], table["rank"]))
    return Recommendation(
        person_id=person_id,
        side="mentee" if is_mentee else "mentor",
        table=table.iloc[order[:n]].reset_index(drop=True),
        n_acceptable=len(places),
        caveats=market.caveats,
        provenance=Provenance(WHO, {"n": n, "side": "mentee" if is_mentee else "mentor"}),
    )


def _table(standing: Standing, places: np.ndarray, is_mentee: bool) -> pd.DataFrame:
    market, edges = standing.market, standing.edges
    mentee, mentor = standing.mentee[places], edges.mentor[places]
    ranks = standing.mentee_rank[places], standing.mentor_rank[places]
    utilities = edges.mentee_utility[places], edges.mentor_utility[places]
    own, their = (0, 1) if is_mentee else (1, 0)
    parts = term_parts(market, mentee, mentor, side="mentee" if is_mentee else "mentor")
    table = pd.DataFrame(
        {
            "rank": ranks[own],
            "person_id": (market.mentor_ids[mentor] if is_mentee else market.mentee_ids[mentee]),
            "utility": utilities[own],
            "their_utility": utilities[their],
            "their_rank": ranks[their],
            "capacity": market.capacity[mentor],
        }
    )
    reasons = [_reasons(parts, row) for row in range(len(places))]
    table["reasons"] = pd.Series(reasons, dtype="str")
    return table.assign(**{f"part_{name}": values for name, values in parts.items()})


def term_parts(
    market: Market, mentee: np.ndarray, mentor: np.ndarray, *, side: PartnerRole
) -> dict[str, np.ndarray]:
    """Split the utilities of some pairs into the weighted parts of the market's terms.

    Parameters
    ----------
    market : Market
        With terms; a market from matrices or lists has none.
    mentee, mentor : ndarray of int, shape (k,)
        Positions of the pairs.
    side : {"mentee", "mentor"}
        Whose utility.

    Returns
    -------
    dict of str to ndarray of float64, shape (k,)
        By the term's name; they add up to the utility.
    """
    rows, row_of = np.unique(mentee, return_inverse=True)
    columns, column_of = np.unique(mentor, return_inverse=True)
    parts: dict[str, np.ndarray] = {}
    for term in market.terms:
        if term.side in ("both", side):
            values = term.weight * term.part(rows, columns, side)[row_of, column_of]
            parts[term.name] = parts.get(term.name, 0.0) + values
    return parts


def _reasons(parts: dict[str, np.ndarray], row: int) -> str:
    """Name what adds to a pair, the largest part first; nothing that adds nothing."""
    speaking = sorted(((values[row], name) for name, values in parts.items()), reverse=True)
    return "; ".join(f"{name} ({value:+.2f})" for value, name in speaking if abs(value) >= 0.005)
