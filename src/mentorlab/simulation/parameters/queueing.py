"""Who waits, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Queueing(ParameterSet):
    """Arrivals, patience, and the wish to be matched again."""

    late_share: float = uncertain(
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="mentees who apply after the first week",
    )
    late_weeks: int = uncertain(
        26,
        unit="weeks",
        low=1,
        high=104,
        source="assumption",
        meaning="time over which late applications come in",
    )
    give_up: float = uncertain(
        0.01,
        unit="per week",
        low=0.0,
        high=0.2,
        source="assumption",
        meaning="waiting mentees who give up",
    )
    waiting_cost: float = uncertain(
        0.02,
        unit="SD of commitment per week",
        low=0.0,
        high=0.1,
        source="assumption",
        meaning="commitment at the start that a week of waiting costs",
    )
    requeue: float = uncertain(
        0.4,
        unit="share",
        low=0.0,
        high=1.0,
        source="dewit2016",
        meaning="mentees who want another mentor after an unplanned end",
    )
