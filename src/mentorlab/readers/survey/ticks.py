"""Read questions that let people tick several options."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ...errors import ReadError, count, listing, quote
from ..cells.missing_words import kind_of_label
from ..cells.text import fold
from ..read_result import Dropped
from .model import Survey, Tick, TickCell
from .request import Request

YES = frozenset(("y", "yes", "ja", "oui", "sí", "si", "sim", "sì", "tak", "ano", "kyllä"))
NO = frozenset(("n", "no", "nein", "non", "não", "nee", "nei", "nej", "nie", "ne", "ei"))
_TICKED = YES | {"1", "1.0", "checked", "selected", "true", "x"}
_EMPTY = NO | {"", "0", "0.0", "unchecked", "not selected", "false", "-99"}
_OTHER_TEXT = "no option of the question: text that people wrote"


def read_ticks(
    survey: Survey, request: Request
) -> tuple[list[tuple[int, str, str]], list[Dropped], list[str]]:
    """Give the ticks of all questions with several answers.

    Returns
    -------
    ticks : list of (int, str, str)
        Position of the row in `survey`, question, choice.
    dropped : list of Dropped
        What people wrote beside the options.
    notes : list of str
        Options that were guessed.

    Raises
    ------
    ReadError
        If a cell is neither a tick nor empty.
    """
    ticks, dropped, notes = [], [], []
    for tick in survey.ticks:
        ticks += [(row, tick.question, tick.choice) for row in _ticked(survey, tick, request)]
    for cell in survey.tick_cells:
        found, left, note = _split_column(survey, cell, request)
        ticks += found
        dropped += left
        notes += note
    ticks.sort(key=lambda tick: tick[0])
    return ticks, dropped, notes


def split_options(cell: str, options: Sequence[str], separator: str) -> tuple[list[str], list[str]]:
    """Split a cell into options that may themselves hold the separator, and the rest.

    Of all ways to read the cell, the one that leaves least text over is taken.

    Parameters
    ----------
    cell : str
        Options joined by `separator`.
    options : sequence of str
        The options of the question.
    separator : str
        What joins them.

    Returns
    -------
    chosen, rest : list of str
        Options in the order of the cell, and pieces that are none.

    Examples
    --------
    >>> split_options("Writing, publishing, Our garden", ["Writing, publishing"], ", ")
    (['Writing, publishing'], ['Our garden'])
    """
    known = {fold(option): option for option in options}
    longest = max((option.count(separator) for option in options), default=0) + 1
    parts = cell.split(separator)
    best: list[tuple[int, int, int, str | None]] = [(0, 0, 0, None)]
    for end in range(1, len(parts) + 1):
        left_over, n_pieces, _, _ = best[end - 1]
        choice = (left_over + 1, n_pieces + 1, end - 1, None)
        for start in range(max(0, end - longest), end):
            option = known.get(fold(separator.join(parts[start:end])))
            if option is not None:
                way = (best[start][0], best[start][1] + 1, start, option)
                choice = min(choice, way, key=lambda w: w[:2])
        best.append(choice)
    chosen, rest, end = [], [], len(parts)
    while end:
        _, _, start, option = best[end]
        if option is not None:
            chosen.append(option)
        elif text := parts[end - 1].strip():
            rest.append(text)
        end = start
    return chosen[::-1], rest[::-1]


def guess_options(cells: Sequence[str], separator: str, *, tight: bool) -> list[str]:
    """Guess the options of a question from the cells that were filled.

    Pieces that always stand together, in the same order, are one option; pieces seen once are
    taken for text that somebody wrote. Where the separator is `tight`, a comma before a space is
    part of an option, and nothing needs guessing.

    Examples
    --------
    >>> guess_options(["Law, tax, Art", "Art", "Law, tax", "our cat, Art"], ", ", tight=False)
    ['Law, tax', 'Art']
    """
    if tight:
        mark = re.compile(re.escape(separator) + r"(?!\s)")
        pieces = (piece.strip() for cell in cells for piece in mark.split(cell))
        return list(dict.fromkeys(piece for piece in pieces if piece))
    split = [[piece.strip() for piece in cell.split(separator)] for cell in cells]
    seen = Counter(piece for pieces in split for piece in pieces)
    after = Counter(pair for pieces in split for pair in itertools.pairwise(pieces))
    joined = {a: b for (a, b), n in after.items() if n == seen[a] == seen[b] and n > 1 and a != b}
    options: dict[str, None] = {}
    for pieces in split:
        at = 0
        while at < len(pieces):
            end = at + 1
            while end < len(pieces) and joined.get(pieces[end - 1]) == pieces[end]:
                end += 1
            if seen[pieces[at]] > 1 and pieces[at]:
                options[separator.join(pieces[at:end])] = None
            at = end
    return list(options)


def options_of(choices: Mapping[str, Sequence[str]], *names: str) -> tuple[str, ...]:
    """Give the options that the caller lists for a question, by column or text; else none."""
    asked = {fold(name) for name in names}
    return next((tuple(options) for name, options in choices.items() if fold(name) in asked), ())


def _ticked(survey: Survey, tick: Tick, request: Request) -> list[int]:
    cells = survey.cells[tick.field]
    meaning = {}
    for cell in cells.unique():
        folded = fold(cell)
        yes = folded in _TICKED or folded == fold(tick.choice)
        no = folded in _EMPTY or kind_of_label(cell) is not None or folded in survey.kinds
        meaning[cell] = True if yes else False if no else None
    found = cells.map(meaning)
    lost = found.isna().to_numpy(dtype=bool)
    if lost.any():
        first = int(lost.argmax())
        raise ReadError(
            f"{request.who}: `{tick.field}` must be ticked or not; got "
            f"{quote(cells.iloc[first])} in {count(int(lost.sum()), 'row')}, first row "
            f"{survey.rows[first]}."
        )
    return [i for i, yes in enumerate(found) if yes]


def _split_column(
    survey: Survey, cell: TickCell, request: Request
) -> tuple[list[tuple[int, str, str]], list[Dropped], list[str]]:
    cells = survey.cells[cell.field]
    filled = [text for text in cells if text and fold(text) not in survey.kinds]
    named = (cell.field, cell.question, survey.heading(cell.field))
    options, notes = list(options_of(request.choices, *named)), []
    numbered = _by_number(filled, options, cell.separator)
    if not options and filled:
        options = guess_options(filled, cell.separator, tight=cell.tight)
        notes = [
            f"the options of '{cell.question}' are guessed from the answers: "
            + listing(options, limit=20)
        ]
    ticks, n_left, first = [], 0, 0
    for row, text in enumerate(cells):
        if not text or fold(text) in survey.kinds:
            continue
        chosen, rest = split_options(numbered.get(text, text), options, cell.separator)
        ticks += [(row, cell.question, choice) for choice in dict.fromkeys(chosen)]
        if rest:
            n_left += 1
            first = first or int(survey.rows[row])
    dropped = [Dropped("choice", cell.question, _OTHER_TEXT, n_left, first)] if n_left else []
    return ticks, dropped, notes


def _by_number(cells: Sequence[str], options: Sequence[str], separator: str) -> dict[str, str]:
    """Write cells that list options by their numbers, as "1,3", in the options' words."""
    numbers = {cell: [piece.strip() for piece in cell.split(separator)] for cell in set(cells)}
    by_number = {str(i): option for i, option in enumerate(options, start=1)}
    if not all(piece in by_number for pieces in numbers.values() for piece in pieces):
        return {}
    return {
        cell: separator.join(by_number[piece] for piece in pieces)
        for cell, pieces in numbers.items()
    }


def tick_fields(survey: Survey) -> set[str]:
    """Name the columns of questions with several ticks."""
    return {tick.field for tick in survey.ticks} | {cell.field for cell in survey.tick_cells}
