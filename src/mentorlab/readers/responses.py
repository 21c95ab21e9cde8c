"""Answers from plain CSV files, long or wide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ..checks import conform
from ..codebook import Codebook
from ..errors import ReadError, did_you_mean, listing
from ..options import Layout, check_option
from ..tables import RESPONSES
from .columns import read_renamed

WHO = "read_responses"
_SIDES = ("mentor", "mentee")
_DYAD_COLUMNS = ("mentor_id", "mentee_id")


def read_responses(
    path: str | Path,
    *,
    codebook: Codebook | None = None,
    layout: Layout = "auto",
    columns: Mapping[str, str] | None = None,
    wave: int | None = None,
    ignore: Iterable[str] = (),
) -> pd.DataFrame:
    """Read survey answers into the responses table, whichever way the file is laid out.

    Three layouts are known. *Long*: one row an answer, with `item` and `value`. *Wide by rater*:
    one row a rater and wave, with `rater_id`, `role` and a column for each item. *Wide by pair*:
    one row a pair and wave, with `mentor_id`, `mentee_id` and columns named ``<item>_mentor`` and
    ``<item>_mentee``.

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

    Returns
    -------
    pandas.DataFrame
        The responses table. Empty cells of a wide file are rows without a value, so that
        unanswered items stay countable.

    Raises
    ------
    ReadError
        If the file can't be read or its layout can't be told.
    SchemaError
        With everything in the rows that does not fit the data model.

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
    frame = read_renamed(path, RESPONSES, columns, who=WHO)
    frame = frame.drop(columns=[name for name in ignore if name in frame])
    if "wave" not in frame and wave is not None:
        frame["wave"] = wave
    if layout == "auto":
        layout = "long" if {"item", "value"} <= set(frame.columns) else "wide"
    if layout == "wide":
        frame = _lengthen(frame, codebook)
    if "wave" not in frame:
        raise ReadError(f"{WHO}: the file has no wave column; give wave=1 if it holds one wave.")
    return conform(frame, RESPONSES, who=WHO)


def _lengthen(frame: pd.DataFrame, codebook: Codebook | None) -> pd.DataFrame:
    if set(_DYAD_COLUMNS) <= set(frame.columns):
        return _lengthen_pairs(frame, codebook)
    if "rater_id" in frame:
        ours = [name for name in frame.columns if name in RESPONSES.names]
        items = [name for name in frame.columns if name not in ours]
        _require_known(items, items, codebook)
        return frame.melt(ours, items, var_name="item", value_name="value")
    raise ReadError(
        f"{WHO}: can't tell how the file is laid out: it has {listing(frame.columns)}. A long file "
        "has item and value, a wide one rater_id and role, or mentor_id and mentee_id; give "
        "columns={...} to name them."
    )


def _lengthen_pairs(frame: pd.DataFrame, codebook: Codebook | None) -> pd.DataFrame:
    shared = [name for name in frame.columns if name in RESPONSES.names]
    rest = [name for name in frame.columns if name not in (*shared, *_DYAD_COLUMNS)]
    sided = {name: name.rpartition("_") for name in rest}
    _require_known(rest, [s[0] if s[2] in _SIDES else name for name, s in sided.items()], codebook)
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


def _require_known(columns: list[str], items: list[str], codebook: Codebook | None) -> None:
    known = None if codebook is None else set(codebook.items["item"])
    for column, item in zip(columns, items, strict=True):
        if known is not None and item not in known:
            near = did_you_mean(item, known)
            raise ReadError(
                f"{WHO}: the column '{column}' is neither ours nor an item of the codebook. "
                f"{near or 'Give ignore=[...] to leave it out.'}"
            )
