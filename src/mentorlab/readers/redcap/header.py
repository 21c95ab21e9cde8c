"""Bring the columns of a REDCap export to raw field names, whether it has names or labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import ReadError, did_you_mean, listing, quote
from ..cells.grid import Grid
from ..cells.missing_words import kind_of_label
from ..cells.text import fold
from .dictionary import WHO, Field

EVENT, FORM, INSTANCE = (
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
)
_SYSTEM = {
    EVENT: "event name",
    FORM: "repeat instrument",
    INSTANCE: "repeat instance",
    "redcap_data_access_group": "data access group",
    "redcap_survey_identifier": "survey identifier",
}
_COMPLETE, _TIMESTAMP = "complete?", "survey timestamp"
_CHOICE = re.compile(r"^(.*) \(choice=(.*)\)$", re.DOTALL)


@dataclass(frozen=True)
class Header:
    """The columns of an export.

    Attributes
    ----------
    columns : list of str
        Raw names in file order; unknown columns keep their heading.
    labeled : bool
        Whether the file has labels for names.
    unknown : list of str
        Columns that the dictionary does not know.
    missing_codes : dict of str to str
        Codes or labels of missing data, folded, that have checkbox columns of their own, and
        which kind of missing they stand for.
    missing_columns : list of str
        Those columns.
    """

    columns: list[str]
    labeled: bool
    unknown: list[str]
    missing_codes: dict[str, str]
    missing_columns: list[str]


def is_records(grid: Grid) -> bool:
    """Say whether a header has columns that only REDCap makes."""
    labels = [fold(heading) for heading in grid.header]
    raw = {EVENT, FORM, INSTANCE} & set(grid.header)
    boxes = any(re.search(r"\w___\w", heading) for heading in grid.header)
    forms = any(heading.endswith("_complete") for heading in grid.header)
    labeled = {"event name", "repeat instrument"} & set(labels) or _COMPLETE in labels
    return bool(raw) or (boxes and forms) or bool(labeled) or (forms and "record" in labels[0])


def read_header(grid: Grid, fields: Sequence[Field]) -> Header:
    """Tell what each column is.

    Raises
    ------
    ReadError
        If the dictionary is another project's, or a label could stand for two fields.
    """
    first = grid.header[0]
    labeled = first != fields[0].name and fold(first) == fold(fields[0].label)
    if first != fields[0].name and not labeled:
        raise ReadError(
            f"{WHO}: {grid.name} begins with the column {quote(first)}, the dictionary with the "
            f"field {quote(fields[0].name)}: they are not of one project."
        )
    columns = _from_labels(grid, fields) if labeled else list(grid.header)
    if not labeled:
        grid.require_unique_headings()
    return _sort_out(columns, fields, labeled, grid.name)


def _sort_out(columns: list[str], fields: Sequence[Field], labeled: bool, file: str) -> Header:
    forms = dict.fromkeys(field.form for field in fields)
    known = {name for field in fields for name in field.columns()} | set(_SYSTEM)
    known |= {f"{form}_complete" for form in forms} | {f"{form}_timestamp" for form in forms}
    boxes = [field for field in fields if field.type == "checkbox"]
    unknown, codes, extra = [], {}, []
    for name in columns:
        if name in known:
            continue
        box = next((f for f in boxes if name.startswith(f"{f.name}___")), None)
        if box is None:
            unknown.append(name)
            continue
        code = name.removeprefix(f"{box.name}___")
        code = code if labeled else re.sub(r"^_", "-", code)
        codes[fold(code)] = kind_of_missing_code(code)
        extra.append(name)
    fields_found = len(columns) - len(unknown)
    if len(unknown) > fields_found:
        near = did_you_mean(unknown[0], known)
        raise ReadError(
            f"{WHO}: {file} has {len(unknown)} columns that the dictionary does not know, such as "
            f"{listing(unknown, limit=3)}. Give the dictionary of the same project. {near}".rstrip()
        )
    return Header(columns, labeled, unknown, codes, extra)


def kind_of_missing_code(code: str) -> str:
    """Tell which kind of missing a missing-data code stands for; unanswered unless it says more.

    Examples
    --------
    >>> [kind_of_missing_code(code) for code in ("-99", "NASK", "NA", "Not applicable")]
    ['unanswered', 'not_shown', 'not_applicable', 'not_applicable']
    """
    return {"nask": "not_shown", "na": "not_applicable"}.get(fold(code)) or (
        kind_of_label(code) or "unanswered"
    )


def _from_labels(grid: Grid, fields: Sequence[Field]) -> list[str]:
    """Walk through the headings and the dictionary together, as both keep the same order.

    Labels may repeat ("Complete?" ends every form), so a heading stands for the next field with
    this label; where fewer columns than fields have it, nothing tells which was left out.
    """
    system = {label: name for name, label in _SYSTEM.items()}
    expected = [(fold(label), name, f) for f in fields for name, label in f.columns().items()]
    columns: list[str] = []
    at, form = 0, fields[0].form
    for i, heading in enumerate(grid.header):
        label = fold(heading)
        if label in system and system[label] not in columns:
            columns.append(system[label])
        elif label == fold(_COMPLETE):
            columns.append(f"{form}_complete")
        elif label == fold(_TIMESTAMP):
            columns.append(f"{_next_form(grid.header[i + 1 :], expected[at:], form)}_timestamp")
        else:
            found = next((j for j in range(at, len(expected)) if expected[j][0] == label), None)
            if found is None:
                columns.append(_checkbox_of_missing(heading, fields) or heading)
                continue
            _refuse_unsure(label, expected, grid, heading)
            at, form = found + 1, expected[found][2].form
            columns.append(expected[found][1])
    seen: set[str] = set()
    return [
        name if name not in seen and not seen.add(name) else f"{name} ({i + 1})"
        for i, name in enumerate(columns)
    ]


def _next_form(
    headings: Sequence[str], expected: Sequence[tuple[str, str, Field]], form: str
) -> str:
    """Name the form whose first field follows a "Survey Timestamp"."""
    labels = {label: field.form for label, _, field in reversed(expected)}
    return next((labels[fold(h)] for h in headings if fold(h) in labels), form)


def _checkbox_of_missing(heading: str, fields: Sequence[Field]) -> str | None:
    parts = _CHOICE.match(heading)
    if not parts:
        return None
    box = next(
        (f for f in fields if f.type == "checkbox" and fold(f.label) == fold(parts[1])), None
    )
    return f"{box.name}___{parts[2]}" if box else None


def _refuse_unsure(
    label: str, expected: Sequence[tuple[str, str, Field]], grid: Grid, heading: str
) -> None:
    names = [name for text, name, _ in expected if text == label]
    there = sum(fold(h) == label for h in grid.header)
    if len(names) > there:
        raise ReadError(
            f"{WHO}: the label {quote(heading)} stands for {listing(names)}, but only "
            f"{there} of them {'is' if there == 1 else 'are'} in {grid.name}. Export raw names, or "
            "all fields."
        )
