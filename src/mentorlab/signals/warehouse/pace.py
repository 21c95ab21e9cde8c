"""Own pace beside the pool's, the calendar, and the charts of a slowdown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..features.kernel import (
    CALENDAR_WEIGHT,
    DEFAULT_WEEKS,
    DROP,
    FEWEST_WEEKS,
    LEARNING_DAYS,
    MOST_WEEKS,
    SMALL_POOL,
    SMOOTHING,
)
from ..features.layout import DAY_US, WEEK_US
from .log import ID, Log
from .sources import load_ibis
from .windows import constant, flag, real, running, smoothed, week_of

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import BooleanColumn, NumericColumn


def with_pace(panel: Table, log: Log) -> Table:
    """Add pace, calendar factor and the contacts expected since the last one.

    Notes
    -----
    The pool of each week is summed twice, for its mean and for its spread, as the kernel does.
    """
    ibis = load_ibis("warehouse")
    weeks = real(panel["age"]) / float(WEEK_US)
    panel = panel.mutate(weeks=weeks, part=weeks.clip(upper=1.0), ever=real(panel["ever_contacts"]))
    panel = log.stage(panel, "panel")
    panel = log.stage(_beside(panel, _priors(panel)), "pools")
    due = _pace_before(panel) * panel["part"]
    pool = (
        panel.mutate(due=due)
        .group_by("week")
        .agg(seen=real(panel["new_contacts"]).sum(), due=due.sum())
    )
    factor = (pool["seen"] + CALENDAR_WEIGHT) / (pool["due"] + CALENDAR_WEIGHT)
    pool = pool.select("week", calendar_factor=factor)
    pool = pool.mutate(calendar=pool["calendar_factor"].sum().over(order_by="week", rows=(None, 0)))
    pool = log.stage(pool, "calendar")
    panel = _beside(panel, pool)
    panel = panel.mutate(
        pace_before=_pace_before(panel),
        pace_per_week=(panel["prior_contacts"] + panel["ever"])
        / (panel["prior_weeks"] + panel["weeks"]),
        last=ibis.greatest(panel["last_at"].fill_null(panel["starts"]), panel["starts"]),
    )
    return log.stage(_expected(panel, pool, log.origin), "paces")


def _pace_before(panel: Table) -> NumericColumn:
    """The own pace without the week that ends."""
    earlier = panel["prior_contacts"] + panel["ever"] - real(panel["new_contacts"])
    return earlier / (panel["prior_weeks"] + panel["weeks"] - panel["part"])


def _beside(panel: Table, pool: Table) -> Table:
    return panel.inner_join(pool.rename(pool_week="week"), [("week", "pool_week")]).drop(
        "pool_week"
    )


def _priors(panel: Table) -> Table:
    """The gamma distribution of paces over each week's pool."""
    ibis = load_ibis("warehouse")
    sums = panel.group_by("week").agg(
        n=real(panel.count()),
        contacts=panel["ever"].sum(),
        observed=panel["weeks"].sum(),
        squares=(panel["weeks"] * panel["weeks"]).sum(),
    )
    sums = sums.mutate(mean=sums["contacts"] / sums["observed"])
    marked = _beside(panel.select("week", "weeks", "ever"), sums.select("week", "mean"))
    away = marked["ever"] / marked["weeks"] - marked["mean"]
    spread = marked.group_by("week").agg(spread=(marked["weeks"] * away * away).sum())
    pool = _beside(sums, spread)
    between = (pool["spread"] - (pool["n"] - 1.0) * pool["mean"]) / (
        pool["observed"] - pool["squares"] / pool["observed"]
    ).nullif(0.0)
    varied = (between > 0).fill_null(False)
    prior_weeks = ibis.cases(
        ((pool["n"] < SMALL_POOL) | (pool["mean"] <= 0), constant(DEFAULT_WEEKS)),
        (varied, (pool["mean"] / between.nullif(0.0)).clip(FEWEST_WEEKS, MOST_WEEKS)),
        else_=constant(MOST_WEEKS),
    )
    pool = pool.mutate(prior_weeks=prior_weeks)
    return pool.select("week", "prior_weeks", prior_contacts=pool["mean"] * pool["prior_weeks"])


def _expected(panel: Table, pool: Table, origin: int) -> Table:
    """Contacts due since the last one: the pace of then, times the calendar since then."""
    ibis = load_ibis("warehouse")
    block = running(flag(panel["new_contacts"] > 0), "sum", by=ID, order="week")
    panel = panel.mutate(
        block=block,
        told=ibis.ifelse(panel["new_contacts"] > 0, panel["pace_per_week"], ibis.null("float64")),
        last_week=week_of(panel["last"], origin),
    )
    at_last = panel["told"].max().over(group_by=[ID, "block"])
    pool_pace = panel["prior_contacts"] / panel["prior_weeks"]
    panel = panel.mutate(
        usual=ibis.ifelse(panel["block"] > 0, at_last, pool_pace).fill_null(pool_pace)
    )
    then = pool.rename(then_week="week", then_factor="calendar_factor", then_calendar="calendar")
    panel = panel.inner_join(then, [("last_week", "then_week")])
    left = real(panel["last_week"] * WEEK_US + origin - panel["last"]) / float(WEEK_US)
    since = panel["calendar"] - panel["then_calendar"] + left * panel["then_factor"]
    gap = real(panel["moment"] + 1 - panel["last"]) / float(DAY_US)
    return panel.mutate(expected_since_last=panel["usual"] * since, gap_days=gap).drop(
        "block", "told", "last_week", "then_week", "then_factor", "then_calendar", "usual"
    )


def with_charts(panel: Table, log: Log, *, rounds: int) -> Table:
    """Add the chart of a slowdown and the smoothed contacts.

    Notes
    -----
    Given the paces that it takes as its reference, the chart has a closed form: a running sum
    above its running minimum. But it takes its reference anew after each week in which it stood at
    0, so that depends on itself. The first guess refers each week to the pace of that week; each
    round takes the references that follow from the chart before. Weeks up to the first that two
    rounds tell differently are exact, by induction; later ones are left empty.
    """
    ibis = load_ibis("warehouse")
    learned = panel["age"] > LEARNING_DAYS * DAY_US
    by = {"by": ID, "order": "week"}
    rows = panel.select(
        ID,
        "week",
        "pace_before",
        new=flag(learned) * panel["new_contacts"],
        flow=real(flag(learned)) * panel["calendar_factor"] * panel["part"],
        place=running(flag(learned), "sum", **by),
    )
    due = rows["pace_before"] * rows["flow"]
    rows = rows.mutate(
        score=(real(rows["new"]) - due) / due.clip(lower=SMOOTHING).sqrt(),
        walk=running(_step(rows, rows["pace_before"]), "sum", **by),
    )
    rows = rows.select(
        *(ID, "week", "pace_before", "new", "flow", "place"),
        ewma_contacts=smoothed(rows, "score", "place", weight=SMOOTHING, by=[ID]),
        level=_above_lowest(rows),
        guess=constant(0),
    )
    for number in range(rounds):
        rows = log.stage(_round(rows), f"chart_{number + 1}")
    agreed = running(flag(_at_zero(rows, "level") == _at_zero(rows, "guess")), "min", **by) == 1
    charts = rows.select(
        own=ID,
        in_week="week",
        cusum_llr=ibis.ifelse(agreed, rows["level"], ibis.null("float64")),
        ewma_contacts="ewma_contacts",
    )
    joined = panel.inner_join(charts, [(ID, "own"), ("week", "in_week")])
    return log.stage(joined.drop("own", "in_week"), "charts")


def _step(rows: Table, pace: NumericColumn) -> NumericColumn:
    """The log-likelihood ratio that a week adds."""
    return real(rows["new"]) * math.log(DROP) + pace * rows["flow"] * (1 - DROP)


def _above_lowest(rows: Table) -> NumericColumn:
    return rows["walk"] - running(rows["walk"], "min", by=ID, order="week").clip(upper=0.0)


def _at_zero(rows: Table, level: str) -> BooleanColumn:
    return (rows[level] <= 0) | (rows["place"] == 0)


def _round(rows: Table) -> Table:
    """Put the chart through with the references that follow from the zeros found so far."""
    zero = flag(_at_zero(rows, "level"))
    rows = rows.mutate(block=running(zero, "sum", by=ID, order="week") - zero)
    pace = rows["pace_before"].first().over(group_by=[ID, "block"], order_by="week", rows=(None, 0))
    rows = rows.mutate(step=_step(rows, pace))
    rows = rows.mutate(walk=running(rows["step"], "sum", by=ID, order="week"))
    return rows.mutate(guess=rows["level"], level=_above_lowest(rows)).drop("block", "step", "walk")
