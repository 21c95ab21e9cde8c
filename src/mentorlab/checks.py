"""Check tables against the data model, and tell all that is wrong in the user's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from .coding import code_rows, first_rows
from .coercion import coerce
from .errors import Fault, OptionError, SchemaError, did_you_mean, listing, quote
from .schemas import Column, Table
from .tables import TABLES

if TYPE_CHECKING:
    import pandera.pandas as pa


def conform(frame: pd.DataFrame, table: Table, *, who: str) -> pd.DataFrame:
    """Give the frame in its declared types, or name everything that is wrong with it.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of the table; extra columns pass through.
    table : Table
        What they must look like.
    who : str
        The function that asks.

    Returns
    -------
    pandas.DataFrame
        A new frame with a fresh index.

    Raises
    ------
    OptionError
        If it is not a data frame.
    SchemaError
        With every fault of the table.
    """
    if not isinstance(frame, pd.DataFrame):
        raise OptionError(
            f"{who}: {table.name} must be a data frame; got a {type(frame).__name__}."
        )
    clean, faults = inspect(frame, table)
    if faults:
        raise SchemaError(f"{who}: not a valid {table.name} table", faults)
    return clean


def inspect(frame: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Fault]]:
    """Check one table by itself.

    Returns
    -------
    frame : pandas.DataFrame
        In declared types, with a fresh index.
    faults : list of Fault
        Everything that is wrong, in column order.
    """
    faults = _header_faults(frame, table)
    clean = frame.reset_index(drop=True)
    unfit: set[str] = set()
    if not _has_plain_columns(clean):
        return clean, faults
    converted = {}
    for column in table.columns:
        if column.name in clean.columns:
            converted[column.name], found = coerce(clean[column.name], column)
            faults += found
            unfit |= {fault.column for fault in found}
    clean = clean.assign(**converted)
    faults += _rule_faults(clean, table, unfit)
    faults += _order_faults(clean, table)
    return clean, faults


def inspect_all(
    frames: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Check tables and the references between them.

    Returns
    -------
    tables : dict of str to pandas.DataFrame
        In declared types.
    faults : list of Fault
        Of all tables, each with its table's name.
    """
    tables, faults = {}, []
    for name, frame in frames.items():
        tables[name], found = inspect(frame, TABLES[name])
        faults += [replace(fault, table=name) for fault in found]
    return tables, faults + link_faults(tables)


def link_faults(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Check that every reference between tables finds its row.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables by name, in declared types.
    """
    faults = []
    tables = {name: frame for name, frame in tables.items() if _has_plain_columns(frame)}
    for name, frame in tables.items():
        for column in TABLES[name].columns:
            if column.refers in tables and column.name in frame.columns and column.must_exist:
                faults += _reference_faults(frame[column.name], column, name, tables)
    return faults


def _reference_faults(
    values: pd.Series, column: Column, table: str, tables: Mapping[str, pd.DataFrame]
) -> list[Fault]:
    key = TABLES[column.refers].key[0]
    known = tables[column.refers]
    if key not in known.columns:
        return []
    unknown = (~values.isin(known[key]) & values.notna()).to_numpy(dtype=bool)
    if not unknown.any():
        return []
    first = int(unknown.argmax())
    return [
        Fault(
            column.name,
            f"be found in {column.refers}.{key}",
            got=quote(values.iloc[first]),
            n_rows=int(unknown.sum()),
            first_row=first + 1,
            hint=did_you_mean(values.iloc[first], known[key].dropna().unique()[:5000])
            or f"Add the missing rows to {column.refers}, or drop these.",
            table=table,
        )
    ]


def _has_plain_columns(frame: pd.DataFrame) -> bool:
    return frame.columns.nlevels == 1 and frame.columns.is_unique


def _header_faults(frame: pd.DataFrame, table: Table) -> list[Fault]:
    if frame.columns.nlevels > 1:
        got = f"{frame.columns.nlevels} levels of names"
        return [Fault("columns", "have one name each", got, hint="Flatten the header first.")]
    names = [str(name) for name in frame.columns]
    faults = [
        Fault(str(name), "be the name of one column", got=f"{names.count(str(name))} columns")
        for name in frame.columns[frame.columns.duplicated()].unique()
    ]
    absent = [c for c in table.columns if c.required and c.name not in names]
    taken = set(table.names)
    for column in absent:
        near = did_you_mean(column.name, [name for name in names if name not in taken])
        hint = near.replace("Did you mean", "Is it the column") if near else ""
        if not near:
            hint = f"It holds: {column.about}."
        faults.append(
            Fault(column.name, "be there", "columns " + listing(names) if names else "", hint=hint)
        )
    return faults


def _rule_faults(frame: pd.DataFrame, table: Table, unfit: set[str]) -> list[Fault]:
    import pandera.pandas as pa

    try:
        _pandera_schema(frame, table, unfit).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        faults = [
            _retell(frame, table.column(str(name)), str(check), group)
            for (name, check), group in cases.groupby(["column", "check"], sort=False)
        ]
        order = {name: i for i, name in enumerate(table.names)}
        faults.sort(key=lambda fault: order[fault.column])
    else:
        faults = []
    return faults + _key_faults(frame, table)


def _pandera_schema(frame: pd.DataFrame, table: Table, unfit: set[str]) -> pa.DataFrameSchema:
    import pandera.pandas as pa

    columns = {}
    for column in table.columns:
        if column.name not in frame.columns:
            continue
        checks = []
        if column.allowed:
            checks.append(pa.Check.isin(column.allowed, error="allowed"))
        if column.minimum is not None:
            checks.append(pa.Check.ge(column.minimum, error="minimum"))
        if column.maximum is not None:
            checks.append(pa.Check.le(column.maximum, error="maximum"))
        filled = column.required and not column.may_be_empty
        nullable = not filled or column.name in unfit
        if checks or not nullable:
            columns[column.name] = pa.Column(checks=checks, nullable=nullable, name=column.name)
    return pa.DataFrameSchema(columns)


def _retell(frame: pd.DataFrame, column: Column, check: str, cases: pd.DataFrame) -> Fault:
    rows = cases["index"].astype("int64")
    first = int(rows.min())
    value = frame[column.name].iloc[first]
    got, hint = quote(value), ""
    if check == "allowed":
        must = f"be {listing(column.allowed, limit=len(column.allowed))}"
        hint = did_you_mean(value, column.allowed)
    elif check in ("minimum", "maximum"):
        must = f"be {'at least' if check == 'minimum' else 'at most'} {getattr(column, check):g}"
    else:
        must, got = "not be empty", "an empty cell"
    return Fault(column.name, must, got=got, n_rows=len(rows), first_row=first + 1, hint=hint)


def _key_faults(frame: pd.DataFrame, table: Table) -> list[Fault]:
    key = [name for name in table.key if name in frame.columns]
    required = {column.name for column in table.columns if column.required}
    if not key or not required & set(table.key) <= set(key):
        return []
    again = ~first_rows(code_rows(frame, key))
    if not again.any():
        return []
    first = int(again.argmax())
    values = ", ".join(quote(frame[name].iloc[first]) for name in key)
    return [
        Fault(
            ", ".join(key),
            "tell rows apart",
            got=f"{values} again",
            n_rows=int(again.sum()),
            first_row=first + 1,
            hint="Keep one row for each, for example with drop_duplicates.",
        )
    ]


def _order_faults(frame: pd.DataFrame, table: Table) -> list[Fault]:
    faults = []
    for column in table.columns:
        pair = (column.not_before, column.name)
        if not column.not_before or not set(pair) <= set(frame.columns):
            continue
        early = (frame[column.name] < frame[column.not_before]).to_numpy(dtype=bool)
        if early.any():
            first = int(early.argmax())
            day = frame[list(pair)].iloc[first]
            faults.append(
                Fault(
                    column.name,
                    f"not be before `{column.not_before}`",
                    got=f"{day.iloc[1]:%Y-%m-%d} before {day.iloc[0]:%Y-%m-%d}",
                    n_rows=int(early.sum()),
                    first_row=first + 1,
                )
            )
    return faults
