"""Excel workbooks: answers, meeting logs, applicants, and any other table of the data model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

import pandas as pd

from ...checks import conform
from ...codebook import Codebook
from ...errors import OptionError, ReadError, did_you_mean, listing, quote
from ...options import Identifiers
from ...provenance import Provenance
from ...tables import TABLES
from ..cells.grid import Grid
from ..cells.text import name_key
from ..contact_log import is_contact_log, log_of
from ..google_forms import is_google_forms
from ..identity.guard import Guard
from ..joining import join_results
from ..plain.answers import answers_of, is_long, is_wide
from ..read_result import Dropped, ReadResult, dropped_frame
from ..survey.model import text_frame
from ..survey.request import Details, Request, make_request
from .workbook import read_workbook

WHO = "read_excel"
CODEBOOK = "codebook"
_KINDS = (*TABLES, CODEBOOK)
_OTHER_NAMES = {
    "answers": "responses",
    "survey": "responses",
    "meetings": "contacts",
    "meeting_log": "contacts",
    "sessions": "contacts",
    "log": "contacts",
    "pool": "applicants",
    "wishes": "preferences",
    "items": CODEBOOK,
    "persons": "people",
    "participants": "people",
    "pairs": "relationships",
    "matches": "relationships",
}


def read_excel(
    path: str | Path,
    *,
    sheets: Mapping[str, str] | None = None,
    sides: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
    columns: Mapping[str, str] | None = None,
    wave: int | None = None,
    **details: Unpack[Details],
) -> ReadResult:
    """Read the sheets of an Excel workbook, each as the table that it is.

    Sheets are told by their names (``responses``, ``meetings``, ``applicants``, ``preferences``,
    ``people`` ...) or by their columns. A sheet of items becomes the codebook.

    Parameters
    ----------
    path : path
        An ``.xlsx`` file; each sheet one table with its header in the first row.
    sheets : mapping of str to str, optional
        Names of sheets and the tables that they are, ``{"Tabelle1": "applicants"}``; other sheets
        are left out.
    sides, codebook, identifiers, key, columns, wave
        As in :func:`read_csv`. `columns` applies to every sheet that has them.
    **details
        What all survey readers take: see :class:`mentorlab.readers.Details`.

    Returns
    -------
    ReadResult
        Applicants, preferences and other tables are in `others`; sheets that are no table are
        listed in `dropped`.

    Raises
    ------
    ReadError
        If it is no workbook, unpacks to more than a workbook of answers does, or holds nothing
        that can be read.
    IdentifierError
        If columns identify people and `identifiers` is ``"refuse"``.
    SchemaError
        If the rows do not fit the data model.
    OptionError
        If an argument does not fit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import openpyxl
    >>> book = openpyxl.Workbook()
    >>> sheet = book.active
    >>> sheet.title = "Applicants"
    >>> for row in [["person_id", "role", "capacity"], ["ann", "mentor", 2], ["bo", "mentee", 1]]:
    ...     sheet.append(row)
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "pool.xlsx"
    ...     book.save(file)
    ...     read = read_excel(file)
    >>> read.others["applicants"]["capacity"].tolist()
    [2, 1]
    """
    request = make_request(
        WHO,
        codebook=codebook,
        identifiers=identifiers,
        key=key,
        columns=columns,
        wave=wave,
        details=details,
    )
    name = Path(path).name
    grids = read_workbook(path, who=WHO)
    found, dropped = _tell(grids, sheets, name)
    _refuse_strangers(found, request, name)
    request = _with_codebook(found, request)
    results = [
        _read_sheet(part, _for_sheet(request, part.grid), sides)
        for part in found
        if part.table != CODEBOOK
    ]
    if not results:
        if request.codebook is None:
            raise ReadError(
                f"{WHO}: {name} has no sheet that is a table we know (it has {listing(grids)}). "
                "Give sheets={'name of a sheet': 'responses', ...}."
            )
        return ReadResult(codebook=request.codebook, provenance=_provenance(name, request))
    joined = results[0] if len(results) == 1 else join_results(results)
    said = ", ".join(f"'{part.sheet}' is {part.table}" for part in found)
    return replace(
        joined,
        codebook=joined.codebook or request.codebook,
        dropped=pd.concat([joined.dropped, dropped_frame(dropped)], ignore_index=True),
        recognized=f"Excel workbook: {said}",
        provenance=_provenance(name, request),
    )


@dataclass(frozen=True)
class _Sheet:
    sheet: str
    table: str
    grid: Grid


def _tell(
    grids: Mapping[str, Grid], told: Mapping[str, str] | None, name: str
) -> tuple[list[_Sheet], list[Dropped]]:
    for sheet, table in (told or {}).items():
        if sheet not in grids:
            near = did_you_mean(sheet, grids)
            raise OptionError(
                f"{WHO}: `sheets` names {quote(sheet)}, which {name} does not have (it has "
                f"{listing(grids)}). {near}".rstrip()
            )
        if table not in _KINDS:
            near = did_you_mean(table, _KINDS)
            raise OptionError(
                f"{WHO}: `sheets` gives {quote(table)} for {quote(sheet)}, which is no table. "
                f"{near}".rstrip()
            )
    found, dropped = [], []
    for sheet, grid in grids.items():
        table = told.get(sheet, "") if told is not None else _table_of(sheet, grid)
        if table:
            found.append(_Sheet(sheet, table, grid))
        else:
            reason = "not among the sheets asked for" if told else "not a table that we know"
            dropped.append(Dropped("sheet", sheet, reason, len(grid.rows)))
    return found, dropped


def _table_of(sheet: str, grid: Grid) -> str:
    """Tell a table by its sheet's name, else by its columns."""
    key = name_key(sheet)
    named = _OTHER_NAMES.get(key, key)
    names = set(grid.header)
    if named in _KINDS:
        return named
    if {"item", "low", "high"} <= names:
        return CODEBOOK
    if is_long(grid.header):
        return "responses"
    for table in ("preferences", "contacts", "acts", "members", "outcomes", "ties"):
        if {column.name for column in TABLES[table].columns if column.required} <= names:
            return table
    if is_contact_log(grid.header):
        return "contacts"
    if is_wide(grid.header) or is_google_forms(grid):
        return "responses"
    return "applicants" if {"person_id", "role"} <= names else ""


def _refuse_strangers(found: list[_Sheet], request: Request, name: str) -> None:
    headings = {heading for part in found for heading in part.grid.header}
    for theirs in request.columns:
        if theirs not in headings:
            near = did_you_mean(theirs, headings)
            raise OptionError(
                f"{WHO}: `columns` names {quote(theirs)}, which no sheet of {name} has. "
                f"{near}".rstrip()
            )


def _for_sheet(request: Request, grid: Grid) -> Request:
    own = {theirs: ours for theirs, ours in request.columns.items() if theirs in grid.header}
    return replace(request, columns=own)


def _with_codebook(found: list[_Sheet], request: Request) -> Request:
    sheets = [part for part in found if part.table == CODEBOOK]
    if not sheets or request.codebook is not None:
        return request
    grid = sheets[0].grid
    grid.require_unique_headings()
    frame = text_frame(grid.rows, list(grid.header))
    items = frame.mask(frame == "")
    return replace(request, codebook=Codebook(items, title=sheets[0].sheet))


def _read_sheet(part: _Sheet, request: Request, sides: Mapping[str, str] | None) -> ReadResult:
    guard = Guard(request.identifiers, request.key, WHO)
    if part.table == "responses":
        return answers_of(part.grid, request, sides=sides)
    if part.table == "contacts":
        return log_of(
            part.grid, guard, columns=request.columns, words=request.words, dates=request.dates
        )
    part.grid.require_unique_headings()
    table = TABLES[part.table]
    frame = text_frame(part.grid.rows, list(part.grid.header)).rename(columns=request.columns)
    frame, dropped = guard.apply(frame, table, name=part.grid.name)
    frame = conform(frame.mask(frame == ""), table, who=f"{WHO}: {part.grid.name}")
    return ReadResult(
        dropped=dropped_frame(dropped),
        others={part.table: frame},
        provenance=_provenance(part.grid.name, request),
    )


def _provenance(name: str, request: Request) -> Provenance:
    return Provenance(WHO, {"file": name, **request.describe()})
