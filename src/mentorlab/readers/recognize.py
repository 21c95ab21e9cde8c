"""Tell which format a file has, and read it by the reader that knows it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import OptionError, ReadError, did_you_mean, listing, quote
from ..tables import APPLICANTS, PREFERENCES
from .calendar.reader import read_calendar
from .cells.grid import Grid, read_grid
from .contact_log import is_contact_log, read_contact_log
from .excel.reader import read_excel
from .excel.workbook import MAGIC as ZIP_MAGIC
from .google_forms import is_google_forms, read_google_forms
from .limesurvey import is_limesurvey, read_limesurvey
from .plain.answers import is_long, is_wide, read_csv
from .plain.large import header_of, is_large
from .plain.tables import read_table
from .qualtrics.reader import is_qualtrics, read_qualtrics
from .read_result import ReadResult
from .redcap.dictionary import is_dictionary
from .redcap.header import is_records
from .redcap.reader import read_redcap
from .spss.reader import MAGIC as SPSS_MAGIC
from .spss.reader import read_spss
from .survey.request import Details

WHO = "read_any"
_START = 64


@dataclass(frozen=True)
class Format:
    """A file format that was recognized.

    Attributes
    ----------
    name : str
        What it is called.
    why : str
        What gave it away.
    reader : callable or None
        What reads it; ``None`` for files that go with another one.
    """

    name: str
    why: str
    reader: Callable[..., ReadResult] | None


def read_any(path: str | Path, **options: Any) -> ReadResult:
    """Read a file whose format is told from its contents, never from its name.

    Parameters
    ----------
    path : path
        An export of Qualtrics, REDCap, LimeSurvey or Google Forms, an SPSS file, an Excel
        workbook, a calendar, a meeting log, or a plain table of answers, applicants or wishes.
    **options
        What the reader of that format takes: `codebook`, `identifiers`, `key`, `columns`, `wave`,
        `dictionary` ... The data dictionary of a REDCap project is looked for beside its records.

    Returns
    -------
    ReadResult
        Its `recognized` says which format it is and what gave it away.

    Raises
    ------
    ReadError
        If the format can't be told, or the file can't be read.
    OptionError
        If the reader of the format does not take one of the options.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "unknown.csv"
    ...     _ = file.write_text(
    ...         "student_id,session_topic,session_date,session_duration,session_ratio,tutor_id\\n"
    ...         "S1,math,2026-03-02,45,1:1,T9\\n"
    ...     )
    ...     read = read_any(file)
    >>> print(read.recognized)
    log of meetings: it has a date, who met, and what happened or how long it took
    """
    found = recognize(path)
    if found.reader is None:
        raise ReadError(f"{WHO}: {Path(path).name} is {found.name}: {found.why}")
    if found.reader is read_redcap and options.get("dictionary") is None:
        options = {**options, "dictionary": _dictionary_beside(Path(path))}
    known = _options_of(found.reader)
    for name in options:
        if name not in known:
            near = did_you_mean(name, known) or f"It takes {listing(known, limit=20)}."
            raise OptionError(
                f"{WHO}: {Path(path).name} is {found.name}, and its reader has no option "
                f"{quote(name)}. {near}"
            )
    return found.reader(path, **options)


def recognize(path: str | Path) -> Format:
    """Tell the format of a file and what gave it away.

    Raises
    ------
    ReadError
        If it can't be told.
    """
    path = Path(path)
    if path.is_dir():
        raise ReadError(f"{WHO}: {path} is a folder. read_program reads the folder of a program.")
    if not path.is_file():
        raise ReadError(f"{path}: there is no such file.")
    with path.open("rb") as file:
        start = file.read(_START)
    if start.startswith(SPSS_MAGIC):
        return Format("an SPSS file", "it begins with $FL2 or $FL3", read_spss)
    if start.startswith(ZIP_MAGIC):
        return Format("an Excel workbook", "it is a zip archive with sheets", read_excel)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR":
        return Format("a calendar", "it begins with BEGIN:VCALENDAR", read_calendar)
    if is_large(path) and is_long(header_of(path)):
        return Format("a long table of answers", "it has item and value", read_csv)
    return _recognize_grid(read_grid(path))


def _recognize_grid(grid: Grid) -> Format:
    if is_qualtrics(grid):
        return Format("a Qualtrics export", "its third row holds ImportIds", read_qualtrics)
    if is_dictionary(grid):
        advice = "give it as dictionary=... with the export of the records"
        return Format("a REDCap data dictionary", advice, None)
    if is_records(grid):
        return Format("an export of REDCap records", "it has REDCap's own columns", read_redcap)
    if is_limesurvey(grid.header):
        return Format("a LimeSurvey export", "it begins with its own columns", read_limesurvey)
    if is_google_forms(grid):
        return Format("Google Forms responses", "it begins with a timestamp", read_google_forms)
    if {"item", "low", "high"} <= set(grid.header):
        return Format("a codebook", "read it with Codebook.from_csv(path)", None)
    if is_long(grid.header):
        return Format("a long table of answers", "it has item and value", read_csv)
    if {c.name for c in PREFERENCES.columns} <= set(grid.header):
        return Format("a list of wishes", "it has person_id, other_id and rank", read_table)
    if is_contact_log(grid.header):
        return Format("a log of meetings", "it has a date and who met", read_contact_log)
    if is_wide(grid.header):
        return Format("a wide table of answers", "it has pairs and roles", read_csv)
    if {c.name for c in APPLICANTS.columns if c.required} <= set(grid.header):
        return Format("a list of applicants", "it has person_id and role", read_table)
    raise ReadError(
        f"{WHO}: can't tell what {grid.name} is. Its columns are {listing(grid.header)}. Use the "
        "reader of its format, such as read_csv(path, columns={...})."
    )


def _options_of(reader: Callable[..., ReadResult]) -> list[str]:
    parameters = inspect.signature(reader).parameters.values()
    named = [p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY]
    takes_details = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
    return named + (list(Details.__annotations__) if takes_details else [])


def _dictionary_beside(path: Path) -> Path | None:
    """Find the one data dictionary in the folder of the records, if there is just one."""
    found = []
    for other in sorted(path.parent.glob("*.csv")):
        if other == path or is_large(other):
            continue
        try:
            if is_dictionary(Grid(other.name, tuple(header_of(other)), [])):
                found.append(other)
        except (UnicodeDecodeError, ValueError, OSError):
            continue
    return found[0] if len(found) == 1 else None
