"""A log in a Parquet file: relationship, moment, scheduled or message, missed, who began it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

N_WEEKS = 52
PER_RELATIONSHIP = 100
WEEK_US = 7 * 24 * 3600 * 1_000_000
BEGIN = pd.Timestamp("2024-01-01")
BEGIN_US = int(BEGIN.to_datetime64().astype("M8[us]").astype(np.int64))


def n_relationships(n_events: int) -> int:
    """How many relationships a log of so many events has."""
    return n_events // PER_RELATIONSHIP


def write_log(n_events: int, path: Path, *, seed: int = 7) -> None:
    """Write a log in the order of time, a week at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(seed)
    bounds = np.linspace(0, n_events, N_WEEKS + 1).astype(int)
    writer = None
    for week, n in enumerate(np.diff(bounds)):
        at = np.sort(rng.integers(0, WEEK_US, n)) + BEGIN_US + week * WEEK_US
        scheduled = rng.random(n) < 0.5
        table = pa.table(
            {
                "rel": rng.integers(0, n_relationships(n_events), n).astype(np.int32),
                "at": at.astype("datetime64[us]"),
                "scheduled": scheduled,
                "by": rng.integers(1, 3, n).astype(np.int8),
                "missed": scheduled & (rng.random(n) < 0.15),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()
