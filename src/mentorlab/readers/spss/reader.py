"""SPSS files, with their value labels and user-missing values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import ReadError
from ...options import Identifiers
from ..cells.missing_words import kind_of_label, kinds_of_labels
from ..cells.text import fold, plain
from ..read_result import ReadResult
from ..survey.model import Survey, Tick, no_moments
from ..survey.pipeline import read_survey
from ..survey.request import Details, Request, make_request
from ..survey.scales import RESPONSE_SCALES
from .layout import DamagedError, check_sav

WHO = "read_spss"
MAGIC = (b"$FL2", b"$FL3")
_SELECTED = frozenset(["selected", "yes", "checked", "quoted", "mentioned", "ticked", "true", "1"])
_ORDERED = ("ordinal", "scale")
_STEM = re.compile(r"^(.*?)_?[0-9]+[A-Za-z]?$")


def read_spss(
    path: str | Path,
    *,
    codebook: Codebook | None = None,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
    columns: Mapping[str, str] | None = None,
    wave: int | None = None,
    **details: Unpack[Details],
) -> ReadResult:
    """Read answers from an SPSS file, with what its labels and missing values say.

    Needs pyreadstat: ``pip install "mentorlab[spss]"``.

    Parameters
    ----------
    path : path
        A ``.sav`` or ``.zsav`` file, one row a rater and wave.
    codebook : Codebook, optional
        The items to read, by name (case aside) or wording; without it variables with ordered
        value labels are items, and their labels the codebook.
    identifiers, key, columns, wave
        As in :func:`read_qualtrics`.
    **details
        What all survey readers take: see :class:`mentorlab.readers.Details`.

    Returns
    -------
    ReadResult
        User-missing values are unanswered unless their labels say otherwise ("Not applicable");
        a system-missing value was not shown where a variable has user-missing values.

    Raises
    ------
    ReadError
        If pyreadstat is not installed, the file is no SPSS file, or an answer can't be read.
    IdentifierError
        If columns identify people and `identifiers` is ``"refuse"``.
    OptionError
        If an argument does not fit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> import pyreadstat
    >>> scale = {1: "Never", 2: "Sometimes", 3: "Often", -98: "Not applicable"}
    >>> frame = pd.DataFrame(
    ...     {"rid": ["a", "b"], "pair": "D1", "role": [1, 2], "TALK_1": [3, -98], "TALK_2": [1, 2]}
    ... )
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "answers.sav"
    ...     pyreadstat.write_sav(
    ...         frame,
    ...         file,
    ...         variable_value_labels={
    ...             "role": {1: "Mentor", 2: "Mentee"}, "TALK_1": scale, "TALK_2": scale
    ...         },
    ...         missing_ranges={"TALK_1": [-98], "TALK_2": [-98]},
    ...     )
    ...     read = read_spss(file, wave=1)
    >>> read.responses[["rater_id", "item", "value", "missing"]].values.tolist()[2]
    ['b', 'TALK_1', nan, 'not_applicable']
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
    frame, meta = _load(Path(path))
    return read_survey(_spss_survey(frame, meta, Path(path).name, request), request)


def _load(path: Path) -> tuple[pd.DataFrame, Any]:
    """Read the file with its user-missing values, or say why it can't be."""
    if not path.is_file():
        raise ReadError(f"{path}: there is no such file.")
    data = path.read_bytes()
    if not data.startswith(MAGIC):
        raise ReadError(f"{WHO}: {path.name} is no SPSS file: it does not begin with $FL2 or $FL3.")
    try:
        check_sav(data)
    except DamagedError as error:
        raise ReadError(f"{WHO}: {path.name} is a damaged SPSS file: {error}.") from None
    try:
        import pyreadstat
    except ImportError as error:
        raise ReadError(
            f"{WHO}: needs pyreadstat, which is not installed. Run: pip install 'mentorlab[spss]'"
        ) from error
    try:
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        ValueError,
        OverflowError,
        MemoryError,
        UnicodeError,
    ) as error:
        text = str(error).strip() or type(error).__name__
        raise ReadError(
            f"{WHO}: {path.name} is a damaged SPSS file and can't be read ({text})."
        ) from error
    if frame.columns.duplicated().any() or frame.empty:
        raise ReadError(f"{WHO}: {path.name} is a damaged SPSS file: it holds no rows to read.")
    return frame, meta


def _spss_survey(frame: pd.DataFrame, meta: Any, name: str, request: Request) -> Survey:
    cells = pd.DataFrame(
        {str(c): [_as_text(value) for value in frame[c]] for c in frame.columns}, dtype="object"
    )
    labels = {
        column: {_as_text(code): plain(str(label)) for code, label in codes.items()}
        for column, codes in meta.variable_value_labels.items()
    }
    headings = {
        column: plain(label)
        for column, label in zip(meta.column_names, meta.column_labels, strict=True)
        if label
    }
    kinds = {
        column: _kinds_of(cells[column], labels.get(column, {}), ranges, request)
        for column, ranges in (meta.missing_ranges or {}).items()
    }
    ticks = _ticks(cells, labels, headings, request)
    measure = meta.variable_measure or {}
    return Survey(
        name=name,
        recognized="SPSS file: it begins with the mark of one",
        cells=cells,
        rows=np.arange(1, len(cells) + 1),
        finished=np.ones(len(cells), dtype=bool),
        ended=no_moments(len(cells)),
        headings=headings,
        value_labels=labels,
        field_kinds=kinds,
        marks_unanswered=any("unanswered" in codes.values() for codes in kinds.values()),
        ticks=ticks,
        assumed=_say_kinds(kinds),
        texts=frozenset(c for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])),
        codebook=_codebook(cells, labels, headings, kinds, measure, ticks, name),
    )


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (datetime, date)):
        return "" if pd.isna(value) else value.isoformat()
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, (int, float, np.number)):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    return str(value)


def _kinds_of(
    cells: pd.Series,
    labels: Mapping[str, str],
    ranges: Sequence[Mapping[str, float | str]],
    request: Request,
) -> dict[str, str]:
    """Tell which kind of missing each user-missing value of a variable is."""
    kinds: dict[str, str] = {}
    for code in {*cells.unique(), *labels} - {""}:
        if not any(_within(code, part) for part in ranges):
            continue
        label = labels.get(code, "")
        told = request.answers.get(fold(label), request.answers.get(fold(code)))
        kind = told if isinstance(told, str) else kind_of_label(label) or "unanswered"
        kinds[fold(code)] = kind
        if label:
            kinds[fold(label)] = kind
    return kinds


def _say_kinds(kinds: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Say which kind of missing the user-missing values of the file stand for."""
    said = dict.fromkeys(
        f"'{code}' is {kind}" for codes in kinds.values() for code, kind in codes.items()
    )
    return (f"user-missing values: {', '.join(said)}",) if said else ()


def _within(code: str, part: Mapping[str, float | str]) -> bool:
    low, high = part["lo"], part["hi"]
    if isinstance(low, str) or isinstance(high, str):
        return str(low).strip() <= code <= str(high).strip()
    try:
        return float(low) <= float(code) <= float(high)
    except ValueError:
        return False


def _ticks(
    cells: pd.DataFrame,
    labels: Mapping[str, Mapping[str, str]],
    headings: Mapping[str, str],
    request: Request,
) -> tuple[Tick, ...]:
    """Find sets of variables that are ticked (1) or not (0), and share a name and a question."""
    sets: dict[str, list[str]] = {}
    for column in cells.columns:
        codes = labels.get(column, {})
        selected = fold(codes.get("1", "")) in _SELECTED or list(codes) == ["1"]
        binary = set(codes) <= {"0", "1"} and selected
        if binary and set(cells[column]) <= {"0", "1", ""} and column not in request.columns:
            stem = _STEM.match(column)
            sets.setdefault(stem[1] if stem else column, []).append(column)
    ticks = []
    for question, group in sets.items():
        texts = [headings.get(column, column) for column in group]
        shared = _shared_start(texts) if len(group) > 1 else 0
        for column, text in zip(group, texts, strict=True):
            option = labels[column]["1"]
            named = option if fold(option) not in _SELECTED else text[shared:].strip() or text
            ticks.append(Tick(column, question, named))
    return tuple(ticks)


def _shared_start(texts: Sequence[str]) -> int:
    """Tell how long the question is that the labels of a set begin with."""
    for mark in (": ", " - ", "? "):
        heads = {text.partition(mark)[0] for text in texts if mark in text}
        if len(heads) == 1 and all(mark in text for text in texts):
            return len(heads.pop()) + len(mark)
    return 0


def _codebook(
    cells: pd.DataFrame,
    labels: Mapping[str, Mapping[str, str]],
    headings: Mapping[str, str],
    kinds: Mapping[str, Mapping[str, str]],
    measure: Mapping[str, str],
    ticks: Sequence[Tick],
    name: str,
) -> Codebook | None:
    """Make a codebook of the variables whose value labels are an ordered scale."""
    ticked = {tick.field for tick in ticks}
    scales = {
        column: scale
        for column in cells.columns
        if column not in ticked and (scale := _scale(labels.get(column, {}), kinds.get(column, {})))
    }
    rows = []
    for column, scale in scales.items():
        shared = sum(other == scale for other in scales.values()) > 1
        known = tuple(fold(label) for label in scale.values()) in RESPONSE_SCALES
        if not (shared or known or measure.get(column) in _ORDERED):
            continue
        codes = sorted(scale)
        full = codes == list(range(codes[0], codes[0] + len(codes)))
        words = "|".join(scale[code].replace("|", "/") for code in codes)
        rows.append(
            {
                "item": column,
                "low": codes[0],
                "high": codes[-1],
                "labels": words if full else None,
                "wording": headings.get(column),
            }
        )
    return Codebook(pd.DataFrame(rows), title=Path(name).stem) if rows else None


def _scale(labels: Mapping[str, str], kinds: Mapping[str, str]) -> dict[int, str]:
    scale = {}
    missing = kinds_of_labels(labels.values())
    for code, label in labels.items():
        if fold(code) in kinds or label in missing:
            continue
        if not re.fullmatch(r"-?[0-9]{1,6}", code):
            return {}
        scale[int(code)] = label
    return scale if scale and max(scale) - min(scale) >= 2 else {}
