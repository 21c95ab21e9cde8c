"""Ids replaced by keyed pseudonyms: the same person is the same in every file, and nobody's name.

A pseudonym is the first 80 bits of HMAC-SHA256 of the id under a secret key, written in base 32.
Without the key it can't be computed from a list of names, which a plain hash could.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from ..coercion import coerce
from ..errors import OptionError, SchemaError, count, did_you_mean, listing, quote
from ..program import Program
from ..schemas import Column
from ..tables import TABLES

if TYPE_CHECKING:
    Data = TypeVar("Data", pd.DataFrame, Program)

MIN_KEY_BYTES = 32  # RFC 2104: a key shorter than the hash's output weakens the code
_KEY_BYTES = 32
_PSEUDONYM_BYTES = 10  # 80 bits: among a million ids a collision has a chance of about 4e-13
_PREFIX = "p"
_MIN_DISTINCT = 8
_ADVICE = "Make one with privacy.new_key() and keep it apart from the data."
_MANY, _MOSTLY_DIFFERENT = 10, 0.5
_NOTE = "ids are pseudonyms: whoever has the key and the old ids can tell who is who"


def new_key() -> str:
    """Draw a key for :func:`pseudonymize`: 64 characters that nobody can guess.

    Keep it apart from the data, in a password manager or with a person who does not analyze them.
    Without it new files can't be joined to old ones; with it anyone who has a list of ids can tell
    who is who.

    Examples
    --------
    >>> len(new_key()), new_key() == new_key()
    (64, False)
    """
    return secrets.token_hex(_KEY_BYTES)


def pseudonym(value: Any, key: str | bytes) -> str:
    """Give the pseudonym of one id, the same in every file and on every machine.

    Parameters
    ----------
    value : str or int
        The id, exactly as the data have it: capitals and spaces count, and 7 is ``"7"``.
    key : str or bytes
        From :func:`new_key`.

    Returns
    -------
    str
        ``p`` and 16 characters out of a-z and 2-7.

    Raises
    ------
    OptionError
        If the key is short or the value is missing.

    Examples
    --------
    >>> key = "an example only, never use this one"
    >>> pseudonym("ann", key) == pseudonym("ann", key), pseudonym(7, key) == pseudonym("7", key)
    (True, True)
    """
    secret = _checked_key(key, who="pseudonym")
    text, faults = coerce(pd.Series([value], dtype="object"), Column("value", "the id", "id"))
    if faults or text.isna().any():
        raise OptionError(f"pseudonym: `value` must be text or a number; got {quote(value)}.")
    return _code(text.iloc[0], secret)


def pseudonymize(
    data: Data, *, key: str | bytes, columns: str | Iterable[str] | None = None
) -> Data:
    """Replace the ids by pseudonyms, in all tables alike.

    In a program every id column of every table is replaced, so that all references still hold, and
    rows are put in the order of the new ids, since the old order can say who is who. In a frame the
    rows stay where they are. The key is used and forgotten: it is in no table, note, file or
    message.

    Parameters
    ----------
    data : Program or pandas.DataFrame
        Left unchanged.
    key : str or bytes
        32 bytes or more, from :func:`new_key`. The same key gives the same pseudonyms, so that
        files of different years or systems can be joined.
    columns : str or iterable of str, optional
        In a frame, the columns to replace; when left out, those that the data model declares as
        ids. In a program, columns of your own to replace beside the ids.

    Returns
    -------
    Program or pandas.DataFrame
        As `data`. The notes of a program name columns of your own that still may identify people.

    Raises
    ------
    OptionError
        If the key is short, a column is not there, or a frame has no id column.
    SchemaError
        If a column holds what is not an id.

    Notes
    -----
    What stays can still identify somebody: a rare combination of department, level and dates, a
    free text, an e-mail address in a column of your own. See the privacy page of the docs.

    References
    ----------
    RFC 2104, HMAC: keyed-hashing for message authentication.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> key = ml.privacy.new_key()
    >>> masked = ml.privacy.pseudonymize(program, key=key)
    >>> set(masked.people["person_id"]) & set(program.people["person_id"])
    set()
    >>> bool(masked.members["person_id"].isin(masked.people["person_id"]).all())
    True
    """
    secret = _checked_key(key, who="pseudonymize")
    wanted = [columns] if isinstance(columns, str) else list(columns or ())
    if isinstance(data, Program):
        return _mask_program(data, secret, wanted)
    if not isinstance(data, pd.DataFrame):
        raise OptionError(
            f"pseudonymize: needs a Program or a data frame; got a {type(data).__name__}."
        )
    return _mask_frame(data, secret, wanted)


def _mask_program(program: Program, secret: bytes, wanted: list[str]) -> Program:
    tables = program.tables
    known = {str(name) for frame in tables.values() for name in frame.columns}
    for name in wanted:
        _require_column(name, known)
    masked = {}
    for name, frame in tables.items():
        ids = [*_id_columns(name), *wanted]
        masked[name] = _reorder(name, _replace(frame, [n for n in ids if n in frame], secret))
    return program.with_tables(masked, notes=[_NOTE, *_telling_columns(masked, wanted)])


def _mask_frame(frame: pd.DataFrame, secret: bytes, wanted: list[str]) -> pd.DataFrame:
    for name in wanted:
        _require_column(name, frame.columns)
    declared = {name for table in TABLES for name in _id_columns(table)}
    chosen = wanted or [name for name in frame.columns if name in declared]
    if not chosen:
        raise OptionError(
            f"pseudonymize: none of the columns ({listing(frame.columns)}) is an id of the data "
            "model; name those to replace in `columns`."
        )
    return _replace(frame, chosen, secret)


def _require_column(name: str, known: Iterable[str]) -> None:
    known = list(known)
    if name not in known:
        near = did_you_mean(name, known)
        raise OptionError(
            f"pseudonymize: `columns` names {quote(name)}, which is not there. {near}".rstrip()
        )


def _id_columns(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns if column.kind == "id"]


def _replace(frame: pd.DataFrame, names: Iterable[str], secret: bytes) -> pd.DataFrame:
    replaced, faults = {}, []
    for name in dict.fromkeys(names):
        text, found = coerce(frame[name], Column(name, "an id", "id"))
        faults += found
        codes = {value: _code(value, secret) for value in text.dropna().unique()}
        replaced[name] = text.map(codes).astype("str")
    if faults:
        raise SchemaError("pseudonymize: not ids", faults)
    return frame.assign(**replaced)


def _reorder(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    declared = TABLES[table]
    key = declared.key or tuple(column.name for column in declared.columns if column.required)
    order = [name for name in key if name in frame]
    return frame.sort_values(order, kind="stable", ignore_index=True)


def _telling_columns(tables: Mapping[str, pd.DataFrame], replaced: list[str]) -> list[str]:
    """Name own text columns in which most rows differ: names, addresses, free text."""
    telling = []
    for table, frame in tables.items():
        for name in frame.columns.difference([*TABLES[table].names, *replaced], sort=False):
            given = frame[name].dropna()
            is_text = isinstance(given.dtype, pd.StringDtype) or given.dtype == "object"
            if is_text and len(given) >= _MANY:
                distinct = given.map(str).nunique() / len(given)
                telling += [f"{table}.{name}"] if distinct > _MOSTLY_DIFFERENT else []
    if not telling:
        return []
    return [f"left as they were, and may identify people: {', '.join(telling)}"]


def _checked_key(key: str | bytes, *, who: str) -> bytes:
    if not isinstance(key, (str, bytes, bytearray)):
        raise OptionError(
            f"{who}: `key` must be text or bytes; got a {type(key).__name__}. {_ADVICE}"
        )
    secret = key.encode() if isinstance(key, str) else bytes(key)
    if len(secret) < MIN_KEY_BYTES:
        raise OptionError(
            f"{who}: `key` must have {MIN_KEY_BYTES} bytes or more; got "
            f"{count(len(secret), 'byte')}. {_ADVICE}"
        )
    if len(set(secret)) < _MIN_DISTINCT:
        raise OptionError(f"{who}: `key` repeats too few characters to be a secret. {_ADVICE}")
    return secret


def _code(text: str, secret: bytes) -> str:
    digest = hmac.digest(secret, text.encode(), "sha256")[:_PSEUDONYM_BYTES]
    return _PREFIX + base64.b32encode(digest).decode().lower()
