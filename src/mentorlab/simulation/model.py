"""The program model: all uncertainties together, under dotted names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import pandas as pd

from ..errors import OptionError, did_you_mean, quote
from .parameters import (
    Benefit,
    Closing,
    Elements,
    Load,
    Meetings,
    Pairing,
    People,
    Phases,
    Queueing,
    Rating,
)

_PAIRING_TERMS = (
    "pairing.values_weight",
    "pairing.skills_weight",
    "pairing.surface_weight",
    "pairing.chemistry",
    "pairing.side_chemistry",
    "closing.closeness",
    "closing.reporting",
    "closing.inexperience",
    "closing.mentor_exit",
    "meetings.load",
    "meetings.availability",
    "load.growth",
    "load.sharing",
    "load.failure_exit",
    "people.mentor_spread",
)


@dataclass(frozen=True)
class Parameters:
    """Everything the model assumes, one set for each submodel.

    Examples
    --------
    >>> Parameters(closing=Closing(base_rate=0.01)).closing.base_rate
    0.01
    """

    people: People = field(default_factory=People)
    pairing: Pairing = field(default_factory=Pairing)
    rating: Rating = field(default_factory=Rating)
    elements: Elements = field(default_factory=Elements)
    meetings: Meetings = field(default_factory=Meetings)
    phases: Phases = field(default_factory=Phases)
    closing: Closing = field(default_factory=Closing)
    benefit: Benefit = field(default_factory=Benefit)
    load: Load = field(default_factory=Load)
    queueing: Queueing = field(default_factory=Queueing)

    def __post_init__(self) -> None:
        for item in fields(self):
            wanted = item.default_factory
            if type(getattr(self, item.name)) is not wanted:
                raise OptionError(
                    f"Parameters: `{item.name}` must be a {wanted.__name__}; got "
                    f"{quote(getattr(self, item.name))}."
                )


@dataclass(frozen=True)
class ProgramModel:
    """A mentoring program as a model of weekly events; see the ODD page for what it does.

    Parameters
    ----------
    parameters : Parameters
        What it assumes.
    name : str
        What it is calibrated to, as results print it.

    Examples
    --------
    >>> model = ProgramModel().with_values({"closing.base_rate": 0.01})
    >>> model.value("closing.base_rate")
    0.01
    """

    parameters: Parameters = field(default_factory=Parameters)
    name: str = "default"

    def __post_init__(self) -> None:
        if not isinstance(self.parameters, Parameters):
            raise OptionError(
                f"ProgramModel: `parameters` must be Parameters(...); got {quote(self.parameters)}."
            )

    def values(self) -> dict[str, float]:
        """Give every parameter by its dotted name."""
        return {
            f"{item.name}.{name}": value
            for item in fields(self.parameters)
            for name, _, value in getattr(self.parameters, item.name).rows()
        }

    def value(self, name: str) -> float:
        """Give one parameter.

        Raises
        ------
        OptionError
            If there is none of this name.
        """
        self._check_name(name, who="ProgramModel.value")
        part, _, own = name.partition(".")
        return getattr(getattr(self.parameters, part), own)

    def with_values(self, values: Mapping[str, float]) -> ProgramModel:
        """Give a model with other values.

        Parameters
        ----------
        values : mapping of dotted name to number
            Whole-numbered parameters are rounded to the nearest whole number, so that a design
            over continuous ranges can be used.

        Raises
        ------
        OptionError
            If a name is unknown or a value is out of range.
        """
        changes: dict[str, dict[str, float]] = {}
        for name, value in values.items():
            self._check_name(name, who="ProgramModel.with_values")
            part, _, own = name.partition(".")
            whole = isinstance(getattr(type(getattr(self.parameters, part)), own), int)
            changes.setdefault(part, {})[own] = round(value) if whole else float(value)
        parts = {
            part: getattr(self.parameters, part).replace(**own) for part, own in changes.items()
        }
        return replace(self, parameters=replace(self.parameters, **parts))

    def without_pairing(self) -> ProgramModel:
        """Give a model in which it does not matter who is matched with whom.

        Every term that depends on the pair, or on which mentor a mentee gets, is 0: compatibility,
        surface, chemistry, competition, reporting lines, load, common time slots, differences
        between mentors, their experience and their leaving. Policies of equal coverage then tie.
        """
        return self.with_values(dict.fromkeys(_PAIRING_TERMS, 0.0))

    def table(self) -> pd.DataFrame:
        """List the parameters with unit, range, source, and what identifies them.

        Returns
        -------
        pandas.DataFrame
            `parameter, value, unit, low, high, source, identified_by, meaning`.
        """
        return pd.DataFrame(
            [
                {
                    "parameter": f"{item.name}.{name}",
                    "value": value,
                    "unit": known.unit,
                    "low": known.low,
                    "high": known.high,
                    "source": known.source,
                    "identified_by": known.identified_by,
                    "meaning": known.meaning,
                }
                for item in fields(self.parameters)
                for name, known, value in getattr(self.parameters, item.name).rows()
            ]
        )

    def _check_name(self, name: str, *, who: str) -> None:
        known = self.values()
        if name not in known:
            near = did_you_mean(name, known)
            raise OptionError(
                f"{who}: there is no parameter {quote(name)}; see ProgramModel().table(). "
                f"{near}".rstrip()
            )
