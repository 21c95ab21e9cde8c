"""From a survey to the data model: the same steps for every survey system."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ...checks import conform
from ...codebook import Codebook
from ...coding import code_rows
from ...errors import ReadError, count
from ...provenance import Provenance
from ...tables import RESPONSES
from ..cells.moments import parse_moments
from ..identity.codes import find_unlinked
from ..read_result import Dropped, ReadResult, choices_frame, dropped_frame, unlinked_frame
from .answers import decode_items
from .items import ItemColumn, match_items
from .model import Survey
from .people import People, check_identifiers, read_people, unusable_rows
from .request import Request
from .scales import guess_scales
from .structure import find_structure
from .ticks import read_ticks, tick_fields

_SUBMISSION = ("relationship_id", "rater_id", "role", "target_id", "wave", "form")


def read_survey(survey: Survey, request: Request) -> ReadResult:
    """Bring a survey to the data model, with an account of everything that is left out.

    Raises
    ------
    ReadError
        If the file does not say enough, or an answer can't be read.
    IdentifierError
        If columns identify people and nothing says what to do with them.
    SchemaError
        If the answers do not fit the data model.
    """
    structure = find_structure(survey, request)
    taken = {*structure.values(), *survey.housekeeping, *tick_fields(survey), *survey.known}
    codebook, guesses = _codebook(survey, request, taken)
    items = match_items(survey, codebook, request, taken=taken)
    found = check_identifiers(survey, request, structure, [column.field for column in items])
    people = read_people(survey, request, structure, found)
    survey = _dated(survey, structure, request)
    dropped = [*survey.dropped, *people.dropped]
    dropped += _unused(survey, items, codebook, taken | {i.column for i in found})
    assumed = [*survey.assumed, *people.assumed, *guesses]
    survey, ids, left = _rows_that_count(survey, people, request)
    answers, unreadable = decode_items(survey, items, codebook, ids["role"], request)
    ticks, other, notes = read_ticks(survey, request)
    dropped += [*left, *unreadable, *other]
    unfinished = int((~survey.finished).sum())
    if unfinished:
        notes.append(f"{count(unfinished, 'unfinished answer counts', 'unfinished answers count')}")
    responses = _responses(survey, ids, answers, structure, request)
    return ReadResult(
        responses=responses,
        codebook=codebook,
        dropped=dropped_frame(dropped),
        unlinked=unlinked_frame(find_unlinked(ids, survey.rows, request.members)),
        choices=_choices(ids, ticks),
        recognized=survey.recognized,
        assumed=(*assumed, *notes),
        provenance=Provenance(request.who, {"file": survey.name, **request.describe()}),
    )


def last_finished(submissions: np.ndarray, finished: np.ndarray, ended: pd.Series) -> np.ndarray:
    """Flag one row of each submission: the last finished one, or the last if none was finished.

    Parameters
    ----------
    submissions : numpy.ndarray of int64, shape (n_rows,)
        Equal where the same person answered the same form.
    finished : numpy.ndarray of bool, shape (n_rows,)
        Whether the form was sent off.
    ended : pandas.Series of datetime64
        When; rows without a time count as earlier than others, then file order decides.

    Returns
    -------
    numpy.ndarray of bool, shape (n_rows,)

    Examples
    --------
    >>> when = pd.Series(pd.to_datetime(["2026-01-02", "2026-01-01", "2026-01-03"]))
    >>> last_finished(np.array([7, 7, 7]), np.array([True, True, False]), when).tolist()
    [True, False, False]
    """
    frame = pd.DataFrame({"submission": submissions, "finished": finished})
    frame["ended"] = ended.to_numpy()
    frame = frame.sort_values(["finished", "ended"], kind="stable", na_position="first")
    kept = ~frame.duplicated("submission", keep="last")
    return kept.sort_index().to_numpy()


def _codebook(
    survey: Survey, request: Request, taken: set[str]
) -> tuple[Codebook, tuple[str, ...]]:
    given = request.codebook or survey.codebook
    return (given, ()) if given is not None else guess_scales(survey, request, taken=taken)


def _rows_that_count(
    survey: Survey, people: People, request: Request
) -> tuple[Survey, pd.DataFrame, list[Dropped]]:
    """Leave out rows that can't be used, unfinished ones if asked, and answers given again."""
    ids, dropped = people.ids, []
    kept = np.ones(len(ids), dtype=bool)
    reasons = unusable_rows(ids)
    if request.partial == "drop":
        reasons["not finished"] = ~survey.finished
    for reason, flags in reasons.items():
        flags = flags & kept
        if flags.any():
            first = int(survey.rows[flags.argmax()])
            dropped.append(Dropped("row", "", reason, int(flags.sum()), first))
            kept &= ~flags
    survey, ids = _take(survey, ids, kept)
    if ids.empty:
        raise ReadError(f"{request.who}: {survey.name} has no answers that can be used.")
    keyed = ids if survey.parts is None else ids.assign(part=survey.parts)
    submissions = code_rows(keyed, [name for name in (*_SUBMISSION, "part") if name in keyed])
    last = last_finished(submissions, survey.finished, survey.ended)
    if not last.all():
        again = int((~last).sum())
        first = int(survey.rows[(~last).argmax()])
        reason = "answered again: the last finished answer counts"
        dropped.append(Dropped("row", "", reason, again, first))
        survey, ids = _take(survey, ids, last)
    return survey, ids, dropped


def _dated(survey: Survey, structure: dict[str, str], request: Request) -> Survey:
    if "answered_at" not in structure:
        return survey
    ended, notes = _moments(survey, structure["answered_at"], request)
    return replace(survey, ended=ended, assumed=(*survey.assumed, *notes))


def _moments(survey: Survey, column: str, request: Request) -> tuple[pd.Series, tuple[str, ...]]:
    return parse_moments(survey.cells[column], order=request.dates, who=request.who, column=column)


def _take(survey: Survey, ids: pd.DataFrame, kept: np.ndarray) -> tuple[Survey, pd.DataFrame]:
    if kept.all():
        return survey, ids
    return survey.at(kept), ids[kept].reset_index(drop=True)


def _unused(
    survey: Survey, items: list[ItemColumn], codebook: Codebook, taken: set[str]
) -> list[Dropped]:
    used = taken | {column.field for column in items}
    dropped = []
    for name in survey.cells.columns:
        n = 0 if name in used else int((survey.in_all_rows([name])[name] != "").sum())
        if n:
            dropped.append(Dropped("column", name, "not an item and nothing that we hold", n))
    only = survey.fixed.get("role")
    expected = codebook.for_role(only) if only else codebook.items
    there = {column.item for column in items}
    absent = [item for item in expected["item"].unique() if item not in there]
    return dropped + [Dropped("item", item, "not in this file", 0) for item in absent]


def _responses(
    survey: Survey,
    ids: pd.DataFrame,
    answers: pd.DataFrame,
    structure: dict[str, str],
    request: Request,
) -> pd.DataFrame:
    row = answers["row"].to_numpy()
    ids = ids.astype({"wave": "int64"})
    frame = ids.iloc[row].reset_index(drop=True)
    frame["item"] = answers["item"].astype("str")
    frame["value"] = answers["value"]
    frame["missing"] = answers["missing"]
    if survey.ended.notna().any():
        frame["answered_at"] = survey.ended.iloc[row].to_numpy()
    if "recorded_at" in structure:
        recorded, _ = _moments(survey, structure["recorded_at"], request)
        frame["recorded_at"] = recorded.iloc[row].to_numpy()
    order = [name for name in RESPONSES.names if name in frame]
    return conform(frame[order], RESPONSES, who=f"{request.who}: {survey.name}")


def _choices(ids: pd.DataFrame, ticks: list[tuple[int, str, str]]) -> pd.DataFrame:
    whose = list(
        zip(ids["relationship_id"], ids["rater_id"], ids["role"], ids["wave"], strict=True)
    )
    return choices_frame([(*whose[row], question, choice) for row, question, choice in ticks])
