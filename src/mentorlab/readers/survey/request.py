"""What a caller asks of a survey reader: the same keywords in every one of them, checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypedDict

import pandas as pd

from ...codebook import Codebook
from ...errors import OptionError, did_you_mean, listing, quote
from ...options import Blanks, DateOrder, Identifiers, Partial, Unreadable, check_option
from ...tables import CONTACTS, MISSING_KINDS, RESPONSES, ROLES
from ..cells.text import fold
from ..identity.identifiers import check_key

STRUCTURE = (
    "relationship_id",
    "rater_id",
    "role",
    "target_id",
    "wave",
    "form",
    "answered_at",
    "recorded_at",
)


class Details(TypedDict, total=False):
    """Keywords that all survey readers share beside those in their signatures.

    Attributes
    ----------
    roles : mapping of str to str
        What the file writes for a role, such as ``{"AO01": "mentor"}``, where it is not the word.
    answers : mapping
        What single answers mean, where the file does not say: a number, or ``not_shown``,
        ``unanswered`` or ``not_applicable``. ``{"Does not apply": "not_applicable", "AO01": 5}``.
    words : mapping of str to str
        What a meeting log writes for a status (``held``, ``missed``, ``cancelled``,
        ``rescheduled``) or kind (``meeting``, ``message``, ``call``), where it is no common word.
    choices : mapping of str to sequence of str
        Options of the questions with several ticks, by column name or question text. Needed where
        options hold commas; guessed, and said so, where they are left out.
    members : pandas.DataFrame
        Members of the relationships; codes are then linked to them and not to one another.
    dates : {"auto", "ymd", "mdy", "dmy"}
        In which order days, months and years are written.
    blanks : {"auto", "not_shown", "unanswered"}
        What an empty cell is. ``"auto"`` goes by the file: unanswered, but not shown where an
        unfinished answer breaks off or where the file marks unanswered questions otherwise.
    unreadable : {"error", "drop"}
        What happens to an answer that is neither a number of the scale nor a known label.
    partial : {"keep", "drop"}
        Whether unfinished answers count.
    """

    roles: Mapping[str, str]
    answers: Mapping[Any, float | str]
    words: Mapping[str, str]
    choices: Mapping[str, Sequence[str]]
    members: pd.DataFrame
    dates: DateOrder
    blanks: Blanks
    unreadable: Unreadable
    partial: Partial


@dataclass(frozen=True, eq=False)
class Request:
    """Checked arguments of a survey reader; see :class:`Details` and the readers."""

    who: str
    codebook: Codebook | None = None
    identifiers: Identifiers = "refuse"
    key: str | bytes | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    wave: int | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, float | str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    members: pd.DataFrame | None = None
    dates: DateOrder = "auto"
    blanks: Blanks = "auto"
    unreadable: Unreadable = "error"
    partial: Partial = "keep"

    def target_of(self, name: str) -> list[str]:
        """Name the columns of the file that `columns` calls by one of our names."""
        return [theirs for theirs, ours in self.columns.items() if ours == name]

    def describe(self) -> dict[str, Any]:
        """Give the options as plain values for a provenance record; never the key."""
        return {
            "identifiers": self.identifiers,
            "columns": dict(self.columns),
            "wave": self.wave,
            "dates": self.dates,
            "blanks": self.blanks,
            "unreadable": self.unreadable,
            "partial": self.partial,
        }


def make_request(
    who: str,
    *,
    codebook: Codebook | None,
    identifiers: Identifiers,
    key: bytes | str | None,
    columns: Mapping[str, str] | None,
    wave: int | None,
    details: Mapping[str, Any],
) -> Request:
    """Check the arguments of a survey reader.

    Raises
    ------
    OptionError
        If one is unknown or not among the values that it may take.
    """
    check_option(identifiers, Identifiers, who=who, name="identifiers")
    secret = check_key(key, who=who) if identifiers == "pseudonymize" else None
    if codebook is not None and not isinstance(codebook, Codebook):
        raise OptionError(f"{who}: `codebook` must be a Codebook; got {quote(codebook)}.")
    if wave is not None and (isinstance(wave, bool) or not isinstance(wave, int)):
        raise OptionError(f"{who}: `wave` must be a whole number; got {quote(wave)}.")
    _check_details(who, details)
    return Request(
        who,
        codebook,
        identifiers,
        secret,
        {str(theirs): str(ours) for theirs, ours in (columns or {}).items()},
        wave,
        **{
            **details,
            "roles": _check_roles(who, details.get("roles")),
            "answers": _check_answers(who, details.get("answers")),
            "words": {fold(str(k)): v for k, v in (details.get("words") or {}).items()},
            "choices": _check_choices(who, details.get("choices")),
        },
    )


def _check_details(who: str, details: Mapping[str, Any]) -> None:
    known = [name for name in Details.__annotations__ if name in {f.name for f in fields(Request)}]
    for name in details:
        if name not in known:
            near = did_you_mean(name, known)
            raise OptionError(
                f"{who}: has no keyword {quote(name)}. {near or 'It takes ' + listing(known)}"
            )
    for name, allowed in {
        "dates": DateOrder,
        "blanks": Blanks,
        "unreadable": Unreadable,
        "partial": Partial,
    }.items():
        if name in details:
            check_option(details[name], allowed, who=who, name=name)
    members = details.get("members")
    if members is not None:
        absent = [c for c in ("relationship_id", "person_id", "role") if c not in members]
        if absent:
            raise OptionError(
                f"{who}: `members` must be a members table; it has no column {quote(absent[0])}."
            )


def _check_roles(who: str, roles: Mapping[str, str] | None) -> dict[str, str]:
    checked = {}
    for theirs, ours in (roles or {}).items():
        if ours not in ROLES:
            near = did_you_mean(ours, ROLES)
            raise OptionError(
                f"{who}: `roles` must give {listing(ROLES)}; got {quote(ours)} for "
                f"{quote(theirs)}. {near}".rstrip()
            )
        checked[fold(str(theirs))] = ours
    return checked


def _check_answers(who: str, answers: Mapping[Any, float | str] | None) -> dict[str, float | str]:
    checked: dict[str, float | str] = {}
    for text, meaning in (answers or {}).items():
        number = isinstance(meaning, (int, float)) and not isinstance(meaning, bool)
        if not number and meaning not in MISSING_KINDS:
            raise OptionError(
                f"{who}: `answers` must give numbers or {listing(MISSING_KINDS)}; got "
                f"{quote(meaning)} for {quote(text)}."
            )
        checked[fold(str(text))] = float(meaning) if number else meaning
    return checked


def _check_choices(
    who: str, choices: Mapping[str, Sequence[str]] | None
) -> dict[str, tuple[str, ...]]:
    checked = {}
    for question, options in (choices or {}).items():
        if isinstance(options, str):
            raise OptionError(
                f"{who}: `choices` must give a list of options; got {quote(options)} for "
                f"{quote(question)}."
            )
        checked[str(question)] = tuple(str(option) for option in options)
    return checked


def known_targets(request: Request) -> tuple[str, ...]:
    """Name everything that `columns` may rename to: our columns and the codebook's items."""
    items = () if request.codebook is None else tuple(request.codebook.items["item"].unique())
    return (*STRUCTURE, *(c for c in CONTACTS.names if c not in RESPONSES.names), *items)
