"""What surrounds the relationships: outcomes, wider ties, the way in, and the next intake."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from mentorlab.rng import child_rng

from . import settings as s
from .bonds import Bond, day_between, days

_TIE_KINDS = ("advice", "friendship", "role_model")


def outcome_rows(people: pd.DataFrame, bonds: list[Bond]) -> tuple[list[dict], dict[str, float]]:
    """Both arms of the lottery, before and a year after; and each person's true effect.

    Returns
    -------
    rows : list of dict
    effects : dict of str to float
        Effect on the outcome that has one, by mentored person, in standard deviations.
    """
    own = {bond.people("mentee")[0]: bond for bond in bonds if bond.kind == "one_to_one"}
    arms = people.loc[people["pool"].isin(["mentored", "control"]), "pool"]
    effects = {person: _effect(own[person]) for person in arms.index[arms.eq("mentored")]}
    rows = []
    for person, arm in arms.items():
        rng = child_rng(s.SEED, "outcomes", s.OUTCOME_DRAW, person)
        first = own[person].started_on - days(14) if person in own else _waiting_since(person)
        follow_up = rng.random() > s.ATTRITION
        later = first + days(365 + rng.integers(-10, 15))
        for outcome, has_effect in s.OUTCOMES.items():
            gain = effects.get(person, 0.0) if has_effect else 0.0
            before, after = _before_and_after(gain, rng)
            rows.append(_outcome(person, outcome, 0, before, first, arm))
            if follow_up:
                rows.append(_outcome(person, outcome, 1, after, later, arm))
    return rows, effects


def _effect(bond: Bond) -> float:
    early = bond.ended_on is not None and bond.ended_on < bond.planned_end
    return s.EFFECT_ENDED_EARLY if early else s.EFFECT_FULL_LENGTH


def _waiting_since(person: str) -> date:
    rng = child_rng(s.SEED, "waiting", person)
    cohort = "2023" if rng.random() < s.FIRST_COHORT_SHARE else "2024"
    return day_between(*s.COHORTS[cohort], rng) - days(14)


def _before_and_after(gain: float, rng: np.random.Generator) -> tuple[float, float]:
    before = rng.standard_normal()
    own = np.sqrt(1 - s.OUTCOME_STABILITY**2) * rng.standard_normal()
    points = s.OUTCOME_MEAN + s.OUTCOME_SD * np.array(
        [before, s.OUTCOME_STABILITY * before + own + gain]
    )
    before, after = np.round(np.clip(points, 0, 100), 1).tolist()
    return before, after


def _outcome(
    person: str, outcome: str, wave: int, value: float, measured_at: date, arm: str
) -> dict:
    return {
        "person_id": person,
        "outcome": outcome,
        "wave": wave,
        "value": value,
        "measured_at": measured_at,
        "arm": arm,
    }


def tie_rows(people: pd.DataFrame) -> list[dict]:
    """Who helps whom beyond the program, as named by those who are helped."""
    egos = people.index[people["pool"].isin(["mentor", "nominee", "mentored"])]
    rows = []
    for ego in egos:
        rng = child_rng(s.SEED, "ties", ego)
        others = people[people["pool"].ne("invited") & people["person_id"].ne(ego)]
        odds = np.where(
            others["department"].eq(people.at[ego, "department"]), s.TIE_SAME_DEPARTMENT_ODDS, 1.0
        ) * np.where(others["site"].eq(people.at[ego, "site"]), s.TIE_SAME_SITE_ODDS, 1.0)
        named = rng.choice(
            others.index, size=int(rng.integers(1, 5)), replace=False, p=odds / odds.sum()
        )
        rows += [
            {
                "source": str(other),
                "target": ego,
                "kind": _TIE_KINDS[int(rng.choice(3, p=[0.6, 0.25, 0.15]))],
                "weight": int(rng.integers(1, 6)),
                "declared_by": ego,
            }
            for other in named
        ]
    return rows


def enrolment_rows(people: pd.DataFrame, bonds: list[Bond]) -> list[dict]:
    """Invited, registered, trained, matched: everyone's way in, and where it stopped."""
    first: dict[tuple[str, str], date] = {}
    for bond in sorted(bonds, key=lambda bond: bond.started_on):
        for person, role in bond.members:
            first.setdefault((person, role), bond.joined.get(person, bond.started_on))
    rows = [_way_in(person, role, day) for (person, role), day in first.items()]
    rows += [_waiting(person) for person in people.index[people["pool"].eq("control")]]
    rows += [_stopped(person) for person in people.index[people["pool"].eq("invited")]]
    return sorted(rows, key=lambda row: (row["person_id"], row["role"]))


def _entry(person: str, role: str, *steps: date | None) -> dict:
    names = ("invited_on", "registered_on", "trained_on", "matched_on", "withdrew_on")
    return {"person_id": person, "role": role, **dict(zip(names, steps, strict=True))}


def _way_in(person: str, role: str, started_on: date) -> dict:
    rng = child_rng(s.SEED, "enrolment", person, role)
    matched = started_on - days(rng.integers(5, 15))
    trained = matched - days(rng.integers(2, 20))
    registered = trained - days(rng.integers(5, 30))
    return _entry(
        person, role, registered - days(rng.integers(2, 20)), registered, trained, matched, None
    )


def _waiting(person: str) -> dict:
    """On the waiting list of the lottery; some withdraw from it."""
    rng = child_rng(s.SEED, "enrolment", person)
    registered = _waiting_since(person) - days(rng.integers(3, 20))
    withdrew = registered + days(rng.integers(60, 300)) if rng.random() < 0.15 else None
    return _entry(
        person, "mentee", registered - days(rng.integers(2, 20)), registered, None, None, withdrew
    )


def _stopped(person: str) -> dict:
    """Invited, and gone no further than registration or training."""
    rng = child_rng(s.SEED, "enrolment", person)
    cohort = s.COHORTS["2023" if rng.random() < s.FIRST_COHORT_SHARE else "2024"]
    invited = day_between(*cohort, rng) - days(45)
    reached = rng.choice(["invited", "registered", "trained"], p=[0.55, 0.25, 0.20])
    registered = invited + days(rng.integers(2, 20)) if reached != "invited" else None
    trained = registered + days(rng.integers(5, 30)) if reached == "trained" else None
    withdrew = trained + days(rng.integers(3, 20)) if trained and rng.random() < 0.5 else None
    return _entry(person, "mentee", invited, registered, trained, None, withdrew)


def applicant_rows(people: pd.DataFrame, gone: set[str]) -> list[dict]:
    """The next intake: those who wait or never started, and mentors with room."""
    rng = child_rng(s.SEED, "applicants")
    open_to = people[~people["person_id"].isin(gone)]
    waiting = open_to.index[open_to["pool"].isin(["control", "invited"])]
    mentors = open_to.index[open_to["pool"].isin(["mentor", "group_mentor"])]
    drawn = [
        *((person, "mentee") for person in rng.permutation(waiting)[: s.N_APPLYING_MENTEES]),
        *((person, "mentor") for person in rng.permutation(mentors)[: s.N_APPLYING_MENTORS]),
    ]
    rows = [_applicant(people.loc[person], role) for person, role in drawn]
    return sorted(rows, key=lambda row: (row["role"], row["person_id"]))


def _applicant(person: pd.Series, role: str) -> dict:
    rng = child_rng(s.SEED, "applicant", person["person_id"])
    n_skills = int(rng.integers(3, 6) if role == "mentor" else rng.integers(1, 4))
    skills = rng.permutation(s.SKILLS)[:n_skills]
    gaps = [skill for skill in s.SKILLS if skill not in skills]
    interests = rng.permutation(gaps)[: int(rng.integers(2, 4))]
    return {
        "person_id": person["person_id"],
        "role": role,
        "capacity": int(rng.choice([1, 2, 3], p=[0.4, 0.4, 0.2])) if role == "mentor" else 1,
        "site": person["site"],
        "department": person["department"],
        "level": person["level"],
        "gender": person["gender"],
        "skills": ";".join(sorted(skills.tolist())),
        "interests": ";".join(sorted(interests.tolist())),
        **{name: person[name] for name in s.VALUES},
    }


def preference_rows(applicants: list[dict]) -> list[dict]:
    """Short lists: by wanted skills, shared values and taste; now and then a tie."""
    mentees = [a for a in applicants if a["role"] == "mentee"]
    mentors = [a for a in applicants if a["role"] == "mentor"]
    rows = [row for a in mentees for row in _short_list(a, mentors, length=(3, 6))]
    rows += [row for a in mentors[::2] for row in _short_list(a, mentees, length=(3, 8))]
    return rows


def _short_list(chooser: dict, others: list[dict], length: tuple[int, int]) -> list[dict]:
    rng = child_rng(s.SEED, "preferences", chooser["person_id"])
    liking = [_appeal(chooser, other) + rng.normal(0, 0.8) for other in others]
    best = np.argsort(liking)[::-1][: int(rng.integers(*length))]
    ranks = np.arange(1, len(best) + 1)
    if rng.random() < 0.15:
        ranks[-1] = ranks[-2]
    return [
        {"person_id": chooser["person_id"], "other_id": others[i]["person_id"], "rank": int(rank)}
        for i, rank in zip(best, ranks, strict=True)
    ]


def _appeal(chooser: dict, other: dict) -> float:
    mentee, mentor = (chooser, other) if chooser["role"] == "mentee" else (other, chooser)
    wanted = set(mentee["interests"].split(";")) & set(mentor["skills"].split(";"))
    apart = np.mean([abs(chooser[name] - other[name]) for name in s.VALUES])
    return len(wanted) - float(apart)
