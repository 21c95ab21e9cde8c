"""What it costs a mentor to have more mentees, and to see relationships fail."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Load(ParameterSet):
    """Mentor load beyond its effect on meetings."""

    growth: float = uncertain(
        0.1,
        unit="share per mentee",
        low=0.0,
        high=0.4,
        source="assumption",
        meaning="growth lost with each further group or single mentee of the mentor",
    )
    sharing: float = uncertain(
        0.2,
        unit="share per mentee",
        low=0.0,
        high=0.6,
        source="assumption",
        meaning="growth lost with each further mentee at the same meeting",
    )
    failure_exit: float = uncertain(
        0.6,
        unit="log hazard per failure",
        low=0.0,
        high=1.5,
        source="assumption",
        meaning="how much sooner a mentor leaves after each relationship that failed",
    )
