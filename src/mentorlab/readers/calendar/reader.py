"""Calendars as logs of meetings."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd

from ...checks import conform
from ...errors import OptionError, ReadError, count, quote
from ...options import Identifiers
from ...provenance import Provenance
from ...tables import CONTACTS
from ..cells.grid import read_text
from ..cells.text import code_key
from ..identity.codes import same_spelling
from ..identity.guard import Guard
from ..identity.identifiers import Identifier, mask, one_case, pseudonym, refuse
from ..read_result import Dropped, ReadResult, dropped_frame
from .icalendar import FLOATING, Event, in_zone_of, parse_calendar, repeat
from .zones import convert, zone_info

WHO = "read_calendar"
_CODE = re.compile(r"\b([A-Za-z]{1,6})[-_ ]?([0-9]{1,6})\b")
_TAKEN_BACK = re.compile(r"\s*cancell?ed\s*:", re.IGNORECASE)
_ENOUGH = 0.5


def read_calendar(
    path: str | Path,
    *,
    relationship: str | None = None,
    pattern: str | None = None,
    members: pd.DataFrame | None = None,
    zone: str | None = None,
    until: str | None = None,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
) -> ReadResult:
    """Read the meetings of an iCalendar file, as any calendar program exports it.

    Parameters
    ----------
    path : path
        An ``.ics`` file.
    relationship : str, optional
        The relationship that all events are meetings of.
    pattern : str, optional
        A regular expression that finds the code of the relationship in an event's title,
        categories or description: ``r"D[0-9]+"``.
    members : pandas.DataFrame, optional
        Members of the relationships; events are linked by the codes that they name.
    zone : str, optional
        The time zone to give times in, such as ``"Europe/Oslo"``. Needed where a calendar mixes
        zones; nothing is ever converted without it.
    until : str, optional
        The last day to read. Events repeat up to it; later ones are left out and counted.
    identifiers : {"refuse", "drop", "pseudonymize"}
        What happens to names and addresses of those invited, and to notes. Titles are looked at
        for codes and never kept.
    key : bytes or str, optional
        The secret for pseudonyms; the organizer becomes `initiated_by`.

    Returns
    -------
    ReadResult
        With `contacts`: cancelled events are cancelled, others count as held, as a calendar does
        not say more. Without `relationship`, `pattern` and `members`, codes are guessed ("D05",
        "pair 7") and the guess is said.

    Raises
    ------
    ReadError
        If it is no calendar, times are in several zones, or no event names a relationship.
    IdentifierError
        If events name people and `identifiers` is ``"refuse"``.
    OptionError
        If an argument does not fit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> lines = [
    ...     "BEGIN:VCALENDAR",
    ...     "BEGIN:VEVENT",
    ...     "UID:1",
    ...     "SUMMARY:Mentoring D05",
    ...     "DTSTART;TZID=Europe/Oslo:20260317T140000",
    ...     "DURATION:PT45M",
    ...     "RRULE:FREQ=WEEKLY;COUNT=2",
    ...     "END:VEVENT",
    ...     "END:VCALENDAR",
    ... ]
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "meetings.ics"
    ...     _ = file.write_text("\\r\\n".join(lines))
    ...     read = read_calendar(file)
    >>> read.contacts[["relationship_id", "minutes"]].values.tolist()
    [['D05', 45.0], ['D05', 45.0]]
    >>> read.assumed[0]
    'times are in Europe/Oslo, as the calendar writes them'
    """
    guard = Guard(identifiers, key, WHO)
    name = Path(path).name
    events, method = parse_calendar(read_text(path), who=WHO, name=name)
    if not events:
        raise ReadError(f"{WHO}: {name} has no events.")
    found = _identifiers(events)
    if identifiers == "refuse":
        refuse(found, who=WHO, name=name)
    dropped = [Dropped("column", i.column, f"it {i.why}", i.n) for i in found]
    events, old = _last_versions(events)
    dropped += old
    written_out, left = _all_times(events, until, name)
    dropped += left
    moments, assumed = _in_one_zone(written_out, zone, name)
    codes, notes = _relationships(written_out, relationship, pattern, members, name)
    assumed += notes
    frame = _frame(written_out, moments, codes, method, guard)
    tentative = pd.Series([event.status == "TENTATIVE" for event in written_out])
    dropped += _count(frame["relationship_id"] == "", "no code of a relationship", written_out)
    dropped += _count(tentative, "tentative: nothing says that it took place", written_out)
    frame = frame[(frame["relationship_id"] != "") & ~tentative]
    assumed.append("events that are not cancelled count as held")
    return ReadResult(
        contacts=conform(frame, CONTACTS, who=f"{WHO}: {name}"),
        dropped=dropped_frame(dropped),
        recognized="iCalendar file: it begins with BEGIN:VCALENDAR",
        assumed=tuple(assumed),
        provenance=Provenance(
            WHO, {"file": name, "zone": zone, "until": until, "identifiers": identifiers}
        ),
    )


def _identifiers(events: Sequence[Event]) -> list[Identifier]:
    """Name the properties that tell who was invited, or hold text that people wrote."""
    found = []
    people = {
        "ATTENDEE": [person for event in events for person in event.attendees],
        "ORGANIZER": [event.organizer for event in events if event.organizer],
    }
    for name, values in people.items():
        if values:
            found.append(Identifier(name, "names people", mask(values[0]), len(values)))
    for name in ("DESCRIPTION", "LOCATION", "COMMENT"):
        n = sum(name in event.texts for event in events)
        if n:
            found.append(Identifier(name, "holds free text", "...", n, free_text=True))
    return found


def _last_versions(events: Sequence[Event]) -> tuple[list[Event], list[Dropped]]:
    """Keep the last version of each event, where a calendar holds earlier ones."""
    last: dict[tuple, Event] = {}
    for event in events:
        key = (event.uid or event.number, event.instead_of)
        if key not in last or event.version >= last[key].version:
            last[key] = event
    kept = sorted(last.values(), key=lambda event: event.number)
    n = len(events) - len(kept)
    return kept, [Dropped("event", "", "an earlier version of an event", n)] if n else []


def _all_times(
    events: Sequence[Event], until: str | None, name: str
) -> tuple[list[Event], list[Dropped]]:
    """Write repeating events out, put changed repetitions in place, and leave out later ones."""
    last = None
    if until is not None:
        try:
            last = datetime.fromisoformat(until)
        except (TypeError, ValueError):
            raise OptionError(
                f"{WHO}: `until` must be a day like '2026-12-31'; got {quote(until)}."
            ) from None
        if len(until) == len("2026-12-31"):
            last = last.replace(hour=23, minute=59, second=59)
    changed: dict[str, list[Event]] = {}
    for event in events:
        if event.instead_of:
            changed.setdefault(event.uid, []).append(event)
    times = [
        time
        for event in events
        for time in _unchanged(event, changed.get(event.uid, []), last, name)
    ]
    kept = [event for event in times if last is None or event.start.at <= last]
    late = len(times) - len(kept)
    if not kept:
        raise ReadError(f"{WHO}: {name} has no events up to {until}.")
    return kept, [Dropped("event", "", f"after {until}", late)] if late else []


def _unchanged(
    event: Event, changes: Sequence[Event], last: datetime | None, name: str
) -> list[Event]:
    """Give the times of an event, without those that another event stands for."""
    times = repeat(event, until=last, who=WHO, name=name)
    if event.instead_of:
        return times
    where = f"{WHO}: {name}: event {event.number}"
    gone = {in_zone_of(event, change.instead_of, where) for change in changes}
    return [time for time in times if time.start.at not in gone]


def _in_one_zone(
    events: Sequence[Event], zone: str | None, name: str
) -> tuple[list[datetime], list[str]]:
    """Give wall-clock times in one zone; convert only if asked to."""
    zones = Counter(event.start.zone for event in events if not event.start.all_day)
    if zone is None:
        if len(zones) > 1:
            said = ", ".join(f"{z or 'no zone'} ({n})" for z, n in zones.most_common())
            raise ReadError(
                f"{WHO}: {name} has times in several zones: {said}. Give zone='Europe/Oslo' or "
                "the like to have them all in one."
            )
        only = next(iter(zones), FLOATING)
        words = f"in {only}" if only else "of no named zone"
        return [e.start.at for e in events], [f"times are {words}, as the calendar writes them"]
    _require_zone(zone, f"{WHO}: `zone`")
    moments = []
    for event in events:
        start = event.start
        if start.all_day or start.zone == FLOATING:
            moments.append(start.at)
            continue
        _require_zone(start.zone, f"{WHO}: {name}: event {event.number}")
        moments.append(convert(start.at, start.zone, zone))
    floating = zones.get(FLOATING, 0)
    notes = [f"times are in {zone}"]
    if floating:
        notes.append(f"{count(floating, 'time')} of no named zone counted as {zone}")
    return moments, notes


def _require_zone(name: str, where: str) -> None:
    if zone_info(name) is None:
        raise ReadError(
            f"{where} is in the time zone {quote(name)}, which is not one of the IANA names such "
            "as 'Europe/Oslo' or 'UTC'."
        )


def _relationships(
    events: Sequence[Event],
    relationship: str | None,
    pattern: str | None,
    members: pd.DataFrame | None,
    name: str,
) -> tuple[list[str], list[str]]:
    """Give the relationship of each event, ``""`` where it names none."""
    if relationship is not None:
        return [str(relationship)] * len(events), []
    if pattern is not None:
        codes, notes = _by_pattern(events, pattern), []
    elif members is not None:
        codes, notes = _by_members(events, members), []
    else:
        codes, notes = _by_guess(events)
    if not any(codes):
        raise ReadError(
            f"{WHO}: no event of {name} names its relationship. Give relationship='...' if all "
            "are of one, or pattern=r'...' to find codes in the titles."
        )
    known = [] if members is None else members["relationship_id"].astype("str").unique()
    spelled, said = same_spelling(pd.Series(codes, dtype="str"), known)
    return spelled.tolist(), [*notes, *said]


def _by_pattern(events: Sequence[Event], pattern: str) -> list[str]:
    try:
        finder = re.compile(pattern)
    except re.error as error:
        raise OptionError(
            f"{WHO}: `pattern` must be a regular expression; got {quote(pattern)} ({error})."
        ) from None
    codes = []
    for event in events:
        match = finder.search(f"{event.summary}\n{event.categories}\n{event.description}")
        codes.append((match[1] if finder.groups else match[0]) or "" if match else "")
    return codes


def _by_members(events: Sequence[Event], members: pd.DataFrame) -> list[str]:
    known = {code_key(code): code for code in members["relationship_id"].astype("str").unique()}
    codes = []
    for event in events:
        text = f"{event.summary} {event.categories} {event.description}"
        words = re.findall(r"[\w\-]+", text)
        pairs = [" ".join(pair) for pair in itertools.pairwise(words)]
        named = {known[k] for word in (*words, *pairs) if (k := code_key(word)) in known}
        codes.append(named.pop() if len(named) == 1 else "")
    return codes


def _by_guess(events: Sequence[Event]) -> tuple[list[str], list[str]]:
    """Take the word with a number that most titles share ("D05", "pair 7") for the code."""
    named = [_CODE.findall(f"{event.summary} {event.categories}") for event in events]
    stems = Counter(stem for found in named for stem in {s.casefold() for s, _ in found})
    if not stems:
        return [""] * len(events), []
    stem, n = stems.most_common(1)[0]
    if n < _ENOUGH * len(events):
        return [""] * len(events), []
    codes = []
    for found in named:
        own = {f"{s}{number}" for s, number in found if s.casefold() == stem}
        codes.append(own.pop() if len(own) == 1 else "")
    return codes, [f"the code of the relationship is guessed: '{stem}' and a number in the title"]


def _frame(
    events: Sequence[Event],
    moments: Sequence[datetime],
    codes: Sequence[str],
    method: str,
    guard: Guard,
) -> pd.DataFrame:
    gone = [
        method == "CANCEL" or e.status == "CANCELLED" or bool(_TAKEN_BACK.match(e.summary))
        for e in events
    ]
    frame = pd.DataFrame(
        {
            "contact_id": _contact_ids(events),
            "relationship_id": list(codes),
            "at": pd.Series(list(moments)).astype("datetime64[us]"),
            "kind": "meeting",
            "status": ["cancelled" if cancelled else "held" for cancelled in gone],
            "minutes": pd.Series([event.minutes for event in events], dtype="float64"),
        }
    )
    if guard.identifiers == "pseudonymize" and any(event.organizer for event in events):
        frame["initiated_by"] = [
            pseudonym(one_case(event.organizer), guard.key) if event.organizer else None
            for event in events
        ]
    return frame


def _contact_ids(events: Sequence[Event]) -> list[str]:
    """Number events by their place in the file; their own ids may hold names."""
    times = Counter(event.number for event in events)
    seen: Counter[int] = Counter()
    ids = []
    for event in events:
        seen[event.number] += 1
        again = f".{seen[event.number]}" if times[event.number] > 1 else ""
        ids.append(f"e{event.number}{again}")
    return ids


def _count(flags: pd.Series, reason: str, events: Sequence[Event]) -> list[Dropped]:
    if not flags.any():
        return []
    return [Dropped("event", "", reason, int(flags.sum()), events[int(flags.argmax())].number)]
