"""Turn answers as text into numbers, keeping the three kinds of missing apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...codebook import BOTH, Codebook
from ...errors import OptionError, ReadError, count, quote
from ..cells.missing_words import kind_of_label
from ..cells.text import fold
from ..read_result import Dropped
from .items import ItemColumn
from .model import Survey
from .request import Request

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_MOST_NAMED = 8
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Scale:
    """The answers that an item takes.

    Attributes
    ----------
    low, high : float
        Its range.
    labels : mapping of str to float
        Answer labels, folded, and their numbers.
    """

    low: float
    high: float
    labels: Mapping[str, float]

    @classmethod
    def of(cls, item: Mapping[str, object], *, who: str) -> Scale:
        """Read a scale from a row of the codebook.

        Raises
        ------
        OptionError
            If there are more or fewer labels than answers, or two labels are the same.
        """
        low, high = float(item["low"]), float(item["high"])
        text = item.get("labels")
        labels = [] if text is None or pd.isna(text) else str(text).split("|")
        codes = item.get("codes")
        if codes is not None and not pd.isna(codes):
            numbers = [float(code) for code in str(codes).split("|")]
        else:
            numbers = [low + i for i in range(len(labels))]
        folded = [fold(label) for label in labels]
        if labels and (len(numbers) != len(labels) or numbers[-1] != high):
            raise OptionError(
                f"{who}: the codebook gives item {quote(item['item'])} the range {low:g}..{high:g} "
                f"and {count(len(labels), 'label')}; they must be as many as the answers."
            )
        if len(set(folded)) != len(folded):
            raise OptionError(
                f"{who}: the codebook gives item {quote(item['item'])} the same label twice."
            )
        return cls(low, high, dict(zip(folded, numbers, strict=True)))

    def holds(self, number: float) -> bool:
        """Say whether a number is an answer; labeled scales have whole steps only."""
        if not self.low <= number <= self.high:
            return False
        return not self.labels or number in self.labels.values()


def decode_items(
    survey: Survey,
    columns: Sequence[ItemColumn],
    codebook: Codebook,
    roles: pd.Series,
    request: Request,
) -> tuple[pd.DataFrame, list[Dropped]]:
    """Give one row an answer.

    Parameters
    ----------
    survey : Survey
        Rows that count, one a rater and wave.
    columns : sequence of ItemColumn
        Where the items are.
    codebook : Codebook
        Their scales.
    roles : pandas.Series of str
        The rater's role in each row.
    request : Request
        What the caller says of answers and blanks.

    Returns
    -------
    answers : pandas.DataFrame
        Columns `row` (position in `survey`), `item`, `value`, `missing`, ordered by row, then as
        the items stand in the file.
    dropped : list of Dropped
        Unreadable cells, if the caller lets them be dropped.

    Raises
    ------
    ReadError
        If an answer is neither a number of the scale nor a known label.
    """
    meanings, on_form = _meanings(survey, columns, codebook, roles, request)
    filled = (survey.cells[[c.field for c in columns]] != "").to_numpy()
    blanks = _blank_kinds(survey, columns, filled, request)
    dropped = _report_unreadable(survey, columns, meanings, filled, request)
    meanings = np.where(filled, meanings, blanks)
    kept = (on_form | filled) & (meanings != UNREADABLE)
    row, place = np.nonzero(kept)
    found = meanings[row, place]
    kinds = [meaning if isinstance(meaning, str) else None for meaning in found]
    values = [np.nan if isinstance(meaning, str) else meaning for meaning in found]
    answers = pd.DataFrame(
        {
            "row": row,
            "item": np.array([column.item for column in columns], dtype=object)[place],
            "value": np.array(values, dtype=float),
            "missing": pd.Series(kinds, dtype="object"),
            "filled": filled[row, place],
        }
    )
    answers = _join_columns_of_an_item(answers, survey, request)
    return answers[["row", "item", "value", "missing"]], dropped


def _meanings(
    survey: Survey,
    columns: Sequence[ItemColumn],
    codebook: Codebook,
    roles: pd.Series,
    request: Request,
) -> tuple[np.ndarray, np.ndarray]:
    """Give the number or kind of missing of every cell, and whether its item is on the form."""
    shape = (len(survey.cells), len(columns))
    meanings = np.full(shape, UNREADABLE, dtype=object)
    on_form = np.zeros(shape, dtype=bool)
    everywhere = np.ones(len(survey.cells), dtype=bool)
    cells = [survey.cells[column.field].to_numpy() for column in columns]
    for role in roles.unique():
        rows = np.flatnonzero((roles == role).to_numpy())
        items = {row["item"]: row for row in codebook.for_role(role).to_dict("records")}
        for j, column in enumerate(columns):
            if column.item not in items or column.role not in (role, BOTH):
                continue
            on_form[rows, j] = survey.asked.get(column.field, everywhere)[rows]
            scale = Scale.of(items[column.item], who=request.who)
            texts = cells[j][rows]
            known = {
                text: _meaning(text, scale, survey, column.field, request) for text in set(texts)
            }
            meanings[rows, j] = [known[text] for text in texts]
    return meanings, on_form


def _meaning(text: str, scale: Scale, survey: Survey, field: str, request: Request) -> float | str:
    folded = fold(text)
    if folded in request.answers:
        return request.answers[folded]
    kind = survey.field_kinds.get(field, {}).get(folded)
    if kind is not None:
        return kind
    label = survey.value_labels.get(field, {}).get(_plain_number(text))
    if label is not None:
        said = fold(label)
        for known in (request.answers, scale.labels):
            if said in known:
                return known[said]
        kind = survey.kinds.get(folded) or survey.kinds.get(said) or kind_of_label(label)
        if kind:
            return kind
        if survey.numbered and scale.labels:
            return UNREADABLE
    if folded in scale.labels:
        return scale.labels[folded]
    if folded in survey.kinds:
        return survey.kinds[folded]
    number = _number(text, scale, survey)
    if number is not None and scale.holds(number):
        return number
    if survey.beyond and number is not None and number == scale.high + 1:
        return "not_applicable"
    return kind_of_label(text) or UNREADABLE


def meaning_of(text: str, scale: Scale, told: Mapping[str, float | str]) -> float | str:
    """Give the number or kind of missing that a plain answer stands for."""
    folded = fold(text)
    if folded in told:
        return told[folded]
    if folded in scale.labels:
        return scale.labels[folded]
    number = float(text) if _NUMBER.fullmatch(text.strip()) else None
    if number is not None and scale.holds(number):
        return number
    return kind_of_label(text) or UNREADABLE


def _number(text: str, scale: Scale, survey: Survey) -> float | None:
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    coded = survey.numbered.fullmatch(text) if survey.numbered else None
    return scale.low - 1 + float(coded[1]) if coded else None


def _plain_number(text: str) -> str:
    """Write "4.0" as the "4" that value labels go by."""
    text = text.strip()
    return f"{float(text):g}" if _NUMBER.fullmatch(text) else text


def _blank_kinds(
    survey: Survey, columns: Sequence[ItemColumn], filled: np.ndarray, request: Request
) -> np.ndarray:
    """Say for every cell which kind of missing it is, should it be empty."""
    kinds = np.full(filled.shape, "unanswered", dtype=object)
    if request.blanks != "auto":
        kinds[:] = request.blanks
        return kinds
    if survey.marks_unanswered or _marks_as_told(survey, columns, request):
        kinds[:] = "not_shown"
        return kinds
    place = np.arange(filled.shape[1])
    last = np.where(filled, place, -1).max(axis=1, initial=-1)
    broke_off = ~survey.finished[:, None] & (place[None, :] > last[:, None])
    hidden = np.array([column.field in survey.hidden for column in columns])
    kinds[broke_off | hidden[None, :]] = "not_shown"
    return kinds


def _marks_as_told(survey: Survey, columns: Sequence[ItemColumn], request: Request) -> bool:
    """Say whether the file has a code that the caller explains as unanswered, such as -77."""
    codes = {
        text
        for text, kind in request.answers.items()
        if kind == "unanswered" and _NUMBER.fullmatch(text)
    }
    seen = {fold(cell) for column in columns for cell in survey.cells[column.field].unique()}
    return bool(codes & seen)


def _report_unreadable(
    survey: Survey,
    columns: Sequence[ItemColumn],
    meanings: np.ndarray,
    filled: np.ndarray,
    request: Request,
) -> list[Dropped]:
    dropped, named = [], []
    for j, column in enumerate(columns):
        lost = (meanings[:, j] == UNREADABLE) & filled[:, j]
        if not lost.any():
            continue
        cells = survey.cells[column.field]
        first, n = int(lost.argmax()), int(lost.sum())
        row = int(survey.rows[first])
        dropped.append(Dropped("cell", column.field, f"no answer of item '{column.item}'", n, row))
        named.append(
            f"  - `{column.field}` must be an answer to '{column.item}'; got "
            f"{quote(cells.iloc[first])} in {count(n, 'row')}, first row {row}."
        )
    if not dropped or request.unreadable == "drop":
        return dropped
    n = sum(reason.n for reason in dropped)
    more = [f"  - and {len(named) - _MOST_NAMED} more columns."] if len(named) > _MOST_NAMED else []
    lines = [
        f"{request.who}: {survey.name} holds {count(n, 'answer')} that the codebook does not know",
        *named[:_MOST_NAMED],
        *more,
        "  Give answers={...} to say what they mean, add labels to the codebook, or pass "
        "unreadable='drop' to leave them out and count them.",
    ]
    raise ReadError("\n".join(lines))


def _join_columns_of_an_item(
    answers: pd.DataFrame, survey: Survey, request: Request
) -> pd.DataFrame:
    """Keep one answer where an item has several columns, of which a row fills one."""
    key = ["row", "item"]
    if not answers.duplicated(key).any():
        return answers
    twice = answers[answers.groupby(key)["filled"].transform("sum") > 1]
    if len(twice):
        first = twice.iloc[0]
        raise ReadError(
            f"{request.who}: two columns hold an answer to the item {quote(first['item'])} in row "
            f"{survey.rows[int(first['row'])]}. Only one may be filled."
        )
    place = answers.index.to_series()
    answers = answers.assign(place=place).sort_values("filled", ascending=False, kind="stable")
    return answers.drop_duplicates(key).sort_values("place", ignore_index=True)
