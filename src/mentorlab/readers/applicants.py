"""Applicant lists from plain CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ..checks import conform
from ..tables import APPLICANTS
from .columns import read_renamed


def read_applicants(path: str | Path, *, columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read the people to be matched into the applicants table.

    Parameters
    ----------
    path : path
        A comma-separated UTF-8 file, one row a person and role. Columns of your own (skills,
        interests, department ...) pass through; lists are ``;``-separated text.
    columns : mapping of str to str, optional
        The file's names to ours, such as ``{"employee": "person_id"}``.

    Returns
    -------
    pandas.DataFrame
        The applicants table.

    Raises
    ------
    ReadError
        If the file can't be read.
    SchemaError
        With everything in the rows that does not fit the data model.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "pool.csv"
    ...     _ = file.write_text("person_id,role,capacity,skills\\nann,mentor,2,writing;law\\n")
    ...     pool = read_applicants(file)
    >>> pool["capacity"].tolist()
    [2]
    """
    return conform(
        read_renamed(path, APPLICANTS, columns, who="read_applicants"),
        APPLICANTS,
        who="read_applicants",
    )
