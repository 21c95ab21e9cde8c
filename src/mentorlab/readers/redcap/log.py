"""Meeting logs that REDCap projects keep as a repeating form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ...checks import conform
from ...errors import ReadError, count, quote
from ...tables import CONTACTS
from ..cells.meeting_words import KINDS, STATUSES, kind_of, read_words, status_of
from ..cells.text import fold
from ..read_result import Dropped
from ..survey.model import Survey
from ..survey.request import Request
from ..survey.structure import find_structure
from .dictionary import WHO, Field
from .header import EVENT, FORM, INSTANCE
from .rows import form_key

_LENGTH = re.compile(r"durat|\blength|\blong\b")
_MINUTES = re.compile(r"\bmins?\b|minutes?")
_HOURS = re.compile(r"\bh(?:ou)?rs?\b|hours")
_HAPPENED = re.compile(
    r"held|happen|t(?:ake|ook) place|\bmet\b|\bmeet\b|attend|occur|show|present|status|outcome"
)
_YES_NO = frozenset(("yes", "no", "true", "false", "0", "1"))
_MOSTLY = 0.5
_NEEDED = ("at", "status", "kind")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, eq=False)
class Log:
    """What a repeating form says of meetings.

    Attributes
    ----------
    contacts : pandas.DataFrame or None
        A valid contacts table.
    dropped : list of Dropped
    assumed : list of str
    """

    contacts: pd.DataFrame | None = None
    dropped: list[Dropped] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def is_log(fields: Sequence[Field], form: str) -> bool:
    """Say whether a form could be a meeting log: it has a date, and says what happened or how long.

    Parameters
    ----------
    fields : sequence of Field
        The project's dictionary.
    form : str
        The form's raw name.
    """
    own = [f for f in fields if f.form == form]
    dated = any(f.validation.startswith("date") for f in own)
    return dated and any(_is_status(f) or _is_minutes(f) for f in own)


def log_columns(fields: Sequence[Field], request: Request) -> set[str]:
    """Name the fields that are read as parts of meeting logs."""
    forms = dict.fromkeys(f.form for f in fields)
    logs = [[f for f in fields if f.form == form] for form in forms if is_log(fields, form)]
    return {f.name for own in logs for f in _name_fields(own, request).values()}


def read_log(
    cells: pd.DataFrame, rows: np.ndarray, fields: Sequence[Field], request: Request
) -> Log:
    """Read the rows of repeating forms that are meeting logs.

    Parameters
    ----------
    cells : pandas.DataFrame
        All rows of the export by raw names, with the pair in every row of a record.
    rows : numpy.ndarray of int64
        Where each stands in the file.
    fields : sequence of Field
        The project's dictionary.
    request : Request
        What the caller says of columns.

    Raises
    ------
    ReadError
        If a log can't be read.
    """
    if FORM not in cells:
        return Log()
    if INSTANCE not in cells:
        raise ReadError(f"{WHO}: the export has {quote(FORM)}, but no {quote(INSTANCE)}.")
    named = cells[FORM].map(form_key)
    logs, dropped, assumed = [], [], []
    for form in dict.fromkeys(f.form for f in fields):
        own = (named == form_key(form)).to_numpy()
        if own.any() and is_log(fields, form):
            part, left, notes = _read_form(
                cells[own], rows[own], [f for f in fields if f.form == form], fields, request
            )
            logs.append(part)
            dropped += left
            assumed += notes
    if not logs:
        return Log()
    contacts = conform(pd.concat(logs, ignore_index=True), CONTACTS, who=f"{WHO}: the meeting log")
    return Log(contacts, dropped, assumed)


def _read_form(
    cells: pd.DataFrame,
    rows: np.ndarray,
    own: Sequence[Field],
    fields: Sequence[Field],
    request: Request,
) -> tuple[pd.DataFrame, list[Dropped], list[str]]:
    roles = _name_fields(own, request)
    for ours, field_ in roles.items():
        if field_.name not in cells:
            raise ReadError(
                f"{WHO}: the export lacks the field {quote(field_.name)} of the meeting log, which "
                f"holds `{ours}`. Export all fields of the form."
            )
    pair = _pair_column(cells, fields, request)
    needed = {"pair": pair, **{ours: roles[ours].name for ours in _NEEDED if ours in roles}}
    lost = (cells[list(needed.values())] == "").any(axis=1).to_numpy()
    dropped = []
    if lost.any():
        reason = f"a meeting that lacks its {' or its '.join(needed)}"
        first = int(rows[lost.argmax()])
        dropped = [Dropped("row", own[0].form, reason, int(lost.sum()), first)]
    cells = cells[~lost].reset_index(drop=True)
    record, instance = cells[fields[0].name], cells[INSTANCE]
    event = ":" + cells[EVENT] if EVENT in cells and cells[EVENT].nunique() > 1 else ""
    frame = pd.DataFrame({"contact_id": record + event + ":" + own[0].form + ":" + instance})
    frame["relationship_id"] = cells[pair]
    frame["at"] = cells[roles["at"].name]
    frame["kind"] = _words(cells, roles.get("kind"), kind_of, KINDS, request)
    frame["status"] = _words(cells, roles.get("status"), status_of, STATUSES, request)
    if "minutes" in roles:
        frame["minutes"] = _minutes(cells, roles["minutes"])
    said = ", ".join(f"{ours} from '{field.name}'" for ours, field in roles.items())
    notes = [f"the form '{own[0].form}' is a meeting log: {said}"]
    notes += [f"its meetings are taken as {what}" for what in _taken(roles)]
    both = frame.assign(record=record).groupby(["relationship_id", "at"])["record"].nunique()
    if (both > 1).any():
        n = int((both > 1).sum())
        notes.append(
            f"{count(n, 'meeting')} of the same pair and day stand in two records; all count"
        )
    return frame, dropped, notes


def _taken(roles: dict[str, Field]) -> list[str]:
    return [word for name, word in (("status", "held"), ("kind", "meetings")) if name not in roles]


def _name_fields(own: Sequence[Field], request: Request) -> dict[str, Field]:
    """Tell which field is the date, what happened, how long it took, and what it was."""
    told = {ours: f for f in own if (ours := request.columns.get(f.name)) in CONTACTS.names}
    guesses = {
        "at": [f for f in own if f.validation.startswith("date")],
        "status": [f for f in own if _is_status(f)],
        "minutes": [f for f in own if _is_minutes(f)],
        "kind": [f for f in own if _is_kind(f)],
    }
    found = {name: fields[0] for name, fields in guesses.items() if fields}
    return {**found, **told}


def _is_status(f: Field) -> bool:
    """Say whether most choices are words for what becomes of a meeting; yes and no need asking."""
    if f.type == "checkbox" or len(f.choices) < 2:
        return False
    words = [status_of(label) is not None for label in f.choices.values()]
    yes_no = {fold(label) for label in f.choices.values()} <= _YES_NO
    return sum(words) > _MOSTLY * len(words) and (
        not yes_no or bool(_HAPPENED.search(fold(f.label)))
    )


def _is_kind(f: Field) -> bool:
    words = [kind_of(label) is not None for label in f.choices.values()]
    return f.type != "checkbox" and sum(words) > _MOSTLY * len(words)


def _is_minutes(f: Field) -> bool:
    about = _about(f)
    return not f.choices and any(p.search(about) for p in (_LENGTH, _MINUTES, _HOURS))


def _about(f: Field) -> str:
    return f"{f.name.replace('_', ' ')} {fold(f.label)}"


def _pair_column(cells: pd.DataFrame, fields: Sequence[Field], request: Request) -> str:
    survey = Survey(
        name="",
        recognized="",
        cells=cells,
        rows=np.arange(len(cells)),
        finished=np.ones(len(cells), dtype=bool),
        ended=pd.Series(dtype="datetime64[us]"),
        headings={f.name: f.label for f in fields},
        structure={"rater_id": fields[0].name},
    )
    return find_structure(survey, request)["relationship_id"]


def _words(
    cells: pd.DataFrame,
    f: Field | None,
    find: object,
    allowed: tuple[str, ...],
    request: Request,
) -> pd.Series:
    if f is None:
        return pd.Series(allowed[0], index=cells.index, dtype="str")
    text = cells[f.name].map(lambda cell: f.choices.get(cell, cell)).astype("str")
    told = {k: v for k, v in request.words.items() if v in allowed}
    return read_words(
        text, find, told=told, allowed=allowed, who=WHO, column=f.name, keyword="words"
    )


def _minutes(cells: pd.DataFrame, f: Field) -> pd.Series:
    text = cells[f.name]
    bad = ((text != "") & ~text.str.fullmatch(_NUMBER.pattern)).to_numpy(dtype=bool)
    if bad.any():
        raise ReadError(
            f"{WHO}: `{f.name}` must hold a length in numbers; got "
            f"{quote(text.iloc[int(bad.argmax())])} in {count(int(bad.sum()), 'row')}."
        )
    number = pd.to_numeric(text.mask(text == "")).astype("float64")
    about = _about(f)
    return number * 60 if _HOURS.search(about) and not _MINUTES.search(about) else number
