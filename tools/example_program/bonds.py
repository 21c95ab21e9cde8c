"""The plan of one relationship, and small helpers on dates that all makers share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from .settings import DATA_END


@dataclass(frozen=True)
class Decline:
    """The stretch before an ending in which the log gives it away."""

    from_on: date
    cause: str
    withdraws: str  # the person who stops turning up
    falls: tuple[str, ...]  # the roles whose survey scores fall


@dataclass(frozen=True)
class Bond:
    """One relationship as planned; the tables are drawn from it."""

    kind: str
    purpose: str
    cohort: str
    started_on: date
    agreed_months: int
    meetings_per_month: float
    members: tuple[tuple[str, str], ...]  # person_id, role
    site: str
    formal: bool = True
    quality: float = 0.0  # standard deviations
    relationship_id: str = ""
    ended_on: date | None = None
    end_reason: str | None = None
    ended_by: str | None = None
    decline: Decline | None = None
    lull: tuple[date, date] | None = None
    joined: dict[str, date] = field(default_factory=dict)  # those who came later
    left: dict[str, date] = field(default_factory=dict)  # those who left before the end

    @property
    def planned_end(self) -> date:
        return add_months(self.started_on, self.agreed_months)

    @property
    def last_day(self) -> date:
        return self.ended_on or DATA_END

    def people(self, *roles: str) -> list[str]:
        """Members in these roles; all without roles."""
        return [person for person, role in self.members if not roles or role in roles]

    def is_declining(self, day: date) -> bool:
        return self.decline is not None and day >= self.decline.from_on

    def is_member(self, person: str, day: date) -> bool:
        return self.joined.get(person, day) <= day <= self.left.get(person, day)


def add_months(day: date, months: int) -> date:
    """The same day some months later, the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def days(number: float) -> timedelta:
    return timedelta(days=round(float(number)))


def weekday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + days(max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def day_between(first: date, last: date, rng: np.random.Generator) -> date:
    """A weekday drawn between two days, both included."""
    span = max((last - first).days, 0)
    drawn = weekday(first + days(rng.integers(0, span + 1)))
    return drawn if drawn <= last else first


def recorded(day: date, rng: np.random.Generator) -> date:
    """The day on which something was entered into the system: one day to three weeks later."""
    return day + days(min(21, 1 + rng.geometric(0.35)))


def picks(options: list[str] | tuple[str, ...], rng: np.random.Generator, p=None) -> str:
    """One option, as plain text."""
    return str(options[int(rng.choice(len(options), p=p))])
