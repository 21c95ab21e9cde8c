"""What two people have in common, as a matrix over pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, listing, quote
from ..network import MentorNetwork

WHO = "qap"
MOST_PEOPLE = 3_000


@dataclass(frozen=True)
class Same:
    """1 for two people with the same value of an attribute.

    Parameters
    ----------
    attribute : str
        Column of people.
    """

    attribute: str

    def matrix(self, network: MentorNetwork) -> np.ndarray:
        """Give the matrix over all pairs."""
        codes, _ = network.labels(self.attribute, who=WHO)
        _all_known(codes >= 0, self.attribute)
        return (codes[:, None] == codes).astype(float)


@dataclass(frozen=True)
class Difference:
    """The absolute difference of a number.

    Parameters
    ----------
    attribute : str
        Column of people with numbers.
    """

    attribute: str

    def matrix(self, network: MentorNetwork) -> np.ndarray:
        """Give the matrix over all pairs."""
        values = _numbers(network, self.attribute)
        return np.abs(values[:, None] - values)


@dataclass(frozen=True)
class Sender:
    """A number of the giver.

    Parameters
    ----------
    attribute : str
        Column of people with numbers.
    """

    attribute: str

    def matrix(self, network: MentorNetwork) -> np.ndarray:
        """Give the matrix over all pairs."""
        values = _numbers(network, self.attribute)
        return np.repeat(values[:, None], len(values), axis=1)


@dataclass(frozen=True)
class Receiver:
    """A number of the receiver.

    Parameters
    ----------
    attribute : str
        Column of people with numbers.
    """

    attribute: str

    def matrix(self, network: MentorNetwork) -> np.ndarray:
        """Give the matrix over all pairs."""
        values = _numbers(network, self.attribute)
        return np.repeat(values[None, :], len(values), axis=0)


Covariate = Same | Difference | Sender | Receiver | MentorNetwork | np.ndarray | pd.DataFrame | str


def read_covariates(network: MentorNetwork, covariates: Any) -> dict[str, np.ndarray]:
    """Bring covariates to named matrices in the order of the network's people.

    Raises
    ------
    OptionError
        If one is not a covariate, has other people or another size.
    EstimationError
        If a value is missing, or a matrix has one value only.
    """
    if network.n_people > MOST_PEOPLE:
        raise OptionError(
            f"{WHO}: works on matrices of people by people, up to {MOST_PEOPLE:,} people; this "
            f"network has {network.n_people:,}. Use homophily(...), or a part of the network."
        )
    named = _name(covariates)
    matrices = {name: _matrix(name, given, network) for name, given in named.items()}
    off = ~np.eye(network.n_people, dtype=bool)
    for name, matrix in matrices.items():
        values = matrix[off]
        if not np.isfinite(values).all():
            raise EstimationError(
                f"{WHO}: {quote(name)} must have a number for every pair; "
                f"{count(int((~np.isfinite(values)).sum()), 'pair')} have none."
            )
        if not len(values) or values.min() == values.max():
            raise EstimationError(
                f"{WHO}: {quote(name)} has the same value for every pair: not defined."
            )
    return matrices


def _name(covariates: Any) -> dict[str, Any]:
    if isinstance(covariates, Mapping):
        if not covariates:
            raise OptionError(f"{WHO}: `covariates` names nothing.")
        return {str(name): given for name, given in covariates.items()}
    listed = list(covariates) if isinstance(covariates, (list, tuple)) else [covariates]
    named = {}
    for given in listed:
        if isinstance(given, str):
            given = Same(given)
        if not isinstance(given, (Same, Difference, Sender, Receiver)):
            raise OptionError(
                f"{WHO}: `covariates` must be Same, Difference, Sender or Receiver of an "
                "attribute, or {name: matrix or network}; got a "
                f"{type(given).__name__}."
            )
        named[f"{type(given).__name__.lower()} {given.attribute}"] = given
    return named


def _matrix(name: str, given: Any, network: MentorNetwork) -> np.ndarray:
    n = network.n_people
    if isinstance(given, str):
        given = Same(given)
    if isinstance(given, (Same, Difference, Sender, Receiver)):
        return given.matrix(network)
    if isinstance(given, MentorNetwork):
        at = network.positions(given.ids, who=WHO)
        matrix = np.zeros((n, n))
        mentor, mentee, weight = given.pairs
        matrix[at[mentor], at[mentee]] = weight
        if not given.directed:
            matrix[at[mentee], at[mentor]] = weight
        return matrix
    if isinstance(given, pd.DataFrame):
        ids = list(network.ids)
        if set(given.index) != set(ids) or set(given.columns) != set(ids):
            raise OptionError(
                f"{WHO}: {quote(name)} must have the network's {n:,} people as rows and columns; "
                f"got {given.shape[0]:,} x {given.shape[1]:,}, first "
                f"{listing(given.index, limit=3)}."
            )
        given = given.loc[ids, ids].to_numpy(dtype=float)
    if not isinstance(given, np.ndarray) or given.shape != (n, n):
        got = given.shape if isinstance(given, np.ndarray) else type(given).__name__
        raise OptionError(
            f"{WHO}: {quote(name)} must be a matrix of {n:,} x {n:,}, in the order of "
            f"network.ids; got {got}."
        )
    return np.asarray(given, dtype=float)


def _numbers(network: MentorNetwork, attribute: str) -> np.ndarray:
    column = network.attribute(attribute, who=WHO)
    if not pd.api.types.is_numeric_dtype(column):
        raise OptionError(f"{WHO}: '{attribute}' must hold numbers; it holds {column.dtype}.")
    values = column.to_numpy(dtype=float, na_value=np.nan)
    _all_known(~np.isnan(values), attribute)
    return values


def _all_known(known: np.ndarray, attribute: str) -> None:
    if not known.all():
        raise EstimationError(
            f"{WHO}: every person needs a value of '{attribute}'; "
            f"{count(int((~known).sum()), 'person', 'people')} have none. Keep a network of those "
            "who have one, or use homophily(...), which leaves ties out."
        )
