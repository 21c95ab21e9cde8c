"""All items of a questionnaire side by side, for those who answered every one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import EstimationError, count, listing
from ..answers import KeyedAnswers

_FEWEST_PER_ITEM = 5


@dataclass(frozen=True, eq=False)
class CompleteItems:
    """Complete answers to all items.

    Attributes
    ----------
    values : numpy.ndarray of float, shape (n, k)
        Keyed answers.
    names, elements : numpy.ndarray of str, shape (k,)
        The items that vary, and what they measure.
    person : numpy.ndarray of int, shape (n,)
        Codes of the answerers.
    n_dropped : int
        Answerers who left an item out.
    doubts : tuple of str
        What was left out or pooled.
    """

    values: np.ndarray
    names: np.ndarray
    elements: np.ndarray
    person: np.ndarray
    n_dropped: int
    doubts: tuple[str, ...]


def complete_items(answers: KeyedAnswers) -> CompleteItems:
    """Keep the answerers who answered every item, in the codebook's order of items.

    Raises
    ------
    EstimationError
        With fewer complete answers than items, or fewer than 3 items that vary.
    """
    names_of = answers.items["item"].to_numpy()[answers.key]
    column, names = pd.factorize(names_of)
    order = np.argsort([int(np.argmax(answers.items["item"] == name)) for name in names])
    matrix = np.full((len(answers.occasions), len(names)), np.nan)
    matrix[answers.occasion, column] = answers.value
    matrix, names = matrix[:, order], np.asarray(names)[order]
    element_of = answers.items.drop_duplicates("item").set_index("item")["element"]
    asked = ~np.isnan(matrix).all(axis=1)
    complete = ~np.isnan(matrix).any(axis=1)
    values = matrix[complete]
    constant = np.ptp(values, axis=0) == 0 if len(values) else np.zeros(len(names), dtype=bool)
    doubts = []
    if constant.any() and len(values) > 1:
        doubts.append(
            f"left out since all gave the same answer: {', '.join(map(str, names[constant]))}"
        )
        values, names = values[:, ~constant], names[~constant]
    _require_enough(values, names, matrix[asked])
    occasions = answers.occasions[complete]
    person, _ = pd.factorize(occasions["rater_id"])
    doubts += _pooling_doubts(occasions, person, values)
    return CompleteItems(
        values=values,
        names=names,
        elements=element_of.loc[names].to_numpy(),
        person=person,
        n_dropped=int(asked.sum() - complete.sum()),
        doubts=tuple(doubts),
    )


def _require_enough(values: np.ndarray, names: np.ndarray, asked: np.ndarray) -> None:
    n, k = values.shape
    if k < 3 <= n:
        raise EstimationError(
            f"factor_structure: needs 3 items or more that vary; got {count(k, 'item')}."
        )
    if n > max(k, 2):
        return
    answered = (~np.isnan(asked)).sum(axis=0)
    rarest = np.argsort(answered)[:3]
    shown = listing([str(names[j]) for j in rarest]) if len(names) == len(answered) else ""
    hint = f" Answered least: {shown}." if shown and n < len(asked) else ""
    raise EstimationError(
        f"factor_structure: {count(n, 'complete answer')} to "
        f"{count(asked.shape[1], 'item')} can't tell factors "
        f"apart; more answers than items are needed, better five times as many.{hint} Leave items "
        "out with codebook.select(...), or ask one role and wave whose form has all of them."
    )


def _pooling_doubts(occasions: pd.DataFrame, person: np.ndarray, values: np.ndarray) -> list[str]:
    doubts = []
    n, k = values.shape
    if n < _FEWEST_PER_ITEM * k:
        doubts.append(f"only {n / k:.1f} complete answers to each item: loadings are unstable")
    if occasions["role"].nunique() > 1:
        doubts.append("roles are pooled: mentors and mentees need not have the same structure")
    if len(np.unique(person)) < len(person):
        doubts.append(
            "some persons answered more than once: tests and limits of chance treat the answers "
            "as independent (the intervals of correlations do not)"
        )
    return doubts
