"""What mentoring does for a mentee."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Benefit(ParameterSet):
    """Gain from meetings, loss from early ends; in SD of the outcome, treated minus untreated."""

    scale: float = uncertain(
        0.58,
        unit="SD of the outcome",
        low=0.05,
        high=2.0,
        source="raposa2019",
        identified_by="effect",
        meaning="what all the meetings of an average relationship could bring at most",
    )
    quality: float = uncertain(
        0.4,
        unit="ratio per SD",
        low=0.0,
        high=1.0,
        source="vandam2018",
        meaning="how much more a meeting brings with one SD more quality",
    )
    half_meetings: float = uncertain(
        30.0,
        unit="meetings",
        low=8.0,
        high=150.0,
        source="grossman2002",
        identified_by="dose_order",
        meaning="meetings after which a further one brings half as much",
    )
    early_end_loss: float = uncertain(
        0.35,
        unit="SD of the outcome",
        low=0.0,
        high=1.0,
        source="grossman2002",
        identified_by="dose_order",
        meaning="harm of an unplanned end right at the start",
    )
    early_end_weeks: float = uncertain(
        16.0,
        unit="weeks",
        low=4.0,
        high=60.0,
        source="grossman2002",
        identified_by="dose_order",
        meaning="time in which the harm of an unplanned end falls to a third",
    )
    rematch_loss: float = uncertain(
        0.4,
        unit="SD of the outcome",
        low=0.0,
        high=0.8,
        source="grossman2012",
        identified_by="rematched",
        meaning="harm of having to start again with another mentor",
    )
    procedure_relief: float = uncertain(
        0.4,
        unit="share",
        low=0.0,
        high=0.8,
        source="assumption",
        meaning="part of the harm of an unplanned end that a closure procedure takes away",
    )
