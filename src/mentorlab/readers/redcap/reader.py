"""REDCap record exports, raw or with labels, read by their data dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import ReadError
from ...options import Identifiers
from ..cells.grid import Grid, read_grid, without_repeated_header
from ..cells.text import fold
from ..identity.codes import same_spelling
from ..read_result import Dropped, ReadResult, dropped_frame
from ..survey.model import Survey, Tick, no_moments, text_frame
from ..survey.people import pseudonyms
from ..survey.pipeline import read_survey
from ..survey.request import Details, Request, make_request
from ..survey.structure import find_structure
from .dictionary import (
    WHO,
    Field,
    dictionary_codebook,
    is_dictionary,
    read_dictionary,
    split_missing,
)
from .header import EVENT, FORM, INSTANCE, Header, read_header
from .log import is_log, log_columns, read_log
from .rows import find_answers, form_key

_FINISHED = frozenset(("1", "2", "unverified", "complete"))
_STARTED_MARKS = frozenset(("", "0", "0.0", "incomplete", "[not completed]", "unchecked"))


def read_redcap(
    path: str | Path,
    *,
    dictionary: str | Path | None = None,
    codebook: Codebook | None = None,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
    columns: Mapping[str, str] | None = None,
    wave: int | None = None,
    **details: Unpack[Details],
) -> ReadResult:
    """Read the records of a REDCap project: answers, ticks and the meeting log.

    Parameters
    ----------
    path : path
        The records, exported as "CSV / Microsoft Excel (raw data)" or "(labels)".
    dictionary : path
        The project's data dictionary, a CSV file of 18 columns. It says what is a checkbox, a
        scale or a repeating log, and becomes the codebook.
    codebook : Codebook, optional
        Instead of the one that the dictionary makes.
    identifiers, key, columns, wave
        As in :func:`read_qualtrics`. Fields that the dictionary marks as identifiers count as
        such. `columns` may also name the fields of the meeting log: ``{"seen_on": "at"}``.
    **details
        What all survey readers take: see :class:`mentorlab.readers.Details`.

    Returns
    -------
    ReadResult
        A person is a record. What a record says once (role, pair) holds for all its events. The
        events in which the items were answered are the waves, in file order; so are the instances
        of a repeating form with items. A repeating form with a date becomes `contacts`.

    Raises
    ------
    ReadError
        If the dictionary is not given or of another project, or an answer can't be read.
    IdentifierError
        If columns identify people and `identifiers` is ``"refuse"``.
    OptionError
        If an argument does not fit.

    Notes
    -----
    Missing-data codes are told by their extra checkbox columns; where a file has them, an empty
    cell was not shown. Codes beyond the scale (1 to 5, then 9) are "not applicable".

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> head = (
    ...     "Variable / Field Name,Form Name,Field Type,Field Label,"
    ...     '"Choices, Calculations, OR Slider Labels",Matrix Group Name'
    ... )
    >>> scale = '"1, Never | 2, Sometimes | 3, Often | 9, Not applicable"'
    >>> fields = [
    ...     "record_id,intake,text,Record,,",
    ...     'role,intake,radio,Role,"1, Mentor | 2, Mentee",',
    ...     "pair_id,intake,text,Pair,,",
    ...     f"talk_1,survey,radio,We talk openly,{scale},talk",
    ... ]
    >>> records = ["record_id,role,pair_id,talk_1", "1,1,D1,3", "2,2,D1,9"]
    >>> with TemporaryDirectory() as place:
    ...     book, file = Path(place) / "dictionary.csv", Path(place) / "records.csv"
    ...     _ = book.write_text("\\n".join([head, *fields]))
    ...     _ = file.write_text("\\n".join(records))
    ...     read = read_redcap(file, dictionary=book, wave=1)
    >>> read.responses[["rater_id", "role", "value", "missing"]].values.tolist()
    [['1', 'mentor', 3.0, nan], ['2', 'mentee', nan, 'not_applicable']]
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
    grid = read_grid(path)
    if dictionary is None:
        raise ReadError(
            f"{WHO}: needs dictionary=..., the project's data dictionary: {grid.name} does not say "
            "what its columns and codes are. Download it from Project Setup, Data Dictionary."
        )
    if is_dictionary(grid):
        raise ReadError(f"{WHO}: {grid.name} is a data dictionary, not an export of records.")
    fields = read_dictionary(dictionary)
    records = _read_records(grid, fields, request, title=Path(dictionary).stem)
    result = read_survey(records.survey, request)
    log = read_log(records.cells, records.rows, fields, request)
    contacts = _rename_like(log.contacts, result, request)
    more = [*log.dropped, *_unread_forms(records, fields)]
    return replace(
        result,
        contacts=contacts,
        dropped=pd.concat([result.dropped, dropped_frame(more)], ignore_index=True),
        assumed=(*result.assumed, *log.assumed),
    )


def _rename_like(
    contacts: pd.DataFrame | None, result: ReadResult, request: Request
) -> pd.DataFrame | None:
    """Give relationships of the log the pseudonyms that the answers have, if they have any."""
    if contacts is None or request.identifiers != "pseudonymize":
        return contacts
    hidden = pseudonyms(contacts["relationship_id"], request)
    replaced = set(hidden) & set(result.responses["relationship_id"])
    return contacts.assign(relationship_id=hidden) if replaced else contacts


@dataclass(frozen=True, eq=False)
class _Records:
    """All rows of an export, and the survey that some of them are."""

    cells: pd.DataFrame
    rows: np.ndarray
    survey: Survey


def _read_records(grid: Grid, fields: list[Field], request: Request, *, title: str) -> _Records:
    header = read_header(grid, fields)
    kept, again = without_repeated_header(grid.rows, grid.header, grid.name)
    cells = text_frame([grid.rows[i] for i in kept], header.columns)
    rows = np.array(kept, dtype=np.int64) + 1
    dropped = [Dropped("row", "", "the header again", len(again), again[0] + 1)] if again else []
    cells = cells.apply(
        lambda column: column.str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    )
    book, notes = dictionary_codebook(fields, request.answers, title=title)
    codebook = request.codebook or book
    if codebook is None:
        raise ReadError(
            f"{WHO}: the dictionary has no field that looks like an item (choice fields in a "
            "matrix or with the same choices). Give codebook=... to say which are."
        )
    survey = _describe(grid, cells, rows, fields, header, request)
    structure = find_structure(survey, request)
    found = find_answers(cells, rows, fields, codebook, request, structure.values())
    full, said = _fill_records(cells, fields[0].name, structure)
    cut = replace(
        survey,
        cells=full[found.kept].reset_index(drop=True),
        rows=rows[found.kept],
        finished=found.finished,
        ended=found.ended,
        waves=found.waves,
        parts=found.parts,
        asked=found.asked,
        beside=cells[~found.kept].reset_index(drop=True),
        codebook=book,
        dropped=(*dropped, *found.dropped),
        assumed=(*notes, *said, *found.assumed, *_say_codes(header)),
    )
    return _Records(full, rows, cut)


def _say_codes(header: Header) -> list[str]:
    codes = ", ".join(f"'{code}' is {kind}" for code, kind in header.missing_codes.items())
    return [f"missing-data codes: {codes}; answers={{...}} says otherwise"] if codes else []


def _describe(
    grid: Grid,
    cells: pd.DataFrame,
    rows: np.ndarray,
    fields: list[Field],
    header: Header,
    request: Request,
) -> Survey:
    """Say what the dictionary knows about the columns."""
    there = [field for field in fields if set(field.columns()) & set(cells.columns)]
    system = {EVENT, FORM, INSTANCE, *header.missing_columns}
    system |= {n for n in cells.columns if re.search(r"_(complete|timestamp)$", n)}
    if FORM in cells:
        system |= log_columns(fields, request)
    known = {f.name: "is marked as an identifier in the dictionary" for f in there if f.identifier}
    known["redcap_survey_identifier"] = "is the participant's identifier"
    labels = {field.name: field.choices for field in there if field.choices}
    codes = {**header.missing_codes, **request.answers}
    codes = {code: codes[code] for code in header.missing_codes}
    kinds = {f.name: split_missing(f, request.answers)[1] for f in there if f.type != "checkbox"}
    return Survey(
        name=grid.name,
        recognized=(
            f"REDCap records with {'labels' if header.labeled else 'raw names'}, read by their "
            "data dictionary"
        ),
        cells=cells,
        rows=rows,
        finished=np.ones(len(cells), dtype=bool),
        ended=no_moments(len(cells)),
        headings={field.name: field.label for field in there},
        structure={"rater_id": fields[0].name},
        value_labels=labels,
        field_kinds={
            name: {**codes, **{fold(labels[name][code]): kind for code, kind in codes.items()}}
            for name, codes in kinds.items()
            if codes
        },
        kinds=header.missing_codes,
        marks_unanswered="unanswered" in codes.values(),
        hidden=frozenset(field.name for field in there if field.branching),
        ticks=tuple(
            Tick(column, field.name, field.choices[code])
            for field in there
            if field.type == "checkbox"
            for column, code in zip(field.columns(), field.choices, strict=True)
            if column in cells.columns
        ),
        housekeeping=frozenset(system & set(cells.columns)),
        known={name: why for name, why in known.items() if name in cells.columns},
        texts=frozenset(field.name for field in there if field.type in ("text", "notes")),
    )


def _fill_records(
    cells: pd.DataFrame, record: str, structure: Mapping[str, str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Let what a record says once (its role, its pair) hold for all its rows from then on."""
    cells, notes = cells.copy(), ()
    for ours, column in structure.items():
        if column == record or ours in ("wave", "answered_at", "recorded_at"):
            continue
        filled = cells[column].mask(cells[column] == "")
        filled = filled.groupby(cells[record]).ffill().groupby(cells[record]).bfill()
        cells[column] = filled.fillna("").astype("object")
        if ours == "relationship_id":
            codes, notes = same_spelling(cells[column].astype("str"))
            cells[column] = codes.astype("object")
    return cells, notes


def _unread_forms(records: _Records, fields: list[Field]) -> list[Dropped]:
    """Count rows of repeating forms that are neither items nor a log."""
    if FORM not in records.cells:
        return []
    repeat = records.cells[FORM]
    read = {
        form_key(form) for form in dict.fromkeys(f.form for f in fields) if is_log(fields, form)
    }
    used = set(records.survey.rows)
    dropped = []
    for name in repeat[repeat != ""].unique():
        rows = records.rows[(repeat == name).to_numpy()]
        left = [row for row in rows if row not in used]
        if left and form_key(name) not in read:
            reason = "a repeating form that is neither items nor a meeting log"
            dropped.append(Dropped("row", name, reason, len(left), int(left[0])))
    return dropped
