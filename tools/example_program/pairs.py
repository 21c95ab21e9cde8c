"""The one-to-one relationships: who is matched with whom, how good it is, how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from mentorlab.rng import child_rng

from . import settings as s
from .bonds import Bond, Decline, add_months, day_between, days

_RANK = {level: i for i, level in enumerate(s.LEVELS)}
_PURPOSES = ("career", "career", "leadership", "onboarding", "diversity")


def make_pairs(people: pd.DataFrame) -> tuple[list[Bond], pd.DataFrame, pd.DataFrame]:
    """Match the mentees, and plan how each relationship goes.

    Returns
    -------
    bonds : list of Bond
    people : pandas.DataFrame
        With what the planned causes of failure need (a line manager, an inexperienced mentor).
    pairs : pandas.DataFrame
        One row a bond: `mentee`, `mentor`, `quality` and what was planned.
    """
    pairs = _match(people, child_rng(s.SEED, "match"))
    pairs = _schedule(pairs, child_rng(s.SEED, "schedule"))
    pairs["quality"] = _quality(pairs, people, child_rng(s.SEED, "quality"))
    pairs = _plan_endings(pairs, child_rng(s.SEED, "endings"))
    bonds = [_bond(pair, people, child_rng(s.SEED, "pair", pair.mentee)) for pair in _rows(pairs)]
    bonds = _keep_some_running(bonds)
    return bonds, _plant_causes(people, pairs), pairs


def _rows(pairs: pd.DataFrame):
    return pairs.itertuples(index=False)


def _match(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    mentees = people[people["pool"].isin(["nominee", "mentored"])]
    order = mentees.loc[rng.permutation(mentees.index)]
    order = order.sort_values("level", key=lambda level: -level.map(_RANK), kind="stable")
    free = people["capacity"].where(people["pool"].isin(["mentor", "nominee"])).fillna(0).copy()
    crowded = _crowded_mentor(people)
    crowd = order.index[order["site"].eq(people.at[crowded, "site"]) & order["level"].eq("junior")]
    chosen = dict.fromkeys(crowd[: s.N_OVERLOAD], crowded)
    free[crowded] = 0
    for mentee in order.index.difference(chosen, sort=False):
        chosen[mentee] = _choose_mentor(people, mentee, free, rng)
        free[chosen[mentee]] -= 1
    pairs = pd.DataFrame({"mentee": list(chosen), "mentor": list(chosen.values())})
    pairs["crowded"] = pairs["mentor"].eq(crowded)
    same = (
        people["department"].loc[pairs["mentee"]].to_numpy()
        == people["department"].loc[pairs["mentor"]].to_numpy()
    )
    return pairs.assign(same_department=same)


def _crowded_mentor(people: pd.DataFrame) -> str:
    """The mentor who is given more mentees than there is room for."""
    fits = people["pool"].eq("mentor") & people["capacity"].eq(2) & people["site"].eq(s.SITES[0])
    return str(people.index[fits][0])


def _choose_mentor(
    people: pd.DataFrame, mentee: str, free: pd.Series, rng: np.random.Generator
) -> str:
    who = people.loc[mentee]
    fits = (
        free.gt(0)
        & people["level"].map(_RANK).gt(_RANK[who["level"]])
        & people["person_id"].ne(who["reports_to"])
    )
    here = fits & people["site"].eq(who["site"])
    options = people[here if here.any() else fits]
    odds = np.where(options["department"].eq(who["department"]), s.SAME_DEPARTMENT_MATCH_ODDS, 1.0)
    return str(rng.choice(options.index, p=odds / odds.sum()))


def _schedule(pairs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    first = (rng.random(len(pairs)) < s.FIRST_COHORT_SHARE) & ~pairs["crowded"]
    cohort = np.where(first, "2023", "2024")
    return pairs.assign(
        cohort=cohort, started_on=[day_between(*s.COHORTS[name], rng) for name in cohort]
    )


def _quality(pairs: pd.DataFrame, people: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    shares = s.QUALITY_SHARES
    values = people[list(s.VALUES)]
    apart = np.abs(values.loc[pairs["mentee"]].to_numpy() - values.loc[pairs["mentor"]].to_numpy())
    mentor_codes = pairs["mentor"].astype("category").cat.codes.to_numpy()
    mentor_effects = rng.standard_normal(mentor_codes.max() + 1)
    quality = (
        np.sqrt(shares["value_similarity"]) * _standardize(-apart.mean(axis=1))
        + np.sqrt(shares["same_department"]) * _standardize(pairs["same_department"].to_numpy())
        + np.sqrt(shares["mentor"]) * mentor_effects[mentor_codes]
        + np.sqrt(1 - sum(shares.values())) * rng.standard_normal(len(pairs))
    )
    return quality - s.OVERLOAD_PENALTY * pairs["crowded"].to_numpy()


def _standardize(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / values.std()


def _plan_endings(pairs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Choose which pairs end early, from which cause, and on whose wish."""
    n_early = sum(s.CAUSES.values())
    log_odds = -s.QUALITY_PROTECTS * pairs["quality"] + 1.5 * pairs["crowded"]
    early = np.argsort(-(log_odds + rng.gumbel(size=len(pairs))).to_numpy())[:n_early]
    early = np.sort(early)
    near = early[pairs["same_department"].to_numpy()[early] & ~pairs["crowded"].to_numpy()[early]]
    near = rng.permutation(near)
    n_conflict = s.CAUSES["conflict_of_interest"]
    cause = pd.Series([None] * len(pairs), dtype="object")
    cause[near[:n_conflict]] = "conflict_of_interest"
    cause[near[n_conflict : n_conflict + s.CAUSES["competition"]]] = "competition"
    rest = np.array([i for i in early if cause[i] is None])
    others = [c for c in s.CAUSES if c not in ("conflict_of_interest", "competition")]
    cause[rng.permutation(rest)] = np.repeat(others, [s.CAUSES[name] for name in others])
    by = pd.Series([None] * len(pairs), dtype="object")
    by[cause.eq("conflict_of_interest")] = "program"
    free = np.flatnonzero(cause.notna() & by.isna())
    by[rng.permutation(free)] = np.repeat(list(s.ENDED_BY), list(s.ENDED_BY.values()))
    logged = np.flatnonzero(cause.isin(s.LOGGED_CAUSES))
    one_sided = pd.Series(False, index=pairs.index)
    one_sided[rng.permutation(logged)[: s.N_ONE_SIDED]] = True
    lull = pd.Series(False, index=pairs.index)
    lull[rng.permutation(np.flatnonzero(cause.isna()))[: s.N_LULLS]] = True
    return pairs.assign(cause=cause, ended_by=by, one_sided=one_sided, lull=lull)


def _bond(pair, people: pd.DataFrame, rng: np.random.Generator) -> Bond:
    base = {
        "kind": "one_to_one",
        "purpose": _PURPOSES[int(rng.integers(len(_PURPOSES)))],
        "cohort": pair.cohort,
        "started_on": pair.started_on,
        "agreed_months": s.AGREED_MONTHS,
        "meetings_per_month": float(rng.choice([1, 1.5, 2], p=[0.3, 0.4, 0.3])),
        "members": ((pair.mentor, "mentor"), (pair.mentee, "mentee")),
        "site": str(people.at[pair.mentee, "site"]),
        "quality": float(pair.quality),
    }
    if pair.cause is None:
        late = 0 if rng.random() < 0.6 else rng.integers(1, 15)
        lull = _lull(pair.started_on, rng) if pair.lull else None
        ended_on = add_months(pair.started_on, s.AGREED_MONTHS) + days(late)
        return Bond(**base, ended_on=ended_on, end_reason="planned_end", ended_by="both", lull=lull)
    logged = pair.cause in s.LOGGED_CAUSES
    months = rng.uniform(5.5, 10.8) if logged else rng.uniform(2.5, 11)
    ended_on = pair.started_on + days(months * s.DAYS_PER_MONTH)
    return Bond(
        **base,
        ended_on=ended_on,
        end_reason=pair.cause,
        ended_by=pair.ended_by,
        decline=_decline(pair, ended_on, rng) if logged else None,
    )


def _decline(pair, ended_on: date, rng: np.random.Generator) -> Decline:
    side = "mentee" if pair.ended_by == "mentee" else "mentor"
    return Decline(
        from_on=ended_on - days(7 * rng.integers(10, 17)),
        cause=pair.cause,
        withdraws=getattr(pair, side),
        falls=(side,) if pair.one_sided else ("mentor", "mentee"),
    )


def _lull(started_on: date, rng: np.random.Generator) -> tuple[date, date]:
    """Weeks of silence in a relationship that goes on: the false alarm of every gap rule."""
    first = started_on + days(rng.uniform(3, 8.5) * s.DAYS_PER_MONTH)
    return first, first + days(7 * rng.integers(5, 9))


def _keep_some_running(bonds: list[Bond]) -> list[Bond]:
    """Let a few of those that started last go on beyond the agreed length."""
    full = [i for i, bond in enumerate(bonds) if bond.end_reason == "planned_end"]
    latest = sorted(full, key=lambda i: bonds[i].started_on)[-2 * s.N_STILL_RUNNING :: 2]
    return [
        replace(bond, ended_on=None, end_reason=None, ended_by=None) if i in latest else bond
        for i, bond in enumerate(bonds)
    ]


def _plant_causes(people: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Let the tables show why: the mentor is the line manager, or mentors for the first time."""
    people = people.copy()
    conflicts = pairs[pairs["cause"].eq("conflict_of_interest")]
    people.loc[conflicts["mentee"], "reports_to"] = conflicts["mentor"].to_numpy()
    people.loc[pairs.loc[pairs["cause"].eq("inexperience"), "mentor"], "prior_mentees"] = 0
    return people
