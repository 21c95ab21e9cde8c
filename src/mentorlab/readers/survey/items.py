"""Find the items among the columns of an export, by name or by question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ...codebook import BOTH, Codebook
from ...errors import ReadError, listing, quote
from ..cells.text import fold, name_key, without_role_words
from .model import Survey
from .request import Request

GRID_ROW = re.compile(r"\[([^\[\]]*)\]\s*$")
PARTNER_WORD = re.compile(r"\b(mentor|mentee)\b")
RATER_OF = {"mentor": "mentee", "mentee": "mentor"}


@dataclass(frozen=True)
class ItemColumn:
    """A column that holds answers to an item.

    Attributes
    ----------
    field, item : str
        The column and the item.
    role : str
        Whose form it stands on; ``both`` if it is the same column for all.
    """

    field: str
    item: str
    role: str


def match_items(
    survey: Survey, codebook: Codebook, request: Request, *, taken: set[str]
) -> list[ItemColumn]:
    """Give the columns that hold items of the codebook, in file order.

    A column is an item's if the caller says so, if it has its name, or if it asks its question
    (markup, white space and case aside; the question may follow a common stem, as in
    ``"How far do you agree? [I trust my mentor]"``). Where no question fits as it stands, "my
    mentor", "my mentee" and "my partner" count as the same words.

    Raises
    ------
    ReadError
        If no item is found, or two columns hold the same item of the same form.
    """
    only = survey.fixed.get("role")
    items = codebook.for_role(only) if only else codebook.items
    fields = [name for name in survey.cells.columns if name not in taken]
    found: list[ItemColumn] = []
    told = {f: i for f, i in request.columns.items() if i in set(items["item"]) and f in fields}
    found += [ItemColumn(column, item, BOTH) for column, item in told.items()]
    rest = items[~items["item"].isin(told.values())]
    free = [name for name in fields if name not in told]
    by_name = _match_names(free, rest)
    found += by_name
    named = {column.item for column in by_name}
    free = [name for name in free if name not in {column.field for column in by_name}]
    found += _match_questions(survey, free, rest[~rest["item"].isin(named)], who=request.who)
    if not found:
        headings = [survey.heading(name) for name in fields] or [""]
        raise ReadError(
            f"{request.who}: {survey.name} has none of the codebook's items "
            f"({listing(codebook.items['item'].unique())}), by name or wording. It asks "
            f"{listing(headings, limit=5)}. Give columns={{'their column': 'item', ...}}."
        )
    _refuse_two_columns(found, told, who=request.who)
    position = {name: i for i, name in enumerate(survey.cells.columns)}
    return sorted(found, key=lambda column: position[column.field])


def _match_names(fields: Sequence[str], items: pd.DataFrame) -> list[ItemColumn]:
    by_key: dict[str, list[str]] = {}
    for item in items["item"].unique():
        by_key.setdefault(name_key(item), []).append(item)
    exact = set(items["item"])
    found = []
    for name in fields:
        item = name if name in exact else None
        near = by_key.get(name_key(name), [])
        if item is None and len(near) == 1 and near[0] not in fields:
            item = near[0]
        if item is not None:
            found.append(ItemColumn(name, item, BOTH))
    return found


def _match_questions(
    survey: Survey, fields: Sequence[str], items: pd.DataFrame, *, who: str
) -> list[ItemColumn]:
    headings = {name: fold(survey.heading(name)) for name in fields}
    rows = [
        (row.item, row.role, fold(str(row.wording)))
        for row in items.dropna(subset="wording").itertuples(index=False)
    ]
    hits = _asked(headings, rows, who=who)
    matched = {(item, role) for item, role, _ in hits}
    used = {column for _, _, column in hits}
    rest = [row for row in rows if (row[0], row[1]) not in matched and row[2]]
    free = {n: without_role_words(text) for n, text in headings.items() if n not in used}
    worded = [(item, role, without_role_words(text)) for item, role, text in rest]
    hits += _by_form(_asked(free, worded, who=who), headings)
    roles: dict[tuple[str, str], list[str]] = {}
    for item, role, column in hits:
        roles.setdefault((column, item), []).append(role)
    return [
        ItemColumn(column, item, forms[0] if len(set(forms)) == 1 else BOTH)
        for (column, item), forms in roles.items()
    ]


def _by_form(
    hits: list[tuple[str, str, str]], headings: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Tell forms apart where one item has a column that asks of mentors and one of mentees."""
    asks_of: dict[str, dict[str, str]] = {}
    for item, _, column in hits:
        words = set(PARTNER_WORD.findall(headings[column]))
        asks_of.setdefault(item, {})[column] = words.pop() if len(words) == 1 else ""
    split = []
    for item, role, column in hits:
        words = set(asks_of[item].values())
        form = BOTH
        if len(asks_of[item]) == len(words) == 2 and "" not in words:
            form = RATER_OF[asks_of[item][column]]
        if form == BOTH or role in (form, BOTH):
            split.append((item, role if form == BOTH else form, column))
    return split


def _asked(
    headings: dict[str, str], rows: Sequence[tuple[str, str, str]], *, who: str
) -> list[tuple[str, str, str]]:
    """Pair items with the columns whose heading is, or ends in, their wording."""
    whole: dict[str, list[str]] = {}
    inside: dict[str, list[str]] = {}
    for name, text in headings.items():
        whole.setdefault(text, []).append(name)
        if row := GRID_ROW.search(text):
            inside.setdefault(row[1].rstrip(" .:;!?…").strip(), []).append(name)
    hits = []
    for item, role, wording in rows:
        if not wording:
            continue
        columns = whole.get(wording) or inside.get(wording)
        columns = columns or [n for n, t in headings.items() if t.endswith(f" - {wording}")]
        hits += [(item, role, column) for column in columns]
    owner: dict[str, str] = {}
    for item, _, column in hits:
        if owner.setdefault(column, item) != item:
            raise ReadError(
                f"{who}: the question of column {quote(column)} is that of the items "
                f"{quote(owner[column])} and {quote(item)}. Give columns={{...}} to say which."
            )
    return hits


def _refuse_two_columns(found: Sequence[ItemColumn], told: dict[str, str], *, who: str) -> None:
    seen: dict[tuple[str, str], str] = {}
    for column in found:
        for role in (column.role, BOTH):
            other = seen.get((column.item, role))
            if other is not None and not {other, column.field} <= set(told):
                raise ReadError(
                    f"{who}: the columns {quote(other)} and {quote(column.field)} both hold the "
                    f"item {quote(column.item)}. If the column was renamed half-way, give "
                    "columns={...} for both: they are joined where only one is filled."
                )
        seen[column.item, column.role] = column.field
