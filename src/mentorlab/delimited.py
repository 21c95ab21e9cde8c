"""Read CSV text without guessing: what can't be read as said is an error that says why."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from .errors import ReadError, count

if TYPE_CHECKING:
    import pyarrow as pa

_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_PEEK_BYTES = 65_536
_BLOCK_BYTES = 2**20


def read_delimited(path: str | Path, *, text: Iterable[str] = ()) -> pd.DataFrame:
    """Read a comma-separated UTF-8 file; only an empty cell is missing.

    Parameters
    ----------
    path : path
        The file; a byte order mark is fine.
    text : iterable of str
        Columns to keep as text, so that ``007`` stays ``007``.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ReadError
        If the file is absent, empty, not UTF-8, separated by something else, or ragged.
    """
    path = Path(path)
    _peek(path)
    _require_closed_quotes(path)
    as_text = list(text)
    while True:
        try:
            return _parse(path, as_text).to_pandas(date_as_object=False)
        except _MixedColumnError as mixed:
            as_text.append(mixed.name)


class _MixedColumnError(Exception):
    """A column that looked like numbers at first holds something else further down."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def _parse(path: Path, as_text: Iterable[str]) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    try:
        table = arrow_csv.read_csv(
            path,
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in as_text},
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        if not any(pa.types.is_binary(field.type) for field in table.schema):
            _refuse_spelled_nan(table)
            return table
        message = "a column is not UTF8"
    except pa.ArrowInvalid as error:
        message = str(error).strip().splitlines()[0]
    if "UTF8" in message:
        raise _not_utf8(path)
    if "Empty CSV file" in message:
        return _header_only(path)
    if "straddling" in message:
        raise ReadError(f"{path.name}: a cell does not end. Is there a quote that is not closed?")
    if "CSV parse error: Expected" in message:
        raise _ragged(path)
    column = re.search(r"In CSV column #(\d+): CSV conversion error", message)
    if column:
        with arrow_csv.open_csv(path) as file:
            raise _MixedColumnError(file.schema.names[int(column[1])])
    raise ReadError(f"{path.name}: can't be read as comma-separated text ({message}).")


def _refuse_spelled_nan(table: pa.Table) -> None:
    """Keep the text "nan" from turning into a missing number: only an empty cell is missing."""
    import pyarrow as pa
    from pyarrow import compute

    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_floating(column.type) and compute.any(compute.is_nan(column)).as_py():
            raise _MixedColumnError(name)


def _header_only(path: Path) -> pa.Table:
    """Give the columns of a file that ends with its header, line feed or not."""
    import io

    from pyarrow import csv as arrow_csv

    return arrow_csv.read_csv(io.BytesIO(path.read_bytes().strip() + b"\n"))


def _ragged(path: Path) -> ReadError:
    """Count the rows whose length differs from the header's; only when there are some."""
    from pyarrow import csv as arrow_csv

    odd: list[arrow_csv.InvalidRow] = []

    def keep(row: arrow_csv.InvalidRow) -> str:
        odd.append(row)
        return "skip"

    arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(use_threads=False),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=keep),
    )
    first = odd[0]
    return ReadError(
        f"{path.name}: the header has {count(first.expected_columns, 'column')}, but "
        f"{count(len(odd), 'row')} {'has' if len(odd) == 1 else 'have'} another number; the first "
        f"is line {first.number} with {first.actual_columns}. Cells that hold a comma need quotes."
    )


def _require_closed_quotes(path: Path) -> None:
    """Refuse a file whose last cell opens a quote and so swallows all rows that follow."""
    with path.open("rb") as file:
        n_quotes = sum(block.count(b'"') for block in iter(lambda: file.read(_BLOCK_BYTES), b""))
    if n_quotes % 2 == 0:
        return
    n_whole = 0
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = csv.reader(file, strict=True)
        try:
            for _ in rows:
                n_whole = rows.line_num
        except csv.Error as error:
            if "end of data" in str(error) or "field limit" in str(error):
                raise ReadError(
                    f"{path.name}: a quote that opens in line {n_whole + 1} or below never closes. "
                    "Close or remove it."
                ) from error


def _not_utf8(path: Path) -> ReadError:
    return ReadError(f"{path.name}: is not UTF-8 text. Save it as 'CSV UTF-8' and read it again.")


def _peek(path: Path) -> None:
    if not path.is_file():
        raise ReadError(f"{path}: there is no such file.")
    with path.open("rb") as file:
        start = file.read(_PEEK_BYTES)
    if not start.strip():
        raise ReadError(f"{path.name}: is empty.")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ReadError(f"{path.name}: is an Excel or zip file, not CSV text.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError(f"{path.name}: is UTF-16 text. Save it as 'CSV UTF-8' and read it again.")
    if b"\x00" in start:
        raise ReadError(f"{path.name}: is not text (it holds zero bytes).")
    header = start.splitlines()[0]
    try:
        header.decode()
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    if b"," not in header:
        for mark, name in _OTHER_DELIMITERS.items():
            if mark.encode() in header:
                raise ReadError(
                    f"{path.name}: columns are separated by {name}, not commas. Save it as comma-"
                    "separated values and read it again."
                )
