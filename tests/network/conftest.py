"""Small networks that many tests share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from mentorlab.network import MentorNetwork


@pytest.fixture
def pool() -> MentorNetwork:
    """Three mentors, five mentees, one of them waiting; two departments."""
    ties = pd.DataFrame(
        {
            "mentor_id": ["ann", "ann", "ann", "bo", "bo", "cy"],
            "mentee_id": ["di", "ed", "flo", "flo", "gus", "gus"],
        }
    )
    people = pd.DataFrame(
        {
            "person_id": ["ann", "bo", "cy", "di", "ed", "flo", "gus", "hal"],
            "department": ["x", "y", "y", "x", "x", "y", "y", "x"],
            "role_hint": ["mentor"] * 3 + ["mentee"] * 5,
            "capacity": [2, 3, 4, None, None, None, None, None],
        }
    )
    return MentorNetwork.from_ties(ties, source="program records", people=people)


@pytest.fixture
def random_network() -> Callable[..., MentorNetwork]:
    """A random network of one kind of people, with weights and two attributes."""

    def make(
        seed: int, *, n: int = 12, share: float = 0.25, directed: bool = True
    ) -> MentorNetwork:
        rng = np.random.default_rng(seed)
        matrix = rng.random((n, n)) < share
        np.fill_diagonal(matrix, False)
        if not directed:
            matrix = np.triu(matrix)
        first, second = np.nonzero(matrix)
        ids = np.array([f"p{i:02d}" for i in range(n)])
        ties = pd.DataFrame(
            {
                "source": ids[first],
                "target": ids[second],
                "weight": rng.integers(1, 6, len(first)).astype(float),
            }
        )
        people = pd.DataFrame(
            {
                "person_id": ids,
                "unit": rng.choice(list("xyz"), n),
                "site": rng.choice(list("ab"), n),
                "tenure": rng.normal(size=n),
            }
        )
        return MentorNetwork.from_ties(ties, source="test", people=people, directed=directed)

    return make


@pytest.fixture
def random_pool() -> Callable[..., MentorNetwork]:
    """A random pool in which nobody is both mentor and mentee."""

    def make(
        seed: int, *, n_mentors: int = 8, n_mentees: int = 20, n_ties: int = 35
    ) -> MentorNetwork:
        rng = np.random.default_rng(seed)
        cells = rng.choice(n_mentors * n_mentees, n_ties, replace=False)
        mentors = np.array([f"m{i:03d}" for i in range(n_mentors)])
        mentees = np.array([f"s{i:03d}" for i in range(n_mentees)])
        ties = pd.DataFrame(
            {"mentor_id": mentors[cells // n_mentees], "mentee_id": mentees[cells % n_mentees]}
        )
        people = pd.DataFrame(
            {
                "person_id": np.concatenate([mentors, mentees]),
                "field": rng.choice(list("abc"), n_mentors + n_mentees),
                "school": rng.choice(list("uv"), n_mentors + n_mentees),
                "age": rng.normal(40, 9, n_mentors + n_mentees),
            }
        )
        return MentorNetwork.from_ties(ties, source="test", people=people, capacity=None)

    return make
