"""Weekly features of a large log: one streaming pass beside idiomatic pandas, equal answers.

Run ``python benchmarks/bench_signals.py [n_events]``. Each runs in a process of its own on the
same Parquet file, after a warm-up on a small one (imports, compiled kernels). CPU seconds add all
threads and include reading; peak memory is the process's.
Polars and DuckDB take part when they can be imported.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

N_WEEKS = 52
PER_RELATIONSHIP, SMALL = 100, 10_000
WEEK_US = 7 * 24 * 3600 * 1_000_000
BEGIN = pd.Timestamp("2024-01-01")
CHECKED = ("gap_days", "contacts_4w", "missed_share_8w")
PEERS = ("pandas", "polars", "duckdb")


def write_log(n_events: int, path: Path) -> None:
    """Write a log in the order of time: relationship, moment, kind, status, who began it."""
    rng = np.random.default_rng(7)
    n_rel = n_events // PER_RELATIONSHIP
    at = np.sort(rng.integers(0, N_WEEKS * WEEK_US, n_events)) + BEGIN.value // 1000
    frame = pd.DataFrame(
        {
            "rel": rng.integers(0, n_rel, n_events).astype(np.int32),
            "at": at.astype("datetime64[us]"),
            "scheduled": rng.random(n_events) < 0.5,
            "by": rng.integers(1, 3, n_events).astype(np.int8),
        }
    )
    frame["missed"] = frame["scheduled"] & (rng.random(n_events) < 0.15)
    frame.to_parquet(path, row_group_size=1_000_000)


def ours(path: Path, n_rel: int) -> dict[str, float]:
    """Stream batches of the file through the state; rows are summed week by week."""
    import pyarrow.parquet as pq

    from mentorlab.signals.features.events import N_FLAGS, Contacts, DueDates
    from mentorlab.signals.features.layout import COLUMNS
    from mentorlab.signals.features.relations import FAR, Relations
    from mentorlab.signals.features.state import Pass, open_state

    first = BEGIN.value // 1000
    origin = first + N_WEEKS * WEEK_US - 1
    relations = Relations(
        pd.RangeIndex(n_rel), np.full(n_rel, first), np.full(n_rel, FAR, dtype=np.int64)
    )

    def batches():
        for batch in pq.ParquetFile(path).iter_batches(1_000_000):
            columns = {
                name: batch[name].to_numpy(zero_copy_only=False) for name in batch.schema.names
            }
            at = columns["at"].astype("M8[us]").astype(np.int64)
            flags = np.zeros((len(at), N_FLAGS), np.int8)
            flags[:, 0], flags[:, 1], flags[:, 2] = (
                columns["scheduled"],
                columns["missed"],
                columns["by"],
            )
            flags[:, 5:8], flags[:, 8] = -1, 1
            minutes = np.full(len(at), np.nan)
            yield Contacts(at, at, columns["rel"].astype(np.int64), minutes, flags)

    none = np.zeros(0, np.int64)
    due = DueDates(none, none, none.astype(np.int8))
    running = Pass(open_state(relations, origin=origin))
    sums = dict.fromkeys(CHECKED, 0.0)
    places = {name: COLUMNS.index(name) for name in CHECKED}
    for week in running.weeks(batches(), due, until=0):
        for name, place in places.items():
            sums[name] += float(week.values[:, place].sum())
    return sums


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
      SELECT rel, (epoch_us("at") - {BEGIN.value // 1000}) // {WEEK_US} AS week,
        count(*) FILTER (NOT missed) AS held, count(*) FILTER (NOT missed AND scheduled) AS met,
        count(*) FILTER (missed) AS gone, max(epoch_us("at")) FILTER (NOT missed) AS latest
      FROM read_parquet('{path}') GROUP BY ALL),
    grid AS (
      SELECT r.range::INTEGER AS rel, w.range AS week
      FROM range({n_rel}) r, range({N_WEEKS}) w),
    windows AS (
      SELECT week, sum(coalesce(held, 0)) OVER four AS c4, sum(coalesce(met, 0)) OVER eight AS met,
        sum(coalesce(gone, 0)) OVER eight AS gone,
        coalesce(max(latest) OVER past, {BEGIN.value // 1000}) AS latest
      FROM grid LEFT JOIN counts USING (rel, week)
      WINDOW four AS (PARTITION BY rel ORDER BY week ROWS 3 PRECEDING),
        eight AS (PARTITION BY rel ORDER BY week ROWS 7 PRECEDING),
        past AS (PARTITION BY rel ORDER BY week ROWS UNBOUNDED PRECEDING))
    SELECT sum({BEGIN.value // 1000} + (week + 1) * {WEEK_US} - latest) / {WEEK_US // 7},
      sum(c4), sum((gone + 0.5) / (met + gone + 5)) FROM windows"""
    return _named(*duckdb.sql(query).fetchone())


def _named(*values: object) -> dict[str, float]:
    return dict(zip(CHECKED, (float(value) for value in values), strict=True))


RUNS = {"mentorlab": ours, "pandas": by_pandas, "polars": by_polars, "duckdb": by_duckdb}


def child(name: str, path: Path, n_rel: int) -> None:
    """Run one and print its sums, CPU seconds and peak memory."""
    small = path.with_name("small.parquet")
    RUNS[name](small, SMALL // PER_RELATIONSHIP)
    before = resource.getrusage(resource.RUSAGE_SELF)
    begin = time.perf_counter()
    sums = RUNS[name](path, n_rel)
    use = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "sums": sums,
                "cpu": use.ru_utime + use.ru_stime - before.ru_utime - before.ru_stime,
                "gib": use.ru_maxrss / 2**20,
                "wall": time.perf_counter() - begin,
            }
        )
    )


def run(name: str, path: Path, n_rel: int) -> dict | None:
    """Run one in a process of its own; None when its library is absent."""
    command = [sys.executable, __file__, "--child", name, str(path), str(n_rel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        if "ModuleNotFoundError" in done.stderr:
            return None
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def main(n_events: int) -> None:
    """Write the log, run everybody, compare."""
    n_rel = n_events // PER_RELATIONSHIP
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        write_log(n_events, path)
        write_log(SMALL, path.with_name("small.parquet"))
        own = run("mentorlab", path, n_rel)
        print(f"{n_events:,} events, {n_rel:,} relationships, {N_WEEKS} weeks")
        print(f"{'':10} {'CPU s':>8} {'GiB':>6} {'wall s':>8}  (mentorlab: all 34 features)")
        print(f"{'mentorlab':10} {own['cpu']:8.2f} {own['gib']:6.2f} {own['wall']:8.2f}")
        for name in PEERS:
            other = run(name, path, n_rel)
            if other is None:
                print(f"{name:10} not installed")
                continue
            for key, value in other["sums"].items():
                assert np.isclose(value, own["sums"][key], rtol=1e-9), (name, key, value, own)
            print(
                f"{name:10} {other['cpu']:8.2f} {other['gib']:6.2f} {other['wall']:8.2f}  "
                f"CPU x{other['cpu'] / own['cpu']:.1f}, memory x{other['gib'] / own['gib']:.1f}"
            )


if __name__ == "__main__":
    if "--child" in sys.argv:
        child(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000)
