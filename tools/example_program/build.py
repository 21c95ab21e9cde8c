"""Put the example program together: plans, then tables, then what was planted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from mentorlab import Program
from mentorlab.rng import child_rng
from mentorlab.tables import TABLES

from . import settings as s
from .around import applicant_rows, enrolment_rows, outcome_rows, preference_rows, tie_rows
from .bonds import Bond, days
from .logs import attendance_rows, contact_rows
from .other_kinds import make_other_bonds
from .pairs import make_pairs
from .people import make_people
from .surveys import response_rows
from .truth import describe_truth
from .work import act_rows, goal_rows


def build() -> tuple[dict[str, pd.DataFrame], dict]:
    """Make all tables, and say what is planted in them."""
    people = make_people()
    bonds, people, pairs = make_pairs(people)
    bonds = _number(bonds + make_other_bonds(people, pairs))
    people = _withdraw(people, bonds)
    enrolment = enrolment_rows(people, bonds)
    gone = {row["person_id"] for row in enrolment if row["withdrew_on"]}
    gone |= set(people.index[~people["consent"]])
    contacts = contact_rows(bonds)
    outcomes, effects = outcome_rows(people, bonds)
    applicants = applicant_rows(people, gone)
    rows = {
        "people": people.drop(columns="pool"),
        "relationships": [_relationship(bond) for bond in bonds],
        "members": [row for bond in bonds for row in _members(bond)],
        "responses": response_rows(bonds),
        "contacts": contacts,
        "attendance": attendance_rows(contacts, bonds),
        "goals": goal_rows(bonds),
        "acts": act_rows(bonds),
        "outcomes": outcomes,
        "ties": tie_rows(people),
        "enrolment": enrolment,
        "applicants": applicants,
        "preferences": preference_rows(applicants),
    }
    tables = {name: _plain(pd.DataFrame(found), TABLES[name].names) for name, found in rows.items()}
    return tables, describe_truth(bonds, people, pairs, effects)


def write(folder: Path) -> None:
    """Check the tables against the data model, then write them with ``truth.json``."""
    tables, truth = build()
    Program(**tables)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    text = json.dumps(truth, indent=2, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _number(bonds: list[Bond]) -> list[Bond]:
    ordered = sorted(bonds, key=lambda bond: (bond.started_on, bond.members))
    return [replace(bond, relationship_id=f"r{i:03d}") for i, bond in enumerate(ordered, 1)]


def _withdraw(people: pd.DataFrame, bonds: list[Bond]) -> pd.DataFrame:
    """Three people take back their consent: one of a pair, one of a group, one who waits."""
    rng = child_rng(s.SEED, "consent")
    times = Counter(person for bond in bonds for person in bond.people())
    full = [b for b in bonds if b.kind == "one_to_one" and b.end_reason == "planned_end"]
    in_pairs = [person for bond in full for person in bond.people("mentee")]
    pools = (
        [p for p in in_pairs if people.at[p, "pool"] == "nominee" and times[p] == 1],
        people.index[people["pool"].eq("group_mentee")].tolist(),
        people.index[people["pool"].eq("control")].tolist(),
    )
    gone = [str(rng.choice(pool)) for pool in pools]
    return people.assign(consent=~people.index.isin(gone))


def _relationship(bond: Bond) -> dict:
    late = child_rng(s.SEED, "ending", bond.relationship_id).integers(1, 22)
    planned = bond.end_reason in ("planned_end", None)
    return {
        "relationship_id": bond.relationship_id,
        "program_id": "example",
        "site": bond.site,
        "kind": bond.kind,
        "purpose": bond.purpose,
        "cohort": bond.cohort,
        "formal": bond.formal,
        "started_on": bond.started_on,
        "planned_end": bond.planned_end,
        "agreed_months": bond.agreed_months,
        "meetings_per_month": bond.meetings_per_month,
        "ended_on": bond.ended_on,
        "end_reason": bond.end_reason,
        "ended_by": bond.ended_by,
        "end_recorded_at": bond.ended_on and bond.ended_on + days(1 if planned else late),
    }


def _members(bond: Bond) -> list[dict]:
    return [
        {
            "relationship_id": bond.relationship_id,
            "person_id": person,
            "role": role,
            "joined_on": bond.joined.get(person, bond.started_on),
            "left_on": bond.left.get(person),
        }
        for person, role in bond.members
    ]


_FLAG = {True: "true", False: "false"}


def _plain(frame: pd.DataFrame, declared: tuple[str, ...]) -> pd.DataFrame:
    """Order the columns, write flags as words and whole numbers without a decimal point."""
    names = [name for name in declared if name in frame]
    names += [name for name in frame if name not in declared]
    return pd.DataFrame({name: _plain_column(frame[name]) for name in names})


def _plain_column(column: pd.Series) -> pd.Series:
    given = column.dropna()
    if given.map(lambda value: isinstance(value, (bool, np.bool_))).all() and len(given):
        return column.map(_FLAG, na_action="ignore")
    if pd.api.types.is_float_dtype(column) and (given % 1 == 0).all():
        return column.astype("Int64")
    return column
