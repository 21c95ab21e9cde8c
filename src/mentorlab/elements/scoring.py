"""Scores of the relationship elements, one for each rater, wave and element."""

from __future__ import annotations

from numbers import Real

import numpy as np
import pandas as pd

from ..codebook import Codebook
from ..errors import OptionError, quote
from .answers import KeyedAnswers, key_answers


def score_elements(
    responses: pd.DataFrame, *, codebook: Codebook, min_answered: float = 0.5
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
        Share of items needed for a score, above 0 and up to 1.

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
        If `min_answered` is not a share.

    Notes
    -----
    The mean of answered items replaces each missing answer by the person's own mean, which is
    sound when items of an element are exchangeable and few are missing. Items are weighted
    equally: no source gives weights for relationship elements.

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
    answers = key_answers(responses, codebook, who="score_elements")
    elements = np.asarray(codebook.elements, dtype=object)
    position = pd.Index(elements).get_indexer(answers.items["element"])
    group = answers.occasion * max(len(elements), 1) + position[answers.key]
    codes, groups = pd.factorize(group, sort=True)
    answered = ~np.isnan(answers.value)
    n_answered = np.bincount(codes[answered], minlength=len(groups))
    total = np.bincount(codes[answered], weights=answers.value[answered], minlength=len(groups))
    occasion, element = np.divmod(groups, max(len(elements), 1))
    scores = answers.occasions.iloc[occasion].reset_index(drop=True)
    n_items = _form_lengths(answers, scores["role"], elements[element])
    enough = (n_answered >= min_answered * n_items - 1e-9) & (n_answered > 0)
    return scores.assign(
        element=pd.Series(elements[element], dtype="str"),
        score=np.where(enough, total / np.maximum(n_answered, 1), np.nan),
        n_answered=n_answered,
        n_items=n_items,
    )[
        [
            "relationship_id",
            "rater_id",
            "target_id",
            "role",
            "wave",
            "element",
            "score",
            "n_answered",
            "n_items",
        ]
    ]


def _form_lengths(answers: KeyedAnswers, roles: pd.Series, elements: np.ndarray) -> np.ndarray:
    lengths = answers.items.groupby(["role", "element"]).size()
    wanted = pd.MultiIndex.from_arrays([roles, elements])
    return lengths.reindex(wanted).to_numpy(dtype=np.int64)
