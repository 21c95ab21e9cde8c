"""Declared numbers: every parameter carries its unit, its range and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from numbers import Integral, Real
from typing import Any, Literal, Self

from ...errors import OptionError, did_you_mean, listing, quote

Kind = Literal["uncertainty", "lever"]


@dataclass(frozen=True)
class Declared:
    """What is known of one parameter.

    Attributes
    ----------
    kind : {"uncertainty", "lever"}
        Whether nature or the program decides it.
    meaning : str
        What it stands for, in words.
    unit : str
        Unit of the value; empty for choices.
    low, high : float
        Range, both ends allowed. For an uncertainty, the range within which a ranking of policies
        has to hold.
    choices : tuple
        The allowed values of a lever that is no number.
    source : str
        Key of the work it comes from, or ``"assumption"``.
    identified_by : str
        The published moments that tell it; empty where no number was found, so that only the
        range stands.
    """

    kind: Kind
    meaning: str
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    choices: tuple[Any, ...] = ()
    source: str = "assumption"
    identified_by: str = ""


def uncertain(
    default: float,
    *,
    unit: str,
    low: float,
    high: float,
    source: str,
    meaning: str,
    identified_by: str = "",
) -> Any:
    """Declare a parameter that nature decides, as a dataclass field."""
    known = Declared(
        "uncertainty", meaning, unit, low, high, source=source, identified_by=identified_by
    )
    return field(default=default, metadata={"declared": known})


def lever(
    default: Any,
    *,
    meaning: str,
    unit: str = "",
    low: float = 0.0,
    high: float = 0.0,
    choices: tuple[Any, ...] = (),
    source: str = "assumption",
) -> Any:
    """Declare something that a program decides, as a dataclass field."""
    known = Declared("lever", meaning, unit, low, high, choices, source)
    return field(default=default, metadata={"declared": known})


@dataclass(frozen=True)
class ParameterSet:
    """Base of all parameter sets: values are checked against what was declared of them.

    Raises
    ------
    OptionError
        Naming the parameter, its range with unit, and what came.
    """

    def __post_init__(self) -> None:
        for name, known, value in self.rows():
            if known.choices:
                self._check_choice(name, known, value)
            else:
                self._check_number(name, known, value)

    @classmethod
    def declared(cls) -> dict[str, Declared]:
        """Tell what is known of each parameter, by name."""
        return {item.name: item.metadata["declared"] for item in fields(cls)}

    def rows(self) -> Iterator[tuple[str, Declared, Any]]:
        """Go through name, declaration and value of each parameter."""
        for name, known in self.declared().items():
            yield name, known, getattr(self, name)

    def replace(self, **changes: Any) -> Self:
        """Give a copy with other values.

        Raises
        ------
        OptionError
            If a name is unknown or a value is out of range.
        """
        known = self.declared()
        for name in changes:
            if name not in known:
                near = did_you_mean(name, known)
                raise OptionError(
                    f"{type(self).__name__}.replace: there is no parameter {quote(name)}; it has "
                    f"{listing(known, limit=len(known))}. {near}".rstrip()
                )
        return replace(self, **changes)

    def _check_choice(self, name: str, known: Declared, value: Any) -> None:
        if not any(value is choice or value == choice for choice in known.choices) or (
            isinstance(value, bool) is not isinstance(known.choices[0], bool)
        ):
            near = did_you_mean(value, known.choices)
            raise OptionError(
                f"{type(self).__name__}: `{name}` must be "
                f"{listing(known.choices, limit=len(known.choices))}; got {quote(value)}. "
                f"{near}".rstrip()
            )

    def _check_number(self, name: str, known: Declared, value: Any) -> None:
        whole = isinstance(getattr(type(self), name), int)
        wanted = Integral if whole else Real
        if (
            isinstance(value, bool)
            or not isinstance(value, wanted)
            or not known.low <= value <= known.high
        ):
            raise OptionError(
                f"{type(self).__name__}: `{name}` ({known.meaning}) must be a "
                f"{'whole number' if whole else 'number'} from {known.low:g} to {known.high:g}"
                f"{' ' + known.unit if known.unit else ''}; got {quote(value)}."
            )
