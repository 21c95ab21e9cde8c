"""Contact logs from plain CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ...checks import conform
from ...options import Identifiers
from ...tables import CONTACTS
from ..identity.guard import Guard
from .columns import read_renamed

WHO = "read_contacts"


def read_contacts(
    path: str | Path,
    *,
    identifiers: Identifiers = "refuse",
    key: str | bytes | None = None,
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Read a log of meetings and messages into the contacts table.

    Parameters
    ----------
    path : path
        A comma-separated UTF-8 file, one row a contact.
    identifiers : {"refuse", "drop", "pseudonymize"}
        What happens to columns that identify people; `read_table` and `read_contact_log` also
        report what was left out.
    key : bytes or str, optional
        The secret for pseudonyms.
    columns : mapping of str to str, optional
        The file's names to ours, such as ``{"session_date": "at"}``.

    Returns
    -------
    pandas.DataFrame
        The contacts table. A log without `contact_id` gets ``c1``, ``c2`` ... in file order.

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
    ...     file = Path(place) / "log.csv"
    ...     _ = file.write_text("pair,at,kind,status\\nr1,2026-03-02 16:00,meeting,held\\n")
    ...     log = read_contacts(file, columns={"pair": "relationship_id"})
    >>> log["contact_id"].tolist()
    ['c1']
    """
    guard = Guard(identifiers, key, WHO)
    frame = read_renamed(path, CONTACTS, columns, who=WHO)
    frame, _ = guard.apply(frame, CONTACTS, name=Path(path).name)
    if "contact_id" not in frame:
        frame.insert(0, "contact_id", [f"c{row}" for row in range(1, len(frame) + 1)])
    return conform(frame, CONTACTS, who=f"{WHO}: {Path(path).name}")
