"""Read CSV text without guessing: what can't be read as said is an error that says why."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from .errors import ReadError

_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_PEEK_BYTES = 65_536


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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                dtype=dict.fromkeys(text, "str"),
                keep_default_na=False,
                na_values=[""],
                index_col=False,
                encoding="utf-8-sig",
                low_memory=False,
            )
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{path.name}: is not UTF-8 text (byte {error.object[error.start]:#04x}). "
            "Save it as 'CSV UTF-8' and read it again."
        ) from error
    except pd.errors.EmptyDataError as error:
        raise ReadError(f"{path.name}: holds no columns. Is it the right file?") from error
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise ReadError(
            f"{path.name}: rows and header do not have the same number of columns "
            f"({str(error).strip().splitlines()[0]}). Cells that hold a comma need quotes."
        ) from error
    return frame


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
    if b"," not in header:
        for mark, name in _OTHER_DELIMITERS.items():
            if mark.encode() in header:
                raise ReadError(
                    f"{path.name}: columns are separated by {name}, not commas. Save it as comma-"
                    "separated values and read it again."
                )
