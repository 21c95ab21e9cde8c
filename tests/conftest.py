"""Small literal data that many tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from mentorlab import Codebook, Program

mpl.use("Agg")
settings.register_profile(
    "mentorlab",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("mentorlab")

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    """Leave no figure open, if a test drew any."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Two mentors, three mentees, one relationship of both mentors and one pair."""
    return {
        "people": pd.DataFrame({"person_id": ["ann", "bo", "cy", "di", "ed", "flo"]}),
        "relationships": pd.DataFrame(
            {
                "relationship_id": ["r1", "r2"],
                "kind": ["group", "one_to_one"],
                "started_on": ["2026-01-05", "2026-02-01"],
                "ended_on": [None, "2026-06-30"],
                "end_reason": [None, "moved"],
            }
        ),
        "members": pd.DataFrame(
            {
                "relationship_id": ["r1", "r1", "r1", "r1", "r2", "r2"],
                "person_id": ["ann", "bo", "cy", "di", "bo", "ed"],
                "role": ["mentor", "mentor", "mentee", "mentee", "mentor", "mentee"],
            }
        ),
    }


@pytest.fixture
def make(tables: dict[str, pd.DataFrame]) -> Callable[..., Program]:
    """Build the small program with some tables replaced or added."""
    return lambda **changes: Program(**{**tables, **changes})


@pytest.fixture
def trust() -> Codebook:
    """Three items of one element, the second reversed."""
    return Codebook(
        pd.DataFrame(
            {
                "item": ["t1", "t2", "t3"],
                "element": "trust",
                "reverse": [False, True, False],
                "low": 1,
                "high": 5,
            }
        )
    )


@pytest.fixture
def answers() -> pd.DataFrame:
    """One pair, one wave: the mentor answers all three items, the mentee two."""
    return pd.DataFrame(
        {
            "relationship_id": "r2",
            "rater_id": ["bo", "bo", "bo", "ed", "ed", "ed"],
            "role": ["mentor", "mentor", "mentor", "mentee", "mentee", "mentee"],
            "wave": 1,
            "item": ["t1", "t2", "t3", "t1", "t2", "t3"],
            "value": [5, 2, 4, 3, 3, None],
        }
    )


@pytest.fixture(scope="session")
def cases() -> Path:
    """The folder of reference values; tests that need it are skipped where it is absent."""
    root = Path(os.environ.get("MENTORLAB_CASES", REPOSITORY.parent / "shared" / "cases"))
    if not root.is_dir():
        pytest.skip(f"no reference cases at {root}: set MENTORLAB_CASES")
    return root
