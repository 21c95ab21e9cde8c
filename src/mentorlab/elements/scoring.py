"""Scores of the relationship elements, one for each rater, wave and element."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
import pandas as pd

from ..codebook import Codebook
from ..errors import OptionError, quote
from ..options import ItemMissing, ScoreKind, check_option
from .answers import KeyedAnswers, key_answers

_SPARSE = 8
"""Cells a table may have for each answer before hashing costs less."""
_COLUMNS = ["relationship_id", "rater_id", "target_id", "role", "wave"]
_COLUMNS += ["element", "score", "n_answered", "n_items"]


def score_elements(
    responses: pd.DataFrame,
    *,
    codebook: Codebook,
    min_answered: float = 0.5,
    missing: ItemMissing = "person_mean",
    kind: ScoreKind = "mean",
) -> pd.DataFrame:
    """Tell how strong each relationship element is in the eyes of each partner.

    A score is the mean of the answered items after reversed items are turned, on the items' own
    scale. It is given when at least the share `min_answered` of the element's items on the rater's
    form was answered, else it is missing; either way the row says how many were.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table: `relationship_id`, `rater_id`, `role`, `wave`, `item`,
        `value`, and `target_id` if raters answer about more than one partner.
    codebook : Codebook
        What the items mean.
    min_answered : float
        Share of items needed for a score, above 0 and up to 1; for ``missing="person_mean"``.
    missing : {"person_mean", "none", "listwise"}
        What happens to items without an answer: they count as the person's own mean of the others
        if enough were answered; they are left out, and one answer is enough; or there is no score
        unless all were answered.
    kind : {"mean", "sum"}
        Mean of the items, or their sum.

    Returns
    -------
    pandas.DataFrame
        `relationship_id, rater_id, target_id, role, wave, element, score, n_answered, n_items`, in
        the order in which raters first appear and elements stand in the codebook.

    Raises
    ------
    SchemaError
        For columns that are absent, unknown items, values off the scale, answers given twice.
    OptionError
        If `min_answered` is not a share, or `missing` or `kind` is unknown.

    Notes
    -----
    With ``missing="person_mean"`` the mean is that of the answered items and the sum is that mean
    times the number of items: each missing answer is replaced by the person's own mean, which is
    sound when items of an element are exchangeable and few are missing. A sum with
    ``missing="none"`` adds what was answered, so a person who skips items scores lower: compare
    such sums only where nobody skips. Items are weighted equally: no source gives weights for
    relationship elements.

    References
    ----------
    schafer2002 : Missing data: our view of the state of the art.

    Examples
    --------
    >>> import pandas as pd
    >>> import mentorlab as ml
    >>> book = ml.Codebook(
    ...     pd.DataFrame(
    ...         {"item": ["t1", "t2"], "element": "trust", "reverse": [False, True],
    ...          "low": 1, "high": 5}
    ...     )
    ... )
    >>> answers = pd.DataFrame(
    ...     {"relationship_id": "r1", "rater_id": "ann", "role": "mentor", "wave": 1,
    ...      "item": ["t1", "t2"], "value": [5, 2]}
    ... )
    >>> ml.score_elements(answers, codebook=book)["score"].tolist()
    [4.5]
    """
    if not isinstance(min_answered, Real) or not 0 < min_answered <= 1:
        raise OptionError(
            "score_elements: `min_answered` is a share above 0 and up to 1; "
            f"got {quote(min_answered)}."
        )
    check_option(missing, ItemMissing, who="score_elements", name="missing")
    check_option(kind, ScoreKind, who="score_elements", name="kind")
    answers = key_answers(responses, codebook, who="score_elements")
    share = {"person_mean": float(min_answered), "none": 0.0, "listwise": 1.0}[missing]
    return _score(answers, codebook.elements, share, prorate=missing != "none", kind=kind)


def _score(
    answers: KeyedAnswers, names: Sequence[str], share: float, *, prorate: bool, kind: str
) -> pd.DataFrame:
    elements = np.asarray(names, dtype=object)
    width = max(len(elements), 1)
    position = pd.Index(elements).get_indexer(answers.items["element"])
    group = answers.occasion * width + position[answers.key]
    codes, groups = _number_groups(group, len(answers.occasions) * width)
    answered = ~np.isnan(answers.value)
    n_answered = np.bincount(codes[answered], minlength=len(groups))
    total = np.bincount(codes[answered], weights=answers.value[answered], minlength=len(groups))
    occasion, element = np.divmod(groups, width)
    scores = answers.occasions.iloc[occasion].reset_index(drop=True)
    n_items = _form_lengths(answers, scores["role"], position, element)
    enough = (n_answered >= share * n_items - 1e-9) & (n_answered > 0)
    mean = total / np.maximum(n_answered, 1)
    whole = mean * n_items if prorate else total
    return scores.assign(
        element=pd.Series(elements, dtype="str").take(element).reset_index(drop=True),
        score=np.where(enough, mean if kind == "mean" else whole, np.nan),
        n_answered=n_answered,
        n_items=n_items,
    )[_COLUMNS]


def _number_groups(group: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes of the groups that occur, in order, and those groups; `size` is above them all."""
    if size > _SPARSE * len(group):
        return pd.factorize(group, sort=True)
    seen = np.zeros(size, dtype=bool)
    seen[group] = True
    return (np.cumsum(seen) - 1)[group], np.flatnonzero(seen)


def _form_lengths(
    answers: KeyedAnswers, roles: pd.Series, position: np.ndarray, element: np.ndarray
) -> np.ndarray:
    """Items of each score's element on the form of its rater's role."""
    role, known = pd.factorize(roles)
    on_form = pd.Index(known).get_indexer(answers.items["role"])
    scored = (on_form >= 0) & (position >= 0)
    lengths = np.zeros((len(known), int(position.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(lengths, (on_form[scored], position[scored]), 1)
    return lengths[role, element] if len(roles) else np.zeros(0, dtype=np.int64)
