"""Long CSV files of gigabytes, read piece by piece into a frame that is smaller than the file.

Text columns are kept as categories: an id that stands in a hundred rows is stored once, and each
row holds a small number. Nothing is converted twice and nothing is sorted but one column of codes.
"""

from __future__ import annotations

import csv as plain_csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...coercion import coerce
from ...errors import Fault, OptionError, ReadError, SchemaError, did_you_mean, listing, quote
from ...schemas import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa

LARGE_BYTES = 200_000_000
_BLOCK_BYTES = 1 << 21  # Arrow reads some tens of blocks ahead
_LARGEST = 2**62
_ROOM = 1 << 24
_DENSE = 1_000
_PIECE = 1 << 22


def is_large(path: str | Path) -> bool:
    """Say whether a file is read piece by piece."""
    path = Path(path)
    return path.is_file() and path.stat().st_size > LARGE_BYTES


def header_of(path: str | Path) -> list[str]:
    """Give the column names of a CSV file."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return next(plain_csv.reader(file), [])


def read_large(
    path: str | Path, table: Table, columns: Mapping[str, str] | None, *, who: str
) -> pd.DataFrame:
    """Read a large table whose declared types are all that is needed to check it.

    Parameters
    ----------
    path : path
        A comma-separated UTF-8 file.
    table : Table
        What it holds.
    columns : mapping of str to str, optional
        The file's names to ours.
    who : str
        The function that asks.

    Returns
    -------
    pandas.DataFrame
        Ids and texts are categories; the other columns have the types of the data model.

    Raises
    ------
    ReadError
        If it can't be read as CSV text.
    SchemaError
        With everything that does not fit the data model.
    """
    names = [(columns or {}).get(name, name) for name in header_of(path)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ReadError(f"{who}: {Path(path).name} has more than one column named {quote(twice)}.")
    absent = [c.name for c in table.columns if c.required and c.name not in names]
    if absent:
        fault = Fault(absent[0], "be there", "columns " + listing(names))
        raise SchemaError(f"{who}: {Path(path).name}: not a valid {table.name} table", [fault])
    declared = {column.name: column for column in table.columns}
    store = {name: _store_for(declared.get(name)) for name in names}
    for batch in _batches(Path(path), store, names, who=who):
        for name, values in zip(names, batch.columns, strict=True):
            store[name].add(values)
    frame = pd.DataFrame({name: column.finish() for name, column in store.items()}, copy=False)
    faults = [fault for name, column in store.items() for fault in column.faults(name)]
    faults = faults or _repeated(frame, table)
    if faults:
        raise SchemaError(f"{who}: {Path(path).name}: not a valid {table.name} table", faults)
    return frame


def _batches(
    path: Path, store: Mapping[str, _TextColumn | _NumberColumn], names: list[str], *, who: str
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv

    kinds = {
        theirs: store[ours].arrow() for theirs, ours in zip(header_of(path), names, strict=True)
    }
    try:
        with csv.open_csv(
            path,
            read_options=csv.ReadOptions(block_size=_BLOCK_BYTES),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=kinds, null_values=[""], strings_can_be_null=True
            ),
        ) as reader:
            yield from reader
    except pa.ArrowInvalid as error:
        message = str(error).strip().splitlines()[0]
    else:
        return
    column = re.search(r"In CSV column #(\d+): .*invalid value '(.*)'", message)
    if column:
        fault = Fault(names[int(column[1])], "be numbers", f"'{column[2]}'")
        raise SchemaError(f"{who}: {path.name}: not a valid table", [fault])
    if "UTF8" in message:
        raise ReadError(
            f"{path.name}: is not UTF-8 text. Save it as 'CSV UTF-8' and read it again."
        )
    raise ReadError(f"{path.name}: can't be read as comma-separated text ({message}).")


def _store_for(column: Column | None) -> _TextColumn | _NumberColumn:
    if column is not None and column.kind in ("whole", "number"):
        return _NumberColumn(column)
    if column is not None and column.kind == "date":
        return _DateColumn(column)
    return _TextColumn(column)


class _TextColumn:
    """Text as codes into a growing list of values."""

    def __init__(self, column: Column | None) -> None:
        self.column = column
        self.values: dict[str, int] = {}
        self.codes = _Growing(np.int8)

    def arrow(self) -> pa.DataType:
        import pyarrow as pa

        return pa.string()

    def add(self, values: pa.Array) -> None:
        encoded = values.dictionary_encode()
        known = self.values
        own = [known.setdefault(v, len(known)) for v in encoded.dictionary.to_pylist()]
        codes = encoded.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
        small = np.min_scalar_type(-max(len(known), 1))
        self.codes.add(np.array([*own, -1], dtype=small)[codes])

    def finish(self) -> pd.Categorical:
        self.codes = self.codes.finish()
        categories = pd.Index(list(self.values), dtype="str")
        return pd.Categorical.from_codes(self.codes, categories=categories, validate=False)

    def faults(self, name: str) -> list[Fault]:
        column = self.column
        if column is None:
            return []
        found = []
        if column.required and not column.may_be_empty:
            found += _fault(name, "not be empty", "an empty cell", self.codes == -1)
        wrong = [v for v in self.values if column.allowed and v not in column.allowed]
        if wrong:
            bad = np.isin(self.codes, [self.values[v] for v in wrong])
            first = next(v for v in self.values if self.values[v] == self.codes[bad.argmax()])
            must = f"be {listing(column.allowed, limit=len(column.allowed))}"
            found += _fault(name, must, quote(first), bad, did_you_mean(first, column.allowed))
        return found


class _NumberColumn:
    """Numbers as they are."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.numbers = _Growing(np.float64)

    def arrow(self) -> pa.DataType:
        import pyarrow as pa

        return pa.float64()

    def add(self, values: pa.Array) -> None:
        self.numbers.add(values.to_numpy(zero_copy_only=False))

    def finish(self) -> np.ndarray | pd.Series:
        numbers = self.numbers.finish()
        self.empty, self.odd = np.isnan(numbers), np.isinf(numbers)
        if self.column.kind == "number":
            return numbers
        for part in _pieces(len(numbers)):
            self.odd[part] |= ~self.empty[part] & (numbers[part] % 1 != 0)
        if self.odd.any() or self.empty.any():
            return pd.Series(np.where(self.odd, np.nan, numbers)).astype("Int64")
        whole = numbers.view(np.int64)
        for part in _pieces(len(numbers)):
            whole[part] = numbers[part].astype(np.int64)
        return whole

    def faults(self, name: str) -> list[Fault]:
        must = "be whole numbers" if self.column.kind == "whole" else "be numbers"
        found = _fault(name, must, "another", self.odd)
        if self.column.required and not self.column.may_be_empty:
            found += _fault(name, "not be empty", "an empty cell", self.empty)
        del self.empty, self.odd  # as long as the column, and said all they have to say
        return found


class _DateColumn(_NumberColumn):
    """Days and moments."""

    def __init__(self, column: Column) -> None:
        super().__init__(column)
        self.numbers = _Growing(np.dtype("datetime64[us]"))
        self.found: list[Fault] = []
        self.n = 0

    def arrow(self) -> pa.DataType:
        import pyarrow as pa

        return pa.string()

    def add(self, values: pa.Array) -> None:
        encoded = values.dictionary_encode()  # a form's answers share their moment
        distinct = pd.Series([*encoded.dictionary.to_pylist(), None], dtype="str")
        moments, found = coerce(distinct, self.column)
        if found and not self.found:
            found = coerce(pd.Series(values.to_pandas(), dtype="str"), self.column)[1]
            self.found = [
                Fault(f.column, f.must, f.got, f.n_rows, f.first_row + self.n, f.hint)
                for f in found
            ]
        self.n += len(values)
        places = encoded.indices.fill_null(len(distinct) - 1).to_numpy(zero_copy_only=False)
        self.numbers.add(moments.to_numpy()[places])

    def finish(self) -> np.ndarray:
        return self.numbers.finish()

    def faults(self, name: str) -> list[Fault]:
        return self.found


class _Growing:
    """An array that grows at its end; room that is not used yet takes no memory."""

    def __init__(self, dtype: object) -> None:
        self.room = np.empty(_ROOM, dtype=dtype)
        self.n = 0

    def add(self, values: np.ndarray) -> None:
        needed = self.n + len(values)
        if needed > len(self.room) or not np.can_cast(values.dtype, self.room.dtype):
            dtype = np.promote_types(values.dtype, self.room.dtype)
            size = len(self.room) if needed <= len(self.room) else 2 * needed
            room = np.empty(size, dtype=dtype)
            room[: self.n] = self.room[: self.n]
            self.room = room
        self.room[self.n : needed] = values
        self.n = needed

    def finish(self) -> np.ndarray:
        values = self.room[: self.n]
        self.room = values[:0]
        return values


def _fault(name: str, must: str, got: str, rows: np.ndarray, hint: str = "") -> list[Fault]:
    if not rows.any():
        return []
    return [Fault(name, must, got, int(rows.sum()), int(rows.argmax()) + 1, hint)]


def _pieces(n: int) -> Iterator[slice]:
    """Cut rows into pieces, so that what is made on the way stays small."""
    for start in range(0, n, _PIECE):
        yield slice(start, start + _PIECE)


def _repeated(frame: pd.DataFrame, table: Table) -> list[Fault]:
    """Find rows that have the same key, by sorting one column of codes."""
    key = [name for name in table.key if name in frame]
    codes = _key_codes(frame, key, table.name)
    codes.sort()
    if not any((codes[p][1:] == codes[p][:-1]).any() for p in _overlapping(len(codes))):
        return []
    again = pd.Series(_key_codes(frame, key, table.name)).duplicated().to_numpy()
    first = int(again.argmax())
    values = ", ".join(quote(frame[name].iloc[first]) for name in key)
    hint = "Keep one row for each, for example with drop_duplicates."
    return _fault(", ".join(key), "tell rows apart", f"{values} again", again, hint)


def _overlapping(n: int) -> Iterator[slice]:
    for start in range(0, n, _PIECE):
        yield slice(start, start + _PIECE + 1)


def _key_codes(frame: pd.DataFrame, key: list[str], table: str) -> np.ndarray:
    """Give one number for each combination of columns; -1 among a column's codes is empty."""
    codes = np.zeros(len(frame), dtype=np.int64)
    n_codes = 1
    for name in key:
        part, low, n = _codes(frame[name])
        if n_codes > _LARGEST // n:
            raise OptionError(
                f"{table}: can't be checked for rows that stand twice, as its ids could be "
                "combined in too many ways. Read it in parts."
            )
        codes *= n
        codes += part
        codes -= low
        n_codes *= n
    return codes


def _codes(column: pd.Series) -> tuple[np.ndarray, int, int]:
    """Give codes, the lowest of them, and how many there may be."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), -1, len(column.cat.categories) + 1
    values = column.to_numpy()
    if values.dtype.kind == "i" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < _DENSE:
            return values, low, high - low + 1
    part, levels = pd.factorize(column)
    return part, -1, len(levels) + 1
