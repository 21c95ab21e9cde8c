"""Invented pools of mentors for the tests of the network widget."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mentorlab.network import MentorNetwork

UNITS = ("chem", "law", "math")


def invented_pool(n_mentors: int = 12, n_mentees: int = 40, *, capacity: int | None = None):
    """Mentors with falling loads, three units, most ties within one, two people without unit."""
    rng = np.random.default_rng(4)
    weight = 1 / np.arange(1, n_mentors + 1)
    mentors = [f"m{i}" for i in range(n_mentors)]
    mentees = [f"s{i}" for i in range(n_mentees)]
    unit = {person: UNITS[i % 3] for i, person in enumerate([*mentors, *mentees])}
    rows = []
    for mentee in mentees:
        own = np.array([1.0 if unit[m] == unit[mentee] else 0.2 for m in mentors]) * weight
        for chosen in rng.choice(
            n_mentors, size=rng.integers(1, 3), replace=False, p=own / own.sum()
        ):
            rows.append((mentors[chosen], mentee))
    people = pd.DataFrame({"person_id": [*mentors, *mentees]})
    people["unit"] = people["person_id"].map(unit)
    people["site"] = np.where(np.arange(len(people)) % 4 < 2, "north", "south")
    people["age"] = 30 + np.arange(len(people)) % 7
    people.loc[[n_mentors - 1, len(people) - 1], "unit"] = None
    return MentorNetwork.from_ties(
        pd.DataFrame(rows, columns=["mentor_id", "mentee_id"]),
        source="program records",
        people=people,
        capacity=None if capacity is None else dict.fromkeys(mentors, capacity),
    )
