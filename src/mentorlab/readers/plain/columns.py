"""Bring a file's own column names to ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ...delimited import read_delimited
from ...errors import OptionError, ReadError, did_you_mean, listing, quote
from ...schemas import Table

_TEXT_KINDS = ("id", "text", "date", "flag")


def read_renamed(
    path: str | Path, table: Table, columns: Mapping[str, str] | None, *, who: str
) -> pd.DataFrame:
    """Read a CSV file whose columns may have other names.

    Parameters
    ----------
    path : path
        The file.
    table : Table
        What it holds; its id, text, date and flag columns are read as text.
    columns : mapping of str to str, optional
        The file's names to ours: ``{"pair": "relationship_id"}``.
    who : str
        The function that asks.

    Raises
    ------
    ReadError
        If the file can't be read as CSV text.
    OptionError
        If `columns` names a column that the file does not have, or renames onto one that it has.
    """
    theirs = dict(columns or {})
    text = [column.name for column in table.columns if column.kind in _TEXT_KINDS]
    text += [name for name, ours in theirs.items() if ours in text]
    frame = read_delimited(path, text=text)
    for name, ours in theirs.items():
        if name not in frame:
            near = did_you_mean(name, frame.columns)
            raise OptionError(
                f"{who}: `columns` names {quote(name)}, which the file does not have (it has "
                f"{listing(frame.columns)}). {near}".rstrip()
            )
        if ours in frame and ours != name and ours not in theirs:
            raise OptionError(
                f"{who}: `columns` renames {quote(name)} to {quote(ours)}, which the file has "
                "already. Rename that one too."
            )
    frame = frame.rename(columns=theirs)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ReadError(
            f"{who}: {Path(path).name} has more than one column named {quote(twice[0])}. Rename or "
            "drop all but one."
        )
    return frame
