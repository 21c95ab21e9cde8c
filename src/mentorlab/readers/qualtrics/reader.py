"""Qualtrics CSV exports, with numbers or with choice text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import ReadError, count, quote
from ...options import Identifiers
from ..cells.grid import Grid, read_grid, without_repeated_header
from ..cells.moments import parse_moments
from ..cells.text import fold, plain
from ..read_result import Dropped, ReadResult
from ..survey.model import Survey, no_moments, text_frame
from ..survey.pipeline import read_survey
from ..survey.request import Details, Request, make_request
from .ticks import UNANSWERED, find_ticks

WHO = "read_qualtrics"
_HEADER_ROWS = 2  # below the first: question texts, import ids
_METADATA = {
    "startDate",
    "endDate",
    "status",
    "ipAddress",
    "progress",
    "duration",
    "finished",
    "recordedDate",
    "_recordId",
    "recipientLastName",
    "recipientFirstName",
    "recipientEmail",
    "externalDataReference",
    "locationLatitude",
    "locationLongitude",
    "distributionChannel",
    "userLanguage",
}
_IDENTIFYING = {
    "ipAddress": "is the IP address",
    "recipientLastName": "is the recipient's last name",
    "recipientFirstName": "is the recipient's first name",
    "recipientEmail": "is the recipient's e-mail address",
    "externalDataReference": "is the recipient's number in the contact list",
    "locationLatitude": "is where the answer came from",
    "locationLongitude": "is where the answer came from",
}
_NOT_REAL = {
    "1": "a preview",
    "2": "a test",
    "8": "marked as spam",
    "9": "a preview",
    "17": "an offline preview",
    "survey preview": "a preview",
    "survey test": "a test",
    "spam": "marked as spam",
}
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?Z?")
_MARK = "ImportId"
_FINISHED = {"1": True, "0": False, "true": True, "false": False}


def read_qualtrics(
    path: str | Path,
    *,
    codebook: Codebook | None = None,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
    columns: Mapping[str, str] | None = None,
    wave: int | None = None,
    **details: Unpack[Details],
) -> ReadResult:
    """Read the answers of a Qualtrics export, whether it holds numbers or choice text.

    Export as CSV with "Use numeric values" or "Use choice text"; the boxes for recoding seen but
    unanswered questions may be ticked or not. Previews, tests and spam are left out and counted.

    Parameters
    ----------
    path : path
        The CSV file with its three header rows.
    codebook : Codebook, optional
        The items to read, found by name (``Q3_1``) or by wording; without it items and scales are
        guessed and the guesses listed.
    identifiers : {"refuse", "drop", "pseudonymize"}
        What happens to columns that identify people, and to text that people wrote.
    key : bytes or str, optional
        The secret for pseudonyms.
    columns : mapping of str to str, optional
        The file's names to ours, where ours are `relationship_id`, `rater_id`, `role`,
        `target_id`, `wave` or an item: ``{"pair": "relationship_id", "Q3_1": "trust_1"}``.
        Embedded data with common names is found without.
    wave : int, optional
        The wave, for files that hold one.
    **details
        What all survey readers take: see :class:`mentorlab.readers.Details`.

    Returns
    -------
    ReadResult

    Raises
    ------
    ReadError
        If it is no Qualtrics export, or an answer can't be read.
    IdentifierError
        If columns identify people and `identifiers` is ``"refuse"``.
    OptionError
        If an argument does not fit.

    Notes
    -----
    ``-99`` is unanswered; an empty cell is not shown where the file has ``-99``, else unanswered,
    but not shown after the point where an unfinished answer breaks off. The number after the
    highest answer of the codebook is "not applicable".

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> book = Codebook(
    ...     pd.DataFrame({"item": ["trust_1"], "low": 1, "high": 5, "wording": "I trust them"})
    ... )
    >>> rows = [
    ...     "EndDate,Status,Finished,Q3_1,role,pair_id,participant_id",
    ...     "End Date,Response Type,Finished,How far do you agree? - I trust them,role,pair_id,p",
    ...     '"{""ImportId"":""endDate""}","{""ImportId"":""status""}","{""ImportId"":""finished""}"'
    ...     ',"{""ImportId"":""QID3_1""}","{""ImportId"":""role""}","{""ImportId"":""pair_id""}"'
    ...     ',"{""ImportId"":""participant_id""}"',
    ...     "2026-03-17 07:57:47,1,1,5,mentor,D1,M1",
    ...     "2026-03-18 09:10:00,0,1,4,mentor,D1,M1",
    ...     "2026-03-18 12:00:01,0,1,-99,mentee,D1,S1",
    ... ]
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "export.csv"
    ...     _ = file.write_text("\\n".join(rows))
    ...     read = read_qualtrics(file, codebook=book, wave=1)
    >>> read.responses[["rater_id", "item", "value", "missing"]].values.tolist()
    [['M1', 'trust_1', 4.0, nan], ['S1', 'trust_1', nan, 'unanswered']]
    >>> read.dropped[["what", "reason", "n"]].values.tolist()
    [['row', 'a preview', 1]]
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
    return read_survey(qualtrics_survey(read_grid(path), request), request)


def is_qualtrics(grid: Grid) -> bool:
    """Say whether the third row holds Qualtrics' import ids."""
    return len(grid.rows) >= _HEADER_ROWS and any(_MARK in cell for cell in grid.rows[1])


def qualtrics_survey(grid: Grid, request: Request) -> Survey:
    """Bring a Qualtrics export to a survey.

    Raises
    ------
    ReadError
        If the three header rows are not there, or the file was saved again by a spreadsheet.
    """
    if not is_qualtrics(grid):
        raise ReadError(
            f"{WHO}: {grid.name} is no Qualtrics export: its third row does not hold ImportIds. "
            "Export as CSV from Data & Analysis and leave the three header rows as they are."
        )
    grid.require_unique_headings()
    fields = list(grid.header)
    ids = [_import_id(cell) for cell in grid.rows[1]]
    meta = {name: field for name, field in zip(ids, fields, strict=True) if name in _METADATA}
    data = grid.rows[_HEADER_ROWS:]
    kept, again = without_repeated_header(data, grid.header, grid.name)
    cells = text_frame([data[i] for i in kept], fields)
    rows = np.array(kept, dtype=np.int64) + 1
    dropped = [Dropped("row", "", "the header again", len(again), again[0] + 1)] if again else []
    real, left, assumed = _real_answers(cells, meta, rows)
    cells, rows = cells[real].reset_index(drop=True), rows[real]
    ended, notes = _ended(cells, meta, rows, request)
    headings = dict(zip(fields, (plain(cell) for cell in grid.rows[0]), strict=True))
    by_id = dict(zip(fields, ids, strict=True))
    ticks, tick_cells = find_ticks(cells, by_id, headings, request)
    numeric = _is_numeric(cells, meta)
    items = [field for field, name in by_id.items() if name.startswith("QID")]
    return Survey(
        name=grid.name,
        recognized=(
            f"Qualtrics export with {'numeric values' if numeric else 'choice text'}: its third "
            "row holds ImportIds"
        ),
        cells=cells,
        rows=rows,
        finished=_finished(cells, meta),
        ended=ended,
        headings=headings,
        kinds={UNANSWERED: "unanswered"},
        marks_unanswered=bool(cells[items].eq(UNANSWERED).to_numpy().any()),
        beyond=True,
        ticks=ticks,
        tick_cells=tick_cells,
        housekeeping=frozenset(f for name, f in meta.items() if name not in _IDENTIFYING),
        known={f: _IDENTIFYING[name] for name, f in meta.items() if name in _IDENTIFYING},
        texts=frozenset(field for field, name in by_id.items() if name.endswith("_TEXT")),
        dropped=(*dropped, *left),
        assumed=(*assumed, *notes),
    )


def _import_id(cell: str) -> str:
    try:
        mark = json.loads(cell)
    except (ValueError, RecursionError):
        return ""
    return str(mark.get(_MARK, "")) if isinstance(mark, dict) else ""


def _real_answers(
    cells: pd.DataFrame, meta: Mapping[str, str], rows: np.ndarray
) -> tuple[np.ndarray, list[Dropped], list[str]]:
    """Tell real answers from previews, tests and spam, in whatever language the file is."""
    reason = pd.Series("", index=cells.index)
    if "status" in meta:
        reason = cells[meta["status"]].map(lambda cell: _NOT_REAL.get(fold(cell), ""))
    if "distributionChannel" in meta:
        preview = cells[meta["distributionChannel"]].map(fold).eq("preview")
        reason = reason.where(~(preview & (reason == "")), "a preview")
    reason = reason.astype("str")
    dropped = [
        Dropped("row", "", why, int((reason == why).sum()), int(rows[(reason == why).argmax()]))
        for why in reason[reason != ""].unique()
    ]
    unknown = ""
    if "status" in meta and not _is_numeric(cells, meta):
        statuses = cells.loc[reason == "", meta["status"]].unique()
        unknown = ", ".join(quote(s) for s in statuses if fold(s) != "ip address")
    notes = [f"answers of status {unknown} count as real"] if unknown else []
    return (reason == "").to_numpy(), dropped, notes


def _is_numeric(cells: pd.DataFrame, meta: Mapping[str, str]) -> bool:
    marks = cells[meta["status"]] if "status" in meta else cells.get(meta.get("finished"))
    return marks is not None and all(mark.strip().isdigit() for mark in marks.unique() if mark)


def _finished(cells: pd.DataFrame, meta: Mapping[str, str]) -> np.ndarray:
    finished = pd.Series(None, index=cells.index, dtype="object")
    if "finished" in meta:
        finished = cells[meta["finished"]].map(lambda cell: _FINISHED.get(fold(cell)))
    if "progress" in meta:
        finished = finished.where(finished.notna(), cells[meta["progress"]].str.strip() == "100")
    return finished.fillna(True).to_numpy(dtype=bool)


def _ended(
    cells: pd.DataFrame, meta: Mapping[str, str], rows: np.ndarray, request: Request
) -> tuple[pd.Series, tuple[str, ...]]:
    """Give the times at which answers ended; dates that a spreadsheet turned are refused."""
    name = meta.get("endDate") or meta.get("recordedDate")
    if name is None:
        return no_moments(len(cells)), ()
    text = cells[name]
    turned = ~text.map(lambda cell: not cell.strip() or bool(_MOMENT.fullmatch(cell.strip())))
    turned = turned.to_numpy(dtype=bool)
    notes: tuple[str, ...] = ()
    if turned.any():
        first, n = int(turned.argmax()), int(turned.sum())
        got = f"{quote(text.iloc[first])} in {count(n, 'row')}, first row {rows[first]}"
        if request.dates == "auto":
            raise ReadError(
                f"{WHO}: `{name}` must hold moments like '2026-03-17 07:57:47'; got {got}. The "
                "file was saved again by a spreadsheet, which turns dates and takes leading zeros "
                "off codes. Export it again; or give dates='mdy' or 'dmy' to read the dates, and "
                "check the codes yourself."
            )
        notes = (f"a spreadsheet turned the dates of {count(n, 'row')}, and maybe codes ({got})",)
    moments, more = parse_moments(text, order=request.dates, who=WHO, column=name)
    return moments, (*notes, *more)
