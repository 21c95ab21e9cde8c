"""The other kinds: groups, circles, peers, reverse and flash mentoring, sponsorship."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from mentorlab.rng import child_rng

from . import settings as s
from .bonds import Bond, add_months, day_between, days


def make_other_bonds(people: pd.DataFrame, pairs: pd.DataFrame) -> list[Bond]:
    """Plan every relationship that is not one-to-one."""
    drafts = [
        *_groups(_deck(people, "group_mentor"), _deck(people, "group_mentee")),
        *_circles(_deck(people, "circle_peer"), _deck(people, "facilitator")),
        *_peer_pairs(_deck(people, "peer")),
        *_reverse(people, pairs),
        *_flash(people, pairs),
        *_sponsorships(_deck(people, "sponsor"), people, pairs),
    ]
    return [_place(draft, people, child_rng(s.SEED, "other", i)) for i, draft in enumerate(drafts)]


def _deck(people: pd.DataFrame, pool: str) -> Iterator[str]:
    rng = child_rng(s.SEED, "deck", pool)
    return iter(rng.permutation(people.index[people["pool"].eq(pool)]).tolist())


def _draft(kind: str, purpose: str, meetings_per_month: float, *members, months=s.AGREED_MONTHS):
    return {
        "kind": kind,
        "purpose": purpose,
        "meetings_per_month": meetings_per_month,
        "agreed_months": months,
        "members": members,
    }


def _groups(mentors: Iterator[str], mentees: Iterator[str]) -> list[dict]:
    return [
        _draft(
            "group",
            "leadership",
            1.0,
            *((next(mentors), "mentor") for _ in range(n_mentors)),
            *((next(mentees), "mentee") for _ in range(n_mentees)),
        )
        for n_mentors, n_mentees in s.GROUPS
    ]


def _circles(peers: Iterator[str], facilitators: Iterator[str]) -> list[dict]:
    return [
        _draft(
            "circle",
            "diversity",
            1.0,
            (next(facilitators), "facilitator"),
            *((next(peers), "peer") for _ in range(size)),
        )
        for size in s.CIRCLES
    ]


def _peer_pairs(peers: Iterator[str]) -> list[dict]:
    return [
        _draft("peer", "career", 1.5, (next(peers), "peer"), (next(peers), "peer"))
        for _ in range(s.N_PEER_PAIRS)
    ]


def _reverse(people: pd.DataFrame, pairs: pd.DataFrame) -> list[dict]:
    """Juniors who have a mentor of their own teach someone senior who mentors others."""
    level = people["level"]
    teaching = pairs[pairs["mentee"].map(level).eq("junior") & ~pairs["crowded"]]["mentee"]
    seniors = pairs[pairs["mentor"].map(level).eq("lead")]["mentor"].drop_duplicates()
    rng = child_rng(s.SEED, "reverse")
    juniors = rng.permutation(teaching)[: s.N_REVERSE].tolist()
    own = dict(zip(pairs["mentee"], pairs["mentor"], strict=True))
    learners = [m for m in rng.permutation(seniors).tolist() if m not in map(own.get, juniors)]
    return [
        _draft("reverse", "digital_skills", 1.0, (junior, "mentor"), (senior, "mentee"))
        for junior, senior in zip(juniors, learners[: s.N_REVERSE], strict=True)
    ]


def _flash(people: pd.DataFrame, pairs: pd.DataFrame) -> list[dict]:
    """One meeting each, with mentors who have room left."""
    load = pairs["mentor"].value_counts().reindex(people.index, fill_value=0)
    room = people.index[people["pool"].eq("mentor") & (people["capacity"] > load)]
    mentors = child_rng(s.SEED, "flash").permutation(room)[: s.N_FLASH].tolist()
    mentees = _deck(people, "flash_mentee")
    return [
        _draft("flash", "career", 1.0, (mentor, "mentor"), (next(mentees), "mentee"), months=0)
        for mentor in mentors
    ]


def _sponsorships(sponsors: Iterator[str], people: pd.DataFrame, pairs: pd.DataFrame) -> list[dict]:
    nominated = people.index[people["pool"].eq("nominee") & people["level"].eq("mid")]
    drawn = child_rng(s.SEED, "sponsored").permutation(nominated)[: s.N_SPONSORSHIPS].tolist()
    return [
        _draft("sponsorship", "leadership", 0.5, (next(sponsors), "sponsor"), (person, "mentee"))
        for person in drawn
    ]


def _place(draft: dict, people: pd.DataFrame, rng: np.random.Generator) -> Bond:
    cohort = "2023" if rng.random() < s.FIRST_COHORT_SHARE else "2024"
    started_on = day_between(*s.COHORTS[cohort], rng)
    bond = Bond(
        **draft,
        cohort=cohort,
        started_on=started_on,
        site=str(people.at[draft["members"][0][0], "site"]),
        formal=bool(draft["kind"] != "peer" or rng.random() < 0.7),
        quality=float(rng.standard_normal()),
        end_reason="planned_end",
        ended_by="both",
    )
    late = 0 if draft["kind"] == "flash" else rng.integers(0, 10)
    bond = replace(bond, ended_on=bond.planned_end + days(late))
    if draft["kind"] in ("reverse", "peer") and rng.random() < 0.3:
        short = started_on + days(rng.uniform(4, 9) * s.DAYS_PER_MONTH)
        return replace(bond, ended_on=short, end_reason="external")
    return _come_and_go(bond, rng) if draft["kind"] == "circle" else bond


def _come_and_go(bond: Bond, rng: np.random.Generator) -> Bond:
    """In a circle, one peer comes later and one leaves before the end."""
    late, early = rng.permutation(bond.people("peer"))[:2]
    return replace(
        bond,
        joined={str(late): add_months(bond.started_on, 2)},
        left={str(early): add_months(bond.started_on, int(rng.integers(5, 9)))},
    )
