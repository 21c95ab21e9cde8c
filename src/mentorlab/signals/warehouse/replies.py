"""Who answers messages how fast, beside the own first weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..features.kernel import (
    FEWEST_REPLIES,
    HOUR_US,
    LEARNING_DAYS,
    REPLY_SMOOTHING,
    SHORTEST_REPLY_HOURS,
)
from ..features.layout import DAY_US, MENTEE, MENTOR
from .log import ID, Log
from .sources import load_ibis
from .windows import flag, power, real, running, smoothed

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import BooleanColumn, NumericColumn

SIDES = {"mentor": MENTOR, "mentee": MENTEE}
_SPAN = 2**30
"""More than the messages of a relationship, so that two places fit in one number."""
_SIDES = 4
"""More than the codes of sides."""


def with_replies(panel: Table, log: Log, *, rounds: int) -> Table:
    """Add each side's time to answer, and how much slower it became.

    Parameters
    ----------
    panel : ibis.Table
        Weeks at risk.
    log : Log
        With coded contacts.
    rounds : int
        How often turns are put through.
    """
    ibis = load_ibis("warehouse")
    turns = log.stage(_turns(log, rounds), "turns")
    doubt = turns.filter(~turns["sure"]).group_by(doubted=turns[ID])
    doubt = doubt.agg(doubt_from=lambda rows: rows["week"].min())
    panel = panel.left_join(doubt, [(ID, "doubted")]).drop("doubted")
    replies = log.stage(_timed(turns), "replies")
    blocks, columns = {}, ("n", "level", "base")
    for side, code in SIDES.items():
        of = replies.filter(replies["by"] == code)
        weekly = of.select(
            own=ID, in_week="week", **{f"{name}_{side}": of[name] for name in columns}
        )
        panel = panel.left_join(weekly, [(ID, "own"), ("week", "in_week")]).drop("own", "in_week")
        blocks[f"block_{side}"] = running(
            flag(panel[f"n_{side}"].notnull()), "sum", by=ID, order="week"
        )
    panel = panel.mutate(**blocks)
    told = (panel["week"] < panel["doubt_from"]).fill_null(True)
    nothing = ibis.null("float64")
    features = {}
    for side in SIDES:
        n, level, base = (
            panel[f"{name}_{side}"].max().over(group_by=[ID, f"block_{side}"]) for name in columns
        )
        slower = ibis.ifelse(n.isnull(), 0.0, level - base)
        features[f"reply_hours_{side}"] = ibis.ifelse(told, level.exp(), nothing)
        features[f"reply_slowdown_{side}"] = ibis.ifelse(told, slower, nothing)
    used = [f"{name}_{side}" for name in (*columns, "block") for side in SIDES]
    return log.stage(panel.mutate(**features).drop("doubt_from", *used), "answers")


def _turns(log: Log, rounds: int) -> Table:
    """Messages that took the turn: of the other side than the last one, and not earlier.

    Notes
    -----
    A message entered late may be earlier than the last turn and is then passed over; which ones
    are depends on the turns before. Given which ones are, a turn is a message of another side than
    the one before it. The first guess passes over all that are not the latest so far; each round
    compares with the last turn that follows from the guess before. Messages up to the first that
    two rounds tell differently are exact, by induction.
    """
    ibis = load_ibis("warehouse")
    rows = log.contacts.filter(log.contacts["answers"] == 1)
    order = ["known", "at", *log.order]
    rows = rows.select(
        *(ID, "week", "at", "starts", "by"),
        place=ibis.row_number().over(group_by=ID, order_by=order).cast("int64") + 1,
        rank=ibis.dense_rank().over(group_by=ID, order_by="at").cast("int64"),
    )
    counts = rows["rank"] >= running(rows["rank"], "max", by=ID, order="place")
    rows = rows.mutate(counts=counts, guess=counts)
    for number in range(rounds):
        rows = rows.mutate(turn=_takes_turn(rows))
        last = _last(rows, "turn", rows["place"] * _SPAN + rows["rank"])
        rows = rows.mutate(guess=rows["counts"], counts=last % _SPAN <= rows["rank"])
        rows = log.stage(rows, f"turns_{number + 1}")
    agreed = flag(rows["counts"] == rows["guess"])
    sure = running(agreed, "min", by=ID, order="place") == 1
    return rows.select(
        *(ID, "week", "at", "starts", "by", "place"), turn=_takes_turn(rows), sure=sure
    )


def _takes_turn(rows: Table) -> BooleanColumn:
    """Whether a message that counts is of another side than the one before it that counts."""
    last = _last(rows, "counts", rows["place"] * _SIDES + rows["by"])
    return rows["counts"] & (last % _SIDES != rows["by"])


def _last(rows: Table, chosen: str, code: NumericColumn) -> NumericColumn:
    """The code of the last chosen message before each; 0 before the first."""
    codes = load_ibis("warehouse").ifelse(rows[chosen], code, 0)
    return codes.max().over(group_by=ID, order_by="place", rows=(None, -1)).fill_null(0)


def _timed(rows: Table) -> Table:
    """By relationship, side and week: answers so far, their level now and in the first weeks."""
    ibis = load_ibis("warehouse")
    turns = rows.filter(rows["turn"] & rows["sure"])
    turns = turns.mutate(before=turns["at"].lag().over(group_by=ID, order_by="place"))
    replies = turns.filter(turns["before"].notnull())
    hours = real(replies["at"] - replies["before"]) / float(HOUR_US)
    of = {"by": [ID, "by"], "order": "place"}
    replies = replies.mutate(
        value=hours.clip(lower=SHORTEST_REPLY_HOURS).ln(),
        n=ibis.row_number().over(group_by=of["by"], order_by="place").cast("int64") + 1,
        following=replies["week"].lead().over(group_by=of["by"], order_by="place"),
    )
    early = (replies["n"] <= FEWEST_REPLIES) | (
        replies["at"] - replies["starts"] <= LEARNING_DAYS * DAY_US
    )
    replies = replies.mutate(early=flag(early))
    replies = replies.mutate(
        later=running(1 - replies["early"], "sum", **of),
        learned=running(replies["early"], "sum", **of),
        learned_value=running(replies["value"] * real(replies["early"]), "sum", **of),
    )
    base = replies["learned_value"] / real(replies["learned"])
    since = smoothed(replies, "value", "later", weight=REPLY_SMOOTHING, by=of["by"])
    replies = replies.mutate(
        base=base, level=base * power(1 - REPLY_SMOOTHING, replies["later"]) + since
    )
    newest = replies["following"].isnull() | (replies["following"] > replies["week"])
    return replies.filter(newest)
