"""The meeting log: contacts and who was there."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from mentorlab.rng import child_rng

from . import settings as s
from .bonds import Bond, day_between, days, picks, recorded, weekday

_REPLACED_WITHIN = (3, 10)  # days until a rescheduled meeting is held
_WINTER_BREAK = ((12, 20), (1, 5))


def contact_rows(bonds: list[Bond]) -> list[dict]:
    """One row a contact, in order of time."""
    rows = [row for bond in bonds for row in _bond_contacts(bond)]
    rows = list({_moment(row): row for row in rows}.values())  # one contact a moment
    rows = [row for row in rows if row["recorded_at"] <= s.DATA_END]
    rows.sort(key=_moment)
    return [{"contact_id": f"c{i:04d}", **row} for i, row in enumerate(rows, 1)]


def _moment(row: dict) -> tuple[str, str, str]:
    return row["at"], row["relationship_id"], row["kind"]


def _bond_contacts(bond: Bond) -> list[dict]:
    rng = child_rng(s.SEED, "contacts", bond.relationship_id)
    meetings = [row for day in _appointments(bond, rng) for row in _meeting(bond, day, rng)]
    return meetings + [_message(bond, day, rng) for day in _message_days(bond, rng)]


def _appointments(bond: Bond, rng: np.random.Generator) -> list[date]:
    if bond.kind == "flash":
        return [bond.started_on]
    gap = s.DAYS_PER_MONTH / bond.meetings_per_month
    drawn = []
    day = bond.started_on + days(rng.integers(2, 11))
    while day < bond.last_day:
        if not _is_silent(bond, day) and (day < bond.planned_end or rng.random() < 0.5):
            drawn.append(weekday(day))
        slower = s.DECLINING_GAP if bond.is_declining(day) else 1.0
        day += days(gap * slower * rng.uniform(0.7, 1.3))
    return [day for day in drawn if day <= bond.last_day]


def _is_silent(bond: Bond, day: date) -> bool:
    winter = (day.month, day.day) >= _WINTER_BREAK[0] or (day.month, day.day) <= _WINTER_BREAK[1]
    return winter or (bond.lull is not None and bond.lull[0] <= day <= bond.lull[1])


def _meeting(bond: Bond, day: date, rng: np.random.Generator) -> list[dict]:
    present = [person for person in bond.people() if bond.is_member(person, day)]
    status = _status(bond, day, rng)
    row = {
        "relationship_id": bond.relationship_id,
        **_when(day, rng),
        "kind": "call" if rng.random() < 0.12 else "meeting",
        "status": status,
        "initiated_by": _initiator(bond, day, present, rng),
        "at_fault": None if status == "held" else _at_fault(bond, day, present, rng),
        "minutes": _minutes(bond, day, rng) if status == "held" else None,
        "agenda_by": _agenda_setter(bond, present, rng) if status == "held" else None,
        "recorded_at": recorded(day, rng),
    }
    again = weekday(day + days(rng.integers(*_REPLACED_WITHIN)))
    if status == "rescheduled" and again <= bond.last_day and not _is_silent(bond, again):
        replacement = row | _when(again, rng) | {"status": "held", "at_fault": None}
        replacement["minutes"] = _minutes(bond, again, rng)
        replacement["recorded_at"] = recorded(again, rng)
        return [row, replacement]
    return [row]


def _status(bond: Bond, day: date, rng: np.random.Generator) -> str:
    if bond.kind == "flash":
        return "held"
    if bond.is_declining(day):
        return picks(s.STATUSES, rng, p=s.DECLINING)
    held = float(np.clip(s.HEALTHY[0] + 0.03 * bond.quality, 0.7, 0.95))
    rest = np.array(s.HEALTHY[1:]) * (1 - held) / (1 - s.HEALTHY[0])
    return picks(s.STATUSES, rng, p=[held, *rest])


def _when(day: date, rng: np.random.Generator) -> dict:
    late = bool(rng.random() < 0.06)
    hour = int(rng.integers(18, 21) if late else rng.integers(9, 17))
    minute = int(rng.choice([0, 30]))
    return {"at": f"{day.isoformat()} {hour:02d}:{minute:02d}", "out_of_hours": late}


def _initiator(bond: Bond, day: date, present: list[str], rng: np.random.Generator) -> str:
    if bond.is_declining(day) and rng.random() < 0.8:
        return next(person for person in present if person != bond.decline.withdraws)
    leaders = bond.people("mentor", "facilitator", "sponsor")
    led = [p for p in present if p in leaders]
    others = [p for p in present if p not in leaders]
    return picks(others if not led or (others and rng.random() < 0.6) else led, rng)


def _at_fault(bond: Bond, day: date, present: list[str], rng: np.random.Generator) -> str:
    if bond.is_declining(day) and rng.random() < 0.85:
        return bond.decline.withdraws
    return picks(present, rng)


def _agenda_setter(bond: Bond, present: list[str], rng: np.random.Generator) -> str:
    mentees = [p for p in bond.people("mentee") if p in present]
    return picks(mentees if mentees and rng.random() < 0.65 else present, rng)


def _minutes(bond: Bond, day: date, rng: np.random.Generator) -> int:
    usual = 75 if bond.kind in ("group", "circle") else 55
    drawn = rng.normal(usual, 12) * (0.75 if bond.is_declining(day) else 1.0)
    return int(5 * round(float(np.clip(drawn, 15, 120)) / 5))


def _message_days(bond: Bond, rng: np.random.Generator) -> list[date]:
    if bond.kind not in ("one_to_one", "reverse", "peer"):
        return []
    found = []
    week = bond.started_on
    while week < bond.last_day:
        rate = s.MESSAGES_PER_WEEK * np.exp(0.15 * bond.quality)
        rate *= s.DECLINING_MESSAGES if bond.is_declining(week) else 1.0
        rate *= 0.0 if _is_silent(bond, week) else 1.0
        until = min(week + timedelta(days=6), bond.last_day)
        found += [day_between(week, until, rng) for _ in range(rng.poisson(rate))]
        week += timedelta(days=7)
    return found


def _message(bond: Bond, day: date, rng: np.random.Generator) -> dict:
    return {
        "relationship_id": bond.relationship_id,
        **_when(day, rng),
        "kind": "message",
        "status": "held",
        "initiated_by": _initiator(bond, day, bond.people(), rng),
        "at_fault": None,
        "minutes": None,
        "agenda_by": None,
        "recorded_at": day + timedelta(days=1),
    }


def attendance_rows(contacts: list[dict], bonds: list[Bond]) -> list[dict]:
    """One row a person at every meeting or call that was held or missed."""
    by_id = {bond.relationship_id: bond for bond in bonds}
    rows = []
    for contact in contacts:
        if contact["kind"] != "message" and contact["status"] in ("held", "missed"):
            rng = child_rng(s.SEED, "attendance", contact["contact_id"])
            rows += _attendance(contact, by_id[contact["relationship_id"]], rng)
    return rows


def _attendance(contact: dict, bond: Bond, rng: np.random.Generator) -> list[dict]:
    day = date.fromisoformat(contact["at"][:10])
    members = [person for person in bond.people() if bond.is_member(person, day)]
    shares = rng.dirichlet([6.0] * len(members)) if _is_timed(bond, contact, rng) else None
    rows = []
    for i, person in enumerate(members):
        there = _is_there(contact, person, len(members), rng)
        off = bond.is_declining(day) and bond.decline.withdraws == person
        rows.append(
            {
                "contact_id": contact["contact_id"],
                "person_id": person,
                "present": there,
                "late_minutes": _late_minutes(off, rng) if there else None,
                "prepared": bool(rng.random() < (0.4 if off else 0.82)) if there else None,
                "talk_seconds": round(float(shares[i]) * contact["minutes"] * 54)
                if there and shares is not None
                else None,
            }
        )
    return rows


def _is_timed(bond: Bond, contact: dict, rng: np.random.Generator) -> bool:
    """Speaking time is known for some meetings of two, in the second cohort only."""
    held = contact["status"] == "held"
    return len(bond.members) == 2 and bond.cohort == "2024" and held and rng.random() < 0.3


def _is_there(contact: dict, person: str, n_members: int, rng: np.random.Generator) -> bool:
    if contact["status"] == "missed":
        return person != contact["at_fault"]
    return bool(n_members == 2 or person == contact["initiated_by"] or rng.random() < 0.85)


def _late_minutes(off: bool, rng: np.random.Generator) -> int:
    return 5 * int(rng.choice(4, p=[0.45, 0.25, 0.2, 0.1] if off else [0.78, 0.14, 0.06, 0.02]))
