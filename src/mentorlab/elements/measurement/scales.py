"""Answers as one matrix for each element and group: rows are answerers, columns are items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...coding import code_rows
from ...errors import OptionError, did_you_mean, listing, quote
from ..answers import KeyedAnswers, key_answers

_PERSON = ("rater_id", "role")


@dataclass(frozen=True, eq=False)
class Scale:
    """Keyed answers to the items of one element in one group.

    Attributes
    ----------
    labels : dict
        The group, by grouping column; empty when nothing was split.
    element : str
        Which element.
    names : numpy.ndarray of str, shape (k,)
        The items.
    matrix : numpy.ndarray of float, shape (n, k)
        One row for each time somebody answered about somebody; NaN where an answer is missing.
    asked : numpy.ndarray of bool, shape (n, k)
        Whether the item stands on the answerer's form.
    reverse : numpy.ndarray of bool, shape (k,)
        Whether the codebook turned the item.
    lowest, highest : numpy.ndarray of float, shape (k,)
        Ends of the items' answer scales.
    occasion : numpy.ndarray of int, shape (n,)
        Row of the answers' occasions.
    person : numpy.ndarray of int, shape (n,)
        Codes of the answerers; one person's waves and partners share a code.
    """

    labels: dict[str, object]
    element: str
    names: np.ndarray
    matrix: np.ndarray
    asked: np.ndarray
    reverse: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    occasion: np.ndarray
    person: np.ndarray

    @cached_property
    def is_complete(self) -> np.ndarray:
        """Rows without a missing answer, shape (n,)."""
        return ~np.isnan(self.matrix).any(axis=1)

    @cached_property
    def complete(self) -> np.ndarray:
        """Rows without a missing answer, shape (n_complete, k)."""
        return self.matrix[self.is_complete]

    @cached_property
    def units(self) -> np.ndarray | None:
        """Codes 0, 1, ... of the persons of the complete rows; ``None`` if all differ."""
        codes, persons = pd.factorize(self.person[self.is_complete])
        return None if len(persons) == len(codes) else codes

    @property
    def constant(self) -> np.ndarray:
        """Items whose complete answers do not vary, shape (k,)."""
        return np.ptp(self.complete, axis=0) == 0

    def too_few(self) -> str:
        """Say that there are fewer than two complete answers, and why if that can be told."""
        said = "fewer than two complete answers"
        nobody = np.isnan(self.matrix).all(axis=0)
        if nobody.any() and not nobody.all():
            return f"{said}: nobody answered {', '.join(map(str, self.names[nobody]))}"
        if not self.asked.all():
            return f"{said}: no form has all items, so split by role"
        return said


def split_scales(
    responses: pd.DataFrame, *, codebook: Codebook, by: tuple[str, ...], who: str
) -> tuple[KeyedAnswers, Iterator[Scale]]:
    """Key the answers and give one scale for each group and element that was asked in it.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table.
    codebook : Codebook
        What the items mean.
    by : tuple of str
        Grouping columns of `responses`.
    who : str
        The function that asks.

    Raises
    ------
    SchemaError
        If the responses do not fit the data model or the codebook.
    """
    answers = key_answers(responses, codebook, who=who)
    groups = responses.reset_index(drop=True).loc[answers.rows, list(by)]
    return answers, _scales(answers, groups, by, codebook.elements)


def check_by(
    responses: pd.DataFrame, by: str | Iterable[str] | None, *, who: str
) -> tuple[str, ...]:
    """Give the grouping columns, each once.

    Raises
    ------
    OptionError
        If `responses` has no such column.
    """
    columns = (by,) if isinstance(by, str) else tuple(dict.fromkeys(by or ()))
    for name in columns:
        if name not in responses:
            near = did_you_mean(name, responses.columns)
            raise OptionError(
                f"{who}: `by` must name columns of responses ({listing(responses.columns)}); "
                f"got {quote(name)}. {near}".rstrip()
            )
    return columns


def _scales(
    answers: KeyedAnswers,
    groups: pd.DataFrame,
    by: tuple[str, ...],
    elements: tuple[str, ...],
) -> Iterator[Scale]:
    person = code_rows(answers.occasions, list(_PERSON))
    for labels, rows in _split(groups, by):
        for element in elements:
            scale = _scale(answers, rows, element, labels, person)
            if len(scale.names):
                yield scale


def _split(
    frame: pd.DataFrame, columns: tuple[str, ...]
) -> Iterator[tuple[dict[str, object], np.ndarray]]:
    if not columns:
        yield {}, np.arange(len(frame))
        return
    positions = frame.reset_index(drop=True)
    for values, rows in positions.groupby(list(columns), dropna=False).indices.items():
        labels = values if isinstance(values, tuple) else (values,)
        yield dict(zip(columns, labels, strict=True)), rows


def _scale(
    answers: KeyedAnswers,
    rows: np.ndarray,
    element: str,
    labels: dict[str, object],
    person: np.ndarray,
) -> Scale:
    items = answers.items
    of_element = items["element"].eq(element).to_numpy(dtype=bool)
    rows = rows[of_element[answers.key[rows]]]
    column, names = pd.factorize(items["item"].to_numpy()[answers.key[rows]], sort=True)
    line, lines = pd.factorize(answers.occasion[rows])
    matrix = np.full((len(lines), len(names)), np.nan)
    matrix[line, column] = answers.value[rows]
    forms = items[items["item"].isin(names) & of_element]
    roles = answers.occasions["role"].to_numpy()[lines]
    by_item = forms.drop_duplicates("item").set_index("item").loc[names]
    return Scale(
        labels=labels,
        element=element,
        names=names,
        matrix=matrix,
        asked=_on_form(forms, names, roles),
        reverse=by_item["reverse"].to_numpy(dtype=bool),
        lowest=by_item["low"].to_numpy(dtype=float),
        highest=by_item["high"].to_numpy(dtype=float),
        occasion=lines,
        person=person[lines],
    )


def _on_form(forms: pd.DataFrame, names: np.ndarray, roles: np.ndarray) -> np.ndarray:
    code, known = pd.factorize(roles)
    on_form = np.zeros((len(known), len(names)), dtype=bool)
    place = pd.Index(names).get_indexer(forms["item"])
    role = pd.Index(known).get_indexer(forms["role"])
    on_form[role[role >= 0], place[role >= 0]] = True
    return on_form[code] if len(roles) else np.zeros((0, len(names)), dtype=bool)
