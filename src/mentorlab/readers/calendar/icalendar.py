"""The part of iCalendar (RFC 5545) that says when people meant to meet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from ...errors import ReadError, quote
from .zones import UTC, convert

FLOATING = ""
_MOST_REPEATS = 2_000
_DEEPEST = 8
_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:\"[^\"]*\"|[^\";:]*))*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([A-Za-z0-9-]+)=(\"[^\"]*\"|[^\";:]*)")
_MOMENT = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z)?)?")
_DURATION = re.compile(
    r"([+-])?P(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?"
    r"(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,7})S)?)?"
)
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_ESCAPED = re.compile(r"\\([\\;,nN])")


@dataclass(frozen=True)
class Moment:
    """A moment as a calendar writes it.

    Attributes
    ----------
    at : datetime
        Wall-clock time.
    zone : str
        Its time zone: ``UTC``, a name, or ``""`` for the time of wherever one is.
    all_day : bool
        Whether it is a day.
    """

    at: datetime
    zone: str = FLOATING
    all_day: bool = False


@dataclass(frozen=True)
class Event:
    """One event of a calendar.

    Attributes
    ----------
    uid, status, summary, description, categories, organizer : str
        As the calendar has them, unescaped.
    start : Moment
    minutes : float or None
        Its length.
    attendees : tuple of str
        Addresses of those invited.
    rule : str
        How it repeats; empty if it does not.
    left_out : tuple of Moment
        Repetitions that do not take place.
    added : tuple of Moment
        Times beside those of the rule.
    instead_of : Moment or None
        The repetition that this event replaces.
    number : int
        Its place in the file, from 1.
    version : int
        Which version of the event it is; the highest counts.
    texts : tuple of str
        Names of the properties that hold text people wrote.
    """

    number: int
    start: Moment
    uid: str = ""
    status: str = ""
    summary: str = ""
    description: str = ""
    categories: str = ""
    organizer: str = ""
    attendees: tuple[str, ...] = ()
    minutes: float | None = None
    rule: str = ""
    left_out: tuple[Moment, ...] = ()
    added: tuple[Moment, ...] = ()
    instead_of: Moment | None = None
    texts: tuple[str, ...] = ()
    version: int = 0


@dataclass
class _Property:
    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class _Open:
    kind: str
    properties: list[_Property] = field(default_factory=list)


def parse_calendar(text: str, *, who: str, name: str) -> tuple[list[Event], str]:
    """Read the events of a calendar.

    Returns
    -------
    events : list of Event
        In file order, repetitions not written out.
    method : str
        The calendar's METHOD, ``CANCEL`` for one that takes meetings back.

    Raises
    ------
    ReadError
        If the text is no calendar or an event can't be read.
    """
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise ReadError(f"{who}: {name} is no calendar: it does not begin with BEGIN:VCALENDAR.")
    events: list[Event] = []
    stack: list[_Open] = []
    method = ""
    for number, line in _unfold(text):
        match = _LINE.fullmatch(line)
        if not match:
            raise ReadError(f"{who}: {name}: line {number} is not calendar text.")
        key = match[1].upper()
        if key == "BEGIN":
            stack.append(_Open(match[3].strip().upper()))
            if len(stack) > _DEEPEST:
                raise ReadError(
                    f"{who}: {name}: line {number} opens too many parts in one another."
                )
        elif key == "END":
            if not stack or stack[-1].kind != match[3].strip().upper():
                raise ReadError(f"{who}: {name}: line {number} ends a part that was not begun.")
            part = stack.pop()
            if part.kind == "VEVENT":
                events.append(_event(part.properties, len(events) + 1, who=who, name=name))
        elif stack and stack[-1].kind == "VEVENT":
            pairs = _PARAMETER.findall(match[2])
            parameters = {k.upper(): v.strip('"') for k, v in pairs}
            stack[-1].properties.append(_Property(key, parameters, match[3]))
        elif key == "METHOD":
            method = match[3].strip().upper()
    if stack:
        raise ReadError(f"{who}: {name} breaks off: {stack[-1].kind} does not end.")
    return events, method


def repeat(event: Event, *, until: datetime | None, who: str, name: str) -> list[Event]:
    """Write an event out once for each time that it takes place.

    Raises
    ------
    ReadError
        If it repeats without end and `until` is not given, too often, or by a rule that is not
        daily, weekly, monthly or yearly.
    """
    where = f"{who}: {name}: event {event.number}"
    times = _by_rule(event, until, where) if event.rule else [event.start.at]
    if event.added:
        times = sorted({*times, *(in_zone_of(event, moment, where) for moment in event.added)})
    gone = {in_zone_of(event, moment, where) for moment in event.left_out if not moment.all_day}
    days = {moment.at.date() for moment in event.left_out if moment.all_day}
    return [
        replace(event, start=replace(event.start, at=time))
        for time in times
        if time not in gone and time.date() not in days
    ]


def in_zone_of(event: Event, moment: Moment, where: str) -> datetime:
    """Give a moment in wall-clock time of the zone that an event is in.

    Raises
    ------
    ReadError
        If one of the zones is not known.
    """
    if moment.all_day or moment.zone == FLOATING or event.start.all_day:
        return moment.at
    at = convert(moment.at, moment.zone, event.start.zone or moment.zone)
    if at is None:
        raise ReadError(
            f"{where} has times in the zones {quote(event.start.zone)} and {quote(moment.zone)}; "
            "one of them is not known, so they can't be compared."
        )
    return at


def _by_rule(event: Event, until: datetime | None, where: str) -> list[datetime]:
    from dateutil.rrule import rrulestr

    parts = dict(part.upper().partition("=")[::2] for part in event.rule.split(";"))
    if parts.get("FREQ") not in _FREQUENCIES or {"BYHOUR", "BYMINUTE", "BYSECOND"} & set(parts):
        raise ReadError(f"{where} repeats by a rule that can't be read: {quote(event.rule)}.")
    if until is None and not {"COUNT", "UNTIL"} & set(parts):
        raise ReadError(f"{where} repeats without end. Give until='2026-12-31' or the like.")
    rule = _with_local_end(event, event.rule.upper(), where)
    try:
        times = list(
            islice(_until(rrulestr(rule, dtstart=event.start.at), until), _MOST_REPEATS + 1)
        )
    except (ValueError, TypeError, KeyError, OverflowError, AttributeError, IndexError) as error:
        raise ReadError(
            f"{where} repeats by a rule that can't be read: {quote(event.rule)}."
        ) from error
    if len(times) > _MOST_REPEATS:
        raise ReadError(
            f"{where} repeats more than {_MOST_REPEATS:,} times. Give an earlier until."
        )
    return times


def _with_local_end(event: Event, rule: str, where: str) -> str:
    """Write the end of a rule, which is a day or in UTC, as its other times are."""
    rule = re.sub(r"UNTIL=([0-9]{8})(?=;|$)", r"UNTIL=\1T235959", rule)
    end = re.search(r"UNTIL=([0-9]{8}T[0-9]{6}Z)", rule)
    if end is None:
        return rule
    at = in_zone_of(event, _moment(_Property("UNTIL", {}, end[1]), where), where)
    return rule.replace(end[1], f"{at:%Y%m%dT%H%M%S}")


def _until(times: object, until: datetime | None) -> Iterator[datetime]:
    for time in times:
        if until is not None and time > until:
            return
        yield time


def _unfold(text: str) -> Iterator[tuple[int, str]]:
    """Join lines that were folded: a line that begins with a space continues the one before."""
    current, start = "", 0
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line[:1] in (" ", "\t") and current:
            current += line[1:]
            continue
        if current.strip():
            yield start, current
        current, start = line, number
    if current.strip():
        yield start, current


def _event(properties: Sequence[_Property], number: int, *, who: str, name: str) -> Event:
    where = f"{who}: {name}: event {number}"
    first = {p.name: p for p in reversed(properties)}
    if "DTSTART" not in first:
        raise ReadError(f"{where} has no DTSTART, so nothing says when it is.")
    start = _moment(first["DTSTART"], where)
    text = {
        key: _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], first[key].value)
        for key in ("UID", "STATUS", "SUMMARY", "DESCRIPTION", "ORGANIZER")
        if key in first
    }
    attendees = [p.value for p in properties if p.name == "ATTENDEE"]
    listed = {
        name: tuple(
            _moment(_Property(p.name, p.parameters, value.partition("/")[0]), where)
            for p in properties
            if p.name == name
            for value in p.value.split(",")
        )
        for name in ("EXDATE", "RDATE")
    }
    instead = first.get("RECURRENCE-ID")
    return Event(
        number=number,
        start=start,
        uid=text.get("UID", ""),
        status=text.get("STATUS", "").strip().upper(),
        summary=text.get("SUMMARY", ""),
        description=text.get("DESCRIPTION", ""),
        categories=" ".join(p.value for p in properties if p.name == "CATEGORIES"),
        organizer=_address(text.get("ORGANIZER", "")),
        attendees=tuple(_address(value) for value in attendees),
        minutes=_length(first, start, where),
        rule=first["RRULE"].value.strip() if "RRULE" in first else "",
        left_out=listed["EXDATE"],
        added=listed["RDATE"],
        instead_of=_moment(instead, where) if instead else None,
        version=_version(first),
        texts=tuple(
            k
            for k in ("DESCRIPTION", "LOCATION", "COMMENT")
            if k in first and first[k].value.strip()
        ),
    )


def _version(first: dict[str, _Property]) -> int:
    text = first["SEQUENCE"].value.strip() if "SEQUENCE" in first else ""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _address(text: str) -> str:
    return re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE)


def _moment(prop: _Property, where: str) -> Moment:
    match = _MOMENT.fullmatch(prop.value.strip())
    if match:
        try:
            at = datetime.strptime(match[1] + (match[2] or "000000"), "%Y%m%d%H%M%S")
        except ValueError:
            match = None
    if not match:
        raise ReadError(
            f"{where}: {prop.name} must be like 20260317T140000; got {quote(prop.value)}."
        )
    zone = UTC if match[3] else prop.parameters.get("TZID", FLOATING)
    return Moment(at, zone, all_day=match[2] is None)


def _length(first: dict[str, _Property], start: Moment, where: str) -> float | None:
    """Give the length in minutes; days have none."""
    if start.all_day:
        return None
    if "DTEND" in first:
        end = _moment(first["DTEND"], where)
        at = convert(end.at, end.zone, start.zone)
        if at is None:
            return None
        minutes = (at - start.at) / timedelta(minutes=1)
    elif "DURATION" in first:
        match = _DURATION.fullmatch(first["DURATION"].value.strip())
        if not match or not any(match.groups()[1:]):
            raise ReadError(f"{where}: DURATION must be like PT1H30M.")
        weeks, days, hours, mins, seconds = (int(part or 0) for part in match.groups()[1:])
        minutes = ((weeks * 7 + days) * 24 + hours) * 60 + mins + seconds / 60
        minutes = -minutes if match[1] == "-" else minutes
    else:
        return None
    if minutes < 0:
        raise ReadError(f"{where} ends before it begins.")
    return minutes
