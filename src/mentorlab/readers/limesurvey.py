"""LimeSurvey exports, with answer codes or full answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from ..codebook import Codebook
from ..errors import ReadError, quote
from ..options import Identifiers
from .cells.grid import Grid, read_grid, without_repeated_header
from .cells.moments import parse_moments
from .cells.text import fold, plain
from .read_result import Dropped, ReadResult
from .survey.model import Survey, Tick, number_repeats, text_frame
from .survey.pipeline import read_survey
from .survey.request import Details, Request, make_request
from .survey.ticks import NO, YES, options_of

WHO = "read_limesurvey"
_CODES = {
    "id": "id",
    "submitdate": "submitdate",
    "lastpage": "lastpage",
    "startlanguage": "startlanguage",
    "seed": "seed",
    "token": "token",
    "startdate": "startdate",
    "datestamp": "datestamp",
    "ipaddr": "ipaddr",
    "refurl": "refurl",
}
_LABELS = {
    "response id": "id",
    "date submitted": "submitdate",
    "last page": "lastpage",
    "start language": "startlanguage",
    "seed": "seed",
    "access code": "token",
    "token": "token",
    "date started": "startdate",
    "date last action": "datestamp",
    "ip address": "ipaddr",
    "referrer url": "refurl",
}
_IDENTIFYING = {
    "ipaddr": "is the IP address",
    "firstname": "is the participant's first name",
    "lastname": "is the participant's last name",
    "email": "is the participant's e-mail address",
}
_FIRST = ("id", "submitdate", "lastpage", "startlanguage")
_ANSWER_CODE = re.compile(r"[A-Za-z]{1,2}0*([0-9]{1,3})")
_SUB = re.compile(r"^(.*?)\s*\[([^\[\]]*)\]\s*$", re.DOTALL)
_OTHER = frozenset(("other", "othercomment", "comment"))


def read_limesurvey(
    path: str | Path,
    *,
    headings: str | Path | None = None,
    codebook: Codebook | None = None,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
    columns: Mapping[str, str] | None = None,
    wave: int | None = None,
    **details: Unpack[Details],
) -> ReadResult:
    """Read the answers of a LimeSurvey export, whether it holds codes or full answers.

    Export responses as CSV with "Question code" or "Full question text" as headings.

    Parameters
    ----------
    path : path
        The CSV file.
    headings : path, optional
        Another export of the same survey with full question texts as headings. It tells what the
        columns of an export with question codes (``rel[SQ001]``) ask and, if it holds the same
        answers in full, what the answer codes mean, whatever they are.
    codebook : Codebook, optional
        The items to read, found by name or wording; without it items and scales are guessed and
        the guesses listed.
    identifiers, key, columns, wave
        As in :func:`read_qualtrics`.
    **details
        What all survey readers take: see :class:`mentorlab.readers.Details`. Role questions with
        answer codes need ``roles={"AO01": "mentor", ...}``.

    Returns
    -------
    ReadResult
        The token is the rater, unless another column is named.

    Raises
    ------
    ReadError
        If it is no LimeSurvey export, or an answer can't be read.
    IdentifierError
        If columns identify people and `identifiers` is ``"refuse"``.
    OptionError
        If an argument does not fit.

    Notes
    -----
    Without `headings` of the same answers in full, answer codes count up from the lowest answer:
    ``AO01`` or ``A1`` is the codebook's `low`; the code after the highest is "not applicable".

    The answer "N/A" is "not applicable"; give ``answers={"N/A": "not_shown"}`` for surveys in which
    it marks questions that were hidden. An empty cell is unanswered, but not shown after the point
    where an answer that was not submitted breaks off.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> book = Codebook(
    ...     pd.DataFrame({"item": ["trust_1"], "low": 1, "high": 5, "wording": "I trust them"})
    ... )
    >>> rows = [
    ...     '"id","submitdate","lastpage","startlanguage","token","role","pair","rel[SQ001]"',
    ...     '"1","2026-03-17 07:57:47","3","en","k1","AO01","D1","AO04"',
    ...     '"2","2026-03-18 07:57:47","3","en","k2","AO02","D1","AO06"',
    ... ]
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "export.csv"
    ...     _ = file.write_text("\\n".join(rows))
    ...     read = read_limesurvey(
    ...         file,
    ...         codebook=book,
    ...         columns={"rel[SQ001]": "trust_1"},
    ...         roles={"AO01": "mentor", "AO02": "mentee"},
    ...         wave=1,
    ...     )
    >>> read.responses[["rater_id", "value", "missing"]].values.tolist()
    [['k1', 4.0, nan], ['k2', nan, 'not_applicable']]
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
    other = None if headings is None else _same_survey(grid, headings)
    return read_survey(limesurvey_survey(grid, other, request), request)


def is_limesurvey(header: Sequence[str]) -> bool:
    """Say whether a header begins with LimeSurvey's own columns, as codes or labels."""
    return [_system_name(heading) for heading in header[:4]] == list(_FIRST)


def limesurvey_survey(grid: Grid, other: Grid | None, request: Request) -> Survey:
    """Bring a LimeSurvey export to a survey.

    Parameters
    ----------
    grid : Grid
        The export.
    other : Grid or None
        An export of the same survey with full headings.
    request : Request
        What the caller says.

    Raises
    ------
    ReadError
        If it does not begin with LimeSurvey's own columns.
    """
    if not is_limesurvey(grid.header):
        raise ReadError(
            f"{WHO}: {grid.name} is no LimeSurvey export: it does not begin with the columns id, "
            f"submitdate, lastpage, startlanguage (nor with their labels) but with "
            f"{', '.join(quote(h) for h in grid.header[:4])}."
        )
    fields = number_repeats(list(grid.header))
    kept, again = without_repeated_header(grid.rows, grid.header, grid.name)
    cells = text_frame([grid.rows[i] for i in kept], fields)
    dropped = [Dropped("row", "", "the header again", len(again), again[0] + 1)] if again else []
    system = {}
    for field, heading in zip(fields, grid.header, strict=True):
        name = _system_name(heading)
        if name and name not in system:
            system[name] = field
    ended, notes = _ended(cells, system, request)
    headings = dict(zip(fields, map(plain, (other or grid).header), strict=True))
    labels = {} if other is None else _labels(grid, other, fields)
    codes = grid.header[0] == "id"
    known = {system[n]: why for n, why in _IDENTIFYING.items() if n in system}
    return Survey(
        name=grid.name,
        recognized=(
            f"LimeSurvey export with {'question codes' if codes else 'full questions'}: it begins "
            f"with {', '.join(grid.header[:4])}"
        ),
        cells=cells,
        rows=np.array(kept, dtype=np.int64) + 1,
        finished=(cells[system["submitdate"]].str.strip() != "").to_numpy(dtype=bool),
        ended=ended,
        headings=headings,
        value_labels=labels,
        structure=_rater(cells, system),
        kinds={"n/a": request.answers.get("n/a", "not_applicable")}
        if isinstance(request.answers.get("n/a", "not_applicable"), str)
        else {},
        beyond=True,
        numbered=_ANSWER_CODE,
        ticks=_ticks(cells, fields, headings, request),
        housekeeping=frozenset(
            field for name, field in system.items() if name not in {"token", *_IDENTIFYING}
        ),
        known=known,
        dropped=tuple(dropped),
        assumed=notes,
    )


def _system_name(heading: str) -> str:
    """Name one of LimeSurvey's own columns from its code, label, or both joined by dots."""
    text = fold(heading)
    return _CODES.get(text) or _LABELS.get(text) or _CODES.get(text.partition(".")[0], "")


def _same_survey(grid: Grid, path: str | Path) -> Grid:
    other = read_grid(path)
    if len(other.header) != len(grid.header):
        raise ReadError(
            f"{WHO}: `headings` must be an export of the same survey; {other.name} has "
            f"{len(other.header)} columns, {grid.name} {len(grid.header)}."
        )
    return other


def _labels(grid: Grid, other: Grid, fields: Sequence[str]) -> dict[str, dict[str, str]]:
    """Tell what the codes of each column mean, where the other export has the same rows in full."""
    full = {row[0]: row for row in other.rows}
    pairs = [(row, full[row[0]]) for row in grid.rows if row[0] in full]
    labels: dict[str, dict[str, str]] = {}
    for place, field in enumerate(fields):
        seen: dict[str, set[str]] = {}
        for row, same in pairs:
            seen.setdefault(row[place].strip(), set()).add(plain(same[place]))
        coded = {code: texts.pop() for code, texts in seen.items() if len(texts) == 1 and code}
        own = {code: text for code, text in coded.items() if text and fold(text) != fold(code)}
        if own and len(own) == len([code for code in seen if code]):
            labels[field] = own
    return labels


def _rater(cells: pd.DataFrame, system: Mapping[str, str]) -> dict[str, str]:
    token = system.get("token")
    return {"rater_id": token} if token and (cells[token].str.strip() != "").any() else {}


def _ended(
    cells: pd.DataFrame, system: Mapping[str, str], request: Request
) -> tuple[pd.Series, tuple[str, ...]]:
    """Give the time of submission, or of the last action where nothing was submitted."""
    text = cells[system["submitdate"]].str.strip()
    if "datestamp" in system:
        text = text.where(text != "", cells[system["datestamp"]].str.strip())
    return parse_moments(text, order=request.dates, who=WHO, column=system["submitdate"])


def _ticks(
    cells: pd.DataFrame,
    fields: Sequence[str],
    headings: Mapping[str, str],
    request: Request,
) -> tuple[Tick, ...]:
    """Find multiple choice questions: their sub-questions hold Y or nothing, Yes or No."""
    parts: dict[str, list[tuple[str, str, str]]] = {}
    for field in fields:
        sub = _SUB.match(field)
        if sub and field not in request.columns:
            asked = _SUB.match(headings[field])
            choice = asked[2] if asked else sub[2]
            parts.setdefault(sub[1], []).append((field, sub[2], choice))
    ticks = []
    for question, columns in parts.items():
        options = [c for c in columns if fold(c[1]) not in _OTHER]
        values = {fold(cell) for field, _, _ in options for cell in cells[field].unique()}
        if not options or not values <= {"", "n/a"} | YES | NO or not values & YES:
            continue
        told = options_of(request.choices, question, headings[options[0][0]])
        for i, (field, _, choice) in enumerate(options):
            ticks.append(Tick(field, question, told[i] if i < len(told) else choice))
    return tuple(ticks)
