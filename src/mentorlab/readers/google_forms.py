"""Google Forms responses, one file a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from ..codebook import Codebook
from ..errors import OptionError, ReadError, did_you_mean, listing, quote
from ..options import Identifiers
from ..tables import ROLES
from .cells.grid import Grid, read_grid, without_repeated_header
from .cells.moments import parse_moments
from .cells.text import fold, name_key, plain
from .read_result import Dropped, ReadResult
from .survey.model import Survey, TickCell, number_repeats, text_frame
from .survey.pipeline import read_survey
from .survey.request import Details, Request, make_request
from .survey.structure import ALIASES
from .survey.ticks import options_of

WHO = "read_google_forms"
_TIMESTAMP = (
    "timestamp",
    "zeitstempel",
    "horodateur",
    "marca temporal",
    "carimbo de data/hora",
    "informazioni cronologiche",
    "tijdstempel",
)
_EMAIL = ("email", "email_address", "e_mail_address", "username", "e_mail_adresse", "nutzername")
_SEVERAL = re.compile(
    r"(?:tick|select|check|choose|mark) (?:all|any|as many|one or more)|all that apply|"
    r"multiple answers|mehrere"
)
_ROW = re.compile(r"\[[^\[\]]*\]\s*$")
_FIRST_CELL = re.compile(r"[0-9]{1,4}[./\-][0-9]{1,2}[./\-][0-9]{1,4}[ ,T].*")
_ABOUT = re.compile(r"\bmy (mentor|mentee)\b")
_ENOUGH = 2
_SEPARATOR = ", "
_ROLE_COLUMN = "role (by file)"


def read_google_forms(
    path: str | Path | Mapping[str, str | Path],
    *,
    role: str | None = None,
    codebook: Codebook | None = None,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
    columns: Mapping[str, str] | None = None,
    wave: int | None = None,
    **details: Unpack[Details],
) -> ReadResult:
    """Read the responses of Google Forms: a form for all, or one form for each role.

    Download responses as CSV from the form, or from its sheet.

    Parameters
    ----------
    path : path or mapping of str to path
        The CSV file; or the files by role, ``{"mentor": "a.csv", "mentee": "b.csv"}``, which lets
        pair codes of both forms be brought to one spelling and linked.
    role : str, optional
        Whose form a single file is; not needed if the form asks.
    codebook : Codebook, optional
        The items to read, found by the wording of each role; without it items and scales are
        guessed and the guesses listed.
    identifiers, key, columns, wave
        As in :func:`read_qualtrics`. The e-mail address, if collected, is the rater; dropped, the
        rater is named by pair and role.
    **details
        What all survey readers take: see :class:`mentorlab.readers.Details`. `dates` is the order
        of the form owner's locale; `choices` the options of checkbox questions.

    Returns
    -------
    ReadResult
        An empty cell is unanswered: Google keeps finished answers only.

    Raises
    ------
    ReadError
        If it is no file of responses, nothing tells the role, or an answer can't be read.
    IdentifierError
        If columns identify people and `identifiers` is ``"refuse"``.
    OptionError
        If an argument does not fit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> book = Codebook(
    ...     pd.DataFrame(
    ...         {"item": ["talk"], "low": 1, "high": 3, "labels": "Never|Sometimes|Often",
    ...          "wording": "We talk openly"}
    ...     )
    ... )
    >>> rows = [
    ...     "Timestamp,Your pair code,How often? [We talk openly]",
    ...     "3/16/2026 14:04:10,D01,Often",
    ...     "3/17/2026 09:00:00,D02,Never",
    ...     "3/17/2026 09:30:00, d-02 ,Sometimes",
    ... ]
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "mentors.csv"
    ...     _ = file.write_text("\\n".join(rows))
    ...     read = read_google_forms(file, role="mentor", codebook=book, wave=1)
    >>> read.responses[["rater_id", "value"]].values.tolist()
    [['D01:mentor', 3.0], ['D02:mentor', 2.0]]
    >>> read.dropped["reason"].tolist()
    ['answered again: the last finished answer counts']
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
    files = _files(path, role)
    surveys = [_one_file(read_grid(file), of, request) for of, file in files]
    survey = surveys[0] if len(surveys) == 1 else _join(surveys, [of for of, _ in files])
    return read_survey(survey, request)


def is_google_forms(grid: Grid) -> bool:
    """Say whether a file begins with a timestamp, as responses of a Google Form do."""
    if fold(grid.header[0]) not in _TIMESTAMP:
        return False
    return not grid.rows or bool(_FIRST_CELL.match(grid.rows[0][0].strip()))


def _files(
    path: str | Path | Mapping[str, str | Path], role: str | None
) -> list[tuple[str | None, str | Path]]:
    if isinstance(path, Mapping):
        if role is not None or not path:
            raise OptionError(
                f"{WHO}: `path` gives files by role, so `role` must be left out, and there must "
                "be a file."
            )
        pairs = [(str(of), file) for of, file in path.items()]
    else:
        pairs = [(role, path)]
    for of, _ in pairs:
        if of is not None and of not in ROLES:
            raise OptionError(
                f"{WHO}: `role` must be {listing(ROLES)}; got {quote(of)}. "
                f"{did_you_mean(of, ROLES)}".rstrip()
            )
    return pairs


def _one_file(grid: Grid, role: str | None, request: Request) -> Survey:
    if fold(grid.header[0]) not in _TIMESTAMP:
        raise ReadError(
            f"{WHO}: {grid.name} is no file of Google Forms responses: its first column is "
            f"{quote(grid.header[0])}, not Timestamp."
        )
    fields = number_repeats([plain(heading) for heading in grid.header])
    kept, again = without_repeated_header(grid.rows, grid.header, grid.name)
    cells = text_frame([grid.rows[i] for i in kept], fields)
    dropped = [Dropped("row", "", "the header again", len(again), again[0] + 1)] if again else []
    ended, notes = parse_moments(
        cells[fields[0]].astype("str"), order=request.dates, who=WHO, column=fields[0]
    )
    if role is None:
        role, said = _role_asked(fields)
        notes = (*notes, *said)
    email = [f for f in fields if name_key(f) in _EMAIL and (cells[f] != "").any()]
    rater = {} if "rater_id" in request.columns.values() or not email else {"rater_id": email[0]}
    return Survey(
        name=grid.name,
        recognized=f"Google Forms responses: the first column is {quote(grid.header[0])}",
        cells=cells,
        rows=np.array(kept, dtype=np.int64) + 1,
        finished=np.ones(len(cells), dtype=bool),
        ended=ended,
        structure=rater,
        fixed={} if role is None else {"role": role},
        tick_cells=tuple(
            TickCell(field, field, _SEPARATOR)
            for field in fields[1:]
            if field not in request.columns
            and not _ROW.search(field)
            and (options_of(request.choices, field) or _SEVERAL.search(fold(field)))
        ),
        housekeeping=frozenset(fields[:1]),
        known=dict.fromkeys(email, "is the e-mail address"),
        dropped=tuple(dropped),
        assumed=notes,
    )


def _role_asked(fields: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Tell whose form it is from its questions: mentors are asked about "my mentee"."""
    if any(name_key(name) in ALIASES["role"] for name in fields):
        return None, ()
    named = [word for name in fields for word in set(_ABOUT.findall(fold(name)))]
    if len(named) < _ENOUGH or len(set(named)) > 1:
        return None, ()
    role = {"mentee": "mentor", "mentor": "mentee"}[named[0]]
    return role, (f"it is the form of {role}s, as its questions are about 'my {named[0]}'",)


def _join(surveys: Sequence[Survey], roles: Sequence[str | None]) -> Survey:
    """Put forms of several roles under one another; a question on one form only stays empty."""
    parts = [
        survey.cells.assign(**{_ROLE_COLUMN: role})
        for survey, role in zip(surveys, roles, strict=True)
    ]
    cells = pd.concat(parts, ignore_index=True).fillna("")
    ticks = {cell.field: cell for survey in surveys for cell in survey.tick_cells}
    return Survey(
        name=" and ".join(survey.name for survey in surveys),
        recognized=surveys[0].recognized,
        cells=cells,
        rows=np.concatenate([survey.rows for survey in surveys]),
        finished=np.ones(len(cells), dtype=bool),
        ended=pd.concat([survey.ended for survey in surveys], ignore_index=True),
        structure={**surveys[0].structure, **surveys[-1].structure, "role": _ROLE_COLUMN},
        tick_cells=tuple(ticks.values()),
        housekeeping=frozenset(name for survey in surveys for name in survey.housekeeping),
        known={name: why for survey in surveys for name, why in survey.known.items()},
        dropped=tuple(reason for survey in surveys for reason in survey.dropped),
        assumed=tuple(dict.fromkeys(note for survey in surveys for note in survey.assumed)),
    )
