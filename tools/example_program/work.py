"""What the partners do: goals with their actions, and acts of support."""

from __future__ import annotations

from datetime import date

import numpy as np

from mentorlab.rng import child_rng

from . import settings as s
from .bonds import Bond, add_months, day_between, days, picks, recorded

_SMART = {
    "specific": 0.80,
    "measurable": 0.60,
    "achievable": 0.85,
    "relevant": 0.90,
    "time_bound": 0.70,
}
_GROW = ("goal", "reality", "options", "will")
_DONE_RATE = 0.72
_REVIEW_RATE = 0.70
# acts a year, by the mentor's and the mentee's side
_ACTS = {
    "lead": {
        "advice": 2.0,
        "feedback_given": 1.4,
        "introduction": 0.8,
        "nomination": 0.4,
        "celebration": 0.7,
        "disclosure": 0.8,
    },
    "other": {"feedback_asked": 1.0, "thanks": 1.0, "topic": 1.2, "disclosure": 0.4},
}
_SPONSOR_FACTOR = {"introduction": 3.0, "nomination": 6.0}


def goal_rows(bonds: list[Bond]) -> list[dict]:
    """One row a goal or an action; an action is the loop agreed, due, done, reviewed."""
    rows = []
    for bond in bonds:
        if bond.kind != "flash":
            rng = child_rng(s.SEED, "goals", bond.relationship_id)
            rows += _bond_goals(bond, rng)
    return rows


def _bond_goals(bond: Bond, rng: np.random.Generator) -> list[dict]:
    rows = []
    for g in range(1, 1 + int(rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]))):
        latest = min(bond.last_day, add_months(bond.started_on, 4))
        set_on = day_between(bond.started_on + days(7), latest, rng)
        goal = _goal(bond, f"g{g}", "goal", set_on, days(rng.integers(60, 200)), rng)
        rows.append(goal)
        for a in range(1, 1 + int(rng.integers(1, 4))):
            begins = set_on + days(rng.integers(0, 100))
            if begins < bond.last_day:
                due = days(7 * rng.integers(1, 5))
                rows.append(_goal(bond, f"g{g}a{a}", "action", begins, due, rng, f"g{g}"))
    return rows


def _goal(
    bond: Bond,
    name: str,
    kind: str,
    set_on: date,
    until_due,
    rng: np.random.Generator,
    parent: str | None = None,
) -> dict:
    due_on = set_on + until_due
    done_on = _done_on(bond, set_on, due_on, rng)
    reviewed_on = _reviewed_on(bond, done_on or due_on, rng)
    rated = kind == "goal" and reviewed_on is not None
    flags = {flag: bool(rng.random() < share) for flag, share in _SMART.items()}
    return {
        "relationship_id": bond.relationship_id,
        "goal_id": name,
        "parent_id": parent,
        "owner_role": _owner_role(bond, rng),
        "goal_kind": kind,
        "set_on": set_on,
        "due_on": due_on,
        "done_on": done_on,
        "reviewed_on": reviewed_on,
        "attainment": _attainment(done_on, bond, rng) if rated else None,
        **(flags if kind == "goal" else dict.fromkeys(_SMART)),
        "grow_step": picks(_GROW, rng) if kind == "action" else None,
        "recorded_at": recorded(set_on, rng),
    }


def _owner_role(bond: Bond, rng: np.random.Generator) -> str:
    roles = list(dict.fromkeys(role for _, role in bond.members if role != "facilitator"))
    mentee_owns = "mentee" in roles and rng.random() < 0.8
    return "mentee" if mentee_owns else picks(roles, rng)


def _done_on(bond: Bond, set_on: date, due_on: date, rng: np.random.Generator) -> date | None:
    done_on = max(set_on, due_on + days(rng.normal(0, 6)))
    rate = _DONE_RATE * (0.4 if bond.is_declining(due_on) else 1.0)
    return done_on if rng.random() < rate and done_on <= bond.last_day else None


def _reviewed_on(bond: Bond, after: date, rng: np.random.Generator) -> date | None:
    reviewed_on = after + days(rng.integers(2, 25))
    rate = _REVIEW_RATE * (0.4 if bond.is_declining(reviewed_on) else 1.0)
    return reviewed_on if rng.random() < rate and reviewed_on <= bond.last_day else None


def _attainment(done_on: date | None, bond: Bond, rng: np.random.Generator) -> int:
    drawn = rng.normal((0.4 if done_on else -1.0) + 0.2 * bond.quality, 0.7)
    return int(np.clip(round(drawn), -2, 2))


def act_rows(bonds: list[Bond]) -> list[dict]:
    """One row an act of support, in order of time."""
    rows = []
    for bond in bonds:
        if bond.kind != "flash":
            rows += _bond_acts(bond, child_rng(s.SEED, "acts", bond.relationship_id))
    rows.sort(key=lambda row: (row["at"], row["relationship_id"], row["act"]))
    return rows


def _bond_acts(bond: Bond, rng: np.random.Generator) -> list[dict]:
    leads = bond.people("mentor", "sponsor", "facilitator")
    others = bond.people("mentee", "peer")
    active_until = bond.decline.from_on if bond.decline else min(bond.last_day, bond.planned_end)
    years = max((active_until - bond.started_on).days, 0) / 365
    rows = []
    for side, givers, takers in (("lead", leads, others), ("other", others, leads or others)):
        for act, rate in _ACTS[side].items():
            factor = _SPONSOR_FACTOR.get(act, 1.0) if bond.kind == "sponsorship" else 1.0
            expected = rate * factor * years * np.exp(0.2 * bond.quality)
            for _ in range(rng.poisson(expected) if givers else 0):
                rows.append(_act(bond, act, givers, takers, active_until, rng))
    return rows


def _act(
    bond: Bond,
    act: str,
    givers: list[str],
    takers: list[str],
    active_until: date,
    rng: np.random.Generator,
) -> dict:
    day = day_between(bond.started_on, active_until, rng)
    givers = [person for person in givers if bond.is_member(person, day)]
    giver = picks(givers, rng)
    takers = [p for p in takers if p != giver and bond.is_member(p, day)]
    return {
        "relationship_id": bond.relationship_id,
        "at": day,
        "by": giver,
        "act": act,
        "to": None if act == "topic" else picks(takers, rng),
        "recorded_at": recorded(day, rng),
    }
