"""Find what would tell a stranger who somebody is, and show it masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...errors import OptionError, ReadError, count
from ...privacy.pseudonyms import pseudonym
from ..cells.text import fold, name_key

EMAIL = r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[A-Za-z]{2,}"
_MASK_LENGTH = 24
_MOSTLY = 0.6
_MOST_HEADING_WORDS = 5
_NUMBER_OR_DATE = re.compile(r"[-+]?[0-9][0-9.,:/ T\-]*(?:\s?[AaPp][Mm])?")
_DATE = re.compile(r"[0-9]{1,4}[./\-][0-9]{1,2}[./\-][0-9]{1,4}.*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FLAGS = _words("yes no true false 0 1 y n checked unchecked")

_HEADINGS: tuple[tuple[str, frozenset[str]], ...] = (
    ("an e-mail address", _words("email emails mail emailaddress recipientemail")),
    (
        "a phone number",
        _words("phone telephone mobile cellphone telefon whatsapp fax"),
    ),
    ("an IP address", _words("ip ipaddress ipaddr")),
    (
        "a place",
        _words("latitude longitude lat lon lng gps coordinates geolocation"),
    ),
    (
        "a handle",
        _words(
            "handle username twitter instagram linkedin facebook github skype orcid "
            "telegram slack discord"
        ),
    ),
    ("an address", _words("address street postcode zip zipcode postal")),
    ("a date of birth", _words("birthday birthdate dob birth geburtsdatum")),
    ("an official number", _words("ssn passport")),
    (
        "a name",
        _words(
            "name names surname firstname lastname fullname forename vorname nachname "
            "nom prenom nombre apellido apellidos"
        ),
    ),
)
_NAME_OF_THINGS = _words(
    "file event program programme form variable field group item site school "
    "column course project team instrument company organization organisation "
    "department product topic"
)
_KIND_OF_PLACE = _words(
    "department site school level unit division faculty program programme "
    "cohort topic subject company organization organisation role purpose "
    "status type kind country city region"
)
_ASKS_FOR_TEXT = re.compile(
    r"anything else|comment|describe|explain|\bwhy\b|specify|feedback|tell us|remark|"
    r"in your own words|\bnotes?$|suggestion"
)
_PHONE = re.compile(
    r"\+[0-9][0-9 ().\-/]{6,}|\(?0[0-9]{1,4}\)?[ ./\-][0-9 ().\-/]{5,}|"
    r"\(?[0-9]{3}\)?[ .\-][0-9]{3}[ .\-][0-9]{4}"
)
_NAME = re.compile(
    r"[^\W\d_a-z][\w'’\-]+(?: [^\W\d_]\.?)?(?: (?:de|da|di|del|van|von|der|den|la|le|al|bin))*"
    r"(?: [^\W\d_a-z][\w'’\-]+){1,2}|[^\W\d_a-z][\w'’\-]+, [^\W\d_a-z][\w'’\-]+"
)
_VALUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail addresses", re.compile(EMAIL)),
    ("IP addresses", re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){3,7}\S*")),
    ("coordinates", re.compile(r"-?[0-9]{1,3}\.[0-9]{3,}\s*[,;]\s*-?[0-9]{1,3}\.[0-9]{3,}")),
    (
        "handles",
        re.compile(
            r"@\w[\w.]+|\S*(?:linkedin\.com/in|twitter\.com|facebook\.com|instagram\.com|"
            r"github\.com|orcid\.org)/\S+"
        ),
    ),
)


class IdentifierError(ReadError):
    """A file holds columns that would tell a stranger who somebody is."""


@dataclass(frozen=True)
class Identifier:
    """A column that looks as if it identified people.

    Attributes
    ----------
    column, why : str
        Which, and what gave it away.
    example : str
        Its first value, masked.
    n : int
        How many cells it fills.
    free_text : bool
        Whether it is text that people wrote: it can be dropped but not pseudonymized.
    """

    column: str
    why: str
    example: str
    n: int
    free_text: bool = False

    def __str__(self) -> str:
        return f"'{self.column}' {self.why} (like {self.example})"


def check_key(key: Any, *, who: str) -> str | bytes:
    """Give the key back if it can be used, or say what makes one.

    Raises
    ------
    OptionError
        If it is no secret.
    """
    if key is None:
        raise OptionError(
            f"{who}: identifiers='pseudonymize' needs `key`, a secret text. Make one with "
            "privacy.new_key(), keep it apart from the data, and give it for every file."
        )
    try:
        pseudonym("any", key)
    except OptionError as error:
        raise OptionError(f"{who}: {str(error).partition(': ')[2]}") from None
    return key


def mask(value: str) -> str:
    """Show the shape of a value and nothing else.

    Examples
    --------
    >>> mask("Ann.Miller@example.org")
    'Xxx.Xxxxxx@xxxxxxx.xxx'
    """
    shape = "".join(
        "9" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c
        for c in " ".join(value.split())[: _MASK_LENGTH + 1]
    )
    return shape if len(shape) <= _MASK_LENGTH else shape[:_MASK_LENGTH] + "..."


def find_identifiers(
    cells: pd.DataFrame,
    *,
    headings: Mapping[str, str] | None = None,
    known: Mapping[str, str] | None = None,
    categories: Iterable[str] = (),
) -> list[Identifier]:
    """Name the columns that look as if they identified people.

    Parameters
    ----------
    cells : pandas.DataFrame
        Columns to look at; cells are text, ``""`` is empty.
    headings : mapping of str to str, optional
        The question that a column answers, where it is not its name.
    known : mapping of str to str, optional
        Columns that the survey system fills with identifiers, and what they are; they count as
        soon as they hold a value.
    categories : iterable of str
        Columns that hold options which people ticked: their texts are nobody's own words.

    Returns
    -------
    list of Identifier
        In column order.

    Examples
    --------
    >>> found = find_identifiers(pd.DataFrame({"contact": ["ann@example.org"], "site": ["Oslo"]}))
    >>> print(found[0])
    'contact' holds e-mail addresses (like xxx@xxxxxxx.xxx)
    """
    found = []
    options = set(categories)
    for column in cells.columns:
        values = [text for value in cells[column] if (text := str(value).strip())]
        if not values:
            continue
        heading = (headings or {}).get(column, "") or str(column)
        why, free_text = (known or {}).get(column, ""), False
        if not why:
            why = _by_heading(str(column), heading, values) or _by_value(heading, values)
        if not why and column not in options:
            free_text = _is_free_text(heading, values)
            why = "holds free text" if free_text else ""
        if why:
            found.append(Identifier(str(column), why, mask(values[0]), len(values), free_text))
    return found


def holds_identifiers(column: str, values: Sequence[str]) -> Identifier | None:
    """Look for single addresses, numbers and handles among the distinct values of a column."""
    why = _by_value(column, values, by_share=False) if values else ""
    return Identifier(column, why, mask(values[0]), len(values)) if why else None


def one_case(text: str) -> str:
    """Write e-mail addresses in one case, since they are the same in any; leave the rest."""
    return text.casefold() if re.search(EMAIL, text) else text


def refuse(found: Sequence[Identifier], *, who: str, name: str) -> None:
    """Stop if there is anything to refuse.

    Raises
    ------
    IdentifierError
        With every column, why it was found and a masked example.
    """
    if not found:
        return
    lines = [f"{who}: {name} holds {count(len(found), 'column')} that may identify people"]
    lines += [f"  - {identifier}" for identifier in found]
    lines.append(
        "  Pass identifiers='drop' to leave them out, or identifiers='pseudonymize' with key=... "
        "to replace names of people by pseudonyms (free text is dropped)."
    )
    raise IdentifierError("\n".join(lines))


def _by_heading(column: str, heading: str, values: Sequence[str]) -> str:
    if all(fold(value) in _FLAGS for value in values):
        return ""
    for text in dict.fromkeys((column, heading)):
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
        words = name_key(spaced.replace("e-mail", "email").replace("E-mail", "email")).split("_")
        if len(words) > _MOST_HEADING_WORDS:
            continue
        for what, marks in _HEADINGS:
            if marks & set(words) and not (what == "a name" and _NAME_OF_THINGS & set(words)):
                return f"is {what}, as its heading says"
    return ""


def _by_value(heading: str, values: Sequence[str], *, by_share: bool = True) -> str:
    for what, pattern in _VALUES:
        matches = pattern.search if pattern.pattern == EMAIL else pattern.fullmatch
        if any(matches(value) for value in values):
            return f"holds {what}"
    if any(_PHONE.fullmatch(value) and not _DATE.fullmatch(value) for value in values):
        return "holds phone numbers"
    if not by_share:
        return ""
    words = set(name_key(heading).split("_"))
    distinct = len(set(values)) / len(values)
    if len(values) < 2 or distinct <= 0.5 or words & (_KIND_OF_PLACE | _NAME_OF_THINGS):
        return ""
    n_names = sum(bool(_NAME.fullmatch(value)) for value in values)
    return "holds what looks like names" if n_names >= _MOSTLY * len(values) else ""


def _is_free_text(heading: str, values: Sequence[str]) -> bool:
    texts = [value for value in values if not _NUMBER_OR_DATE.fullmatch(value)]
    if not texts or _are_lists(texts):
        return False
    if any("\n" in text or re.search(r"[.!?;]\s+\S|\w\s\w.*[.!?]$", text) for text in texts):
        return True
    n_words = [len(text.split()) for text in texts]
    if max(n_words) >= 8 or (_ASKS_FOR_TEXT.search(fold(heading)) and max(n_words) >= 2):
        return True
    distinct = len(set(texts)) / len(texts)
    return len(texts) >= 3 and distinct > 0.6 and sum(n_words) / len(n_words) >= 3


def _are_lists(texts: Sequence[str]) -> bool:
    """Say whether cells are short entries joined by semicolons, as our tables write lists."""
    return any(";" in text for text in texts) and all(
        len(part.split()) <= 4 and "\n" not in part for text in texts for part in text.split(";")
    )
