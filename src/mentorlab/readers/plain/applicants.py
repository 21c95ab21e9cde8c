"""Applicant lists from plain CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ...checks import conform
from ...options import Identifiers
from ...tables import APPLICANTS
from ..identity.guard import Guard
from .columns import read_renamed

WHO = "read_applicants"


def read_applicants(
    path: str | Path,
    *,
    identifiers: Identifiers = "refuse",
    key: str | bytes | None = None,
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Read the people to be matched into the applicants table.

    Parameters
    ----------
    path : path
        A comma-separated UTF-8 file, one row a person and role. Columns of your own (skills,
        interests, department ...) pass through; lists are ``;``-separated text.
    identifiers : {"refuse", "drop", "pseudonymize"}
        What happens to columns that identify people; `read_table` also reports
        what was left out.
    key : bytes or str, optional
        The secret for pseudonyms.
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
    IdentifierError
        If columns identify people and `identifiers` is ``"refuse"``.
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
    guard = Guard(identifiers, key, WHO)
    name = Path(path).name
    frame = read_renamed(path, APPLICANTS, columns, who=WHO)
    frame, _ = guard.apply(frame, APPLICANTS, name=name)
    return conform(frame, APPLICANTS, who=f"{WHO}: {name}")
