"""Logs of meetings as CSV files, with the column names that programs use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ..checks import conform
from ..errors import OptionError, ReadError, count, did_you_mean, listing, quote
from ..options import DateOrder, Identifiers, check_option
from ..provenance import Provenance
from ..schemas import Column, Table
from ..tables import CONTACTS
from .cells.grid import Grid, read_grid, without_repeated_header
from .cells.meeting_words import KINDS, STATUSES, kind_of, read_words, status_of
from .cells.moments import parse_moments
from .cells.text import fold, squeezed
from .identity.codes import same_spelling
from .identity.guard import Guard
from .read_result import Dropped, ReadResult, dropped_frame
from .survey.model import text_frame
from .survey.structure import ALIASES

WHO = "read_contact_log"
LOG_ALIASES: dict[str, tuple[str, ...]] = {
    "contact_id": ("contact_id", "meeting_id", "session_id", "log_id", "event_id"),
    "relationship_id": ALIASES["relationship_id"],
    "mentor_id": ("mentor_id", "tutor_id", "coach_id", "mentor", "tutor"),
    "mentee_id": ("mentee_id", "student_id", "tutee_id", "learner_id", "mentee", "student"),
    "at": (
        "at",
        "session_date",
        "session_datetime",
        "meeting_date",
        "date_of_the_meeting",
        "date_of_meeting",
        "contact_date",
        "start_time",
        "starts_at",
        "datetime",
        "date",
        "start",
        "day",
        "when",
    ),
    "minutes": (
        "minutes",
        "session_duration",
        "duration_minutes",
        "duration_min",
        "duration",
        "session_minutes",
        "meeting_minutes",
        "length_minutes",
        "length",
        "mins",
    ),
    "hours": ("hours", "duration_hours", "session_hours"),
    "status": (
        "status",
        "meeting_status",
        "session_status",
        "outcome",
        "attendance",
        "attended",
        "what_happened",
        "happened",
    ),
    "kind": ("kind", "contact_type", "meeting_type", "type", "channel", "mode", "medium"),
    "recorded_at": ("recorded_at", "created_at", "logged_at", "entered_on", "submitted_at"),
}
_PEOPLE = ("mentor_id", "mentee_id")
_LOG = Table(
    "contacts",
    CONTACTS.row,
    (*CONTACTS.columns, *(Column(name, "a partner", "id", refers="people") for name in _PEOPLE)),
)
_LENGTH = re.compile(
    r"(?P<h>[0-9]{1,3}):(?P<m>[0-5][0-9])(?::00)?|"
    r"(?P<n>[0-9]{1,5}(?:\.[0-9]{1,6})?)\s*(?P<unit>m|min|mins|minutes?|h|hrs?|hours?)?\.?"
)


def read_contact_log(
    path: str | Path,
    *,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
    columns: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    dates: DateOrder = "auto",
) -> ReadResult:
    """Read a log of meetings whose columns have common names, such as those of DATAS.

    A log without pair codes that names both partners (``tutor_id`` and ``student_id``, as the
    DATAS tutoring standard has them) gets one relationship for each two of them.

    Parameters
    ----------
    path : path
        A comma-separated UTF-8 file, one row a meeting and, in group sessions, a student.
    identifiers : {"refuse", "drop", "pseudonymize"}
        What happens to columns that identify people, and to notes that people wrote.
    key : bytes or str, optional
        The secret for pseudonyms.
    columns : mapping of str to str, optional
        The file's names to ours (those of the contacts table, `mentor_id`, `mentee_id`, `hours`),
        where they are not common ones.
    words : mapping of str to str, optional
        What the log writes for ``held``, ``missed``, ``cancelled``, ``rescheduled``, ``meeting``,
        ``message`` or ``call``, where it is no common word.
    dates : {"auto", "ymd", "mdy", "dmy"}
        In which order days, months and years are written.

    Returns
    -------
    ReadResult
        With `contacts`, and the partners as `others["members"]` where the log names them. Columns
        of the log's own (topic, ratio) pass through. A log without a status lists meetings that
        were held.

    Raises
    ------
    ReadError
        If the log can't be read.
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
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "sessions.csv"
    ...     _ = file.write_text(
    ...         "student_id,session_topic,session_date,session_duration,session_ratio,tutor_id\\n"
    ...         "S1,math,2026-03-02,45,1:1,T9\\n"
    ...     )
    ...     read = read_contact_log(file)
    >>> read.contacts[["relationship_id", "status", "minutes", "session_topic"]].values.tolist()
    [['T9-S1', 'held', 45.0, 'math']]
    """
    guard = Guard(identifiers, key, WHO)
    check_option(dates, DateOrder, who=WHO, name="dates")
    grid = read_grid(path)
    return log_of(grid, guard, columns=columns, words=words, dates=dates)


def is_contact_log(header: tuple[str, ...]) -> bool:
    """Say whether a header has a date, a pair or both partners, and what happened or how long."""
    found = _match(header, {})
    pair = "relationship_id" in found or set(_PEOPLE) <= set(found)
    return pair and "at" in found and bool({"minutes", "hours", "status", "kind"} & set(found))


def log_of(
    grid: Grid,
    guard: Guard,
    *,
    columns: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    dates: DateOrder = "auto",
) -> ReadResult:
    """Read a grid as a log of meetings; see :func:`read_contact_log`."""
    grid.require_unique_headings()
    names = _match(grid.header, columns or {})
    _require(names, grid)
    kept, again = without_repeated_header(grid.rows, grid.header, grid.name)
    dropped = [Dropped("row", "", "the header again", len(again), again[0] + 1)] if again else []
    frame = text_frame([grid.rows[i] for i in kept], list(grid.header))
    frame = frame.rename(columns={theirs: ours for ours, theirs in names.items()})
    frame = frame.apply(lambda column: column.str.strip()).astype("str")
    frame, left = guard.apply(frame, _LOG, name=grid.name)
    dropped += left
    assumed = ["columns: " + ", ".join(f"{o} from '{t}'" for o, t in names.items())]
    told = {fold(str(text)): ours for text, ours in (words or {}).items()}
    frame, notes = _pairs(frame)
    assumed += notes
    empty = ((frame["at"] == "") | (frame["relationship_id"] == "")).to_numpy()
    if empty.any():
        first = int(empty.argmax()) + 1
        dropped.append(Dropped("row", "", "no date or no relationship", int(empty.sum()), first))
        frame = frame[~empty].reset_index(drop=True)
    frame, notes = _fill(frame, told, dates)
    members = _members(frame)
    frame = frame.drop(columns=[name for name in (*_PEOPLE, "hours") if name in frame])
    contacts = conform(frame, CONTACTS, who=f"{guard.who}: {grid.name}")
    return ReadResult(
        contacts=contacts,
        dropped=dropped_frame(dropped),
        recognized="log of meetings: it has a date, who met, and what happened or how long it took",
        assumed=(*assumed, *notes),
        others={} if members is None else {"members": members},
        provenance=Provenance(guard.who, {"file": grid.name, "identifiers": guard.identifiers}),
    )


def _match(header: tuple[str, ...], told: Mapping[str, str]) -> dict[str, str]:
    """Give our names and the headings that stand for them; the caller's come first."""
    for theirs in told:
        if theirs not in header:
            near = did_you_mean(theirs, header)
            raise OptionError(
                f"{WHO}: `columns` names {quote(theirs)}, which the file does not have (it has "
                f"{listing(header)}). {near}".rstrip()
            )
    found = {ours: theirs for theirs, ours in told.items()}
    for ours, aliases in LOG_ALIASES.items():
        if ours in found:
            continue
        free = [h for h in header if h not in found.values()]
        keys = {squeezed(h): h for h in reversed(free)}
        alias = next((alias for alias in map(squeezed, aliases) if alias in keys), None)
        if alias:
            found[ours] = keys[alias]
    for name in CONTACTS.names:
        if name in header and name not in found and name not in told:
            found[name] = name
    return found


def _require(names: Mapping[str, str], grid: Grid) -> None:
    if "at" not in names:
        raise ReadError(
            f"{WHO}: {grid.name} has no column that looks like the date of a meeting; it has "
            f"{listing(grid.header)}. Give columns={{'their column': 'at'}}."
        )
    if "relationship_id" not in names and not set(_PEOPLE) <= set(names):
        raise ReadError(
            f"{WHO}: {grid.name} does not say who met: it has neither a pair code nor columns for "
            f"both partners, but {listing(grid.header)}. Give columns={{'their column': "
            "'relationship_id'}."
        )


def _pairs(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    if "relationship_id" in frame:
        codes, notes = same_spelling(frame["relationship_id"].astype("str"))
        return frame.assign(relationship_id=codes), list(notes)
    both = (frame["mentor_id"] != "") & (frame["mentee_id"] != "")
    code = (frame["mentor_id"] + "-" + frame["mentee_id"]).where(both, "")
    return frame.assign(relationship_id=code), [
        "the log has no pair codes, so each two partners are one relationship"
    ]


def _fill(
    frame: pd.DataFrame, told: Mapping[str, str], dates: DateOrder
) -> tuple[pd.DataFrame, list[str]]:
    """Bring dates, words and lengths to our types, and say what the log leaves out."""
    moments, said = parse_moments(frame["at"], order=dates, who=WHO, column="at")
    notes = list(said)
    frame = frame.assign(at=moments)
    if "recorded_at" in frame:
        recorded, said = parse_moments(
            frame["recorded_at"], order=dates, who=WHO, column="recorded_at"
        )
        frame, notes = frame.assign(recorded_at=recorded), [*notes, *said]
    for name, find, allowed in (("status", status_of, STATUSES), ("kind", kind_of, KINDS)):
        if name in frame:
            known = {text: ours for text, ours in told.items() if ours in allowed}
            frame[name] = read_words(
                frame[name],
                find,
                told=known,
                allowed=allowed,
                who=WHO,
                column=name,
                keyword="words",
            )
        else:
            frame[name] = allowed[0]
            notes.append(f"the log has no {name}; every row is taken as '{allowed[0]}'")
    if "minutes" in frame:
        frame["minutes"] = _lengths(frame["minutes"], "minutes")
    elif "hours" in frame:
        frame["minutes"] = _lengths(frame["hours"], "hours")
    if "contact_id" not in frame:
        frame.insert(0, "contact_id", [f"c{row}" for row in range(1, len(frame) + 1)])
    return frame, notes


def _lengths(text: pd.Series, unit: str) -> pd.Series:
    """Read lengths as minutes: 45, 45 min, 1:30 or, in a column of hours, 0.75."""
    found = {cell: _LENGTH.fullmatch(fold(cell)) for cell in text.unique() if cell}
    lost = text.map(lambda cell: cell != "" and found[cell] is None).to_numpy(dtype=bool)
    if lost.any():
        first = int(lost.argmax())
        raise ReadError(
            f"{WHO}: `{unit}` must hold lengths such as 45, '45 min' or 1:30; got "
            f"{quote(text.iloc[first])} in {count(int(lost.sum()), 'row')}, first row {first + 1}."
        )
    minutes = {cell: _minutes(match, unit) for cell, match in found.items()}
    return text.map(lambda cell: minutes.get(cell, float("nan"))).astype("float64")


def _minutes(match: re.Match[str], unit: str) -> float:
    if match["h"] is not None:
        return 60.0 * int(match["h"]) + int(match["m"])
    in_hours = match["unit"].startswith("h") if match["unit"] else unit == "hours"
    return float(match["n"]) * (60 if in_hours else 1)


def _members(frame: pd.DataFrame) -> pd.DataFrame | None:
    if not set(_PEOPLE) <= set(frame.columns):
        return None
    halves = [
        pd.DataFrame(
            {
                "relationship_id": frame["relationship_id"],
                "person_id": frame[f"{role}_id"],
                "role": role,
            }
        )
        for role in ("mentor", "mentee")
    ]
    members = pd.concat(halves)
    return members[members["person_id"] != ""].drop_duplicates(ignore_index=True)
