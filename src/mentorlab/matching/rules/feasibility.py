"""Whether any assignment honors all rules of a market, and which rules clash if none does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from ...errors import MarketError, count, listing
from ..market.parts import QuotaRows

MAX_TRIED = 200  # sets of rules that are tried before the search gives up on the smallest


@dataclass(frozen=True, eq=False)
class Limits:
    """What an assignment has to honor.

    Attributes
    ----------
    mentee, mentor : ndarray of int64, shape (e,)
        The acceptable pairs.
    capacity, lower : ndarray of int64, shape (n_mentors,)
    required : ndarray of int64, shape (k, 2)
    quotas : tuple of QuotaRows
    n_mentees : int
    """

    mentee: np.ndarray
    mentor: np.ndarray
    capacity: np.ndarray
    lower: np.ndarray
    required: np.ndarray
    quotas: tuple[QuotaRows, ...]
    n_mentees: int


def refuse_clashing_rules(
    names: Sequence[str],
    limits_of: Callable[[Sequence[int]], Limits],
    mentee_ids: np.ndarray,
    mentor_ids: np.ndarray,
    *,
    who: str,
) -> None:
    """Refuse rules that no assignment honors together, naming a smallest set that clashes.

    Parameters
    ----------
    names : sequence of str
        The rules.
    limits_of : callable
        What has to be honored if only the rules at these places hold.
    mentee_ids, mentor_ids : ndarray of object
    who : str
        The function that asks.

    Raises
    ------
    MarketError
        With the clashing rules and, where limits of mentors can't be met, the mentors and how
        many mentees they could share.
    """
    everything = range(len(names))
    if not find_obstacle(limits_of(everything), mentee_ids, mentor_ids):
        return
    clash = _smallest_clash(
        len(names), lambda kept: find_obstacle(limits_of(kept), mentee_ids, mentor_ids)
    )
    obstacle = find_obstacle(limits_of(clash), mentee_ids, mentor_ids)
    rules = " and ".join(f"'{names[place]}'" for place in clash) or "the applicants' capacities"
    several = len(clash) > 1
    raise MarketError(
        f"{who}: {rules} can't be honored{' together' if several else ''}: {obstacle}. Loosen or "
        f"drop {'one of them' if several else 'it'}."
    )


def _smallest_clash(n_rules: int, obstacle: Callable[[Sequence[int]], str]) -> tuple[int, ...]:
    """Find a smallest clashing set by size; a set of which none can be dropped past the limit."""
    tried = 0
    for size in range(n_rules):
        for kept in combinations(range(n_rules), size):
            tried += 1
            if tried > MAX_TRIED:
                return _irreducible_clash(n_rules, obstacle)
            if obstacle(kept):
                return kept
    return tuple(range(n_rules))


def _irreducible_clash(n_rules: int, obstacle: Callable[[Sequence[int]], str]) -> tuple[int, ...]:
    kept = list(range(n_rules))
    for place in range(n_rules):
        fewer = [other for other in kept if other != place]
        if obstacle(fewer):
            kept = fewer
    return tuple(kept)


def find_obstacle(limits: Limits, mentee_ids: np.ndarray, mentor_ids: np.ndarray) -> str:
    """Say what keeps any assignment from honoring the limits; empty when one does.

    Parameters
    ----------
    limits : Limits
    mentee_ids, mentor_ids : ndarray of object
        For the words.
    """
    said = _required_obstacle(limits, mentee_ids, mentor_ids)
    if said:
        return said
    over = limits.lower > limits.capacity
    if over.any():
        j = int(np.flatnonzero(over)[0])
        return (
            f"mentor {mentor_ids[j]!r} must get at least {int(limits.lower[j])} mentees and takes "
            f"at most {int(limits.capacity[j])}"
        )
    if limits.lower.any():
        said = _lower_obstacle(limits, mentor_ids)
        if said:
            return said
    needs_search = limits.quotas and (
        limits.lower.any() or len(limits.required) or any(rule.low for rule in limits.quotas)
    )
    if needs_search and not _quotas_can_hold(limits):
        return "no assignment keeps all of these limits"
    return ""


def _required_obstacle(limits: Limits, mentee_ids: np.ndarray, mentor_ids: np.ndarray) -> str:
    required = limits.required
    if not len(required):
        return ""
    mentees, counts = np.unique(required[:, 0], return_counts=True)
    if (counts > 1).any():
        i = int(mentees[counts > 1][0])
        return f"mentee {mentee_ids[i]!r} is required to have more than one mentor"
    width = len(mentor_ids)
    code = limits.mentee * width + limits.mentor
    apart = ~np.isin(required[:, 0] * width + required[:, 1], code)
    if apart.any():
        i, j = required[int(np.flatnonzero(apart)[0])]
        return (
            f"mentee {mentee_ids[i]!r} and mentor {mentor_ids[j]!r} must be matched and may not be "
            f"({count(int(apart.sum()), 'such pair')})"
        )
    load = np.bincount(required[:, 1], minlength=width)
    over = load > limits.capacity
    if over.any():
        j = int(np.flatnonzero(over)[0])
        return (
            f"mentor {mentor_ids[j]!r} has {count(int(load[j]), 'required mentee')} and takes at "
            f"most {int(limits.capacity[j])}"
        )
    return ""


def _lower_obstacle(limits: Limits, mentor_ids: np.ndarray) -> str:
    """Look for mentors who need more mentees than may be matched with any of them (Hall)."""
    n, m = limits.n_mentees, len(mentor_ids)
    needed = np.maximum(limits.lower - np.bincount(limits.required[:, 1], minlength=m), 0)
    kept = (needed[limits.mentor] > 0) & ~np.isin(limits.mentee, limits.required[:, 0])
    mentee, mentor = limits.mentee[kept], limits.mentor[kept]
    source, sink = n + m, n + m + 1
    picky = np.flatnonzero(needed)
    start = np.concatenate([np.full(len(picky), source), n + mentor, np.arange(n)])
    end = np.concatenate([n + picky, mentee, np.full(n, sink)])
    size = np.concatenate([needed[picky], np.ones(len(mentee) + n, dtype=np.int64)])
    graph = csr_array(
        (np.minimum(size, n + 1).astype(np.int32), (start, end)), shape=(n + m + 2, n + m + 2)
    )
    found = maximum_flow(graph, source, sink)
    if found.flow_value >= needed.sum():
        return ""
    rest = (graph - found.flow).tocsr()
    rest.data = np.maximum(rest.data, 0)
    rest.eliminate_zeros()
    reached = breadth_first_order(rest, source, return_predecessors=False)
    mentors = np.sort(reached[(reached >= n) & (reached < n + m)]) - n
    mentees = np.unique(mentee[np.isin(mentor, mentors)])
    one = len(mentors) == 1
    return (
        f"mentor{'' if one else 's'} {listing(mentor_ids[mentors].tolist(), limit=5)} must get at "
        f"least {count(int(needed[mentors].sum()), 'mentee')}"
        f"{'' if one else ' together'}, and only {len(mentees):,} may be matched with "
        f"{'them' if one else 'any of them'}"
    )


def _quotas_can_hold(limits: Limits) -> bool:
    """Ask HiGHS for one assignment that keeps every limit."""
    e, m = len(limits.mentee), len(limits.capacity)
    if not e:
        return not (limits.lower.any() or any(rule.low for rule in limits.quotas))
    everyone = np.arange(e)
    by_mentee = csr_array((np.ones(e), (limits.mentee, everyone)), shape=(limits.n_mentees, e))
    by_mentor = csr_array((np.ones(e), (limits.mentor, everyone)), shape=(m, e))
    in_rule = [
        (rule.mentee_mask[limits.mentee] & rule.mentor_mask[limits.mentor]).astype(np.float64)
        for rule in limits.quotas
    ]
    width = m
    fixed = np.isin(
        limits.mentee * width + limits.mentor,
        limits.required[:, 0] * width + limits.required[:, 1],
    ).astype(np.float64)
    found = milp(
        np.zeros(e),
        integrality=np.ones(e),
        bounds=Bounds(fixed, 1),
        constraints=[
            LinearConstraint(by_mentee, -np.inf, 1),
            LinearConstraint(by_mentor, limits.lower, limits.capacity),
            LinearConstraint(
                csr_array(np.vstack(in_rule)),
                [rule.low for rule in limits.quotas],
                [rule.high for rule in limits.quotas],
            ),
        ],
    )
    return found.status == 0
