"""Answers joined to the codebook: checked once, keyed once, as arrays for every measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..checks import conform
from ..codebook import Codebook
from ..coding import code_rows, first_rows
from ..errors import Fault, SchemaError, did_you_mean, listing, quote
from ..schemas import Table
from ..tables import RESPONSES, ROLES

OCCASION = ("relationship_id", "rater_id", "target_id", "role", "wave")
_ADVICE = (
    "See Codebook(...) to declare other items or ranges, or responses.query(...) to drop the rows."
)
_NEEDED = Table(
    "responses",
    RESPONSES.row,
    tuple(
        RESPONSES.column(name)
        for name in ("relationship_id", "rater_id", "role", "wave", "item", "value", "target_id")
    ),
)


@dataclass(frozen=True, eq=False)
class KeyedAnswers:
    """Scored answers as arrays; n answers, one row each.

    Attributes
    ----------
    occasions : pandas.DataFrame
        One row for each time somebody answered about somebody: the columns of `OCCASION`.
    occasion : numpy.ndarray of int, shape (n,)
        Row of `occasions`.
    key : numpy.ndarray of int, shape (n,)
        Row of `items`.
    value : numpy.ndarray of float, shape (n,)
        The answer, reversed where the codebook says so; NaN when missing.
    items : pandas.DataFrame
        Scored items by role: `item`, `role`, `element`, `reverse`, `low`, `high`.
    rows : numpy.ndarray of int, shape (n,)
        Position of each answer in the responses.
    """

    occasions: pd.DataFrame
    occasion: np.ndarray
    key: np.ndarray
    value: np.ndarray
    items: pd.DataFrame
    rows: np.ndarray


def key_answers(responses: pd.DataFrame, codebook: Codebook, *, who: str) -> KeyedAnswers:
    """Check responses against the codebook and key them.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table.
    codebook : Codebook
        What the items mean; items without an element are checked but not scored.
    who : str
        The function that asks.

    Raises
    ------
    SchemaError
        For columns that are absent or hold what they can't, items the codebook does not know,
        values off the scale, and answers given twice: all at once.
    """
    if not isinstance(codebook, Codebook):
        raise SchemaError(
            f"{who}: not a codebook",
            [Fault("codebook", "be a Codebook", quote(type(codebook).__name__))],
            "Make one with Codebook(frame), Codebook.from_csv(path) or item_bank().",
        )
    frame = conform(responses, _NEEDED, who=who)
    if "value" not in frame:
        fault = Fault("value", "be there", "columns " + listing(frame.columns))
        raise SchemaError(f"{who}: not a valid responses table", [fault])
    items = codebook.keyed(ROLES)
    key = _find_items(frame, items)
    value = frame["value"].to_numpy(dtype=float)
    occasion, occasions = _number_occasions(frame)
    faults = [
        *_unknown_items(frame, key, codebook),
        *_off_scale(frame, key, value, items),
        *_answered_twice(frame, occasion, key),
    ]
    if faults:
        raise SchemaError(f"{who}: not a valid responses table", faults, _ADVICE)
    reverse = items["reverse"].to_numpy()[key]
    ends = (items["low"] + items["high"]).to_numpy()[key]
    value = np.where(reverse, ends - value, value)
    scored = items["element"].notna().to_numpy()[key].nonzero()[0]
    return KeyedAnswers(
        occasions=occasions,
        occasion=occasion[scored],
        key=key[scored],
        value=value[scored],
        items=items,
        rows=scored,
    )


def _find_items(frame: pd.DataFrame, items: pd.DataFrame) -> np.ndarray:
    item, names = pd.factorize(frame["item"])
    role, roles = pd.factorize(frame["role"])
    lookup = pd.Series(items.index, index=pd.MultiIndex.from_frame(items[["item", "role"]]))
    pairs = pd.MultiIndex.from_product([names, roles])
    rows = lookup.reindex(pairs).fillna(-1).to_numpy(dtype=np.int64)
    return rows[item * len(roles) + role] if len(frame) else np.zeros(0, dtype=np.int64)


def _number_occasions(frame: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    known = [name for name in OCCASION if name in frame]
    codes = code_rows(frame, known)
    # Answers of one occasion mostly follow one another: only the first of each run is hashed.
    starts = np.flatnonzero(np.diff(codes, prepend=codes[:1] - 1))
    runs, _ = pd.factorize(codes[starts])
    occasion = np.repeat(runs, np.diff(starts, append=len(codes)))
    occasions = frame[known].take(starts[first_rows(runs)]).reset_index(drop=True)
    if "target_id" not in frame:
        occasions["target_id"] = pd.Series(np.nan, index=occasions.index, dtype="str")
    return occasion, occasions[list(OCCASION)]


def _unknown_items(frame: pd.DataFrame, key: np.ndarray, codebook: Codebook) -> list[Fault]:
    unknown = key < 0
    if not unknown.any():
        return []
    first = int(unknown.argmax())
    item, role = frame["item"].iloc[first], frame["role"].iloc[first]
    known = codebook.items["item"]
    hint = did_you_mean(item, known)
    if item in set(known):
        hint = f"The codebook has this item, but not on the form of a {role}."
    must = "be in the codebook for the rater's role"
    return [Fault("item", must, quote(item), int(unknown.sum()), first + 1, hint)]


def _off_scale(
    frame: pd.DataFrame, key: np.ndarray, value: np.ndarray, items: pd.DataFrame
) -> list[Fault]:
    if items.empty:
        return []
    low, high = items["low"].to_numpy()[key], items["high"].to_numpy()[key]
    off = ((value < low) | (value > high)) & (key >= 0)
    if not off.any():
        return []
    first = int(off.argmax())
    must = f"lie in {low[first]:g}..{high[first]:g} for item {quote(frame['item'].iloc[first])}"
    return [Fault("value", must, f"{value[first]:g}", int(off.sum()), first + 1)]


def _answered_twice(frame: pd.DataFrame, occasion: np.ndarray, key: np.ndarray) -> list[Fault]:
    again = ~first_rows(occasion * (key.max(initial=0) + 2) + key + 1) & (key >= 0)
    if not again.any():
        return []
    first = int(again.argmax())
    where = frame.iloc[first]
    got = f"item {quote(where['item'])} by {quote(where['rater_id'])} in wave {where['wave']} again"
    hint = "Keep one answer, for example the last: responses.drop_duplicates(..., keep='last')."
    return [Fault("item", "be answered once", got, int(again.sum()), first + 1, hint)]
