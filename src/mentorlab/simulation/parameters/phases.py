"""Where in its life a relationship is."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Phases(ParameterSet):
    """Initiation, cultivation, separation, redefinition, relative to the planned length."""

    initiation_end: float = uncertain(
        0.15,
        unit="share of the planned length",
        low=0.05,
        high=0.4,
        source="kram1983",
        meaning="when initiation is over at the latest",
    )
    separation_start: float = uncertain(
        0.85,
        unit="share of the planned length",
        low=0.6,
        high=1.0,
        source="kram1983",
        meaning="when separation begins",
    )
    trust_reached: float = uncertain(
        0.5,
        unit="SD of trust",
        low=0.0,
        high=1.5,
        source="assumption",
        meaning="trust of both sides that ends initiation early",
    )
    trust_lost: float = uncertain(
        -1.0,
        unit="SD of trust",
        low=-2.5,
        high=0.0,
        source="assumption",
        meaning="trust of a side that throws cultivation back to initiation",
    )
    initiation_growth: float = uncertain(
        1.3,
        unit="ratio",
        low=1.0,
        high=2.0,
        source="assumption",
        meaning="growth in initiation against cultivation",
    )
    separation_growth: float = uncertain(
        0.5,
        unit="ratio",
        low=0.1,
        high=1.0,
        source="assumption",
        meaning="growth in separation against cultivation",
    )
    initiation_hazard: float = uncertain(
        1.4,
        unit="ratio",
        low=0.7,
        high=3.0,
        source="assumption",
        meaning="failure in initiation against cultivation",
    )
    separation_hazard: float = uncertain(
        0.8,
        unit="ratio",
        low=0.4,
        high=2.0,
        source="eby2004",
        meaning="failure in separation against cultivation",
    )
    redefinition: float = uncertain(
        0.4,
        unit="share",
        low=0.0,
        high=0.8,
        source="assumption",
        meaning="average relationships that go on without the program after the planned end",
    )
    survey_week: int = uncertain(
        8,
        unit="weeks",
        low=2,
        high=26,
        source="lyons2022",
        meaning="relationship week of the early survey",
    )
