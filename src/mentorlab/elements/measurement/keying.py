"""Which items stand against their scale, so that a forgotten reversal is named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...stats.reliability.guttman import alpha_of_covariance, correlation_of

_WHAT_TO_DO = "check whether {it} already reversed, or worded against the rest"


@dataclass(frozen=True, eq=False)
class Suspects:
    """Items that go against the rest of their scale.

    Attributes
    ----------
    places : numpy.ndarray of int
        Columns of the items; empty when all go together.
    others : numpy.ndarray of int
        The other side, when the answers can't tell which of the two is wrong; else empty.
    alpha, alpha_turned : float
        As the answers stand, and with all suspects turned.
    turned_alone : numpy.ndarray of float, shape (k,)
        Alpha if only this item were turned, for every item.
    """

    places: np.ndarray
    others: np.ndarray
    alpha: float
    alpha_turned: float
    turned_alone: np.ndarray

    def sentence(self, names: np.ndarray, item_rest: np.ndarray) -> str:
        """Name the suspects with the change in alpha; empty without suspects."""
        if not len(self.places):
            return ""
        if len(self.others):
            one, other = (", ".join(map(str, names[side])) for side in (self.places, self.others))
            advice = _WHAT_TO_DO.format(it="one side was stored")
            return (
                f"{one} on one side and {other} on the other go against each other: alpha "
                f"{self.alpha:.2f} would be {self.alpha_turned:.2f} if either side were turned; "
                f"{advice}"
            )
        if len(self.places) == 1:
            place = self.places[0]
            advice = _WHAT_TO_DO.format(it="it was stored")
            return (
                f"item {names[place]} goes against the rest (item-rest {item_rest[place]:.2f}): "
                f"alpha {self.alpha:.2f} would be {self.turned_alone[place]:.2f} if it were "
                f"turned; {advice}"
            )
        listed = " and ".join(str(names[place]) for place in self.places)
        alone = ", ".join(
            f"{names[place]} alone: {self.turned_alone[place]:.2f}" for place in self.places
        )
        advice = _WHAT_TO_DO.format(it="they were stored")
        return (
            f"items {listed} go against the rest: alpha {self.alpha:.2f} would be "
            f"{self.alpha_turned:.2f} if all of them were turned ({alone}); {advice}"
        )


def find_suspects(covariance: np.ndarray, item_rest: np.ndarray, reverse: np.ndarray) -> Suspects:
    """Find the items that go against the others.

    An item is a suspect if its correlation with the rest is negative. Several wrong items make
    right ones look wrong as well, so then the sides of the first principal component decide: the
    smaller side is suspected; of two equal sides the one with more items that the codebook
    reverses; if that does not decide either, both sides are named.

    Parameters
    ----------
    covariance : numpy.ndarray of float, shape (k, k)
        Of keyed complete answers.
    item_rest : numpy.ndarray of float, shape (k,)
        Correlation of each item with the sum of the others.
    reverse : numpy.ndarray of bool, shape (k,)
        Whether the codebook turned the item.
    """
    k = len(covariance)
    against = (item_rest < 0).nonzero()[0]
    alone = np.array([_alpha_turned(covariance, np.array([j])) for j in range(k)])
    alpha = float(alpha_of_covariance(covariance))
    places, others = against, np.zeros(0, dtype=int)
    if len(against) > 1:
        side, other = _sides(covariance, reverse)
        if len(side) and _alpha_turned(covariance, side) > alpha:
            places = side
            if len(side) == len(other) and reverse[side].sum() == reverse[other].sum():
                others = other
    return Suspects(
        places=places,
        others=others,
        alpha=alpha,
        alpha_turned=_alpha_turned(covariance, places),
        turned_alone=alone,
    )


def _sides(covariance: np.ndarray, reverse: np.ndarray) -> list[np.ndarray]:
    """The two ends of the first principal component, the more suspect first."""
    varies = np.diag(covariance) > 0
    correlation = correlation_of(covariance[np.ix_(varies, varies)])
    component = np.zeros(len(covariance))
    component[varies] = np.linalg.eigh(correlation)[1][:, -1]
    sides = [(component > 1e-9).nonzero()[0], (component < -1e-9).nonzero()[0]]
    return sorted(sides, key=lambda side: (len(side), -int(reverse[side].sum())))


def _alpha_turned(covariance: np.ndarray, places: np.ndarray) -> float:
    sign = np.ones(len(covariance))
    sign[places] = -1
    return float(alpha_of_covariance(covariance * np.outer(sign, sign)))
