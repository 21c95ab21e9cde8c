"""Plain tables of the data model other than answers and meetings: applicants, wishes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ...checks import conform
from ...options import Identifiers
from ...provenance import Provenance
from ...tables import APPLICANTS, PREFERENCES
from ..identity.guard import Guard
from ..read_result import ReadResult, dropped_frame
from .columns import read_renamed

WHO = "read_table"


def read_table(
    path: str | Path,
    *,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
    columns: Mapping[str, str] | None = None,
) -> ReadResult:
    """Read a list of applicants or of wishes, whichever its columns say it is.

    Parameters
    ----------
    path : path
        A comma-separated UTF-8 file.
    identifiers : {"refuse", "drop", "pseudonymize"}
        What happens to columns that identify people.
    key : bytes or str, optional
        The secret for pseudonyms.
    columns : mapping of str to str, optional
        The file's names to ours.

    Returns
    -------
    ReadResult
        With `others["applicants"]` or `others["preferences"]`.

    Raises
    ------
    ReadError
        If the file can't be read.
    IdentifierError
        If columns identify people and `identifiers` is ``"refuse"``.
    SchemaError
        If the rows do not fit the data model.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "wishes.csv"
    ...     _ = file.write_text("person_id,other_id,rank\\nann,bo,1\\n")
    ...     read = read_table(file)
    >>> read.others["preferences"]["rank"].tolist()
    [1]
    """
    guard = Guard(identifiers, key, WHO)
    name = Path(path).name
    frame = read_renamed(path, APPLICANTS, columns, who=WHO)
    is_wish = {column.name for column in PREFERENCES.columns} <= set(frame.columns)
    table = PREFERENCES if is_wish else APPLICANTS
    if is_wish:
        frame = read_renamed(path, PREFERENCES, columns, who=WHO)
    frame, dropped = guard.apply(frame, table, name=name)
    frame = conform(frame, table, who=f"{WHO}: {name}")
    return ReadResult(
        dropped=dropped_frame(dropped),
        recognized=f"plain table of {table.name}, told by its columns",
        others={table.name: frame},
        provenance=Provenance(WHO, {"file": name, "identifiers": identifiers}),
    )
