"""What stands between one person and each possible partner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..judgment.standing import Standing
from ..stability.instability import keeps_rules

FREE, CLOSED, OWN = "free", "closed", "own"
BETTER, EQUAL, LESS, KEPT = "better", "equal", "less", "kept"


@dataclass(frozen=True)
class Candidate:
    """One acceptable mentor of one mentee, with the mentees who hold that mentor's places.

    Attributes
    ----------
    mentor : int
        Position.
    rank : int
        Among the mentee's acceptable mentors, equals sharing the better rank.
    status : str
        ``own``; ``free`` (a free place); ``closed`` (no places at all); ``kept`` (all places held
        by required pairs); ``better`` (full of mentees that the mentor likes better), ``equal``
        (full, some liked as much and nobody less), ``less`` (holds someone liked less).
    better, equal, less, kept : tuple of int
        The mentees in the mentor's places by how the mentor likes them beside this one; `kept` are
        in required pairs.
    broken_rules : tuple of str
        Quotas and limits that a move to this mentor would break.
    """

    mentor: int
    rank: int
    status: str
    better: tuple[int, ...]
    equal: tuple[int, ...]
    less: tuple[int, ...]
    kept: tuple[int, ...]
    broken_rules: tuple[str, ...]


def candidates(standing: Standing, mentee: int) -> list[Candidate]:
    """Look at every acceptable mentor of a mentee, the best liked first."""
    edges = standing.edges
    row = range(edges.indptr[mentee], edges.indptr[mentee + 1])
    return [_candidate(standing, mentee, place) for place in row]


def _candidate(standing: Standing, mentee: int, place: int) -> Candidate:
    market, edges = standing.market, standing.edges
    mentor = int(edges.mentor[place])
    held = standing.held[mentor]
    held = held[held != mentee]
    kept = held[standing.locked[held]]
    movable = held[~standing.locked[held]]
    theirs = edges.mentor_utility[standing.place[movable]]
    mine = edges.mentor_utility[place]
    groups = [movable[theirs > mine], movable[theirs == mine], movable[theirs < mine]]
    if standing.mentor_of[mentee] == mentor:
        status = OWN
    elif not market.capacity[mentor]:
        status = CLOSED
    elif not standing.full[mentor]:
        status = FREE
    elif not len(movable):
        status = KEPT
    else:
        status = LESS if len(groups[2]) else EQUAL if len(groups[1]) else BETTER
    given_up = int(standing.last_held[mentor]) if status == LESS else -1
    return Candidate(
        mentor,
        int(standing.mentee_rank[place]),
        status,
        *(tuple(group.tolist()) for group in (*groups, kept)),
        broken_rules=broken_rules(standing, mentee, mentor, given_up)
        if status in (FREE, LESS)
        else (),
    )


def broken_rules(standing: Standing, mentee: int, mentor: int, given_up: int) -> tuple[str, ...]:
    """Name the quotas and limits that a move would break, the given-up mentee left unmatched."""
    one = (np.array([mentee]), np.array([mentor]), np.array([given_up]))
    if keeps_rules(standing, *one)[0]:
        return ()
    market = standing.market
    moved = standing.mentor_of.copy()
    moved[mentee] = mentor
    if given_up >= 0:
        moved[given_up] = -1
    names = [q.name for q in market.quotas if not q.low <= q.count(moved) <= q.high]
    before = standing.mentor_of[mentee]
    if before >= 0 and standing.load[before] - 1 < market.lower[before]:
        names.append(f"the lower limit of {market.mentor_ids[before]}")
    return tuple(dict.fromkeys(names))


def rules_against(standing: Standing, person: int, *, side: str) -> pd.DataFrame:
    """Count whom each rule keeps apart from one person.

    Parameters
    ----------
    standing : Standing
        Gives the market.
    person : int
        Position on its side.
    side : {"mentee", "mentor"}
        Which side the person is on.

    Returns
    -------
    pandas.DataFrame
        `rule`, `reason`, `n_blocked`, `n_alone` (people that nothing else keeps apart). The last
        row is for those whom no rule names: not on a list of wishes or beyond the best `top`.
    """
    market = standing.market
    if side == "mentee":
        n, rows, columns = market.n_mentors, np.array([person]), np.arange(market.n_mentors)
    else:
        n, rows, columns = market.n_mentees, np.arange(market.n_mentees), np.array([person])
    masks = [np.asarray(rule.mask(rows, columns)).ravel() for rule in market.blocked]
    against = np.array(masks, dtype=bool).reshape(len(masks), n)
    hits = against.sum(axis=0)
    table = [
        (rule.name, rule.reason, int(mask.sum()), int((mask & (hits == 1)).sum()))
        for rule, mask in zip(market.blocked, against, strict=True)
        if mask.any()
    ]
    unnamed = unacceptable(standing, person, side=side) & (hits == 0)
    if unnamed.any():
        n_unnamed = int(unnamed.sum())
        table.append(("", "they are not on both lists", n_unnamed, n_unnamed))
    return pd.DataFrame(table, columns=["rule", "reason", "n_blocked", "n_alone"])


def unacceptable(standing: Standing, person: int, *, side: str) -> np.ndarray:
    """Tell which people of the other side are not acceptable to one person."""
    edges, market = standing.edges, standing.market
    if side == "mentee":
        far = np.ones(market.n_mentors, dtype=bool)
        far[edges.mentor[edges.indptr[person] : edges.indptr[person + 1]]] = False
    else:
        far = np.ones(market.n_mentees, dtype=bool)
        far[standing.mentee[edges.mentor == person]] = False
    return far
