"""Answers from plain tables, long or wide, with an account of all that is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd

from ...checks import conform
from ...codebook import Codebook
from ...errors import OptionError, ReadError, count, did_you_mean, listing, quote
from ...options import Identifiers
from ...provenance import Provenance
from ...tables import RESPONSES
from ..cells.grid import Grid, read_grid, without_repeated_header
from ..cells.text import squeezed
from ..identity.codes import find_unlinked
from ..identity.guard import Guard
from ..read_result import Dropped, ReadResult, dropped_frame, unlinked_frame
from ..survey.answers import UNREADABLE, Scale, meaning_of
from ..survey.model import Survey, no_moments, text_frame
from ..survey.pipeline import read_survey
from ..survey.request import Details, Request, make_request
from ..survey.structure import ALIASES
from .large import is_large
from .responses import read_responses

WHO = "read_csv"
SIDES = {"_mentor": "mentor", "_mentee": "mentee"}
_ID_STEMS = ("id", "person_id", "rater_id", "member_id")
_SUBMISSION = ("relationship_id", "rater_id", "role", "target_id", "wave", "form")
_RATER, _TARGET, _ROLE = "rater (by side)", "partner (by side)", "role (by side)"


def read_csv(
    path: str | Path,
    *,
    sides: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
    columns: Mapping[str, str] | None = None,
    wave: int | None = None,
    **details: Unpack[Details],
) -> ReadResult:
    """Read answers from a plain CSV file: long, wide by rater, or wide by pair.

    :func:`read_responses` does the same for files that already have our names and numbers; this
    one also knows common names, answers as text, and what is missing and why.

    Parameters
    ----------
    path : path
        A comma-separated UTF-8 file.
    sides : mapping of str to str, optional
        Endings of columns in a file by pair, and whose answers they are:
        ``{"_A": "mentor", "_P": "mentee"}``. ``_mentor`` and ``_mentee`` are known.
    codebook : Codebook, optional
        The items to read; without it items and scales of a wide file are guessed and the guesses
        listed.
    identifiers, key, columns, wave
        As in :func:`read_qualtrics`.
    **details
        What all survey readers take: see :class:`mentorlab.readers.Details`.

    Returns
    -------
    ReadResult

    Raises
    ------
    ReadError
        If the file can't be read, or an answer can't.
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
    >>> import pandas as pd
    >>> book = Codebook(pd.DataFrame({"item": ["trust_1"], "low": 1, "high": 5}))
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "pairs.csv"
    ...     _ = file.write_text("pair,id_A,id_P,trust_1_A,trust_1_P\\nr1,ann,bo,4,n/a\\n")
    ...     read = read_csv(file, sides={"_A": "mentor", "_P": "mentee"}, codebook=book, wave=1)
    >>> read.responses[["rater_id", "target_id", "value", "missing"]].values.tolist()
    [['ann', 'bo', 4.0, nan], ['bo', 'ann', nan, 'not_applicable']]
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
    if is_large(path):
        frame = read_responses(
            path, columns=columns, wave=wave, identifiers=identifiers, key=key, layout="long"
        )
        return _result(frame, Path(path).name, request, [], [])
    return answers_of(read_grid(path), request, sides=sides)


def is_long(header: Sequence[str], columns: Mapping[str, str] | None = None) -> bool:
    """Say whether a header is that of a long table of answers."""
    names = {(columns or {}).get(name, name) for name in header}
    return {"item", "value"} <= names


def is_wide(header: Sequence[str]) -> bool:
    """Say whether a header is that of a wide table of answers, by rater or by pair."""
    keys = {squeezed(name) for name in header}
    pair = bool(keys & set(map(squeezed, ALIASES["relationship_id"])))
    by_rater = bool(keys & set(map(squeezed, ALIASES["role"])))
    return pair and (by_rater or bool(_sided(header, SIDES)))


def answers_of(
    grid: Grid, request: Request, *, sides: Mapping[str, str] | None = None
) -> ReadResult:
    """Read a grid of answers, however it is laid out; see :func:`read_csv`."""
    grid.require_unique_headings()
    kept, again = without_repeated_header(grid.rows, grid.header, grid.name)
    dropped = [Dropped("row", "", "the header again", len(again), again[0] + 1)] if again else []
    cells = text_frame([grid.rows[i] for i in kept], list(grid.header))
    cells = cells.apply(lambda column: column.str.strip())
    rows = np.array(kept, dtype=np.int64) + 1
    if is_long(grid.header, request.columns):
        return _read_long(cells, grid.name, request, dropped)
    sided = _check_sides(grid.header, sides, request.who)
    structure: dict[str, str] = {}
    how = "one row a rater"
    if sided:
        cells, structure = _halves(cells, sided)
        rows = np.concatenate([rows] * len(set(sided.values())))
        how = "one row a pair"
    survey = Survey(
        name=grid.name,
        recognized=f"plain table, wide: {how}, a column for each item",
        cells=cells,
        rows=rows,
        finished=np.ones(len(cells), dtype=bool),
        ended=no_moments(len(cells)),
        structure=structure,
        dropped=tuple(dropped),
    )
    return read_survey(survey, request)


def _check_sides(
    header: Sequence[str], sides: Mapping[str, str] | None, who: str
) -> dict[str, str]:
    """Give the endings to go by; none if the file is not by pair."""
    if sides is None:
        return SIDES if _sided(header, SIDES) else {}
    if sorted(sides.values()) != ["mentee", "mentor"]:
        raise OptionError(
            f"{who}: `sides` must give 'mentor' and 'mentee', as {{'_A': 'mentor', '_P': "
            f"'mentee'}}; got {listing(sides.values())}."
        )
    if not _sided(header, sides):
        raise OptionError(
            f"{who}: `sides` gives the endings {listing(sides)}, but no two columns differ by "
            f"them; the file has {listing(header)}."
        )
    return dict(sides)


def _sided(header: Sequence[str], sides: Mapping[str, str]) -> set[str]:
    """Give the stems that stand with every ending."""
    stems = [{h.removesuffix(end) for h in header if h.endswith(end)} for end in sides]
    return set.intersection(*stems) - {""}


def _halves(cells: pd.DataFrame, sides: Mapping[str, str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Put the answers of one side under those of the other."""
    ids = {role: _id_column(cells, end, role) for end, role in sides.items()}
    other = {"mentor": "mentee", "mentee": "mentor"}
    endings = tuple(sides)
    shared = [c for c in cells.columns if not c.endswith(endings) and c not in ids.values()]
    halves = []
    for end, role in sides.items():
        own = {c: c.removesuffix(end) for c in cells.columns if c.endswith(end)}
        own = {c: stem for c, stem in own.items() if c not in ids.values()}
        half = cells[[*shared, *own]].rename(columns=own)
        half[_ROLE] = role
        half[_RATER] = cells[ids[role]] if ids[role] else ""
        half[_TARGET] = cells[ids[other[role]]] if ids[other[role]] else ""
        halves.append(half)
    structure = {"rater_id": _RATER, "target_id": _TARGET, "role": _ROLE}
    if not all(ids.values()):
        del structure["rater_id"], structure["target_id"]
    joined = pd.concat(halves, ignore_index=True).fillna("")
    return joined.drop(
        columns=[c for c in (_RATER, _TARGET) if c not in structure.values()]
    ), structure


def _id_column(cells: pd.DataFrame, end: str, role: str) -> str:
    names = [f"{role}_id", *(f"{stem}{end}" for stem in _ID_STEMS)]
    return next((name for name in names if name in cells), "")


def _read_long(
    cells: pd.DataFrame, name: str, request: Request, dropped: list[Dropped]
) -> ReadResult:
    frame = _rename(cells, request)
    if request.wave is not None:
        if "wave" in frame:
            raise OptionError(
                f"{request.who}: `wave` is given, but the file has a wave column already."
            )
        frame["wave"] = request.wave
    guard = Guard(request.identifiers, request.key, request.who)
    frame, left = guard.apply(frame, RESPONSES, name=name, skip=["item", "value"])
    frame = frame.astype("object").mask(frame == "")
    notes: list[str] = []
    if "wave" not in frame:
        frame["wave"], notes = 1, ["the file names no wave; it is taken as wave 1"]
    if request.codebook is not None:
        frame = _decode(frame, request)
    answers = conform(frame, RESPONSES, who=f"{request.who}: {name}")
    return _result(answers, name, request, [*dropped, *left], notes)


def _rename(cells: pd.DataFrame, request: Request) -> pd.DataFrame:
    """Bring columns to our names: those the caller gives, then common ones."""
    for theirs in request.columns:
        if theirs not in cells:
            near = did_you_mean(theirs, cells.columns)
            raise OptionError(
                f"{request.who}: `columns` names {quote(theirs)}, which the file does not have "
                f"(it has {listing(cells.columns)}). {near}".rstrip()
            )
    names = dict(request.columns)
    taken = {*names.values(), *cells.columns}
    for ours, aliases in ALIASES.items():
        if ours in taken:
            continue
        keys = {squeezed(c): c for c in cells.columns if c not in names}
        alias = next((alias for alias in map(squeezed, aliases) if alias in keys), None)
        if alias:
            names[keys[alias]] = ours
    return cells.rename(columns=names)


def _decode(frame: pd.DataFrame, request: Request) -> pd.DataFrame:
    """Turn answers as text into numbers by the codebook; plain numbers stay."""
    text = frame["value"]
    words = text.notna() & pd.to_numeric(text, errors="coerce").isna()
    if not words.any():
        return frame
    book = request.codebook.items
    frame = frame.copy()
    if "missing" not in frame:
        frame["missing"] = None
    for (item, role), part in frame[words].groupby(["item", "role"]):
        rows = book[(book["item"] == item) & book["role"].isin([role, "both"])]
        if rows.empty:
            continue
        scale = Scale.of(rows.iloc[0].to_dict(), who=request.who)
        meanings = part["value"].map(
            {t: meaning_of(t, scale, request.answers) for t in part["value"].unique()}
        )
        lost = (meanings == UNREADABLE).to_numpy(dtype=bool)
        if lost.any():
            raise ReadError(
                f"{request.who}: the item {quote(item)} must hold its numbers or labels; got "
                f"{quote(part['value'].iloc[int(lost.argmax())])} in "
                f"{count(int(lost.sum()), 'row')}, first row {part.index[lost.argmax()] + 1}. Give "
                "answers={...} to say what it means."
            )
        kinds = meanings.map(lambda meaning: meaning if isinstance(meaning, str) else None)
        frame.loc[part.index, "missing"] = kinds
        frame.loc[part.index, "value"] = meanings.where(kinds.isna(), None)
    return frame


def _result(
    answers: pd.DataFrame,
    name: str,
    request: Request,
    dropped: list[Dropped],
    notes: list[Any],
) -> ReadResult:
    columns = [c for c in _SUBMISSION if c in answers]
    ids = answers[columns].drop_duplicates(ignore_index=True)
    rows = np.zeros(len(ids), dtype=np.int64)
    return ReadResult(
        responses=answers,
        codebook=request.codebook,
        dropped=dropped_frame(dropped),
        unlinked=unlinked_frame(find_unlinked(ids, rows, request.members)),
        recognized="plain table, long: one row an answer, with item and value",
        assumed=tuple(notes),
        provenance=Provenance(request.who, {"file": name, **request.describe()}),
    )
