"""Excel workbooks as grids of text, opened only after a look at what they would unpack to."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ...errors import ReadError, count
from ..cells.grid import Grid

MAGIC = b"PK\x03\x04"
_OLD_MAGIC = b"\xd0\xcf\x11\xe0"
_MOST_BYTES = 200_000_000
_MOST_RATIO = 200  # spreadsheets of answers shrink to a tenth, rarely to a fiftieth
_SMALL = 10_000_000  # below it any ratio is harmless
_MOST_PARTS = 2_000
_MOST_CELLS = 20_000_000
_PROLOG = 4_096


def read_workbook(path: str | Path, *, who: str) -> dict[str, Grid]:
    """Read the sheets of a workbook that hold something.

    Parameters
    ----------
    path : path
        An ``.xlsx`` file.
    who : str
        The function that asks.

    Returns
    -------
    dict of str to Grid
        By sheet name. Whole numbers are written without a point, dates as ISO 8601; formulas are
        the values that they had when the file was saved.

    Raises
    ------
    ReadError
        If it is no workbook, would unpack to more than a workbook of answers does, or is damaged.
    """
    path = Path(path)
    _inspect(path, who)
    from openpyxl import load_workbook

    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, none of them data
            book = load_workbook(file, read_only=True, data_only=True)
            try:
                return _grids(book, path.name, who)
            finally:
                book.close()
    except ReadError:
        raise
    except Exception as error:  # openpyxl raises what its XML, zip and style parsers happen to
        raise ReadError(
            f"{who}: {path.name} is a damaged Excel file and can't be read "
            f"({type(error).__name__}). Open it in Excel and save it again."
        ) from error


def _inspect(path: Path, who: str) -> None:
    """Refuse what is no workbook or unpacks to too much, before anything is unpacked."""
    if not path.is_file():
        raise ReadError(f"{path}: there is no such file.")
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_OLD_MAGIC):
        raise ReadError(
            f"{who}: {path.name} is an old (.xls) or encrypted Excel file. Save as .xlsx."
        )
    if not start.startswith(MAGIC):
        raise ReadError(f"{who}: {path.name} is no Excel file (.xlsx).")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _refuse_bomb(parts, path.name, who)
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names and not any("workbook" in name for name in names):
                raise ReadError(f"{who}: {path.name} is a zip file, but no Excel workbook.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _refuse_entities(archive, part, path.name, who)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError) as error:
        raise ReadError(f"{who}: {path.name} is a damaged Excel file ({error}).") from error
    except (EOFError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(f"{who}: {path.name} is a damaged Excel file.") from error


def _refuse_bomb(parts: Iterable[zipfile.ZipInfo], name: str, who: str) -> None:
    parts = list(parts)
    total = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    if total > _MOST_BYTES or len(parts) > _MOST_PARTS:
        raise ReadError(
            f"{who}: {name} would unpack to {total / 1e6:,.0f} MB in {count(len(parts), 'part')}, "
            f"more than {_MOST_BYTES / 1e6:,.0f} MB; it is not opened. Save large sheets as CSV."
        )
    if total > _SMALL and total / packed > _MOST_RATIO:
        raise ReadError(
            f"{who}: {name} would unpack to {total / packed:,.0f} times its size, which no list of "
            "answers does; it is not opened."
        )


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, who: str) -> None:
    """Refuse XML that declares entities, which can grow without bound."""
    with archive.open(part) as file:
        prolog = file.read(_PROLOG)
    if b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog:
        raise ReadError(f"{who}: {name} declares XML entities, as no Excel file does; not opened.")


def _grids(book: Any, name: str, who: str) -> dict[str, Grid]:
    grids = {}
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows: list[list[str]] = []
        n_cells = 0
        for row in sheet.iter_rows(values_only=True):
            texts = [_as_text(value) for value in row]
            while texts and not texts[-1]:
                texts.pop()
            n_cells += len(texts)
            if n_cells > _MOST_CELLS:
                raise ReadError(f"{who}: {name}: the sheet '{sheet.title}' has too many cells.")
            if texts:
                rows.append(texts)
        if rows:
            grids[sheet.title] = _as_grid(rows, f"{name}, sheet '{sheet.title}'", who)
    return grids


def _as_grid(rows: list[list[str]], name: str, who: str) -> Grid:
    header = rows[0]
    width = max(len(row) for row in rows)
    if width > len(header) or "" in header:
        at = header.index("") + 1 if "" in header else len(header) + 1
        raise ReadError(
            f"{who}: {name}: column {at} has cells but no heading in the first row. A sheet must "
            "be one table with its header on top."
        )
    return Grid(name, tuple(header), [row + [""] * (width - len(row)) for row in rows[1:]])


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        at = value.replace(microsecond=0)
        midnight = at.time() == time()
        return at.strftime("%Y-%m-%d") if midnight else at.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return re.sub(r"\r\n?", "\n", str(value)).strip()
