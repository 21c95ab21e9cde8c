"""The parameters that are varied, as a unit cube, and designs in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import OptionError, did_you_mean, listing, quote
from ..model import ProgramModel
from .targets import Target

_NAMED_TOGETHER = {
    "element_correlation": ("element_correlation_low", "element_correlation_high"),
    "staff_contact": ("program_predictors",),
    "selection": ("selection_bias", "opt_out_gain"),
}


@dataclass(frozen=True)
class Space:
    """Parameters with their ranges.

    Attributes
    ----------
    names : tuple of str
        Dotted names.
    low, high : tuple of float
        Ranges.
    """

    names: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def size(self) -> int:
        """How many parameters."""
        return len(self.names)

    def values(self, points: np.ndarray) -> np.ndarray:
        """Turn points of the unit cube into parameter values."""
        low, high = np.array(self.low), np.array(self.high)
        return low + points * (high - low)

    def model(self, model: ProgramModel, point: np.ndarray) -> ProgramModel:
        """Give the model at one point of the unit cube."""
        values = self.values(point)
        return model.with_values(dict(zip(self.names, values.tolist(), strict=True)))


def space_of(
    parameters: str | Sequence[str], model: ProgramModel, targets: Sequence[Target], *, who: str
) -> Space:
    """Find the parameters to vary.

    Parameters
    ----------
    parameters : "all", "identified", or sequence of str
        All; those that say that one of the targets identifies them; or dotted names.

    Raises
    ------
    OptionError
        If a name is unknown, or none is left.
    """
    table = model.table()
    if isinstance(parameters, str):
        if parameters not in ("all", "identified"):
            raise OptionError(
                f"{who}: `parameters` must be 'all', 'identified' or dotted names; got "
                f"{quote(parameters)}."
            )
        names = table["parameter"].tolist()
        if parameters == "identified":
            wanted = {target.moment for target in targets}
            told = table["identified_by"].map(
                lambda moment: bool(wanted & set(_NAMED_TOGETHER.get(moment, (moment,))))
            )
            names = table.loc[told, "parameter"].tolist()
    else:
        names = list(dict.fromkeys(parameters))
    known = table.set_index("parameter")
    for name in names:
        if name not in known.index:
            near = did_you_mean(name, known.index)
            raise OptionError(f"{who}: there is no parameter {quote(name)}. {near}".rstrip())
    if not names:
        raise OptionError(
            f"{who}: no parameter says that {listing([goal.moment for goal in targets])} "
            "identifies it; name the `parameters` to vary."
        )
    ranges = known.loc[names]
    return Space(
        tuple(names), tuple(ranges["low"].astype(float)), tuple(ranges["high"].astype(float))
    )


def spread_points(n: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Spread points evenly over the unit cube: a Latin hypercube, shape (n, size)."""
    from scipy.stats import qmc

    return qmc.LatinHypercube(d=size, rng=rng).random(n)
