"""How terms of utility are weighted and added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from ...errors import OptionError, quote

if TYPE_CHECKING:
    from ..market.encoding import Applicants

Part = Callable[[np.ndarray, np.ndarray, str], np.ndarray]


class Term:
    """One thing that makes a pair worth forming; terms are weighted with `*`, added with `+`.

    A subclass has `name`, `kind`, `side`, `uses` (the columns it reads) and `bind(pool, who=)`,
    which gives a function of mentee positions, mentor positions and the side whose utility is
    asked for.
    """

    kind = ""
    name: str
    side: str
    uses: tuple[str, ...]

    def bind(self, pool: Applicants, *, who: str) -> Part:
        """Give the function of pairs for one pool."""
        raise NotImplementedError

    def __add__(self, other: Term | Utility) -> Utility:
        return Utility(((1.0, self),)) + other

    def __mul__(self, weight: float) -> Utility:
        return Utility(((1.0, self),)) * weight

    __rmul__ = __mul__


@dataclass(frozen=True)
class Utility:
    """A weighted sum of terms.

    Attributes
    ----------
    weighted : tuple of (float, Term)
        Each term with its weight.
    """

    weighted: tuple[tuple[float, Term], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The terms' names."""
        return tuple(term.name for _, term in self.weighted)

    def __add__(self, other: Term | Utility) -> Utility:
        if not isinstance(other, Term | Utility):
            return NotImplemented
        return Utility(self.weighted + as_utility(other, who="Utility").weighted)

    def __mul__(self, weight: float) -> Utility:
        if isinstance(weight, bool) or not isinstance(weight, Real) or not np.isfinite(weight):
            raise OptionError(f"Utility: a weight must be a finite number; got {quote(weight)}.")
        return Utility(tuple((w * float(weight), term) for w, term in self.weighted))

    __rmul__ = __mul__


def as_utility(utility: Term | Utility, *, who: str) -> Utility:
    """Take a term or a sum of terms.

    Raises
    ------
    OptionError
        If it is neither.
    """
    if isinstance(utility, Term):
        return Utility(((1.0, utility),))
    if isinstance(utility, Utility):
        return utility
    raise OptionError(
        f"{who}: `utility` must be a term, such as Similarity('level'), or a weighted sum of "
        f"terms; got {quote(utility)}."
    )
