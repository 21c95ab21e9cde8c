"""Read a survey export as a grid of text, where nothing is guessed and nothing is empty by chance.

Survey systems export files whose second and third rows are no data, whose headings repeat and
whose cells hold line breaks, commas and the text "N/A". Cells stay the text that they are; what
they mean is for the readers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import ReadError, count, quote

_LARGEST_BYTES = 300_000_000
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_BINARY = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"$FL2": "an SPSS file",
    b"$FL3": "an SPSS file",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
}


@dataclass(frozen=True)
class Grid:
    """The cells of a text file.

    Attributes
    ----------
    name : str
        The file's name.
    header : tuple of str
        The first row.
    rows : list of list of str
        The other rows, each as long as the header; an empty cell is ``""``.
    """

    name: str
    header: tuple[str, ...]
    rows: list[list[str]]

    def repeated_headings(self) -> list[str]:
        """Name headings that stand over more than one column, first of them first."""
        seen: set[str] = set()
        return list(dict.fromkeys(h for h in self.header if h in seen or seen.add(h)))

    def require_unique_headings(self) -> None:
        """Refuse a file in which a heading does not name one column.

        Raises
        ------
        ReadError
            If a heading repeats.
        """
        for heading in self.repeated_headings():
            n = self.header.count(heading)
            raise ReadError(
                f"{self.name}: {n} columns have the heading {quote(heading)}. Rename them so that "
                "each has its own."
            )


def read_text(path: str | Path) -> str:
    """Read a file as UTF-8 text, or say why it is not.

    Raises
    ------
    ReadError
        If the file is absent, empty, binary, too large to be a survey export, or not UTF-8; a file
        that mixes encodings is told apart from one in another encoding.
    """
    path = Path(path)
    if not path.is_file():
        raise ReadError(f"{path}: there is no such file.")
    size = path.stat().st_size
    if size > _LARGEST_BYTES:
        raise ReadError(
            f"{path.name}: has {size / 1e9:.1f} GB, more than this reader takes "
            f"({_LARGEST_BYTES / 1e9:.1f} GB). read_responses reads long CSV files of any size."
        )
    data = path.read_bytes()
    if not data.strip():
        raise ReadError(f"{path.name}: is empty.")
    for magic, what in _BINARY.items():
        if data.startswith(magic):
            raise ReadError(f"{path.name}: is {what}, not CSV text.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError(f"{path.name}: is UTF-16 text. Save it as 'CSV UTF-8' and read it again.")
    if b"\x00" in data:
        raise ReadError(f"{path.name}: is not text (it holds zero bytes).")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong_encoding(path.name, data, error.start) from None


def read_grid(path: str | Path) -> Grid:
    """Read a comma-separated file as text cells.

    Returns
    -------
    Grid
        Without empty lines.

    Raises
    ------
    ReadError
        If the file is not UTF-8 text, is separated by something else, has broken quotes, or has
        rows of differing lengths.
    """
    return split_cells(read_text(path), Path(path).name)


def split_cells(text: str, name: str) -> Grid:
    """Split CSV text into cells; see :func:`read_grid`."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines = [], []
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise ReadError(
            f"{name}: line {reader.line_num} can't be read as comma-separated text ({error})."
        ) from None
    if not rows:
        raise ReadError(f"{name}: is empty.")
    header = rows[0]
    if len(header) == 1:
        _refuse_other_delimiter(header[0], name)
    odd = [i for i, row in enumerate(rows) if len(row) != len(header)]
    if odd:
        raise ReadError(
            f"{name}: the header has {count(len(header), 'column')}, but "
            f"{count(len(odd), 'row')} {'has' if len(odd) == 1 else 'have'} another number; the "
            f"first ends in line {lines[odd[0]]} with {len(rows[odd[0]])}. Cells that hold a comma "
            "or a line break need quotes."
        )
    return Grid(name, tuple(header), rows[1:])


def without_repeated_header(
    rows: Iterable[Sequence[str]], header: Sequence[str], name: str
) -> tuple[list[int], list[int]]:
    """Tell data from a header that stands again further down, as in exports pasted together.

    Returns
    -------
    data, again : list of int
        Positions of data rows, and of rows that repeat the header.

    Raises
    ------
    ReadError
        If a row repeats part of the header and renames the rest.
    """
    data, again = [], []
    wanted = [cell.strip() for cell in header]
    for i, row in enumerate(rows):
        same = sum(cell.strip() == heading != "" for cell, heading in zip(row, wanted, strict=True))
        if same < 2 or same * 2 <= sum(bool(cell.strip()) for cell in row):
            data.append(i)
        elif same == sum(bool(heading) for heading in wanted):
            again.append(i)
        else:
            pairs = zip(row, wanted, strict=True)
            new, old = next((c, h) for c, h in pairs if c.strip() != h)
            raise ReadError(
                f"{name}: row {i + 1} of the data is a header again, with {quote(new)} for "
                f"{quote(old)}: the columns are renamed half-way. Split the file there and read "
                "the parts one by one."
            )
    return data, again


def _refuse_other_delimiter(heading: str, name: str) -> None:
    for mark, words in _OTHER_DELIMITERS.items():
        if mark in heading:
            raise ReadError(
                f"{name}: columns are separated by {words}, not commas. Save it as comma-separated "
                "values and read it again."
            )


def _wrong_encoding(name: str, data: bytes, at: int) -> ReadError:
    line = data.count(b"\n", 0, at) + 1
    if any(byte > 127 for byte in data[3:at]):
        return ReadError(
            f"{name}: mixes encodings: it is UTF-8 text up to line {line}, which is not. Save each "
            "part as 'CSV UTF-8' before joining them."
        )
    return ReadError(
        f"{name}: is not UTF-8 text (line {line}). Save it as 'CSV UTF-8' and read it again."
    )
