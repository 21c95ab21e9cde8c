"""Tell which rows of a REDCap export hold answers, on which forms, and in which wave."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import OptionError, ReadError
from ..cells.moments import is_iso
from ..cells.text import fold
from ..read_result import Dropped
from ..survey.model import no_moments
from ..survey.request import Request
from .dictionary import WHO, Field
from .header import EVENT, FORM, INSTANCE

_FINISHED = frozenset(("1", "2", "unverified", "complete"))
_NOT_BEGUN_MARKS = frozenset(("", "0", "0.0", "incomplete", "[not completed]", "unchecked"))


@dataclass(frozen=True, eq=False)
class AnswerRows:
    """Rows in which forms with items were begun.

    Attributes
    ----------
    kept : numpy.ndarray of bool, shape (n_rows,)
        Which rows of the export they are; the other arrays have one entry for each of these.
    finished : numpy.ndarray of bool
        Whether the forms that were begun are marked as finished.
    ended : pandas.Series of datetime64[us]
        When, if the project keeps the time.
    waves : pandas.Series of Int64 or None
        Waves, where the export tells them.
    parts : numpy.ndarray of int64
        The form that a repeating row is of: two such rows are not one answer given twice.
    asked : dict of str to numpy.ndarray of bool
        Rows in which a field stood on a form that was open.
    dropped : list of Dropped
    assumed : list of str
    """

    kept: np.ndarray
    finished: np.ndarray
    ended: pd.Series
    waves: pd.Series | None
    parts: np.ndarray
    asked: dict[str, np.ndarray]
    dropped: list[Dropped]
    assumed: list[str]


def form_key(name: str) -> str:
    """Write a form's name or title as REDCap writes its name.

    Examples
    --------
    >>> form_key("Meeting Log")
    'meeting_log'
    """
    return re.sub(r"\W+", "_", fold(name)).strip("_")


def item_forms(fields: Sequence[Field], codebook: Codebook, request: Request) -> list[str]:
    """Name the forms on which items of the codebook stand, in the order of the dictionary."""
    items = {*codebook.items["item"], *request.columns}
    wordings = {fold(str(text)) for text in codebook.items["wording"].dropna()}
    return list(
        dict.fromkeys(
            field.form
            for field in fields
            if field.type not in ("checkbox", "descriptive")
            and (field.name in items or fold(field.label) in wordings)
            and request.columns.get(field.name, "item") not in ("role", "relationship_id")
        )
    )


def find_answers(
    cells: pd.DataFrame,
    rows: np.ndarray,
    fields: Sequence[Field],
    codebook: Codebook,
    request: Request,
    structure: Collection[str],
) -> AnswerRows:
    """Find the rows in which forms with items were begun, and number their waves.

    Parameters
    ----------
    cells : pandas.DataFrame
        All rows of the export by raw names.
    rows : numpy.ndarray of int64
        Where each stands in the file.
    fields : sequence of Field
        The project's dictionary.
    codebook : Codebook
        The items.
    request : Request
        What the caller says.
    structure : collection of str
        Columns that say whose answer it is; to fill them in is not to begin a form.

    Raises
    ------
    ReadError
        If no item was answered.
    OptionError
        If `wave` is given for an export of several.
    """
    forms = item_forms(fields, codebook, request)
    repeat = cells[FORM].map(form_key) if FORM in cells else pd.Series("", index=cells.index)
    begun, touched = {}, np.zeros(len(cells), dtype=bool)
    for form in forms:
        of_form = repeat.isin(["", form_key(form)]).to_numpy()
        own, marks = _columns_of(form, fields, cells, structure)
        begun[form] = (_filled(own, cells) | _marked([*own, *marks], cells)) & of_form
        touched |= (cells[[*own, *marks]] != "").any(axis=1).to_numpy() & of_form
    kept = np.logical_or.reduce([*begun.values(), np.zeros(len(cells), dtype=bool)])
    if not kept.any():
        raise ReadError(f"{WHO}: the export has no row in which an item was answered.")
    empty, dropped = touched & ~kept, []
    if empty.any():
        first = int(rows[empty.argmax()])
        dropped = [Dropped("row", "", "a form that was not begun", int(empty.sum()), first)]
    cut = cells[kept].reset_index(drop=True)
    waves, notes = _waves(cells, kept, fields[0].name, request)
    return AnswerRows(
        kept,
        _finished(cut, forms),
        _ended(cut, forms),
        waves,
        pd.factorize(repeat[kept])[0],
        _asked(cells, kept, repeat, begun, fields),
        dropped,
        notes,
    )


def _columns_of(
    form: str, fields: Sequence[Field], cells: pd.DataFrame, structure: Collection[str]
) -> tuple[list[str], list[str]]:
    """Give the columns of a form, and its marks of when and whether it was completed."""
    own = [name for f in fields if f.form == form for name in f.columns() if name in cells]
    marks = [name for name in (f"{form}_complete", f"{form}_timestamp") if name in cells]
    return [name for name in own if name not in structure], marks


def _filled(columns: Sequence[str], cells: pd.DataFrame) -> np.ndarray:
    """Flag rows in which anything was answered; unticked boxes are no answer."""
    fields = [name for name in columns if "___" not in name]
    return (cells[fields] != "").any(axis=1).to_numpy()


def _marked(columns: Sequence[str], cells: pd.DataFrame) -> np.ndarray:
    """Flag rows with a tick, or with a mark that the form was begun."""
    marks = cells[[n for n in columns if "___" in n or n.endswith(("_complete", "_timestamp"))]]
    return (~marks.map(lambda cell: fold(cell) in _NOT_BEGUN_MARKS)).any(axis=1).to_numpy()


def _asked(
    cells: pd.DataFrame,
    kept: np.ndarray,
    repeat: pd.Series,
    begun: dict[str, np.ndarray],
    fields: Sequence[Field],
) -> dict[str, np.ndarray]:
    """Flag the rows in which each field stood on an open form.

    A form is open in an event, or a repeating instrument, in which anybody began it.
    """
    event = cells[EVENT] if EVENT in cells else pd.Series("", index=cells.index)
    occasion = pd.factorize(event + "\n" + repeat)[0]
    form_of = {name: field.form for field in fields for name in field.columns()}
    open_in = {form: np.isin(occasion, occasion[began]) for form, began in begun.items()}
    return {
        name: open_in[form][kept]
        for name, form in form_of.items()
        if form in open_in and name in cells
    }


def _waves(
    cells: pd.DataFrame, kept: np.ndarray, record: str, request: Request
) -> tuple[pd.Series | None, list[str]]:
    """Number the events, and the instances of repeating forms, in which items were answered."""
    events = cells.loc[kept, EVENT] if EVENT in cells else pd.Series("", index=cells.index[kept])
    instances = pd.Series(0, index=events.index)
    if INSTANCE in cells:
        given = pd.to_numeric(cells.loc[kept, INSTANCE], errors="coerce")
        instances = given.fillna(0).astype(int)
    order = _in_order(cells[record], cells[EVENT]) if EVENT in cells else [""]
    place = {event: i for i, event in enumerate(order)}
    occasions = sorted(set(zip(events, instances, strict=True)), key=lambda o: (place[o[0]], o[1]))
    if len(occasions) < 2 and (request.wave is not None or not instances.any()):
        return None, []
    if request.wave is not None:
        raise OptionError(
            f"{WHO}: `wave` is given, but items were answered on {len(occasions)} occasions "
            f"({_say(*occasions[0])}, {_say(*occasions[1])} ...), which are the waves."
        )
    if events.nunique() < 2 and instances.min() > 0:
        return instances.astype("Int64").reset_index(drop=True), [
            "instances of the repeating form are the waves"
        ]
    number = {occasion: i for i, occasion in enumerate(occasions, start=1)}
    waves = [number[occasion] for occasion in zip(events, instances, strict=True)]
    words = "events and instances of repeating forms" if instances.any() else "events"
    said = ", ".join(f"{_say(*occasion)} = {i}" for occasion, i in number.items())
    return pd.Series(waves, dtype="Int64"), [f"{words} are the waves: {said}"]


def _say(event: str, instance: int) -> str:
    named = f"instance {instance}" if instance else "the form that does not repeat"
    return f"{event} ({named})" if event and instance else event or named


def _in_order(records: pd.Series, events: pd.Series) -> list[str]:
    """Order events as the records have them, though no record may have them all."""
    after: dict[str, set[str]] = {event: set() for event in events.unique()}
    for _, own in events.groupby(records, sort=False):
        names = own.drop_duplicates().tolist()
        for earlier, later in itertools.pairwise(names):
            after[earlier].add(later)
    ordered: list[str] = []
    left = list(after)
    while left:
        waiting = set().union(*(after[event] for event in left))
        following = next((event for event in left if event not in waiting), left[0])
        ordered.append(following)
        left.remove(following)
    return ordered


def _finished(cells: pd.DataFrame, forms: Sequence[str]) -> np.ndarray:
    done = np.ones(len(cells), dtype=bool)
    for form in forms:
        mark = f"{form}_complete"
        if mark in cells:
            given = cells[mark] != ""
            done &= (cells[mark].map(fold).isin(_FINISHED) | ~given).to_numpy()
    return done


def _ended(cells: pd.DataFrame, forms: Sequence[str]) -> pd.Series:
    ended = no_moments(len(cells))
    for form in forms:
        mark = f"{form}_timestamp"
        if mark in cells:
            text = cells[mark].astype("str").where(is_iso(cells[mark].astype("str")))
            moments = pd.to_datetime(text, format="ISO8601", errors="coerce")
            ended = ended.fillna(moments.astype("datetime64[us]"))
    return ended
