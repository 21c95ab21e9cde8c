"""Why a mentor has the mentees they have, or free places."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import count, quote
from ..assignment import Assignment
from ..judgment.standing import Standing
from .candidates import broken_rules, rules_against
from .mentee_reasons import Reasons, apart, choice_of, name_all

HERE, WOULD_COME, PREFERS, INDIFFERENT, ELSEWHERE = (
    "here",
    "would_come",
    "prefers_theirs",
    "indifferent",
    "kept_elsewhere",
)


def mentor_reasons(standing: Standing, mentor: int, assignment: Assignment) -> Reasons:
    """Tell why a mentor has the mentees they have, or free places."""
    market = standing.market
    evidence = _evidence(standing, mentor)
    rules = rules_against(standing, mentor, side="mentor")
    name = quote(market.mentor_ids[mentor])
    load, places = int(standing.load[mentor]), int(market.capacity[mentor])
    if not places:
        reason, said = "no_places", [f"{name} takes nobody now: the capacity is 0."]
    elif evidence.empty:
        reason, said = "no_acceptable", _nobody(standing, name, rules)
    elif load < places:
        reason = "free_places"
        said = _free(standing, mentor, name, evidence, assignment)
    else:
        reason, said = "full", _full(name, places, evidence)
    if market.lower[mentor]:
        n = count(int(market.lower[mentor]), "mentee")
        said.append(f"{name} must have at least {n}.")
    return Reasons(reason, tuple(said), evidence, rules)


def _nobody(standing: Standing, name: str, rules: pd.DataFrame) -> list[str]:
    n = standing.market.n_mentees
    said = [f"{name} has no mentee: none of {count(n, 'mentee')} is acceptable."]
    return said + [f"{apart(row.rule, row.reason, row.n_blocked)}." for row in rules.itertuples()]


def _free(
    standing: Standing, mentor: int, name: str, evidence: pd.DataFrame, assignment: Assignment
) -> list[str]:
    market = standing.market
    places = int(market.capacity[mentor])
    free = places - int(standing.load[mentor])
    ids = {status: _ids(evidence, status) for status in evidence["status"].unique()}
    said = [f"{name} has {free:,} of {count(places, 'place')} free."]
    settled = sum(len(ids.get(status, ())) for status in (PREFERS, INDIFFERENT, ELSEWHERE))
    if settled:
        said.append(
            f"Of {count(len(evidence), 'acceptable mentee')}, {settled:,} "
            f"{'has' if settled == 1 else 'have'} a mentor whom they like at least as well or must "
            "keep."
        )
    willing = ids.get(WOULD_COME, [])
    if not willing:
        if not settled:
            said.append("Every acceptable mentee is here.")
        return said
    barred, others = [], []
    for mentee in willing:
        at = market.mentee_position(mentee)
        (barred if broken_rules(standing, at, mentor, -1) else others).append(mentee)
    if others:
        said.append(f"{name_all(others)} would rather come; {choice_of(assignment)}")
    if barred:
        at = market.mentee_position(barred[0])
        rule = " and ".join(broken_rules(standing, at, mentor, -1))
        said.append(f"{name_all(barred)} would rather come, but {rule} stands against it.")
    return said


def _full(name: str, places: int, evidence: pd.DataFrame) -> list[str]:
    here = evidence[evidence["status"] == HERE]
    ranks = ", ".join(
        f"{quote(row.mentee_id)} (choice {row.rank})" for row in here.head(6).itertuples()
    )
    more = f" and {len(here) - 6:,} more" if len(here) > 6 else ""
    said = [f"{name} is full: {count(places, 'place')} for {ranks}{more}."]
    worst = here["rank"].max()
    willing = evidence[evidence["status"] == WOULD_COME]
    if len(willing):
        liked = int((willing["rank"] < worst).sum())
        said.append(
            f"{count(len(willing), 'other mentee')} would rather be here, {liked:,} of whom "
            f"{name} likes better than one who is."
        )
    return said


def _evidence(standing: Standing, mentor: int) -> pd.DataFrame:
    market, edges = standing.market, standing.edges
    places = np.flatnonzero(edges.mentor == mentor)
    mentee = standing.mentee[places]
    now = standing.place[mentee]
    mine = edges.mentee_utility[places]
    has = np.where(now >= 0, edges.mentee_utility[np.maximum(now, 0)], -np.inf)
    status = np.where(mine > has, WOULD_COME, np.where(mine == has, INDIFFERENT, PREFERS))
    status[standing.locked[mentee]] = ELSEWHERE
    status[standing.mentor_of[mentee] == mentor] = HERE
    theirs = standing.mentor_of[mentee]
    partner = np.full(len(places), None, dtype=object)
    partner[theirs >= 0] = market.mentor_ids[theirs[theirs >= 0]]
    frame = pd.DataFrame(
        {
            "mentee_id": market.mentee_ids[mentee],
            "rank": standing.mentor_rank[places],
            "status": status,
            "has": pd.Series(partner, dtype="object"),
        }
    )
    return frame.sort_values("rank", kind="stable").reset_index(drop=True)


def _ids(evidence: pd.DataFrame, status: str) -> list[object]:
    return evidence.loc[evidence["status"] == status, "mentee_id"].tolist()
