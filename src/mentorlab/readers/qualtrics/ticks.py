"""Questions of Qualtrics exports that let people tick several options."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from ..cells.text import fold
from ..survey.model import Tick, TickCell
from ..survey.request import Request
from ..survey.ticks import options_of

UNANSWERED = "-99"
_SELECTED = re.compile(r"^(.*?) - Selected Choice(?: - (.*))?$")
_QUESTION = re.compile(r"(QID[0-9]+)(?:_([0-9]+))?")
_STEM_END = " - "
_TIGHT = re.compile(r",(?![\s0-9])")
_TICK_CELLS = {"1", "0", "", UNANSWERED}


def find_ticks(
    cells: pd.DataFrame,
    by_id: Mapping[str, str],
    headings: Mapping[str, str],
    request: Request,
) -> tuple[tuple[Tick, ...], tuple[TickCell, ...]]:
    """Find questions with several ticks, split over columns or in one cell."""
    ticks, whole = [], []
    options = _options(by_id, headings)
    binary = _binary_questions(cells, by_id, options) - _scales(by_id, options, request)
    for field, name in by_id.items():
        question = _QUESTION.fullmatch(name)
        heading = headings[field]
        selected = _SELECTED.match(heading)
        if not question or field in request.columns:
            continue
        if question[2] and (selected or question[1] in binary):
            choice = selected[2] if selected and selected[2] else options[field]
            ticks.append(Tick(field, field.removesuffix(f"_{question[2]}"), choice))
        elif not question[2] and (
            options_of(request.choices, field, heading)
            or (selected and _is_text(cells[field]))
            or _is_joined(cells[field])
        ):
            whole.append(TickCell(field, field, ",", tight=True))
    return tuple(ticks), tuple(whole)


def _binary_questions(
    cells: pd.DataFrame, by_id: Mapping[str, str], options: Mapping[str, str]
) -> set[str]:
    """Name questions of several columns that hold nothing but ticked and not ticked, and both.

    Ticked is 1, or the option's own text.
    """
    values: dict[str, set[str]] = {}
    n_columns: Counter[str] = Counter()
    for field, name in by_id.items():
        question = _QUESTION.fullmatch(name)
        if question and question[2]:
            option = fold(options[field])
            seen = {"1" if fold(cell) == option else cell for cell in cells[field].unique()}
            values.setdefault(question[1], set()).update(seen)
            n_columns[question[1]] += 1
    return {
        name
        for name, seen in values.items()
        if n_columns[name] > 1 and seen <= _TICK_CELLS and "1" in seen and len(seen) > 1
    }


def _scales(by_id: Mapping[str, str], options: Mapping[str, str], request: Request) -> set[str]:
    """Name questions that ask an item of the codebook: their ones are answers, not ticks."""
    if request.codebook is None:
        return set()
    items = request.codebook.items
    wordings = {fold(str(text)) for text in items["wording"].dropna()}
    names = set(items["item"])
    return {
        question[1]
        for field, name in by_id.items()
        if (question := _QUESTION.fullmatch(name))
        and (field in names or fold(options.get(field, "")) in wordings)
    }


def _options(by_id: Mapping[str, str], headings: Mapping[str, str]) -> dict[str, str]:
    """Give what each column of a question adds to the text that its columns share."""
    groups: dict[str, list[str]] = {}
    for field, name in by_id.items():
        question = _QUESTION.fullmatch(name)
        if question and question[2]:
            groups.setdefault(question[1], []).append(field)
    options = {}
    for fields in groups.values():
        stem = _stem([headings[field] for field in fields]) if len(fields) > 1 else ""
        for field in fields:
            text = headings[field]
            own = text.removeprefix(stem) if stem else text.rpartition(_STEM_END)[2]
            options[field] = own or field
    return options


def _stem(headings: Sequence[str]) -> str:
    """Give the question that all headings of its columns begin with."""
    n_same = 0
    for marks in zip(*headings, strict=False):
        if len(set(marks)) > 1:
            break
        n_same += 1
    shared = headings[0][:n_same]
    return shared[: shared.rfind(_STEM_END) + len(_STEM_END)] if _STEM_END in shared else ""


def _is_text(cells: pd.Series) -> bool:
    return any(not re.fullmatch(r"[-0-9.,\s]*", cell) for cell in cells.unique())


def _is_joined(cells: pd.Series) -> bool:
    """Say whether cells join the same few texts by commas without spaces."""
    parts = [_TIGHT.split(cell) for cell in cells if cell not in ("", UNANSWERED)]
    pieces = [piece for part in parts for piece in part]
    joined = any(len(part) > 1 for part in parts)
    return joined and _is_text(cells) and 2 * len(set(pieces)) < len(pieces)
