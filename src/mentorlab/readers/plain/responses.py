"""Answers from plain CSV files, long or wide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ...checks import conform, inspect
from ...codebook import Codebook
from ...coercion import coerce
from ...errors import Fault, OptionError, ReadError, SchemaError, did_you_mean, listing
from ...options import Identifiers, Layout, check_option
from ...schemas import Column, Table
from ...tables import RESPONSES
from ..identity.guard import Guard
from .columns import read_renamed
from .large import header_of, is_large, read_large

WHO = "read_responses"
_SIDES = ("mentor", "mentee")
_DYAD_COLUMNS = ("mentor_id", "mentee_id")
_TOLD_BY_NAME = ("rater_id", "target_id", "role")
_ID_STEMS = ("id", "ID", "person_id", "rater_id", "member_id")
_WIDE = Table(
    "responses",
    RESPONSES.row,
    (
        *RESPONSES.columns,
        *(Column(name, "a member of the pair", "id", refers="people") for name in _DYAD_COLUMNS),
    ),
)
_NAMING = "Give columns={...} to name the file's columns."


def read_responses(
    path: str | Path,
    *,
    codebook: Codebook | None = None,
    layout: Layout = "auto",
    columns: Mapping[str, str] | None = None,
    wave: int | None = None,
    ignore: Iterable[str] = (),
    sides: Mapping[str, str] | None = None,
    identifiers: Identifiers = "refuse",
    key: bytes | str | None = None,
) -> pd.DataFrame:
    """Read survey answers into the responses table, whichever way the file is laid out.

    Three layouts are known. *Long*: one row an answer, with `item` and `value`. *Wide by rater*:
    one row a rater and wave, with `rater_id`, `role` and a column for each item. *Wide by pair*:
    one row a pair and wave, with `mentor_id`, `mentee_id` and columns named ``<item>_mentor`` and
    ``<item>_mentee``, or with other endings that `sides` explains.

    Parameters
    ----------
    path : path
        A comma-separated UTF-8 file.
    codebook : Codebook, optional
        Tells items from other columns in a wide file; without it every column that the responses
        table does not declare is taken as an item.
    layout : {"auto", "long", "wide"}
        ``"auto"`` looks at the columns.
    columns : mapping of str to str, optional
        The file's names to ours, such as ``{"pair": "relationship_id"}``.
    wave : int, optional
        The wave, for files without a wave column.
    ignore : iterable of str
        Columns of a wide file that are neither items nor ours and may be left out.
    sides : mapping of str to str, optional
        Endings of columns in a file by pair, and whose answers they are:
        ``{"_A": "mentor", "_P": "mentee"}``. Ids named ``id_A`` and ``id_P`` are understood.
    identifiers : {"refuse", "drop", "pseudonymize"}
        What happens to columns of the file's own, and to ids, that identify people.
    key : bytes or str, optional
        The secret for pseudonyms.

    Returns
    -------
    pandas.DataFrame
        The responses table. Empty cells of a wide file are rows without a value, so that
        unanswered items stay countable. Ids and texts of a long file of more than 0.2 GB are
        categories, which take a tenth of the memory.

    Raises
    ------
    ReadError
        If the file can't be read or its layout can't be told.
    SchemaError
        With everything in the rows that does not fit the data model.
    IdentifierError
        If columns identify people and `identifiers` is ``"refuse"``.
    OptionError
        If `columns` does not fit the file, or `wave` is given for a file with a wave column.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "wide.csv"
    ...     _ = file.write_text("relationship_id,rater_id,role,trust_1\\nr1,ann,mentor,4\\n")
    ...     answers = read_responses(file, wave=1)
    >>> answers[["item", "value"]].values.tolist()
    [['trust_1', 4.0]]
    """
    check_option(layout, Layout, who=WHO, name="layout")
    guard = Guard(identifiers, key, WHO)
    if layout != "wide" and _is_large_long(path, columns, wave):
        return _read_large(path, columns, wave, guard)
    frame = read_renamed(path, RESPONSES, columns, who=WHO)
    frame = _name_sides(frame, sides)
    ignored = [ignore] if isinstance(ignore, str) else list(ignore)
    frame = frame.drop(columns=[name for name in ignored if name in frame])
    if wave is not None:
        if "wave" in frame:
            raise OptionError(f"{WHO}: `wave` is given, but the file has a wave column already.")
        frame = frame.assign(wave=wave)
    who = f"{WHO}: {Path(path).name}"
    if layout == "auto":
        layout = "long" if {"item", "value"} & set(frame.columns) else "wide"
    frame, _ = guard.apply(frame, _WIDE, name=Path(path).name, skip=_items_of(frame, codebook))
    if layout == "wide":
        frame = _lengthen(frame, codebook, who=who)
    elif "value" not in frame:
        fault = Fault("value", "be there", "columns " + listing(frame.columns))
        raise SchemaError(f"{who}: not a valid responses table", [fault], _NAMING)
    _require_wave(frame)
    return conform(frame, RESPONSES, who=who)


def _is_large_long(path: str | Path, columns: Mapping[str, str] | None, wave: int | None) -> bool:
    if not is_large(path):
        return False
    names = {(columns or {}).get(name, name) for name in header_of(path)}
    return {"item", "value"} <= names and ("wave" in names) == (wave is None)


def _read_large(
    path: str | Path, columns: Mapping[str, str] | None, wave: int | None, guard: Guard
) -> pd.DataFrame:
    table = RESPONSES
    if wave is not None:
        kept = tuple(column for column in RESPONSES.columns if column.name != "wave")
        table = replace(RESPONSES, columns=kept)
    frame = read_large(path, table, columns, who=WHO)
    if wave is not None:
        frame.insert(3, "wave", wave)
    return guard.apply(frame, RESPONSES, name=Path(path).name)[0]


def _items_of(frame: pd.DataFrame, codebook: Codebook | None) -> list[str]:
    """Name the columns of a wide file that hold items of the codebook."""
    if codebook is None:
        return []
    items = set(codebook.items["item"])
    endings = tuple(f"_{side}" for side in _SIDES)
    return [
        name
        for name in frame.columns
        if name in items or (name.endswith(endings) and name.rpartition("_")[0] in items)
    ]


def _name_sides(frame: pd.DataFrame, sides: Mapping[str, str] | None) -> pd.DataFrame:
    """Give columns of a file by pair our endings."""
    if sides is None:
        return frame
    if set(sides.values()) != set(_SIDES):
        raise OptionError(
            f"{WHO}: `sides` must give 'mentor' and 'mentee', as {{'_A': 'mentor', '_P': "
            f"'mentee'}}; got {listing(sides.values())}."
        )
    names = {}
    for name in frame.columns:
        for ending, role in sides.items():
            if name.endswith(ending):
                stem = name.removesuffix(ending)
                names[name] = f"{role}_id" if stem in _ID_STEMS else f"{stem}_{role}"
    for ending in sides:
        if not any(name.endswith(ending) for name in frame.columns):
            raise OptionError(
                f"{WHO}: `sides` names the ending '{ending}', which no column of the file has."
            )
    return frame.rename(columns=names)


def _require_wave(frame: pd.DataFrame) -> None:
    if "wave" not in frame:
        raise ReadError(f"{WHO}: the file has no wave column; give wave=1 if it holds one wave.")


def _lengthen(frame: pd.DataFrame, codebook: Codebook | None, *, who: str) -> pd.DataFrame:
    stray = [name for name in ("item", "value") if name in frame]
    if stray:
        raise ReadError(f"{who}: a wide file has no column '{stray[0]}'; is it laid out long?")
    ours = [name for name in frame.columns if name in RESPONSES.names]
    items = [name for name in frame.columns if name not in (*ours, *_DYAD_COLUMNS)]
    if "rater_id" in frame:
        _require_known(items, items, codebook)
        _check_wide(frame, RESPONSES.columns, items, who=who)
        kept = [name for name in frame.columns if name not in items]
        return frame.melt(kept, items, var_name="item", value_name="value")
    if set(_DYAD_COLUMNS) <= set(frame.columns):
        shared = [name for name in ours if name not in _TOLD_BY_NAME]
        return _lengthen_pairs(frame, shared, items, codebook, who=who)
    raise ReadError(
        f"{WHO}: can't tell how the file is laid out: it has {listing(frame.columns)}. A long file "
        "has item and value, a wide one rater_id and role, or mentor_id and mentee_id; give "
        "columns={...} to name them."
    )


def _lengthen_pairs(
    frame: pd.DataFrame, shared: list[str], rest: list[str], codebook: Codebook | None, *, who: str
) -> pd.DataFrame:
    sided = {name: name.rpartition("_") for name in rest}
    unsided = [name for name, parts in sided.items() if parts[2] not in _SIDES]
    if unsided:
        raise ReadError(
            f"{WHO}: the column '{unsided[0]}' belongs to neither side: a file by pair names its "
            "columns <item>_mentor and <item>_mentee. Rename it, or give ignore=[...] to leave it "
            "out."
        )
    _require_known(rest, [parts[0] for parts in sided.values()], codebook)
    ids = [Column(name, "a member of the pair", "id", required=True) for name in _DYAD_COLUMNS]
    told = [column for column in RESPONSES.columns if column.name not in _TOLD_BY_NAME]
    _check_wide(frame, [*told, *ids], rest, who=who)
    halves = []
    for side, other in (_SIDES, _SIDES[::-1]):
        items = {name: parts[0] for name, parts in sided.items() if parts[2] == side}
        half = frame[[*shared, *_DYAD_COLUMNS, *items]].rename(
            columns={**items, f"{side}_id": "rater_id", f"{other}_id": "target_id"}
        )
        half = half.assign(role=side)
        ids = [*shared, "rater_id", "target_id", "role"]
        halves.append(half.melt(ids, list(items.values()), var_name="item", value_name="value"))
    return pd.concat(halves, ignore_index=True)


def _check_wide(
    frame: pd.DataFrame, columns: Iterable[Column], items: list[str], *, who: str
) -> None:
    """Check a wide file as it stands, so that faults name its own rows and columns."""
    if not items:
        raise ReadError(f"{who}: no column holds answers; it has {listing(frame.columns)}.")
    _require_wave(frame)
    columns = tuple(column for column in columns if column.name not in ("item", "value"))
    faults = inspect(frame, Table("responses", RESPONSES.row, columns))[1]
    for item in items:
        faults += coerce(frame[item], Column(item, "an answer", "number"))[1]
    if faults:
        raise SchemaError(f"{who}: not a valid responses table", faults)


def _require_known(columns: list[str], items: list[str], codebook: Codebook | None) -> None:
    known = None if codebook is None else set(codebook.items["item"])
    for column, item in zip(columns, items, strict=True):
        if known is not None and item not in known:
            near = did_you_mean(item, known)
            raise ReadError(
                f"{WHO}: the column '{column}' is neither ours nor an item of the codebook. "
                f"{near or 'Give ignore=[...] to leave it out.'}"
            )
