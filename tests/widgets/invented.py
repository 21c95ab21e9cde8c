"""Invented programs for the tests of widgets: any size, with the shapes that widgets must show."""

from __future__ import annotations

import numpy as np
import pandas as pd

import mentorlab as ml

ELEMENTS = ("trust", "commitment", "communication", "respect")


def invented_program(
    n_pairs: int = 40,
    *,
    n_waves: int = 3,
    elements: tuple[str, ...] = ELEMENTS,
    per_mentor: int = 1,
    seed: int = 7,
) -> ml.Program:
    """A program of one-to-one relationships; each mentor has `per_mentor` of them.

    Relationships have a site (every third is south), people a level (every second is senior).
    """
    rng = np.random.default_rng(seed)
    pair = np.arange(n_pairs)
    mentors = [f"mentor{i // per_mentor}" for i in pair]
    mentees = [f"mentee{i}" for i in pair]
    relationships = [f"r{i}" for i in pair]
    members = pd.DataFrame(
        {
            "relationship_id": relationships * 2,
            "person_id": mentors + mentees,
            "role": ["mentor"] * n_pairs + ["mentee"] * n_pairs,
        }
    )
    people = members["person_id"].unique()
    levels = np.where(np.arange(len(people)) % 2, "senior", "junior")
    sites = np.where(pair % 3, "north", "south")
    return ml.Program(
        people=pd.DataFrame({"person_id": people, "level": levels}),
        relationships=pd.DataFrame({"relationship_id": relationships, "site": sites}),
        members=members,
        responses=_responses(members, n_waves, elements, rng),
    )


def _responses(
    members: pd.DataFrame, n_waves: int, elements: tuple[str, ...], rng: np.random.Generator
) -> pd.DataFrame:
    bank = ml.item_bank().select(elements)
    pairs = members["relationship_id"].factorize()[0]
    bond = rng.normal(size=pairs.max() + 1)[pairs]
    parts = []
    for wave in range(1, n_waves + 1):
        for role in ("mentor", "mentee"):
            own = members[members["role"] == role]
            quality = bond[own.index] + rng.normal(size=len(own)) - 0.15 * wave
            for item in bank.for_role(role).itertuples():
                answer = 3.7 + 0.6 * quality + 0.8 * rng.normal(size=len(own))
                keyed = np.clip(np.round(answer), 1, 5)
                parts.append(
                    pd.DataFrame(
                        {
                            "relationship_id": own["relationship_id"],
                            "rater_id": own["person_id"],
                            "role": role,
                            "wave": wave,
                            "item": item.item,
                            "value": 6 - keyed if item.reverse else keyed,
                        }
                    )
                )
    return pd.concat(parts, ignore_index=True)
