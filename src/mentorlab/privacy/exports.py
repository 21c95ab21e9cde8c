"""Cells that a spreadsheet would run as a formula, made harmless on the way out and restored."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ..errors import OptionError, WriteError, quote

MARK = "'"
_LEADS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"  # the last four are the full-width = + - @
_RISKY = rf"{MARK}*[{_LEADS}]"
_MARKED = rf"{MARK}+[{_LEADS}]"
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_SUFFIXES = (".csv", ".xlsx")


def neutralize_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the frame with an apostrophe before every text that a spreadsheet would run.

    Text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break, and is not a number,
    is shown as text by a spreadsheet once an apostrophe stands before it. Text that looks as if it
    were marked already gets one more, so that :func:`restore_formulas` brings back exactly what was
    there. Column names are treated alike.

    Parameters
    ----------
    frame : pandas.DataFrame
        Left unchanged; only its text is looked at.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> notes = pd.DataFrame({"note": ["=1+1", "-2.5", "@home", "plain"]})
    >>> safe = neutralize_formulas(notes)
    >>> safe["note"].tolist()
    ["'=1+1", '-2.5', "'@home", 'plain']
    >>> restore_formulas(safe).equals(notes)
    True
    """
    return _change_text(frame, _mark)


def restore_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Take away the apostrophes that :func:`neutralize_formulas` put there, and no others.

    Parameters
    ----------
    frame : pandas.DataFrame
        Cells of a file that is known to be neutralized.
    """
    return _change_text(frame, _unmark)


def export_table(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a frame to a CSV or Excel file in which no cell runs as a formula.

    Parameters
    ----------
    frame : pandas.DataFrame
        Written without its index.
    path : path
        Ends in ``.csv`` or ``.xlsx``; a file that is there is replaced.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    OptionError
        If the ending is another one.
    WriteError
        If the file can't be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = export_table(pd.DataFrame({"topic": ["=SUM(A1)"]}), Path(place) / "topics.csv")
    ...     file.read_text().split()
    ['topic', "'=SUM(A1)"]
    """
    path = Path(path)
    if path.suffix.lower() not in _SUFFIXES:
        raise OptionError(
            f"export_table: `path` must end in .csv or .xlsx; got {quote(path.name)}."
        )
    safe = neutralize_formulas(frame)
    try:
        if path.suffix.lower() == ".csv":
            write_csv(safe, path)
        else:
            safe.to_excel(path, index=False, engine="openpyxl")
    except ImportError as error:
        raise WriteError(
            "export_table: Excel files need openpyxl (pip install openpyxl); or write a .csv file."
        ) from error
    except (OSError, ValueError) as error:
        raise WriteError(f"export_table: {path} can't be written ({error}).") from error
    return path


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame so that a cell with a lone carriage return stays one cell."""
    text = frame.select_dtypes(["str", "object"])
    broken = any(
        text.iloc[:, place].astype("str").str.contains("\r", regex=False).any()
        for place in range(text.shape[1])
    )
    # such a cell is quoted only where the mark is part of the line end
    frame.to_csv(path, index=False, lineterminator="\r\n" if broken else "\n")


def _change_text(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    made = frame.copy(deep=False)
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        changed = _change_column(column, change)
        if changed is not column:
            made.isetitem(place, changed)
    made.columns = [change(name) if isinstance(name, str) else name for name in frame.columns]
    return made


def _change_column(column: pd.Series, change: Callable[[str], str]) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("object")
    if isinstance(column.dtype, pd.StringDtype):
        touched = column.str.match(_RISKY).fillna(False).to_numpy(dtype=bool)
        if not touched.any():
            return column
        changed = column.copy()
        changed[touched] = [change(text) for text in column[touched]]
        return changed
    if column.dtype == "object":
        return column.map(lambda cell: change(cell) if isinstance(cell, str) else cell)
    return column


def _mark(text: str) -> str:
    risky = re.match(_RISKY, text) and not re.fullmatch(_NUMBER, text)
    return MARK + text if risky else text


def _unmark(text: str) -> str:
    return text[len(MARK) :] if re.match(_MARKED, text) else text
