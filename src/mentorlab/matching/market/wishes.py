"""Stated wishes that bind: who did not list whom."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .encoding import Applicants
from .parts import BlockedBy


def not_wished(pool: Applicants) -> BlockedBy:
    """Keep pairs apart of which one stated wishes and did not list the other."""
    accepts = {}
    for role, other in (("mentee", "mentor"), ("mentor", "mentee")):
        person = pd.Index(pool.side(role)["person_id"]).get_indexer(pool.preferences["person_id"])
        listed = pd.Index(pool.side(other)["person_id"]).get_indexer(pool.preferences["other_id"])
        both = (person >= 0) & (listed >= 0)
        states = np.zeros(len(pool.side(role)), dtype=bool)
        states[person[both]] = True
        width = len(pool.side(other))
        accepts[role] = states, np.unique(person[both].astype(np.int64) * width + listed[both])

    def mask(rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        apart = np.zeros((len(rows), len(cols)), dtype=bool)
        for role in ("mentee", "mentor"):
            states, listed = accepts[role]
            people, others = (rows, cols) if role == "mentee" else (cols, rows)
            width = len(pool.mentors) if role == "mentee" else len(pool.mentees)
            code = people[:, None].astype(np.int64) * width + others[None, :]
            refused = states[people][:, None] & ~np.isin(code, listed)
            apart |= refused if role == "mentee" else refused.T
        return apart

    return BlockedBy("stated wishes only", "one of them did not list the other", mask)


def count_unreturned(pool: Applicants) -> int:
    """Count the wishes about people who stated wishes and did not return this one."""
    wishes = pool.preferences
    stated = set(wishes["person_id"])
    pairs = set(zip(wishes["person_id"], wishes["other_id"], strict=True))
    return sum(other in stated and (other, person) not in pairs for person, other in pairs)
