"""Weekly features by mentorlab, pandas, polars and DuckDB; ``python -m`` runs one in a process.

Each is run on a small log first, so that imports and compiling are not timed. mentorlab computes
all 34 features, the others three of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from signals_sections.log import BEGIN, BEGIN_US, N_WEEKS, WEEK_US, n_relationships
from signals_sections.running import measure

CHECKED = ("gap_days", "contacts_4w", "missed_share_8w")
BATCH = 50_000


def by_mentorlab(path: Path, n_rel: int) -> dict[str, float]:
    """Stream batches of the file through the state; rows are summed week by week."""
    from mentorlab.signals.features.events import DueDates
    from mentorlab.signals.features.layout import COLUMNS
    from mentorlab.signals.features.relations import FAR, Relations
    from mentorlab.signals.features.state import Pass, open_state

    relations = Relations(
        pd.RangeIndex(n_rel), np.full(n_rel, BEGIN_US), np.full(n_rel, FAR, dtype=np.int64)
    )
    none = np.zeros(0, np.int64)
    due = DueDates(none, none, none.astype(np.int8))
    running = Pass(open_state(relations, origin=BEGIN_US + N_WEEKS * WEEK_US - 1))
    sums = dict.fromkeys(CHECKED, 0.0)
    places = [COLUMNS.index(name) for name in CHECKED]
    for week in running.weeks(_batches(path), due, until=0):
        for name, place in zip(CHECKED, places, strict=True):
            sums[name] += float(week.values[:, place].sum())
    return sums


def _batches(path: Path) -> Iterator[object]:
    import pyarrow.parquet as pq

    from mentorlab.signals.features.events import N_FLAGS, Contacts

    for batch in pq.ParquetFile(path).iter_batches(BATCH):
        columns = {name: batch[name].to_numpy(zero_copy_only=False) for name in batch.schema.names}
        at = columns["at"].astype("M8[us]").view(np.int64)
        flags = np.zeros((len(at), N_FLAGS), np.int8)
        flags[:, 0], flags[:, 1] = columns["scheduled"], columns["missed"]
        flags[:, 2] = columns["by"]
        flags[:, 5:8], flags[:, 8] = -1, 1
        minutes = np.full(len(at), np.nan)
        yield Contacts(at, at, columns["rel"].astype(np.int64), minutes, flags)


def by_pandas(path: Path, n_rel: int) -> dict[str, float]:
    """Three of the features, as a user of pandas would write them: pivot, rolling, ffill."""
    log = pd.read_parquet(path)
    week = ((log["at"] - BEGIN) // pd.Timedelta(weeks=1)).rename("week")
    held = log[~log["missed"]]
    grid = pd.MultiIndex.from_product([range(n_rel), range(N_WEEKS)], names=["rel", "week"])

    def panel(rows):
        return rows.groupby(["rel", week]).size().reindex(grid, fill_value=0)

    def rolled(counts, n):
        return counts.groupby(level="rel").rolling(n, min_periods=1).sum().to_numpy()

    contacts = rolled(panel(held), 4)
    met = rolled(panel(held[held["scheduled"]]), 8)
    missed = rolled(panel(log[log["missed"]]), 8)
    last = held.groupby(["rel", week])["at"].max().reindex(grid)
    last = last.groupby(level="rel").ffill().fillna(BEGIN)
    ends = BEGIN + pd.to_timedelta(7 * (grid.get_level_values("week") + 1), unit="D")
    gap = (ends - pd.DatetimeIndex(last)) / pd.Timedelta(days=1)
    share = (missed + 0.5) / (met + missed + 5)
    return _named(gap.to_numpy().sum(), contacts.sum(), share.sum())


def by_polars(path: Path, n_rel: int) -> dict[str, float]:
    """The same in polars."""
    import polars as pl

    week = ((pl.col("at") - BEGIN.to_pydatetime()).dt.total_microseconds() // WEEK_US).alias("week")
    counts = (
        pl.scan_parquet(path)
        .with_columns(week)
        .group_by("rel", "week")
        .agg(
            (~pl.col("missed")).sum().alias("held"),
            (~pl.col("missed") & pl.col("scheduled")).sum().alias("met"),
            pl.col("missed").sum().alias("gone"),
            pl.col("at").filter(~pl.col("missed")).max().alias("last"),
        )
    )
    grid = pl.LazyFrame({"rel": np.arange(n_rel, dtype=np.int32)}).join(
        pl.LazyFrame({"week": np.arange(N_WEEKS)}), how="cross"
    )
    begin, span = pl.lit(BEGIN.to_pydatetime()), 7
    found = (
        grid.join(counts, on=["rel", "week"], how="left")
        .sort("rel", "week")
        .with_columns(pl.col("held", "met", "gone").fill_null(0).cast(pl.Float64))
        .with_columns(
            pl.col("held").rolling_sum(4, min_samples=1).over("rel").alias("c4"),
            pl.col("met").rolling_sum(8, min_samples=1).over("rel"),
            pl.col("gone").rolling_sum(8, min_samples=1).over("rel"),
            pl.col("last").forward_fill().over("rel").fill_null(begin),
        )
        .select(
            (
                (begin + pl.duration(days=span) * (pl.col("week") + 1) - pl.col("last"))
                .dt.total_microseconds()
                .sum()
                / (WEEK_US / span)
            ).alias("gap"),
            pl.col("c4").sum(),
            ((pl.col("gone") + 0.5) / (pl.col("met") + pl.col("gone") + 5)).sum().alias("share"),
        )
        .collect()
    )
    return _named(*found.row(0))


def by_duckdb(path: Path, n_rel: int) -> dict[str, float]:
    """The same in SQL."""
    import duckdb

    query = f"""
    WITH counts AS (
      SELECT rel, (epoch_us("at") - {BEGIN_US}) // {WEEK_US} AS week,
        count(*) FILTER (NOT missed) AS held, count(*) FILTER (NOT missed AND scheduled) AS met,
        count(*) FILTER (missed) AS gone, max(epoch_us("at")) FILTER (NOT missed) AS latest
      FROM read_parquet('{path}') GROUP BY ALL),
    grid AS (
      SELECT r.range::INTEGER AS rel, w.range AS week
      FROM range({n_rel}) r, range({N_WEEKS}) w),
    windows AS (
      SELECT week, sum(coalesce(held, 0)) OVER four AS c4, sum(coalesce(met, 0)) OVER eight AS met,
        sum(coalesce(gone, 0)) OVER eight AS gone,
        coalesce(max(latest) OVER past, {BEGIN_US}) AS latest
      FROM grid LEFT JOIN counts USING (rel, week)
      WINDOW four AS (PARTITION BY rel ORDER BY week ROWS 3 PRECEDING),
        eight AS (PARTITION BY rel ORDER BY week ROWS 7 PRECEDING),
        past AS (PARTITION BY rel ORDER BY week ROWS UNBOUNDED PRECEDING))
    SELECT sum({BEGIN_US} + (week + 1) * {WEEK_US} - latest) / {WEEK_US // 7},
      sum(c4), sum((gone + 0.5) / (met + gone + 5)) FROM windows"""
    return _named(*duckdb.sql(query).fetchall()[0])


def _named(*values: object) -> dict[str, float]:
    return dict(zip(CHECKED, (float(value) for value in values), strict=True))


RUNS = {
    "mentorlab": by_mentorlab,
    "pandas": by_pandas,
    "polars": by_polars,
    "duckdb": by_duckdb,
}

if __name__ == "__main__":
    name, log, small, n_events, n_small = sys.argv[1:]
    RUNS[name](Path(small), n_relationships(int(n_small)))
    print(json.dumps(measure(lambda: RUNS[name](Path(log), n_relationships(int(n_events))))))
