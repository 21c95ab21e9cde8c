"""Expressions that every engine can run: whole weeks, running numbers, smoothed ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..features.layout import WEEK_US
from .sources import load_ibis

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import Column, NumericColumn, Value

MEMORY = 256
"""Rows that smoothing looks back on; older ones weigh less than 1e-31."""
LARGEST_POWER = 1000


def real(value: Value) -> NumericColumn:
    """Give a number as a float, since engines divide whole numbers and decimals differently."""
    return value.cast("float64")


def constant(value: float) -> Value:
    """Give a constant as a float."""
    return load_ibis("warehouse").literal(float(value)).cast("float64")


def micros(moment: Column) -> NumericColumn:
    """Give a date or moment as whole microseconds since 1970."""
    ibis = load_ibis("warehouse")
    moment = moment.cast("timestamp")
    return moment.delta(ibis.timestamp("1970-01-01 00:00:00"), unit="microsecond").cast("int64")


def day_micros(moment: Column) -> NumericColumn:
    """Give the beginning of a moment's day as whole microseconds since 1970."""
    return micros(moment.cast("date"))


def whole_part(number: NumericColumn, size: int) -> NumericColumn:
    """Divide whole numbers from 0 on, rounding down, exactly on engines that divide as floats."""
    return (real(number - number % size) / float(size)).round().cast("int64")


def week_of(moment: NumericColumn, origin: int) -> NumericColumn:
    """Tell in which week a moment up to the origin lies; week 0 ends there."""
    return -whole_part(origin - moment, WEEK_US)


def flag(condition: Value) -> NumericColumn:
    """Give 1 where a condition holds, else 0."""
    return load_ibis("warehouse").ifelse(condition, 1, 0).cast("int64")


def running(
    column: Column, how: str, *, by: str | Sequence[str], order: str | Sequence[str]
) -> Column:
    """Give a sum, minimum or maximum over a group's rows up to each row."""
    return getattr(column, how)().over(group_by=by, order_by=order, rows=(None, 0))


def smoothed(
    table: Table, value: str, place: str, *, weight: float, by: Sequence[str]
) -> NumericColumn:
    r"""Smooth a series exponentially: :math:`\sum_{m=1}^{q} (1-w)^{q-m} w\,v_m`.

    Parameters
    ----------
    table : ibis.Table
        One row a place of a group.
    value, place : str
        What is smoothed, and its place, 1 for the first; rows at place 0 or below count nothing.
    weight : float
        Weight w of the newest value.
    by : sequence of str
        Columns that group the rows.

    Notes
    -----
    Powers are taken within blocks of 256 places, so that none is too large; a row reads its own
    block and the one before.
    """
    ibis = load_ibis("warehouse")
    at = table[place]
    inside = at % MEMORY
    odd = whole_part(at.clip(lower=0), MEMORY) % 2
    left = constant(1 - weight)
    scaled = ibis.ifelse(
        at > 0, real(table[value]) * weight / left ** real(inside.clip(lower=0)), constant(0)
    )
    sums = [
        ibis.ifelse(odd == parity, scaled, constant(0))
        .sum()
        .over(group_by=by, order_by=place, rows=(1 - MEMORY, 0))
        for parity in (0, 1)
    ]
    own = ibis.ifelse(odd == 0, sums[0], sums[1])
    other = ibis.ifelse(odd == 0, sums[1], sums[0])
    return (
        left ** real(inside.clip(lower=0)) * own
        + left ** real(inside.clip(lower=0) + MEMORY) * other
    )


def power(base: float, exponent: NumericColumn) -> NumericColumn:
    """Raise a number below 1 to a power, without an underflow that some engines refuse."""
    return constant(base) ** real(exponent.clip(upper=LARGEST_POWER))
