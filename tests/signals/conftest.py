"""Programs made for tests: random logs, and endings with causes that were planted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml

BEGIN = pd.Timestamp("2024-01-01")
DAY = pd.Timedelta(days=1)


def _maybe(rng, moments, share):
    return moments.where(pd.Series(rng.random(len(moments)) < share, index=moments.index))


def random_program(seed: int, *, n: int = 5, n_contacts: int = 80, days: int = 150) -> ml.Program:
    """A log without sense: late entries, endings entered late, members who join later."""
    rng = np.random.default_rng(seed)
    rel = pd.Series([f"r{i}" for i in range(n)])
    start = BEGIN + pd.to_timedelta(rng.integers(0, days // 2, n), unit="D")
    over = start + pd.to_timedelta(rng.integers(1, days, n), unit="D")
    relationships = pd.DataFrame({"relationship_id": rel, "started_on": start})
    ended = rng.random(n) < 0.6
    relationships["ended_on"] = pd.Series(over).where(ended)
    late = pd.Series(over + pd.to_timedelta(rng.integers(-5, 25, n), unit="D")).where(ended)
    relationships["end_recorded_at"] = _maybe(rng, late, 0.7)
    members = pd.DataFrame(
        {
            "relationship_id": pd.concat([rel, rel, rel[:2]], ignore_index=True),
            "person_id": [f"m{i // 2}" for i in range(n)] + [f"e{i}" for i in range(n)] + ["x"] * 2,
            "role": ["mentor"] * n + ["mentee"] * n + ["mentor"] * 2,
        }
    )
    joined = pd.Series(BEGIN + pd.to_timedelta(rng.integers(0, days, len(members)), unit="D"))
    members["joined_on"] = _maybe(rng, joined, 0.3)
    people = pd.DataFrame({"person_id": members["person_id"].unique()})
    names = people["person_id"].to_numpy()
    at = pd.Series(
        BEGIN + pd.to_timedelta(rng.integers(0, days * 24 * 4, n_contacts) * 15, unit="min")
    )
    kind = rng.choice(["meeting", "message", "call"], n_contacts)
    status = np.where(
        kind == "message",
        "held",
        rng.choice(["held", "missed", "cancelled", "rescheduled"], n_contacts),
    )
    who, whose, whom = (
        _maybe(rng, pd.Series(rng.choice(names, n_contacts)), share) for share in (0.8, 0.5, 0.5)
    )
    minutes = pd.Series(rng.integers(5, 90, n_contacts) / 4)
    lag = pd.to_timedelta(rng.exponential(200, n_contacts).round(), unit="h")
    contacts = pd.DataFrame(
        {
            "contact_id": [f"k{i}" for i in range(n_contacts)],
            "relationship_id": rng.choice(rel, n_contacts),
            "at": at,
            "kind": kind,
            "status": status,
            "initiated_by": who,
            "at_fault": whose,
            "minutes": _maybe(rng, minutes, 0.7),
            "out_of_hours": rng.random(n_contacts) < 0.3,
            "agenda_by": whom,
            "recorded_at": _maybe(rng, at + lag, 0.6),
        }
    )
    attendance = contacts[["contact_id"]].assign(
        person_id=rng.choice(names, n_contacts), prepared=rng.random(n_contacts) < 0.5
    )
    n_goals = 4 * n
    goal_set = pd.Series(BEGIN + pd.to_timedelta(rng.integers(0, days, n_goals), unit="D"))
    due = goal_set + pd.to_timedelta(rng.integers(0, 40, n_goals), unit="D")
    done = goal_set + pd.to_timedelta(rng.integers(0, 60, n_goals), unit="D")
    goals = pd.DataFrame(
        {
            "relationship_id": rng.choice(rel, n_goals),
            "goal_id": [f"g{i}" for i in range(n_goals)],
            "set_on": goal_set,
            "due_on": _maybe(rng, due, 0.8),
            "done_on": _maybe(rng, done, 0.6),
            "recorded_at": _maybe(rng, goal_set + 10 * DAY, 0.5),
        }
    )
    return ml.Program(
        people=people,
        relationships=relationships,
        members=members,
        contacts=contacts if n_contacts else None,
        attendance=attendance if n_contacts else None,
        goals=goals,
    )


CAUSES = ("fade", "missed", "one_sided", "latency", "sudden")


def planted_program(
    seed: int, *, n: int = 500, failing: float = 0.35, n_weeks: int = 40
) -> ml.Program:
    """Pairs of which some end badly, each cause with its own trace in the weeks before but one.

    Before a bad ending contact fades, the mentor misses meetings, the mentee alone begins, or the
    mentor answers later, for 4 to 9 weeks; sudden endings leave no trace.
    """
    rng = np.random.default_rng(seed)
    n_mentors = n // 2
    mentor = rng.integers(0, n_mentors, n)
    frailty = rng.normal(0, 0.5, n_mentors)[mentor]
    start = BEGIN + pd.to_timedelta(rng.integers(0, 120, n), unit="D")
    pace = rng.gamma(6, 0.25, n)
    fails = rng.random(n) < np.clip(failing * np.exp(frailty), 0, 0.9)
    cause = np.where(fails, rng.choice(CAUSES, n), "")
    end_week = np.where(fails, rng.integers(10, n_weeks, n), n_weeks)
    onset = end_week - rng.integers(4, 10, n)
    rows = []
    for i in range(n):
        for week in range(end_week[i]):
            bad = fails[i] and week >= onset[i]
            rate = pace[i] * (0.3 if bad and cause[i] == "fade" else 1.0)
            share_missed = 0.65 if bad and cause[i] == "missed" else 0.08
            mentee_begins = 0.97 if bad and cause[i] == "one_sided" else 0.5
            slow = 60.0 if bad and cause[i] == "latency" else 8.0
            for _ in range(rng.poisson(rate)):
                at = start[i] + pd.Timedelta(hours=24 * 7 * week + rng.uniform(0, 160))
                by = f"e{i}" if rng.random() < mentee_begins else f"m{mentor[i]}"
                if rng.random() < 0.5:
                    rows.append((f"r{i}", at, "message", "held", f"e{i}", None))
                    back = at + pd.Timedelta(hours=rng.exponential(slow))
                    rows.append((f"r{i}", back, "message", "held", f"m{mentor[i]}", None))
                else:
                    status = "missed" if rng.random() < share_missed else "held"
                    fault = f"m{mentor[i]}" if status == "missed" else None
                    rows.append((f"r{i}", at, "meeting", status, by, fault))
    columns = ["relationship_id", "at", "kind", "status", "initiated_by", "at_fault"]
    contacts = pd.DataFrame(rows, columns=columns)
    contacts.insert(0, "contact_id", [f"k{k}" for k in range(len(contacts))])
    ended_on = start + pd.to_timedelta(7 * end_week - 1, unit="D")
    people = [*(f"m{k}" for k in np.unique(mentor)), *(f"e{i}" for i in range(n))]
    return ml.Program(
        people=pd.DataFrame({"person_id": people}),
        relationships=pd.DataFrame(
            {
                "relationship_id": [f"r{i}" for i in range(n)],
                "started_on": start,
                "site": np.where(mentor % 2, "north", "south"),
                "ended_on": ended_on,
                "end_reason": np.where(fails, cause, "planned_end"),
            }
        ),
        members=pd.DataFrame(
            {
                "relationship_id": [f"r{i}" for i in range(n)] * 2,
                "person_id": [*(f"m{k}" for k in mentor), *(f"e{i}" for i in range(n))],
                "role": ["mentor"] * n + ["mentee"] * n,
            }
        ),
        contacts=contacts,
    )


@pytest.fixture(scope="session")
def make_random() -> Callable[..., ml.Program]:
    """Make a program with a random log from a seed."""
    return random_program


@pytest.fixture(scope="session")
def make_planted() -> Callable[..., ml.Program]:
    """Make a program with planted causes from a seed."""
    return planted_program


@pytest.fixture(scope="session")
def planted() -> ml.Program:
    """One program with planted causes."""
    return planted_program(1)
