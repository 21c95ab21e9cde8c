"""Made-up pools: heavy-tailed loads, twelve departments, the same for every side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mentorlab.network import MentorNetwork

N_DEPARTMENTS = 12


def draw(n_ties: int, seed: int = 8) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ties of an eighth as many mentors and half as many mentees, and the people.

    Loads follow a power law; half of the ties stay within the department.
    """
    rng = np.random.default_rng(seed)
    n_mentors, n_mentees = n_ties // 8, n_ties // 2
    mentor_unit = rng.integers(0, N_DEPARTMENTS, n_mentors)
    mentee_unit = rng.integers(0, N_DEPARTMENTS, n_mentees)
    pull = rng.pareto(2.2, n_mentors) + 1
    mentee = np.concatenate([np.arange(n_mentees), rng.integers(0, n_mentees, n_ties)])
    mentor = rng.choice(n_mentors, len(mentee), p=pull / pull.sum())
    stays = rng.random(len(mentee)) < 0.5
    for unit in range(N_DEPARTMENTS):
        own = np.flatnonzero(mentor_unit == unit)
        mine = np.flatnonzero(stays & (mentee_unit[mentee] == unit))
        mentor[mine] = rng.choice(own, len(mine), p=pull[own] / pull[own].sum())
    cells = pd.unique(mentor.astype(np.int64) * n_mentees + mentee)[:n_ties]
    ties = pd.DataFrame(
        {
            "mentor_id": np.char.add("m", (cells // n_mentees).astype(str)),
            "mentee_id": np.char.add("s", (cells % n_mentees).astype(str)),
        }
    )
    ids = [*(f"m{i}" for i in range(n_mentors)), *(f"s{i}" for i in range(n_mentees))]
    people = pd.DataFrame(
        {"person_id": ids, "department": np.concatenate([mentor_unit, mentee_unit])}
    )
    people["department"] = "d" + people["department"].astype("str")
    return ties, people


def network_of(ties: pd.DataFrame, people: pd.DataFrame) -> MentorNetwork:
    """The pool as a network; everybody is kept."""
    hint = people["person_id"].str[0].map({"m": "mentor", "s": "mentee"})
    return MentorNetwork.from_ties(ties, source="simulated", people=people.assign(role_hint=hint))


def write_for_peers(network: MentorNetwork, place: Path, *, n_starts: int) -> Path:
    """Save ties, projection, departments and starts as arrays that any peer can read."""
    shared = network.project("mentors")
    pairs, tied = network.pairs, shared.pairs
    rng = np.random.default_rng(1)
    codes, _ = network.labels("department", who="benchmark")
    file = place / "pool.npz"
    np.savez(
        file,
        n=network.n_people,
        mentor=pairs.mentor,
        mentee=pairs.mentee,
        department=codes,
        busiest=network.mentors[np.argsort(-network.load[network.mentors], kind="stable")],
        n_shared=shared.n_people,
        first=tied.mentor,
        second=tied.mentee,
        weight=tied.weight,
        starts=np.sort(rng.choice(network.n_people, n_starts, replace=False)),
    )
    return file
