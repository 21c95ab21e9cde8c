"""One row a relationship and week at risk, with the counts of its windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..features.layout import SHORT_WINDOW, WEEK_US, WINDOW
from .log import ID, Log, with_runs
from .sources import load_ibis
from .windows import real, running, week_of, whole_part

if TYPE_CHECKING:
    from ibis import Table

LONG = (
    "contacts",
    "meetings",
    "failed_mentor",
    "failed_mentee",
    "missed",
    "cancelled",
    "rescheduled",
    "started_mentor",
    "started_mentee",
    "agenda",
    "asked_mentor",
    "asked_mentee",
    "ready_mentor",
    "ready_mentee",
    "hours_told",
    "out_of_hours",
)
"""Counted over eight weeks."""
SHORT = ("contacts", "meetings", "minutes")
"""Counted over four weeks."""
EVER = ("contacts", "started_mentor", "started_mentee")
RUNS = ("failed", "failed_mentor", "failed_mentee")


COUNTED = (
    *(f"{name}_8w" for name in LONG if name not in ("contacts", "cancelled", "rescheduled")),
    *(f"{when}_{name}" for when in ("total", "at_end") for name in RUNS),
    *(f"{when}_{name}" for when in ("new", "ever") for name in EVER if name != "contacts"),
)
"""Counts that no longer matter once shares are made of them."""


def weeks_at_risk(log: Log) -> Table:
    """Give each relationship's weeks, from its start until its ending was known.

    Returns
    -------
    ibis.Table
        `relationship_id`, `starts`, `week` (0 is the last one), `moment` (its last microsecond),
        `age` (microseconds since the start).
    """
    ibis = load_ibis("warehouse")
    relations, origin = log.relations, log.origin
    since_end = origin - relations["known_end"]
    last = ibis.ifelse(
        (since_end >= 0).fill_null(False), -whole_part(since_end, WEEK_US) - 1, 0
    ).cast("int64")
    spans = relations.mutate(first=week_of(relations["starts"], origin), last=last)
    spans = spans.filter(spans["first"] <= spans["last"])
    weeks = spans.select(ID, "starts", week=ibis.range(spans["first"], spans["last"] + 1).unnest())
    weeks = weeks.mutate(week=weeks["week"].cast("int64"))
    moment = weeks["week"] * WEEK_US + origin
    return weeks.mutate(moment=moment, age=moment + 1 - weeks["starts"])


def with_contacts(panel: Table, log: Log) -> Table:
    """Add the counts of contacts: new ones, over four and eight weeks, ever, and runs.

    Notes
    -----
    A contact enters a window in the week in which it became known and leaves it four or eight
    weeks after the one in which it happened; windows are running sums of both.
    """
    rows = with_runs(log.contacts, RUNS, ends="meetings", order=["known", "at", *log.order])
    ibis = load_ibis("warehouse")
    sums = {name: rows[name].sum() for name in (*LONG, "minutes")}
    runs = {
        f"{when}_{name}": rows[f"{when}_{name}"].max()
        for name in RUNS
        for when in ("total", "at_end")
    }
    last_at = ibis.ifelse(rows["contacts"] == 1, rows["at"], ibis.null("int64")).max()
    cells = rows.group_by(ID, "week", "own_week").agg(**sums, **runs, last_at=last_at)
    cells = log.stage(cells, "cells")
    changes = _changes(cells, list(runs))
    names = [name for name in changes.columns if name not in (ID, "week")]
    joined = panel.left_join(
        changes.rename(own="relationship_id", in_week="week"), [(ID, "own"), ("week", "in_week")]
    ).drop("own", "in_week")
    filled = {name: joined[name].fill_null(0) for name in names if name != "last_at"}
    return log.stage(_windows(joined.mutate(**filled), [*runs, "last_at"]), "counts")


def _changes(cells: Table, runs: list[str]) -> Table:
    """By week, what enters the windows and what leaves them."""
    ibis = load_ibis("warehouse")
    parts = [_change(cells, lag, runs) for lag in (0, SHORT_WINDOW, WINDOW)]
    moved = ibis.union(*parts)
    return moved.group_by(ID, "week").agg(
        **{name: moved[name].sum() for name in moved.columns if name.startswith(("new", "move"))},
        **{name: moved[name].max() for name in [*runs, "last_at"]},
    )


def _change(cells: Table, lag: int, runs: list[str]) -> Table:
    ibis = load_ibis("warehouse")
    if lag:
        leaves = cells["own_week"] + lag
        cells = cells.filter((leaves > cells["week"]) & (leaves <= 0))
        week = cells["own_week"] + lag
    else:
        week = cells["week"]

    def move(name: str, window: int) -> object:
        kind = "float64" if name == "minutes" else "int64"
        if lag == window:
            return -cells[name].cast(kind)
        if lag:
            return ibis.literal(0, kind)
        return ibis.ifelse(cells["own_week"] + window > cells["week"], cells[name], 0).cast(kind)

    return cells.select(
        ID,
        week=week,
        **{
            f"new_{name}": (cells[name] if not lag else ibis.literal(0)).cast("int64")
            for name in EVER
        },
        **{f"move_{name}_8w": move(name, WINDOW) for name in LONG},
        **{f"move_{name}_4w": move(name, SHORT_WINDOW) for name in SHORT},
        **{name: (cells[name] if not lag else ibis.literal(0)).cast("int64") for name in runs},
        last_at=(cells["last_at"] if not lag else ibis.null("int64")).cast("int64"),
    )


def _windows(rows: Table, latest: list[str]) -> Table:
    """Turn changes into levels."""
    levels = {}
    for name in rows.columns:
        if name.startswith("move_"):
            levels[name.removeprefix("move_")] = running(rows[name], "sum", by=ID, order="week")
        elif name.startswith("new_"):
            ever = name.replace("new_", "ever_")
            levels[ever] = running(rows[name], "sum", by=ID, order="week")
    levels |= {name: running(rows[name], "max", by=ID, order="week") for name in latest}
    moved = [name for name in rows.columns if name.startswith("move_")]
    return rows.mutate(**levels).drop(*moved)


def with_due_dates(panel: Table, log: Log) -> Table:
    """Add the items overdue and how many due dates passed in a row with the item open."""
    ibis = load_ibis("warehouse")
    due_dates = log.due_dates
    rows = due_dates.mutate(
        open=ibis.ifelse(due_dates["kind"] == 0, 1, 0),
        change=ibis.cases((due_dates["kind"] == 0, 1), (due_dates["kind"] == 1, -1), else_=0),
        done=ibis.ifelse(due_dates["kind"] > 0, 1, 0),
    )
    rows = with_runs(rows, ["open"], ends="done", order=["known", "kind"])
    weekly = rows.group_by(own=rows[ID], in_week=rows["week"]).agg(
        change=rows["change"].sum(),
        total_open=rows["total_open"].max(),
        at_end_open=rows["at_end_open"].max(),
    )
    joined = panel.left_join(weekly, [(ID, "own"), ("week", "in_week")]).drop("own", "in_week")
    levels = {
        name: running(joined[name].fill_null(0), how, by=ID, order="week")
        for name, how in (("change", "sum"), ("total_open", "max"), ("at_end_open", "max"))
    }
    found = joined.mutate(**levels)
    return found.mutate(
        overdue_items=real(found["change"]),
        due_missed_in_row=real(found["total_open"] - found["at_end_open"]),
    ).drop("change", "total_open", "at_end_open")
