"""The ties that can be compared: both ends have a value, and whoever is shuffled has a stratum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError
from ..measures.silos import assortativity
from ..network import MentorNetwork

WHO = "homophily"


@dataclass(frozen=True, eq=False)
class UsableTies:
    """Ties with values at both ends.

    Attributes
    ----------
    mentor, mentee : numpy.ndarray of int32, shape (n_ties,)
        Positions of the ends.
    codes : numpy.ndarray of int32, shape (n_people,)
        Label codes; all 0 for numbers.
    values : numpy.ndarray of float64, shape (n_people,)
        Numbers; NaN for labels.
    strata : numpy.ndarray of int64, shape (n_people,)
        Stratum of everybody; 0 without strata.
    side : str
        Whose values are shuffled.
    n_unknown : int
        Ties left out.
    network : MentorNetwork
        Where they are from.
    """

    mentor: np.ndarray
    mentee: np.ndarray
    codes: np.ndarray
    values: np.ndarray
    strata: np.ndarray
    side: str
    n_unknown: int
    network: MentorNetwork

    @property
    def by_value(self) -> bool:
        """Whether numbers are compared rather than labels."""
        return not np.isnan(self.values[self.mentor[0]])

    def movers(self) -> np.ndarray:
        """Positions of the people whose values are shuffled, in order."""
        ends = {
            "mentees": self.mentee,
            "mentors": self.mentor,
            "people": np.concatenate([self.mentor, self.mentee]),
        }
        return np.unique(ends[self.side])

    def assortativity(self) -> float:
        """Newman's coefficient; NaN for numbers."""
        if self.by_value:
            return float("nan")
        first, second = self.codes[self.mentor], self.codes[self.mentee]
        if not self.network.directed:
            first, second = np.concatenate([first, second]), np.concatenate([second, first])
        return assortativity(first, second)


def usable_ties(
    network: MentorNetwork, attribute: str, *, compare: str, within: str | None, side: str
) -> UsableTies:
    """Attach values and strata to ties, and leave out those that lack one.

    Raises
    ------
    OptionError
        If a column is unknown, or numbers are asked for and the column has none.
    EstimationError
        If no tie is left or all values are one.
    """
    n = network.n_people
    codes, values = np.zeros(n, dtype=np.int32), np.full(n, np.nan)
    if compare == "difference":
        values = _numbers(network, attribute)
        known = ~np.isnan(values)
    else:
        found, _ = network.labels(attribute, who=WHO)
        codes, known = found.astype(np.int32), found >= 0
    strata = np.zeros(n, dtype=np.int64)
    mentor, mentee, _ = network.pairs
    keep = known[mentor] & known[mentee]
    if within is not None:
        strata = network.labels(within, who=WHO)[0]
        for ends, sides in ((mentor, ("mentors", "people")), (mentee, ("mentees", "people"))):
            if side in sides:
                keep &= strata[ends] >= 0
    if not keep.any():
        needed = f"'{attribute}'" + (f" and '{within}'" if within else "")
        raise EstimationError(
            f"{WHO}: no tie has {needed} at both ends ({int(known.sum()):,} of {n:,} people have "
            f"'{attribute}'; {network.n_ties:,} ties)."
        )
    ends = np.concatenate([mentor[keep], mentee[keep]])
    seen = values[ends] if compare == "difference" else codes[ends]
    if seen.min() == seen.max():
        raise EstimationError(
            f"{WHO}: everybody in a tie has one value of '{attribute}', so likeness is not "
            "defined: nothing could differ."
        )
    return UsableTies(
        mentor[keep], mentee[keep], codes, values, strata, side, int((~keep).sum()), network
    )


def _numbers(network: MentorNetwork, attribute: str) -> np.ndarray:
    column = network.attribute(attribute, who=WHO)
    if not pd.api.types.is_numeric_dtype(column):
        raise OptionError(
            f"{WHO}: compare='difference' needs a column of numbers; '{attribute}' holds "
            f"{column.dtype}. Use compare='same'."
        )
    return column.to_numpy(dtype=float, na_value=np.nan)
