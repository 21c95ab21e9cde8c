"""A result as a paper's table: heads, cells and notes as text, ready for any printer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ..errors import EstimationError, OptionError, quote
from ..result import Result
from .labels import abbreviations, bounded_cells, head, proper_start, words
from .numbers import cell, interval, is_absent, p_value

WHO = "report.table"
_DF_DIGITS = 2
Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class PaperColumn:
    """The head of a column.

    Attributes
    ----------
    head : str
        What stands above the column.
    italic : bool
        Whether it is a statistical symbol.
    align : {"left", "right", "center"}
        Numbers stand to the right, under each other by their decimals.
    """

    head: str
    italic: bool
    align: Align


@dataclass(frozen=True)
class PaperTable:
    """A table as text.

    Attributes
    ----------
    title : str
        What the table shows.
    number : int or None
        Its number in the paper.
    columns : tuple of PaperColumn
        Heads.
    rows : tuple of tuple of str
        Cells, one tuple a row.
    groups : tuple of str
        The group of each row; empty without groups.
    notes : tuple of str
        Whole sentences.
    """

    title: str
    number: int | None
    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[str, ...]
    notes: tuple[str, ...]


def paper_table(
    result: Result,
    *,
    title: str | None = None,
    number: int | None = None,
    digits: int | None = None,
) -> PaperTable:
    """Turn a result into a table of text.

    Parameters
    ----------
    result : Result
        Any result. Its `paper_frame()` is printed if it has one, else the frame of its summary;
        class attributes `paper_group` (a column that heads groups of rows) and `bounded` (columns
        that can't pass 1) are heeded.
    title : str, optional
        Instead of the result's headline.
    number : int, optional
        Number of the table in the paper.
    digits : int, optional
        Decimals, instead of the result's own.

    Raises
    ------
    OptionError
        If `result` is not a result, or `digits` or `number` is not a whole number.
    EstimationError
        If the result has no rows.
    """
    if not isinstance(result, Result):
        raise OptionError(
            f"{WHO}: `result` must be a mentorlab result such as reliability(...) gives; got "
            f"{quote(type(result).__name__)}."
        )
    for name, value in (("digits", digits), ("number", number)):
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int) or value < 0
        ):
            raise OptionError(
                f"{WHO}: `{name}` is a whole number of 0 or more; got {quote(value)}."
            )
    frame = _frame_of(result)
    if frame.empty:
        raise EstimationError(f"{WHO}: the result has no rows to print: {result.headline()}.")
    digits = result.digits if digits is None else digits
    group = getattr(result, "paper_group", "")
    frame = words(frame.reset_index(drop=True))
    groups = tuple(_sentence_case(str(g)) for g in frame.pop(group)) if group in frame else ()
    bounded = bounded_cells(frame)
    own = [name for name in getattr(result, "bounded", ()) if name in frame]
    bounded = bounded.assign(**dict.fromkeys(own, True))
    columns, cells = _print_columns(frame, bounded, digits, getattr(result, "level", 0.95))
    notes = [_sentence(note) for note in result.notes()]
    short = abbreviations([column.head for column in columns])
    return PaperTable(
        title=_sentence_case(result.headline() if title is None else title),
        number=number,
        columns=tuple(columns),
        rows=tuple(zip(*cells, strict=True)),
        groups=groups,
        notes=tuple([*notes, f"{short}."] if short else notes),
    )


def _frame_of(result: Result) -> pd.DataFrame:
    own = getattr(result, "paper_frame", None)
    return own() if callable(own) else result._display_frame()


def _print_columns(
    frame: pd.DataFrame, bounded: pd.DataFrame, digits: int, level: float
) -> tuple[list[PaperColumn], list[list[str]]]:
    columns, cells = [], []
    for name in frame.columns:
        if name == "conf_high" and "conf_low" in frame:
            continue
        if name == "conf_low" and "conf_high" in frame:
            columns.append(PaperColumn(f"{level:.0%} CI", False, "center"))
            ends = zip(frame["conf_low"], frame["conf_high"], bounded[name], strict=True)
            cells.append([interval(a, b, digits=digits, bounded=bool(c)) for a, b, c in ends])
            continue
        if name == "p_value" and all(map(is_absent, frame[name])):
            continue
        text, italic = head(str(name))
        if text in [column.head for column in columns]:
            text = f"{text} (n)" if str(name).startswith("n_") else str(name).replace("_", " ")
        columns.append(PaperColumn(text, italic, _align(frame[name])))
        cells.append(_print_cells(str(name), frame[name], bounded[name], digits))
    return columns, _once(cells, columns)


def _print_cells(name: str, values: pd.Series, bounded: pd.Series, digits: int) -> list[str]:
    if name == "p_value" or name.endswith("_p_value"):
        return [p_value(value) for value in values]
    if name == "df":
        digits = min(digits, _DF_DIGITS)
    if _is_whole(values) and not bounded.any():
        values = values.astype("Int64")
    return [
        cell(value, digits=digits, bounded=bool(inside))
        for value, inside in zip(values, bounded, strict=True)
    ]


def _is_whole(values: pd.Series) -> bool:
    """Tell whether a column counts: integers, or floats only because some are missing."""
    if not pd.api.types.is_float_dtype(values) or not values.isna().any():
        return False
    known = values.dropna()
    return bool(len(known)) and bool((known % 1 == 0).all())


def _align(values: pd.Series) -> Align:
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return "right" if numeric or values.name == "p_value" else "left"


def _once(cells: list[list[str]], columns: list[PaperColumn]) -> list[list[str]]:
    """Blank labels that stand in the row above, as printed tables do.

    Labels are the text columns on the left; the last of them names the row and stays.
    """
    n_labels = next((i for i, c in enumerate(columns) if c.align != "left"), len(columns))
    rows = list(zip(*cells[:n_labels], strict=True))
    printed = list(cells)
    for j in range(max(n_labels - 1, min(n_labels, 1))):
        same = [i > 0 and rows[i][: j + 1] == rows[i - 1][: j + 1] for i in range(len(rows))]
        printed[j] = ["" if again else text for again, text in zip(same, cells[j], strict=True)]
    return printed


def _sentence(text: str) -> str:
    text = _sentence_case(proper_start(" ".join(text.split())))
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _sentence_case(text: str) -> str:
    """Begin with a capital, unless the first word is a name from the data."""
    first = text.split(" ")[0]
    return text if "_" in first or ":" in first else text[:1].upper() + text[1:]
