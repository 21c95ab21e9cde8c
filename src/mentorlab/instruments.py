"""Published questionnaires on mentoring: what they are, whose they are, and your own keys to them.

The registry holds facts about instruments and never their wording. Who holds the rights to one
brings its key; :func:`codebook_for` turns it into a codebook and says where it differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from . import html
from .codebook import Codebook
from .delimited import read_delimited
from .errors import Fault, OptionError, SchemaError, count, did_you_mean, listing, quote
from .shipped import shipped_path

_FILE = "instruments/instruments.csv"
_WHOLE = ("items", "n_subscales", "points")
_OURS = {
    "scale": "element",
    "subscale": "element",
    "min": "low",
    "minimum": "low",
    "max": "high",
    "maximum": "high",
    "reversed": "reverse",
}
_TEXT = ("item", "element", "role", "reverse", "labels", "wording", *_OURS)
_UNKNOWN = "not known"
_NOT_SEEN = "not seen"
_FACTS = {  # field: what it is called, and the name under which `verified` lists it
    "items": ("items", "items"),
    "n_subscales": ("number of subscales", "subscales"),
    "subscales": ("subscales", "subscales"),
    "points": ("answer options", "response format"),
    "response_format": ("response format", "response format"),
    "who_answers": ("who answers", "raters"),
    "reliability_reported": ("reliability reported", "reliability"),
    "license_status": ("license", ""),
    "where_to_get": ("where to get it", ""),
}
_NUMBER_IN_BRACKETS = re.compile(r"(?P<name>.+?) \((?P<n>\d+)\)")


@dataclass(frozen=True)
class Instrument:
    """What is known of one published instrument; empty or ``None`` where nothing is.

    Attributes
    ----------
    id, name, authors_year : str
        What it is called, and whom to cite.
    items, n_subscales, points : int or None
        Number of items, of subscales, of answer options.
    subscales, response_format, who_answers, reliability_reported : str
        Facts in words; subscales are separated by ``;``.
    license_status, where_to_get : str
        On which terms it can be used, as far as seen, and where it is.
    verified : tuple of str
        Which facts were read at a source. Check the others before you rely on them.
    doi : str
        Digital object identifier of the article.
    """

    id: str
    name: str
    authors_year: str
    items: int | None
    n_subscales: int | None
    subscales: str
    points: int | None
    response_format: str
    who_answers: str
    reliability_reported: str
    license_status: str
    where_to_get: str
    verified: tuple[str, ...]
    doi: str

    @property
    def subscale_sizes(self) -> dict[str, int]:
        """Number of items of each subscale where the registry has it."""
        parts = [_NUMBER_IN_BRACKETS.fullmatch(part) for part in self.subscales.split("; ")]
        return {part["name"]: int(part["n"]) for part in parts if part}

    def _facts(self) -> list[tuple[str, str]]:
        told = []
        for name, (words, fact) in _FACTS.items():
            value = getattr(self, name)
            is_sure = not fact or fact in self.verified or value == _NOT_SEEN
            doubt = "" if is_sure else " (not verified)"
            told.append((words, _UNKNOWN if value in (None, "") else f"{value}{doubt}"))
        return told + ([("article", f"https://doi.org/{self.doi}")] if self.doi else [])

    def _headline(self) -> str:
        return f"{self.id}: {self.name}, {self.authors_year}"

    def __repr__(self) -> str:
        facts = self._facts()
        width = max(len(name) for name, _ in facts)
        return "\n".join([self._headline(), *(f"{n:>{width}}: {v}" for n, v in facts)])

    def _repr_html_(self) -> str:
        facts = [f"{name}: {value}" for name, value in self._facts()]
        return html.view(html.heading(self._headline()), html.bullets(facts))


@dataclass(frozen=True, eq=False, repr=False)
class InstrumentCodebook(Codebook):
    """A user's key to a published instrument, as a codebook.

    Attributes
    ----------
    instrument : Instrument
        What the registry knows of it.
    differences : tuple of str
        Where the key differs from it; empty when nowhere.
    """

    instrument: Instrument = field(kw_only=True)
    differences: tuple[str, ...] = field(default=(), kw_only=True)

    def _notes(self) -> list[str]:
        if not self.differences:
            return ["agrees with the registry in all that is known there"]
        return [f"differs from the registry: {difference}" for difference in self.differences]

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), *(f"- {note}" for note in self._notes())])

    def _repr_html_(self) -> str:
        return html.view(
            html.heading(self._headline()),
            html.table(self._contents(), max_rows=20),
            html.bullets(self._notes()),
        )


def list_instruments() -> pd.DataFrame:
    """Tell which published instruments there are for mentoring, and on which terms.

    Returns
    -------
    pandas.DataFrame
        One row an instrument: `id, name, authors_year, items, n_subscales, subscales, points,
        response_format, who_answers, reliability_reported, license_status, where_to_get, verified,
        doi`; a cell is missing where the fact is not known. `verified` names the facts that were
        read at a source.

    Examples
    --------
    >>> instruments = list_instruments()
    >>> int(instruments.loc[instruments["id"] == "MES", "items"].item())
    12
    """
    return _registry().copy()


def instrument(id: str) -> Instrument:
    """Tell what is known of one instrument.

    Parameters
    ----------
    id : str
        As in :func:`list_instruments`.

    Raises
    ------
    OptionError
        If the registry has no such instrument.

    Examples
    --------
    >>> instrument("MFQ-9").subscale_sizes["role modeling"]
    3
    """
    registry = _registry()
    row = registry[registry["id"] == id]
    if row.empty:
        near = did_you_mean(id, registry["id"])
        raise OptionError(
            f"instrument: `id` must be one of list_instruments(); got {quote(id)}. {near}".rstrip()
        )
    facts = {name: _plain(value, name) for name, value in row.iloc[0].items()}
    return Instrument(**facts)


def codebook_for(id: str, *, key: str | Path | pd.DataFrame) -> InstrumentCodebook:
    """Turn your own key to an instrument that you hold the rights to into a codebook.

    The key is compared with what the registry knows: number of items and subscales, items of each
    subscale, number of answer options. Differences are named in the result, since short forms and
    translations are legitimate; nothing is changed.

    Parameters
    ----------
    id : str
        As in :func:`list_instruments`.
    key : path or pandas.DataFrame
        One row an item: `item`, `element` (or `scale`, `subscale`), `reverse`, `low` and `high`
        (or `min` and `max`), and if you like `role`, `labels`, `wording`.

    Returns
    -------
    InstrumentCodebook

    Raises
    ------
    OptionError
        If the registry has no such instrument.
    SchemaError
        If the key is not a codebook, or names a column twice.
    ReadError
        If the file can't be read.

    Examples
    --------
    >>> import pandas as pd
    >>> mine = pd.DataFrame(
    ...     {"item": [f"mes{i}" for i in range(1, 12)], "scale": "mentor behavior",
    ...      "reverse": False, "min": 1, "max": 6}
    ... )
    >>> codebook_for("MES", key=mine).differences
    ('12 items are registered, the key has 11',)
    """
    known = instrument(id)
    frame = key if isinstance(key, pd.DataFrame) else read_delimited(key, text=_TEXT)
    book = Codebook(_our_columns(frame))
    return InstrumentCodebook(
        items=book.items,
        title=f"{known.id}, your own key",
        instrument=known,
        differences=tuple(_differences(book, known)),
    )


def _our_columns(frame: pd.DataFrame) -> pd.DataFrame:
    names = {name: _OURS.get(str(name).strip().lower(), str(name).strip()) for name in frame}
    faults = [
        Fault(ours, "come from one column", listing([n for n, o in names.items() if o == ours]))
        for ours in dict.fromkeys(names.values())
        if list(names.values()).count(ours) > 1
    ]
    if faults:
        raise SchemaError("codebook_for: the key is ambiguous", faults)
    return frame.rename(columns=names)


def _differences(book: Codebook, known: Instrument) -> Iterable[str]:
    items = book.items.drop_duplicates("item")
    pairs = [
        ("items", "item", known.items, len(items)),
        ("subscales", "subscale", known.n_subscales, len(book.elements)),
    ]
    for fact, noun, registered, given in pairs:
        if registered is not None and registered != given:
            yield _difference(count(registered, noun), registered, given, fact, known)
    sizes = items.groupby(items["element"].str.strip().str.lower())["item"].size()
    for name, registered in known.subscale_sizes.items() if known.n_subscales != 1 else ():
        if name in sizes.index and sizes[name] != registered:
            what = f"{count(registered, 'item')} of {quote(name)}"
            yield _difference(what, registered, int(sizes[name]), "items", known)
    if known.points is not None:
        points = items["high"] - items["low"] + 1
        for given in sorted(set(points[points != known.points])):
            what = count(known.points, "answer option")
            yield _difference(what, known.points, f"{given:g}", "response format", known)


def _difference(what: str, registered: int, given: object, fact: str, known: Instrument) -> str:
    verb = "is" if registered == 1 else "are"
    doubt = "" if fact in known.verified else " (a number that was not verified)"
    return f"{what} {verb} registered{doubt}, the key has {given}"


def _plain(value: object, name: str) -> object:
    absent = value is None or value is pd.NA or value != value
    if name in _WHOLE:
        return None if absent else int(value)
    text = "" if absent else str(value)
    if name == "verified":
        return () if text == "nothing" else tuple(text.split("; "))
    return text


@cache
def _registry() -> pd.DataFrame:
    frame = read_delimited(shipped_path(_FILE))
    return frame.astype(dict.fromkeys(_WHOLE, "Int64"))
