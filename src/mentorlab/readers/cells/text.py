"""Compare what people and systems wrote: question texts, answer labels, names and codes."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--[^<>]*-->")
_ASIDE = re.compile(r"\([^()]*\)")
_ROLE_WORD = re.compile(r"\b(mentor|mentee|partner|prot[eé]g[eé]e?|tutor|tutee)\b")
_LEADING = re.compile(r"^(?:(?:please|enter|type|your|my|the|what|is)_)+")
_SAME_MARK = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})
_REMEMBERED = 2_048  # headings and labels come again and again
_LOOSE_MARK = re.compile(r"[\s_./\-‐-―−]+")


def plain(text: str) -> str:
    """Take markup out of a text and write all white space as single spaces.

    Examples
    --------
    >>> plain("How far do you agree?<br><b>One answer</b> only &amp; please")
    'How far do you agree? One answer only & please'
    """
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """Write a text so that spellings of the same words compare equal.

    Examples
    --------
    >>> fold(" I  trust my partner’s word. ") == fold("i trust my partner's word")
    True
    """
    same = unicodedata.normalize("NFKC", plain(text)).translate(_SAME_MARK)
    return same.casefold().rstrip(" .:;!?…")


def without_role_words(text: str) -> str:
    """Write a folded text with one word for whichever partner it names.

    Examples
    --------
    >>> without_role_words("i trust my mentee") == without_role_words("i trust my partner")
    True
    """
    return _ROLE_WORD.sub("partner", text)


@lru_cache(maxsize=_REMEMBERED)
def name_key(text: str) -> str:
    """Reduce a column name or a short question to the words that name it.

    Examples
    --------
    >>> name_key("Your pair code (on your letter)"), name_key("Pair-Code")
    ('pair_code', 'pair_code')
    """
    words = re.sub(r"\W+", "_", _ASIDE.sub(" ", fold(text))).strip("_")
    return _LEADING.sub("", words)


def squeezed(text: str) -> str:
    """Reduce a column name to its letters, so that PairID, pair_id and "Pair ID" compare equal.

    Examples
    --------
    >>> squeezed("PairID") == squeezed("pair_id") == squeezed("Your pair ID")
    True
    """
    return name_key(text).replace("_", "")


def code_key(text: str) -> str:
    """Reduce a hand-typed code to what tells it apart: no case, spaces, dashes or dots.

    Numbers stay apart, so that pair 1-12 is not pair 11-2.

    Examples
    --------
    >>> code_key(" d-03 ") == code_key("D03"), code_key("1-12") == code_key("11-2")
    (True, False)
    """
    same = unicodedata.normalize("NFKC", text)
    numbers = "/".join(re.findall(r"\d+", same))
    return f"{_LOOSE_MARK.sub('', same).casefold()} {numbers}"
