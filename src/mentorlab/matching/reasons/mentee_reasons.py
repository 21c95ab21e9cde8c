"""Why a mentee has the mentor they have, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import count, quote
from ...rng import child_rng
from ..assignment import Assignment
from ..judgment.standing import Standing
from .candidates import (
    BETTER,
    CLOSED,
    EQUAL,
    FREE,
    KEPT,
    LESS,
    OWN,
    Candidate,
    candidates,
    rules_against,
)
from .policy_logic import is_stable, logic_of

_MOST_NAMED = 5
_MOST_LISTED = 4
_COLUMNS = (
    "mentor_id",
    "rank",
    "status",
    "better",
    "equal",
    "less",
    "kept",
    "broken_rules",
)


@dataclass(frozen=True, eq=False)
class Reasons:
    """What `explain` says of one person: a word, sentences and what they rest on."""

    reason: str
    sentences: tuple[str, ...]
    evidence: pd.DataFrame
    rules: pd.DataFrame


def mentee_reasons(standing: Standing, mentee: int, assignment: Assignment) -> Reasons:
    """Tell why a mentee has the mentor they have, or none."""
    found = candidates(standing, mentee)
    rules = rules_against(standing, mentee, side="mentee")
    name = quote(standing.market.mentee_ids[mentee])
    own = next((c for c in found if c.status == OWN), None)
    if own is not None:
        reason, sentences = _matched(standing, mentee, name, own, found, assignment)
    elif not found:
        reason, sentences = "no_acceptable", _nobody(standing, name, rules)
    else:
        reason, sentences = _unmatched(standing, mentee, name, found, assignment)
    return Reasons(reason, tuple(sentences), _evidence(standing, found), rules)


def _nobody(standing: Standing, name: str, rules: pd.DataFrame) -> list[str]:
    n = standing.market.n_mentors
    said = [f"{name} has no mentor: none of {count(n, 'mentor')} is acceptable."]
    said += [
        apart(row.rule, row.reason, row.n_blocked)
        + (f", {row.n_alone:,} of them by itself." if row.n_alone != row.n_blocked else ".")
        for row in rules.itertuples()
    ]
    alone = rules[rules["n_alone"] > 0]
    if len(rules) > 1 and len(alone):
        binding = alone.loc[alone["n_alone"].idxmax()]
        what = f"rule {quote(binding['rule'])}" if binding["rule"] else "the lists"
        said.append(f"Binding is {what}: without it, {binding['n_alone']:,} would be acceptable.")
    elif len(rules) > 1:
        said.append("Each mentor is kept apart by at least two of these.")
    return said


def apart(rule: str, reason: str, n: int) -> str:
    """Say whom a rule keeps apart and why; what no rule names is the lists' doing.

    Examples
    --------
    >>> apart("same team", "they are in one team", 3)
    "Rule 'same team' keeps 3 apart because they are in one team"
    """
    who = f"Rule {quote(rule)} keeps" if rule else "The lists keep"
    return f"{who} {n:,} apart because {reason}"


def _unmatched(
    standing: Standing,
    mentee: int,
    name: str,
    found: list[Candidate],
    assignment: Assignment,
) -> tuple[str, list[str]]:
    reason = _reason(found)
    n = len(found)
    whom = "the only acceptable mentor" if n == 1 else f"{_all(n)} acceptable mentors"
    said = [f"{name} has no mentor: {_head(reason, found, whom, assignment)}"]
    said += _about(standing, _to_name(found, reason), reason)
    if n > _MOST_NAMED:
        said.append(f"({n - _MOST_NAMED:,} more acceptable mentors are in the evidence.)")
    if reason == "policy":
        said += _policy_sentences(standing, mentee, found, assignment)
    return reason, said


def _matched(
    standing: Standing,
    mentee: int,
    name: str,
    own: Candidate,
    found: list[Candidate],
    assignment: Assignment,
) -> tuple[str, list[str]]:
    mentor = quote(standing.market.mentor_ids[own.mentor])
    if standing.locked[mentee]:
        return "required", [f"{name} has {mentor}: the pair must be kept."]
    if own.rank == 1:
        said = f"{name} has {mentor}, choice 1 of {len(found)}: nobody acceptable is liked better."
        return "first_choice", [said]
    better = [c for c in found if c.rank < own.rank]
    reason = _reason(better)
    n = len(better)
    whom = "the mentor liked better" if n == 1 else f"{_all(n)} mentors liked better"
    said = [
        f"{name} has {mentor}, choice {own.rank} of {len(found)}: "
        f"{_head(reason, better, whom, assignment)}"
    ]
    said += _about(standing, _to_name(better, reason), reason)
    if reason == "policy":
        said += _policy_sentences(standing, mentee, better, assignment)
    return reason, said


def _all(n: int) -> str:
    return "both" if n == 2 else f"all {n:,}"


def _head(reason: str, found: list[Candidate], whom: str, assignment: Assignment) -> str:
    """Say what stands between a mentee and these mentors, in a clause."""
    one = len(found) == 1
    are, like, have = ("is", "likes", "has") if one else ("are", "like", "have")
    they = "that mentor" if one else "these mentors"
    if reason == "policy":
        return choice_of(assignment)
    if reason == "rules":
        return "a rule on groups stands between them and each mentor who has room or likes them."
    if reason == "no_places":
        return f"{whom} {have} no places now."
    if reason == "required":
        return f"{whom} {are} full of pairs that must be kept, or without places."
    if reason == "equals":
        return (
            f"{whom} {are} full and nobody there is liked less; someone is liked just as much, and "
            "such ties are broken by lot or by order."
        )
    if {c.status for c in found} == {BETTER}:
        return f"{whom} {are} full of mentees whom {they} {like} better."
    return f"{whom} {are} full, closed, or hold mentees who are liked better or must be kept."


def choice_of(assignment: Assignment) -> str:
    """Say that the policy chose, and what it goes by, in a clause."""
    grounds = logic_of(assignment.policy)
    return f"that is the choice of the policy ({assignment.policy}): {grounds}."


def _reason(found: list[Candidate]) -> str:
    """Tell what stands between a mentee and mentors: the weakest of the obstacles decides."""
    statuses = {c.status for c in found if not c.broken_rules}
    if statuses & {FREE, LESS}:
        return "policy"
    if any(c.broken_rules for c in found):
        return "rules"
    if EQUAL in statuses:
        return "equals"
    if BETTER in statuses:
        return "places_taken"
    return "required" if KEPT in statuses else "no_places"


def _to_name(found: list[Candidate], reason: str) -> list[Candidate]:
    """Choose whom to name: the best liked, and for a policy's choice those who show it."""
    if reason != "policy":
        return found[:_MOST_NAMED]
    telling = [c for c in found if c.status in (FREE, LESS) and not c.broken_rules]
    chosen = {id(c) for c in [*telling[:_MOST_NAMED], *found][:_MOST_NAMED]}
    return [c for c in found if id(c) in chosen]


def _about(standing: Standing, named: list[Candidate], reason: str) -> list[str]:
    ids, mentors = standing.market.mentee_ids, standing.market.mentor_ids
    said = []
    for c in named:
        who = f"{quote(mentors[c.mentor])} (choice {c.rank})"
        held = {
            word: name_all([ids[k] for k in group])
            for word, group in (
                ("better", c.better),
                ("equal", c.equal),
                ("less", c.less),
                ("kept", c.kept),
            )
        }
        rule = f", but {' and '.join(c.broken_rules)} stands against it" if c.broken_rules else ""
        kept = f"; {held['kept']} must be kept" if c.kept else ""
        if c.status == CLOSED:
            said.append(f"{who} takes nobody now.")
        elif c.status == FREE:
            said.append(f"{who} has a free place{rule}.")
        elif c.status == KEPT:
            said.append(f"{who} has {held['kept']}, who must be kept.")
        elif c.status == BETTER:
            liked = "" if reason == "places_taken" else ", liked better"
            said.append(f"{who} has {held['better']}{liked}{kept}.")
        elif c.status == EQUAL:
            equal = f"{held['equal']}, liked just as much"
            others = f", and {held['better']}, liked better" if c.better else ""
            said.append(f"{who} has {equal}{others}{kept}.")
        else:
            said.append(f"{who} has {held['less']}, liked less{rule}{kept}.")
    return said


def name_all(ids: list[object]) -> str:
    """Name people in a sentence, the first four of many.

    Examples
    --------
    >>> name_all(["ann", "bob", "cy"])
    "'ann', 'bob' and 'cy'"
    """
    named = [quote(person) for person in ids]
    if len(named) > _MOST_LISTED:
        return f"{', '.join(named[:_MOST_LISTED])} and {len(named) - _MOST_LISTED:,} more"
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def _policy_sentences(
    standing: Standing, mentee: int, found: list[Candidate], assignment: Assignment
) -> list[str]:
    said = []
    if assignment.policy == "serial_dictatorship":
        said += _lottery_place(standing, mentee, found, assignment)
    if not standing.market.ordinal:
        said += _cost_of_move(standing, mentee, found)
    if is_stable(assignment.policy):
        said.append("Rules on groups or required pairs were kept before stability.")
    return said


def _lottery_place(
    standing: Standing, mentee: int, found: list[Candidate], assignment: Assignment
) -> list[str]:
    """Say the place in the lottery, where the draw can be repeated and agrees with what it gave."""
    n = standing.market.n_mentees
    if len(standing.market.required):
        return []
    order = child_rng(assignment.seed, "policy", assignment.policy).permutation(n)
    turn = np.empty(n, dtype=np.int64)
    turn[order] = np.arange(1, n + 1)
    holders = [k for c in found for k in (*c.better, *c.equal, *c.less)]
    if not holders or any(turn[k] > turn[mentee] for k in holders):
        return []
    return [
        f"The lottery gave turn {turn[mentee]:,} of {n:,}; everyone who holds a place there came "
        f"earlier, the last in turn {max(turn[k] for k in holders):,}."
    ]


def _cost_of_move(standing: Standing, mentee: int, found: list[Candidate]) -> list[str]:
    """Say what the best direct move would do to the total, before anyone else moves."""
    edges, market = standing.edges, standing.market
    total = edges.mentee_utility + edges.mentor_utility
    start = edges.indptr[mentee]
    row = {int(edges.mentor[at]): at for at in range(start, edges.indptr[mentee + 1])}
    own = standing.place[mentee]
    has = float(total[own]) if own >= 0 else 0.0
    options = []
    for c in found:
        if c.broken_rules or c.status not in (FREE, LESS):
            continue
        worth = float(total[row[c.mentor]]) - has
        if c.status == FREE:
            options.append((worth, c.mentor, -1))
        else:
            options += [(worth - float(total[standing.place[k]]), c.mentor, k) for k in c.less]
    if not options:
        return []
    change, mentor, instead = max(options, key=lambda option: option[0])
    place = (
        f"a free place with {quote(market.mentor_ids[mentor])}"
        if instead < 0
        else f"the place of {quote(market.mentee_ids[instead])} (who would be left out) with "
        f"{quote(market.mentor_ids[mentor])}"
    )
    return [f"Taking {place} would change the total utility by {change:+.3g}."]


def _evidence(standing: Standing, found: list[Candidate]) -> pd.DataFrame:
    ids = standing.market.mentee_ids
    rows = [
        (
            standing.market.mentor_ids[c.mentor],
            c.rank,
            c.status,
            *([ids[k] for k in group] for group in (c.better, c.equal, c.less, c.kept)),
            list(c.broken_rules),
        )
        for c in found
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)
