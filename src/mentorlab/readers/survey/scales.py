"""Guess which columns are items and on which scale, where nothing says so, and list every guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from ...codebook import BOTH, Codebook
from ...errors import ReadError
from ..cells.missing_words import kind_of_label
from ..cells.text import fold, name_key, without_role_words
from .items import GRID_ROW, PARTNER_WORD, RATER_OF
from .model import Survey
from .request import Request

_MOST_POINTS = 11
_WHOLE = re.compile(r"-?[0-9]{1,2}(?:\.0+)?")
RESPONSE_SCALES: tuple[tuple[str, ...], ...] = (
    (
        "strongly disagree",
        "disagree",
        "neither agree nor disagree",
        "agree",
        "strongly agree",
    ),
    (
        "strongly disagree",
        "disagree",
        "somewhat disagree",
        "neither agree nor disagree",
        "somewhat agree",
        "agree",
        "strongly agree",
    ),
    ("strongly disagree", "disagree", "agree", "strongly agree"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("never", "rarely", "sometimes", "often", "always"),
    ("not at all", "a little", "somewhat", "quite a bit", "very much"),
    ("not at all", "slightly", "moderately", "very", "extremely"),
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("very poor", "poor", "fair", "good", "very good"),
)


def guess_scales(
    survey: Survey, request: Request, *, taken: set[str]
) -> tuple[Codebook, tuple[str, ...]]:
    """Guess which columns are items and on which scale, and list every guess.

    Raises
    ------
    ReadError
        If nothing looks like an item.
    """
    rows = []
    for column in survey.cells.columns:
        if column in taken or column in survey.texts:
            continue
        values = [v for v in survey.cells[column].unique() if v and fold(v) not in survey.kinds]
        coded = [survey.numbered.fullmatch(v) for v in values] if survey.numbered else [None]
        values = [code[1] for code in coded] if all(coded) else values
        scale = _guess_scale(values, request)
        if scale:
            low, high, labels = scale
            item = request.columns.get(column) or _item_name(column)
            rows.append((column, item, low, high, labels, survey.heading(column)))
    rows = _with_variety(rows, survey)
    if not rows:
        raise ReadError(
            f"{request.who}: {survey.name} has no column that looks like an item. Give "
            "codebook=... to say which items to look for."
        )
    frame = pd.DataFrame(rows, columns=["column", "item", "low", "high", "labels", "wording"])
    stem = frame["column"].map(_stem)
    frame["low"] = frame.groupby(stem)["low"].transform("min").clip(upper=1)
    frame["high"] = frame.groupby(stem)["high"].transform("max")
    unlike = frame["labels"].notna() & (
        frame["labels"].str.count(r"\|") + 1 != frame["high"] - frame["low"] + 1
    )
    frame.loc[unlike, "low"] = 1
    frame.loc[unlike, "high"] = frame["labels"].str.count(r"\|") + 1
    guesses = frame.apply(lambda r: f"'{r['column']}' {r['low']:g}..{r['high']:g}", axis=1)
    note = "no codebook was given, so items and scales are guessed: " + ", ".join(guesses)
    if survey.beyond and frame["labels"].isna().any():
        note += " (a number that stands for 'not applicable' can't be told from an answer)"
    frame["role"] = _guess_forms(frame)
    frame = frame.drop_duplicates(["item", "role"]).drop(columns="column")
    return Codebook(frame, title="guessed"), (note,)


def _stem(column: str) -> str:
    """Give what the columns of one question share."""
    return column.partition("[")[0] if "[" in column else re.sub(r"[\W_]*[0-9]+\W*$", "", column)


def _with_variety(rows: list[tuple], survey: Survey) -> list[tuple]:
    """Leave out columns in which all answer alike, unless they belong to a question with more."""
    varied = {_stem(row[0]) for row in rows if survey.cells[row[0]].nunique() > 1}
    return [row for row in rows if _stem(row[0]) in varied]


def _guess_forms(frame: pd.DataFrame) -> list[str]:
    """Tell the forms of items apart that ask of mentors in one column and of mentees in another."""
    words = [set(PARTNER_WORD.findall(fold(text))) for text in frame["wording"]]
    forms = [RATER_OF[next(iter(found))] if len(found) == 1 else BOTH for found in words]
    pairs = frame.assign(form=forms).groupby("item")["form"].agg(set)
    split = {item for item, found in pairs.items() if found == set(RATER_OF)}
    return [f if i in split else BOTH for f, i in zip(forms, frame["item"], strict=True)]


def _item_name(column: str) -> str:
    row = GRID_ROW.search(column)
    if row and not re.fullmatch(r"\w+\[\w+\]", column):
        return name_key(without_role_words(fold(row[1])))
    return column.replace("[", "_").replace("]", "")


def _guess_scale(values: Sequence[str], request: Request) -> tuple[float, float, str | None] | None:
    texts = [v for v in values if fold(v) not in request.answers]
    if not texts:
        return None
    if all(_WHOLE.fullmatch(value) for value in texts):
        numbers = [float(value) for value in texts]
        if min(numbers) < 0 or len(set(numbers)) > _MOST_POINTS or max(numbers) >= _MOST_POINTS:
            return None
        return (min(numbers), max(numbers), None) if max(numbers) > 1 else None
    words = {fold(value) for value in texts if kind_of_label(value) is None}
    for labels in RESPONSE_SCALES:
        if words <= set(labels) and words:
            return 1.0, float(len(labels)), "|".join(label.capitalize() for label in labels)
    return None
