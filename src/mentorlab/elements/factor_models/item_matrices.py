"""Answers as a matrix for factor models: rows are occasions, columns the items of elements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import EstimationError, OptionError, count, did_you_mean, listing, quote
from ...stats.cfa.fiml import Sample
from ...stats.cfa.saturated import ColumnError, summarize_sample
from ..answers import KeyedAnswers

FEW_CATEGORIES = 4


@dataclass(frozen=True, eq=False)
class ItemMatrix:
    """Keyed answers of n rows to k items.

    Attributes
    ----------
    x : numpy.ndarray of float, shape (n, k)
        NaN where missing; every row has at least one answer.
    rows : pandas.DataFrame
        What each row is, with a fresh index.
    items : tuple of str
        The columns, elements together, in the order of the codebook.
    factor : numpy.ndarray of int, shape (k,)
        Each item's element.
    elements : tuple of str
        The elements.
    """

    x: np.ndarray
    rows: pd.DataFrame
    items: tuple[str, ...]
    factor: np.ndarray
    elements: tuple[str, ...]

    def select(self, element: str) -> ItemMatrix:
        """Keep one element's items and the rows that answered any of them."""
        own = (self.factor == self.elements.index(element)).nonzero()[0]
        answered = ~np.isnan(self.x[:, own]).all(axis=1)
        return ItemMatrix(
            x=self.x[np.ix_(answered, own)],
            rows=self.rows[answered].reset_index(drop=True),
            items=tuple(self.items[j] for j in own),
            factor=np.zeros(len(own), dtype=int),
            elements=(element,),
        )


def item_matrix(
    answers: KeyedAnswers, chosen: np.ndarray, extra: pd.DataFrame, kept: Collection[str]
) -> ItemMatrix:
    """Lay out some answers as a matrix.

    Parameters
    ----------
    answers : KeyedAnswers
    chosen : numpy.ndarray of int
        Which answers.
    extra : pandas.DataFrame
        Columns for `rows`, one row an answer, taken where each occasion first appears.
    kept : collection of str
        The elements to lay out.

    Returns
    -------
    ItemMatrix
        Items that nobody answered are not in it.
    """
    of_kept = answers.items["element"].isin(kept).to_numpy(dtype=bool)
    chosen = chosen[~np.isnan(answers.value[chosen]) & of_kept[answers.key[chosen]]]
    book = answers.items[answers.items["element"].isin(kept)].drop_duplicates("item")
    elements = list(dict.fromkeys(book["element"]))
    book = book.assign(rank=pd.Categorical(book["element"], elements).codes)
    book = book.sort_values("rank", kind="stable")
    asked = answers.items["item"].to_numpy()[answers.key[chosen]]
    book = book[book["item"].isin(set(asked))]
    column = pd.Index(book["item"]).get_indexer(asked)
    line, occasions = pd.factorize(answers.occasion[chosen])
    x = np.full((len(occasions), len(book)), np.nan)
    x[line, column] = answers.value[chosen]
    first = np.full(len(occasions), -1)
    first[line[::-1]] = chosen[::-1]
    known = [name for name in extra if name not in answers.occasions]
    rows = pd.concat(
        [
            answers.occasions.iloc[occasions].reset_index(drop=True),
            extra.iloc[first][known].reset_index(drop=True),
        ],
        axis=1,
    )
    used = [name for name in elements if name in set(book["element"])]
    return ItemMatrix(
        x=x,
        rows=rows,
        items=tuple(book["item"]),
        factor=np.array([used.index(name) for name in book["element"]], dtype=int),
        elements=tuple(used),
    )


def split_answers(
    frame: pd.DataFrame, columns: tuple[str, ...]
) -> Iterator[tuple[dict[str, object], np.ndarray]]:
    """Give each group's labels and row positions; one group without columns."""
    if not columns:
        yield {}, np.arange(len(frame))
        return
    positions = frame.reset_index(drop=True)
    for values, rows in positions.groupby(list(columns), sort=True, dropna=False).indices.items():
        labels = values if isinstance(values, tuple) else (values,)
        yield dict(zip(columns, labels, strict=True)), rows


def own_rows(frame: pd.DataFrame, labels: dict[str, object]) -> pd.DataFrame:
    """Keep the rows of a table that belong to a group; an empty label is a label."""
    keep = pd.Series(True, index=frame.index)
    for name, value in labels.items():
        keep &= frame[name].isna() if pd.isna(value) else frame[name] == value
    return frame[keep]


def check_columns(
    responses: pd.DataFrame, names: str | Iterable[str] | None, *, who: str, name: str
) -> tuple[str, ...]:
    """Give the columns that an argument names.

    Raises
    ------
    OptionError
        If one is not a column of the responses.
    """
    columns = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names or ()))
    for column in columns:
        if column not in responses:
            near = did_you_mean(column, responses.columns)
            raise OptionError(
                f"{who}: `{name}` must name columns of responses "
                f"({listing(responses.columns, limit=20)}); got {quote(column)}. {near}".rstrip()
            )
    return columns


def check_elements(
    elements: str | Iterable[str] | None, codebook: Codebook, *, who: str
) -> tuple[str, ...]:
    """Give the elements that an argument names, in the order of the codebook; all for ``None``.

    Raises
    ------
    OptionError
        If one is not in the codebook, or none is named.
    """
    known = codebook.elements
    if elements is None:
        return known
    wanted = [elements] if isinstance(elements, str) else list(elements)
    for element in wanted:
        if element not in known:
            near = did_you_mean(element, known)
            raise OptionError(
                f"{who}: `elements` must name elements of the codebook "
                f"({listing(known, limit=20)}); got {quote(element)}. {near}".rstrip()
            )
    if not wanted:
        raise OptionError(f"{who}: `elements` names none; leave it out for all of them.")
    return tuple(name for name in known if name in wanted)


def usable_rows(matrix: ItemMatrix, *, fiml: bool) -> np.ndarray:
    """Flag the rows that an estimator uses: all with an answer, or the complete ones."""
    answered = ~np.isnan(matrix.x)
    return answered.any(axis=1) if fiml else answered.all(axis=1)


def summarize_items(x: np.ndarray, names: Sequence[str], *, fiml: bool) -> Sample:
    """Summarize a sample, with columns named when they can't be used.

    Raises
    ------
    EstimationError
        In plain words, without who asked.
    """
    n, p = x.shape
    if n <= p:
        raise EstimationError(
            f"{count(n, 'usable row')} for {p} columns: a covariance matrix needs more rows than "
            "columns. Choose fewer with elements=[...]"
            + ("." if fiml else ", or use incomplete rows too with estimator='fiml'.")
        )
    try:
        return summarize_sample(x)
    except ColumnError as error:
        named = ", ".join(names[j] for j in error.columns)
        raise EstimationError(f"{named}: {error.reason}.") from error


def check_sizes(matrix: ItemMatrix, *, smallest: int, why: str) -> None:
    """Refuse elements with fewer items than a model needs.

    Raises
    ------
    EstimationError
        Naming them.
    """
    sizes = np.bincount(matrix.factor, minlength=len(matrix.elements))
    short = [
        f"{name} has {count(int(size), 'item')}"
        for name, size in zip(matrix.elements, sizes, strict=True)
        if size < smallest
    ]
    if short:
        raise EstimationError(
            f"{', '.join(short)}: {why}. Leave such elements out with elements=[...]."
        )


def coarse_items(matrix: ItemMatrix) -> list[str]:
    """Name items of which so few answers were used that they are hardly continuous."""
    return [
        name
        for name, column in zip(matrix.items, matrix.x.T, strict=True)
        if len(np.unique(column[~np.isnan(column)])) <= FEW_CATEGORIES
    ]
