"""What it is worth to have two people in one circle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...errors import OptionError, count, listing
from ..market.encoding import code_lists, is_list_column

MOST_PEOPLE = 4_000


def distances(values: pd.Series) -> np.ndarray:
    """Tell how unlike people are on one column, scaled so that two random people differ by 1.

    Parameters
    ----------
    values : pandas.Series
        Numbers (squared difference), tags (1 minus the share of tags in common, as lists or
        ``;``-separated text), or words (1 where they differ).

    Returns
    -------
    numpy.ndarray of float, shape (n, n)
        All 0 where everyone is alike.
    """
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        x = values.to_numpy(dtype=np.float64)
        apart = (x[:, None] - x[None, :]) ** 2
    elif is_list_column(values):
        apart = _tag_distances(values)
    else:
        codes = pd.factorize(values)[0]
        apart = (codes[:, None] != codes[None, :]).astype(np.float64)
    n = len(values)
    mean = apart.sum() / max(n * (n - 1), 1)
    return apart / mean if mean > 0 else apart


def pair_weights(
    people: pd.DataFrame,
    *,
    balance: Sequence[str],
    cohesion: Sequence[str],
    apart: np.ndarray,
    members: np.ndarray | None = None,
    who: str,
) -> np.ndarray:
    """Add up what pairs are worth: unlike on `balance`, alike on `cohesion`, never `apart`.

    Parameters
    ----------
    people : pandas.DataFrame
        Checked people.
    balance, cohesion : sequence of str
        Columns.
    apart : numpy.ndarray of int, shape (k, 2)
        Positions of people who must not share a circle.
    members : numpy.ndarray of int, optional
        Positions of those whom `balance` is about; everyone when left out.
    who : str
        The function that asks.

    Raises
    ------
    OptionError
        If there are too many people for all pairs to be held, or a column is on both sides.
    """
    n = len(people)
    if n > MOST_PEOPLE:
        raise OptionError(
            f"{who}: looks at all pairs and takes at most {MOST_PEOPLE:,} people; got "
            f"{count(n, 'person', 'people')}. Form circles site by site."
        )
    both = set(balance) & set(cohesion)
    if both:
        raise OptionError(
            f"{who}: a column is for `balance` or for `cohesion`; {listing(sorted(both))} is in "
            "both."
        )
    weights = np.zeros((n, n))
    inside = np.arange(n) if members is None else members
    for name in balance:
        weights[np.ix_(inside, inside)] += distances(people[name].iloc[inside])
    for name in cohesion:
        weights -= distances(people[name])
    return forbid(weights, apart)


def forbid(weights: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Make pairs that must not share a circle cost more than all others can bring."""
    if len(apart):
        price = 1.0 + np.abs(weights).sum()
        weights[apart[:, 0], apart[:, 1]] -= price
        weights[apart[:, 1], apart[:, 0]] -= price
    np.fill_diagonal(weights, 0.0)
    return weights


def _tag_distances(values: pd.Series) -> np.ndarray:
    """Jaccard distance of every two lists of tags; two empty lists are alike."""
    has = code_lists(values)[0].astype(np.float64)
    shared = has @ has.T
    size = has.sum(axis=1)
    union = size[:, None] + size[None, :] - shared
    return 1.0 - np.where(union > 0, shared / np.where(union > 0, union, 1.0), 1.0)
