"""Tables of groups that are safe to show: small groups hidden, and not to be computed either."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import Fault, OptionError, SchemaError, count, did_you_mean, listing, quote
from ..provenance import Provenance
from ..result import Result, describe_size
from .suppression import TOTAL, Entries, add_totals, hide

WHO = "small_cells"
MAX_ENTRIES = 1_500
_ALL = "(all)"
_COUNT = "n"


@dataclass(frozen=True, eq=False, repr=False)
class SmallCells(Result):
    """Groups with their sizes, the small ones hidden.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a group: the grouping columns, the count, the values, and `suppressed`. Count and
        values are missing where `suppressed` is true.
    totals : pandas.DataFrame
        One row a total, over each set of grouping columns (``(all)`` where summed over), hidden
        alike.
    suppressed : pandas.DataFrame
        What was hidden and why: the grouping columns and `reason`. For your own eyes: who knows
        which group is small knows more than the table shows.
    by : tuple of str
        The grouping columns.
    k : int
        The smallest group that is shown.
    """

    table: pd.DataFrame
    totals: pd.DataFrame
    suppressed: pd.DataFrame
    by: tuple[str, ...]
    k: int

    def to_frame(self) -> pd.DataFrame:
        """Give the groups as they may be shown."""
        return self.table.copy()

    def headline(self) -> str:
        """How many groups are hidden."""
        return (
            f"Groups by {' and '.join(self.by)}: {int(self.table['suppressed'].sum())} of "
            f"{count(len(self.table), 'group')} suppressed (fewer than {self.k}, or needed to "
            "protect one that is)"
        )

    def notes(self) -> tuple[str, ...]:
        """Which totals must stay hidden too, and what this does not protect against."""
        n_totals = int(self.totals["suppressed"].sum())
        said = []
        if n_totals:
            said.append(
                f"{count(n_totals, 'total')} of {len(self.totals):,} must stay hidden as well: see "
                "`totals`"
            )
        if self.table["suppressed"].any() or n_totals:
            said.append(
                "no hidden count can be computed from what is shown, all totals included; each "
                f"small group could be {self.k} or more"
            )
        said.append(
            "another table of the same people by other groups can give a hidden count away: make "
            "all tables from one call, or show fewer"
        )
        return tuple(said)


def small_cells(
    frame: pd.DataFrame,
    *,
    by: str | Iterable[str],
    k: int = 5,
    count: str | None = None,
    unit: str | None = None,
    values: str | Iterable[str] = (),
) -> SmallCells:
    """Tell which groups are too small to show, and hide them so that they can't be computed.

    A group of fewer than `k` is hidden. So are further groups and totals, as few people as can be
    found, until nobody who sees the rest and all totals can compute a hidden count or tell it from
    one of `k` or more (complementary suppression). Empty groups are shown as such.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a person or record; or one row a group, with `count`.
    by : str or iterable of str
        Columns that make the groups.
    k : int
        The smallest group that may be shown, 2 or more.
    count : str, optional
        Column of group sizes, for a frame that has one row a group.
    unit : str, optional
        Column of ids: sizes are then numbers of different ids, not of rows. An id must stay in one
        group.
    values : str or iterable of str
        Columns to show beside the size and to hide with it: their means over a group's rows, or as
        they are in a frame with `count`. A mean over fewer than `k` cells hides its group.

    Returns
    -------
    SmallCells

    Raises
    ------
    OptionError
        If an argument does not fit the frame, or there are more groups than can be handled.
    SchemaError
        If groups come twice, sizes are not whole numbers, or an id is in two groups.

    Notes
    -----
    The reader is taken to know that hidden counts are 1 or more, and the rule. What a whole group
    has in common (all said no) is told by a mean at the end of its scale whatever its size.

    References
    ----------
    Fischetti & Salazar (2001), see :func:`mentorlab.privacy.suppression.hide`.

    Examples
    --------
    >>> import pandas as pd
    >>> sizes = pd.DataFrame({"site": ["a", "b", "c"], "n": [2, 9, 30]})
    >>> small_cells(sizes, by="site", count="n").table["n"].tolist()
    [<NA>, <NA>, 30]
    """
    groups, shown = _columns(by), _columns(values)
    _check_arguments(frame, groups, k, count, unit, shown)
    name = count or _COUNT
    cells = (
        _given_cells(frame, groups, count, shown)
        if count
        else _counted_cells(frame, groups, unit, shown)
    )
    codes = [pd.factorize(cells[column], use_na_sentinel=False) for column in groups]
    entries = add_totals(
        np.column_stack([code for code, _ in codes]), cells[_COUNT].to_numpy(dtype=np.int64)
    )
    if len(entries.counts) > MAX_ENTRIES:
        raise OptionError(
            f"{WHO}: {len(cells):,} groups and their totals are more than {MAX_ENTRIES:,} numbers; "
            "use fewer columns in `by`, or coarser groups."
        )
    small = (entries.counts > 0) & (entries.counts < k)
    few = cells["_few"].to_numpy()
    small[: len(cells)] |= (few > 0) & (few < k)
    hidden = hide(entries, small, k)
    labels = _labels(entries, [levels for _, levels in codes], groups)
    table = cells[[*groups, _COUNT, *shown]].rename(columns={_COUNT: name})
    return SmallCells(
        table=_blank(table, [name, *shown], hidden[: len(cells)]),
        totals=_blank(
            labels.assign(**{name: entries.counts})[len(cells) :].reset_index(drop=True),
            [name],
            hidden[len(cells) :],
        ),
        suppressed=_reasons(labels, small, hidden, k),
        by=tuple(groups),
        k=k,
        provenance=Provenance(WHO, {"frame": describe_size(frame), "by": tuple(groups), "k": k}),
    )


def _columns(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _check_arguments(
    frame: pd.DataFrame,
    by: list[str],
    k: int,
    size: str | None,
    unit: str | None,
    values: list[str],
) -> None:
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 2:
        raise OptionError(f"{WHO}: `k` must be a whole number of 2 or more; got {quote(k)}.")
    if not by:
        raise OptionError(f"{WHO}: `by` must name a column or more; got none.")
    if size and unit:
        raise OptionError(f"{WHO}: give `count` or `unit`, not both.")
    named = [("by", n) for n in by] + [("values", n) for n in values]
    named += [("count", size)] * bool(size) + [("unit", unit)] * bool(unit)
    for argument, column in named:
        if column not in frame:
            near = did_you_mean(column, frame.columns)
            raise OptionError(
                f"{WHO}: `{argument}` must name columns of the frame ({listing(frame.columns)}); "
                f"got {quote(column)}. {near}".rstrip()
            )
    again = [column for _, column in named if [c for _, c in named].count(column) > 1]
    if again:
        raise OptionError(f"{WHO}: {quote(again[0])} is named twice.")


def _given_cells(frame: pd.DataFrame, by: list[str], size: str, values: list[str]) -> pd.DataFrame:
    cells = frame[[*by, size, *values]].rename(columns={size: _COUNT}).reset_index(drop=True)
    number = pd.to_numeric(cells[_COUNT], errors="coerce")
    rules = [
        (size, "be whole numbers of 0 or more", ~(number.ge(0) & number.mod(1).eq(0))),
        (", ".join(by), "tell groups apart", cells.duplicated(by)),
    ]
    faults = [
        Fault(column, must, n_rows=int(bad.sum()), first_row=int(bad.to_numpy().argmax()) + 1)
        for column, must, bad in rules
        if bad.any()
    ]
    if faults:
        raise SchemaError(f"{WHO}: not a table of groups", faults)
    return cells.assign(**{_COUNT: number.astype("int64"), "_few": 0})


def _counted_cells(
    frame: pd.DataFrame, by: list[str], unit: str | None, values: list[str]
) -> pd.DataFrame:
    for column in values:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            raise OptionError(f"{WHO}: `values` must name numbers; {quote(column)} is not.")
    groups = frame.groupby(by, dropna=False, observed=True)
    if unit:
        _check_units(frame, by, unit)
        sizes = groups[unit].nunique()
    else:
        sizes = groups.size()
    cells = sizes.rename(_COUNT).to_frame()
    few = pd.Series(np.iinfo(np.int64).max, index=cells.index)
    for column in values:
        cells[column] = groups[column].mean()
        answered = groups[column].count()
        few = few.where(answered.eq(0) | (few < answered), answered)
    return cells.assign(_few=few).reset_index()


def _check_units(frame: pd.DataFrame, by: list[str], unit: str) -> None:
    pairs = frame[[unit, *by]].dropna(subset=unit).drop_duplicates()
    twice = pairs[unit].duplicated(keep=False)
    if twice.any():
        n = pairs.loc[twice, unit].nunique()
        fault = Fault(
            unit,
            "be in one group",
            got=f"{n:,} in more than one",
            hint="Totals would count them more than once: keep one row for each, or group by "
            "columns that do not change.",
        )
        raise SchemaError(f"{WHO}: groups overlap", [fault])


def _labels(entries: Entries, levels: list[pd.Index], by: list[str]) -> pd.DataFrame:
    columns = {}
    for place, (name, level) in enumerate(zip(by, levels, strict=True)):
        code = entries.keys[:, place]
        names = np.asarray(level, dtype=object)
        columns[name] = [_ALL if c == TOTAL else names[c] for c in code]
    return pd.DataFrame(columns)


def _blank(table: pd.DataFrame, columns: list[str], hidden: np.ndarray) -> pd.DataFrame:
    shown = table.assign(**{columns[0]: table[columns[0]].astype("Int64")})
    blanked = {name: shown[name].mask(hidden) for name in columns}
    return shown.assign(**blanked, suppressed=hidden)


def _reasons(labels: pd.DataFrame, small: np.ndarray, hidden: np.ndarray, k: int) -> pd.DataFrame:
    reason = np.where(small, f"fewer than {k}", "protects a smaller one")
    return labels.assign(reason=reason)[hidden].reset_index(drop=True)
