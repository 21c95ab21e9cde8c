"""Weekly features as one query on DuckDB beside the kernel, on the same program."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import mentorlab as ml
from mentorlab.signals import weekly_features
from mentorlab.signals.warehouse import open_folder, weekly_features_expr
from signals_sections.log import BEGIN, N_WEEKS, WEEK_US
from signals_sections.running import measure

AS_OF = BEGIN + pd.Timedelta(days=7 * N_WEEKS - 1)
PER_RELATIONSHIP = 100
KEYS = ["relationship_id", "week"]


def write_program(n_events: int, folder: Path, *, seed: int = 3) -> None:
    """Write a program whose log has late entries, sides, minutes, agendas and out-of-hours."""
    rng = np.random.default_rng(seed)
    n_rel = n_events // PER_RELATIONSHIP
    rel = np.array([f"r{i:07d}" for i in range(n_rel)])
    start = BEGIN + pd.to_timedelta(rng.integers(0, 100, n_rel), unit="D")
    ended = pd.Series(start + pd.to_timedelta(rng.integers(60, 400, n_rel), unit="D"))
    of = rng.integers(0, n_rel, n_events)
    at = BEGIN + pd.to_timedelta(np.sort(rng.integers(0, N_WEEKS * WEEK_US, n_events)), unit="us")
    kind = rng.choice(["meeting", "message"], n_events)
    status = rng.choice(["held", "missed", "cancelled"], n_events, p=[0.8, 0.1, 0.1])
    mentor = np.char.add("m", (of // 2).astype(str))
    mentee = np.char.add("e", of.astype(str))
    late = pd.to_timedelta(rng.exponential(30, n_events).round(), unit="h")
    contacts = pd.DataFrame(
        {
            "contact_id": [f"k{i:09d}" for i in range(n_events)],
            "relationship_id": rel[of],
            "at": at,
            "kind": kind,
            "status": np.where(kind == "message", "held", status),
            "initiated_by": np.where(rng.random(n_events) < 0.5, mentor, mentee),
            "at_fault": np.where(rng.random(n_events) < 0.5, mentor, mentee),
            "minutes": rng.integers(5, 90, n_events) / 4,
            "out_of_hours": rng.random(n_events) < 0.3,
            "agenda_by": pd.Series(mentor).where(rng.random(n_events) < 0.4),
            "recorded_at": pd.Series(at + late).where(
                (rng.random(n_events) < 0.3) & (kind == "meeting")
            ),
        }
    )
    pairs = pd.DataFrame(
        {
            "relationship_id": np.concatenate([rel, rel]),
            "person_id": [f"m{i // 2}" for i in range(n_rel)] + [f"e{i}" for i in range(n_rel)],
            "role": ["mentor"] * n_rel + ["mentee"] * n_rel,
        }
    )
    program = ml.Program(
        people=pairs[["person_id"]].drop_duplicates(),
        relationships=pd.DataFrame(
            {
                "relationship_id": rel,
                "started_on": start,
                "ended_on": ended.where(rng.random(n_rel) < 0.5),
            }
        ),
        members=pairs,
        contacts=contacts,
    )
    program.write(folder, format="parquet")


def by_kernel(folder: Path) -> pd.DataFrame:
    """The kernel, on the program read into memory."""
    return weekly_features(ml.read_program(folder), as_of=AS_OF)


def by_query(folder: Path) -> pd.DataFrame:
    """The query, on the files where they lie."""
    return weekly_features_expr(open_folder(folder), as_of=AS_OF).to_pyarrow().to_pandas()


RUNS = {"kernel": by_kernel, "query": by_query}


def compare(left: Path, right: Path) -> dict[str, float]:
    """Give the largest difference, relative to 1 or the value, and how many rows were compared.

    Raises
    ------
    AssertionError
        If rows, counts or missing values differ.
    """
    frames = [pd.read_parquet(path).sort_values(KEYS, ignore_index=True) for path in (left, right)]
    own, other = frames
    assert own[[*KEYS, "week_end"]].equals(other[[*KEYS, "week_end"]].astype(own.dtypes[:3])), (
        "rows"
    )
    worst = 0.0
    for name in own.columns[3:]:
        a, b = own[name].to_numpy(), other[name].to_numpy(dtype=float)
        assert (np.isnan(a) == np.isnan(b)).all(), name
        away = np.abs(a - b) / np.maximum(1, np.abs(a))
        worst = max(worst, float(np.nanmax(away, initial=0.0)))
    return {"rows": len(own), "worst": worst}


if __name__ == "__main__":
    name, folder, small, target = sys.argv[1:]
    RUNS[name](Path(small))
    held = {}
    said = measure(lambda: held.setdefault("frame", RUNS[name](Path(folder))).shape[0])
    held["frame"].to_parquet(target, index=False)
    print(json.dumps(said))
