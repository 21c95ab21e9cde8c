"""A market from an applicants table, terms of utility and rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, count, did_you_mean, quote
from ..rules.feasibility import Limits, refuse_clashing_rules
from ..rules.limits import Capacity, Quota, Require
from ..rules.pairs import PairRule, same_person
from ..utility.default_utility import DEFAULT_CAVEAT, default_utility
from ..utility.terms import Stated
from ..utility.weighting import Term, Utility, as_utility
from .applicant_pool import read_sides
from .edges import Dense, Edges
from .encoding import Applicants
from .market import MAX_DENSE_PAIRS, Market
from .parts import BlockedBy, TermPart, side_utility
from .pruning import best_pairs
from .wishes import count_unreturned, not_wished

PROTECTED = (
    "age",
    "disability",
    "ethnicity",
    "gender",
    "marital_status",
    "nationality",
    "pregnancy",
    "race",
    "religion",
    "sex",
    "sexual_orientation",
)

Rule = PairRule | Require | Quota | Capacity


def build_market(
    applicants: pd.DataFrame,
    *,
    preferences: pd.DataFrame | None = None,
    utility: Term | Utility | None = None,
    rules: Sequence[Rule] = (),
    top: int | None = None,
    declared: Sequence[str] = (),
) -> Market:
    """Tell who may be matched with whom, and what each side would get from it.

    Parameters
    ----------
    applicants : pandas.DataFrame
        The applicants table: `person_id`, `role` (mentor or mentee), `capacity` and attributes.
        A mentor without a capacity takes one mentee; a mentee gets one mentor. People whose
        `consent` is false are left out, and the market says how many.
    preferences : pandas.DataFrame, optional
        Stated wishes: `person_id, other_id, rank`.
    utility : term or weighted sum of terms, optional
        What a pair is worth, such as ``2 * Similarity("level") + Stated()``. When left out:
        similarity of the columns that start with ``value`` plus complementarity of `interests`
        (or `wants`, `goals`) and `skills` (or `has`), plus stated wishes where there are any.
    rules : sequence, optional
        `Block`, `SharedLanguage`, `TimeZoneOverlap`, `ByConsent`, `Require`, `Quota`, `Capacity`.
    top : int, optional
        For large pools: keep only each person's best `top` partners of the other side, and never
        hold a matrix of all pairs.
    declared : sequence of str, optional
        Protected attributes that terms and rules may use. The others are for audit only.

    Returns
    -------
    Market

    Raises
    ------
    SchemaError
        If a table does not fit the data model.
    MarketError
        For an empty side, unknown ids or columns, a protected attribute that was not declared,
        more pairs than matrices may hold, or rules that no assignment honors together (a smallest
        set that clashes is named).

    Notes
    -----
    "Similarity on values, complementarity on skills" is a default and an assumption. Attributes
    that are missing follow each term's `missing` rule; rules on pairs keep no one apart for a
    value that is missing.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> market = build_market(program.applicants, preferences=program.preferences)
    >>> market.n_mentees > market.n_mentors > 10
    True
    """
    who = "build_market"
    pool, left_out = read_sides(applicants, preferences, who)
    chosen = default_utility(pool, who=who) if utility is None else as_utility(utility, who=who)
    _check_rules(rules, who)
    _refuse_undeclared(pool, chosen, rules, declared, who)
    terms = tuple(
        TermPart(term.name, weight, term.side, term.bind(pool, who=who), term.kind)
        for weight, term in chosen.weighted
    )
    blocked = [rule.bind(pool, who=who) for rule in rules if isinstance(rule, PairRule)]
    blocked += [
        not_wished(pool) for _, term in chosen.weighted if isinstance(term, Stated) and term.only
    ]
    own = same_person(pool)
    blocked = tuple([own] if own else []) + tuple(blocked)
    required = _required(pool, rules, who)
    edges, dense = _pairs(pool, terms, blocked, top, required, who)
    capacity, lower = _limits(pool, rules, who)
    market = Market(
        mentee_ids=pool.mentees["person_id"].to_numpy(dtype=object),
        mentor_ids=pool.mentors["person_id"].to_numpy(dtype=object),
        capacity=capacity,
        lower=lower,
        edges=edges,
        dense=dense,
        required=required,
        quotas=tuple(
            row for rule in rules if isinstance(rule, Quota) for row in rule.rows(pool, who=who)
        ),
        mentees=pool.mentees,
        mentors=pool.mentors,
        blocked=blocked,
        terms=terms,
        caveats=_caveats(pool, left_out, utility is None, chosen, top),
    )
    _refuse_infeasible(market, pool, rules, who)
    return market


def _check_rules(rules: Sequence[Any], who: str) -> None:
    for rule in rules:
        if isinstance(rule, type) or not isinstance(rule, PairRule | Require | Quota | Capacity):
            raise OptionError(
                f"{who}: `rules` takes Block, SharedLanguage, TimeZoneOverlap, ByConsent, Require, "
                f"Quota and Capacity; got {quote(rule)}."
            )


def _refuse_undeclared(
    pool: Applicants,
    utility: Utility,
    rules: Sequence[Rule],
    declared: Sequence[str],
    who: str,
) -> None:
    for name in declared:
        if name not in pool.columns:
            near = did_you_mean(name, pool.columns)
            raise MarketError(
                f"{who}: `declared` names {quote(name)}, which is no column. {near}".rstrip()
            )
    users = [(term.name, term.uses) for _, term in utility.weighted]
    users += [(rule.name, rule.uses) for rule in rules]
    for name, columns in users:
        for column in columns:
            if str(column).lower() in PROTECTED and column not in declared:
                raise MarketError(
                    f"{who}: '{name}' uses {quote(column)}, a protected attribute, which is for "
                    f"audit only unless you declare it: declared=[{quote(column)}]. Check first "
                    "that your program may."
                )


def _required(pool: Applicants, rules: Sequence[Rule], who: str) -> np.ndarray:
    rows = [rule.positions(pool, who=who) for rule in rules if isinstance(rule, Require)]
    if not rows:
        return np.empty((0, 2), dtype=np.int64)
    return np.unique(np.concatenate(rows), axis=0)


def _limits(pool: Applicants, rules: Sequence[Rule], who: str) -> tuple[np.ndarray, np.ndarray]:
    if "capacity" in pool.mentors:
        capacity = pool.mentors["capacity"].fillna(1).to_numpy(dtype=np.int64)
    else:
        capacity = np.ones(len(pool.mentors), dtype=np.int64)
    lower = np.zeros_like(capacity)
    for rule in rules:
        if isinstance(rule, Capacity):
            capacity, lower = rule.apply(pool, capacity, lower, who=who)
    if not capacity.any():
        raise MarketError(
            f"{who}: `capacity` must leave at least one place; it is 0 for all "
            f"{count(len(capacity), 'mentor')}."
        )
    return capacity, lower


def _pairs(
    pool: Applicants,
    terms: tuple[TermPart, ...],
    blocked: Iterable[BlockedBy],
    top: int | None,
    required: np.ndarray,
    who: str,
) -> tuple[Edges | None, Dense | None]:
    n, m = len(pool.mentees), len(pool.mentors)
    if top is not None:
        if isinstance(top, bool) or not isinstance(top, int | np.integer) or top < 1:
            raise OptionError(f"{who}: `top` must be a whole number above 0; got {quote(top)}.")
        return best_pairs(n, m, terms, tuple(blocked), int(top), required), None
    if n * m > MAX_DENSE_PAIRS:
        raise MarketError(
            f"{who}: matrices hold up to {MAX_DENSE_PAIRS:,} pairs; {n:,} mentees and {m:,} "
            f"mentors make {n * m:,}. Keep each person's best partners only: top=50."
        )
    rows, cols = np.arange(n), np.arange(m)
    apart = np.zeros((n, m), dtype=bool)
    for rule in blocked:
        apart |= rule.mask(rows, cols)
    sides = [side_utility(terms, rows, cols, side) for side in ("mentee", "mentor")]
    return None, Dense(*sides, ~apart if apart.any() else None)


def _caveats(
    pool: Applicants, left_out: int, is_default: bool, utility: Utility, top: int | None
) -> tuple[str, ...]:
    said = []
    if is_default:
        said.append(DEFAULT_CAVEAT)
    if left_out:
        who = count(left_out, "person who withdrew consent is", "people who withdrew consent are")
        said.append(f"{who} left out")
    if "capacity" in pool.mentors and pool.mentors["capacity"].isna().any():
        n = int(pool.mentors["capacity"].isna().sum())
        said.append(f"{count(n, 'mentor')} stated no capacity and take one mentee each")
    if any(isinstance(term, Stated) and term.only for _, term in utility.weighted):
        n = count_unreturned(pool)
        said.append(f"{count(n, 'stated wish was', 'stated wishes were')} not returned")
    if top is not None:
        said.append(f"only pairs among each person's best {top} partners can form")
    return tuple(said)


def _refuse_infeasible(market: Market, pool: Applicants, rules: Sequence[Rule], who: str) -> None:
    if not (len(market.required) or market.lower.any() or market.quotas):
        return
    own = tuple(rule for rule in market.blocked if rule.name == "same person")
    on_pairs = [rule for rule in market.blocked if rule not in own]
    on_numbers = [rule for rule in rules if not isinstance(rule, PairRule)]
    names = [rule.name for rule in (*on_pairs, *on_numbers)]
    rows, cols = np.arange(market.n_mentees), np.arange(market.n_mentors)

    def limits_of(places: Sequence[int]) -> Limits:
        kept = [on_pairs[p] for p in places if p < len(on_pairs)]
        rest = [on_numbers[p - len(on_pairs)] for p in places if p >= len(on_pairs)]
        if market.edges is not None:
            mentee, mentor = market.edges.mentee(), market.edges.mentor.astype(np.int64)
        else:
            apart = np.zeros((market.n_mentees, market.n_mentors), dtype=bool)
            for rule in (*own, *kept):
                apart |= rule.mask(rows, cols)
            mentee, mentor = np.nonzero(~apart)
        capacity, lower = _limits(pool, rest, who)
        return Limits(
            mentee,
            mentor,
            capacity,
            lower,
            _required(pool, rest, who),
            tuple(
                row for rule in rest if isinstance(rule, Quota) for row in rule.rows(pool, who=who)
            ),
            market.n_mentees,
        )

    refuse_clashing_rules(names, limits_of, market.mentee_ids, market.mentor_ids, who=who)
