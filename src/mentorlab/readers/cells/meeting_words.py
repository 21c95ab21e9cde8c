"""Words for what became of a meeting, and for what it was."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from ...errors import ReadError, count, listing, quote
from .text import fold

STATUSES = ("held", "missed", "cancelled", "rescheduled")
KINDS = ("meeting", "message", "call")
_STATUS_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("rescheduled", re.compile(r"(?:cancell?ed.*)?(?:re-?scheduled|postponed|moved|deferred)\b.*")),
    (
        "cancelled",
        re.compile(r"(?:cancell?ed|called off|declined)\b(?!.*re-?schedul).*"),
    ),
    (
        "missed",
        re.compile(
            r"(?:no[ _\-]?show(?:ed)?|missed|absent|not held|not attended|unattended)\b.*|"
            r"no|false|0|.*\bdid(?: not|n't) (?:attend|come|happen|meet|take place|show up)\b.*"
        ),
    ),
    (
        "held",
        re.compile(
            r"(?:held|happened|attended|took place|occurred|met)\b.*|"
            r"completed?|done|present|confirmed|yes|true|1"
        ),
    ),
)
_KIND_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("call", re.compile(r"(?:phone |video |voice )?call|phone|telephone|video(?: meeting)?|zoom")),
    ("message", re.compile(r"messages?|e-?mails?|mail|chat|text|sms|whatsapp")),
    (
        "meeting",
        re.compile(r"meetings?|met|sessions?|in[ \-]?person|face[ \-]to[ \-]face|visit|online"),
    ),
)


def status_of(text: str) -> str | None:
    """Give our word for what became of a meeting; ``None`` if the text does not say.

    Examples
    --------
    >>> status_of("No-show"), status_of("Canceled"), status_of("Held"), status_of("blue")
    ('missed', 'cancelled', 'held', None)
    """
    folded = fold(text)
    return next((ours for ours, words in _STATUS_WORDS if words.fullmatch(folded)), None)


def kind_of(text: str) -> str | None:
    """Give our word for what a contact was; ``None`` if the text does not say."""
    folded = fold(text)
    return next((ours for ours, words in _KIND_WORDS if words.fullmatch(folded)), None)


def read_words(
    text: pd.Series,
    find: object,
    *,
    told: Mapping[str, str],
    allowed: tuple[str, ...],
    who: str,
    column: str,
    keyword: str,
) -> pd.Series:
    """Bring a column of words to ours.

    Parameters
    ----------
    text : pandas.Series of str
        Cells; ``""`` stays empty.
    find : callable
        :func:`status_of` or :func:`kind_of`.
    told : mapping of str to str
        What the caller says, by folded text.
    allowed : tuple of str
        Our words.
    who, column, keyword : str
        For the message.

    Raises
    ------
    ReadError
        If a word is not known.
    """
    words = {cell: told.get(fold(cell)) or find(cell) if cell else "" for cell in text.unique()}
    found = text.map(words)
    unknown = found.isna().to_numpy(dtype=bool)
    if unknown.any():
        first = int(unknown.argmax())
        raise ReadError(
            f"{who}: `{column}` must say {listing(allowed)}; got "
            f"{listing(text[unknown].unique())} in {count(int(unknown.sum()), 'row')}. Give "
            f"{keyword}={{{quote(text.iloc[first])}: {quote(allowed[0])}, ...}} to say what the "
            "words mean."
        )
    return found.astype("str")
