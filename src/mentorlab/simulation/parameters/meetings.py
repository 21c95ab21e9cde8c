"""When partners meet."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Meetings(ParameterSet):
    """Chance of a meeting in a week."""

    base: float = uncertain(
        1.0,
        unit="logit",
        low=-1.5,
        high=2.5,
        source="tierney1995",
        identified_by="meetings_per_month",
        meaning="chance of a meeting in an average week of a pair that agreed on four a month",
    )
    commitment: float = uncertain(
        0.25,
        unit="logit per SD",
        low=0.0,
        high=0.8,
        source="eby2013",
        identified_by="frequency",
        meaning="pull of the less committed side on the chance to meet",
    )
    cadence: float = uncertain(
        1.0,
        unit="logit per log ratio",
        low=0.3,
        high=2.0,
        source="assumption",
        meaning="pull of the agreed number of meetings",
    )
    load: float = uncertain(
        0.25,
        unit="logit per mentee",
        low=0.0,
        high=0.8,
        source="assumption",
        meaning="loss with each further mentee of the mentor",
    )
    availability: float = uncertain(
        0.8,
        unit="logit",
        low=0.0,
        high=2.0,
        source="assumption",
        meaning="loss of pairs without a common open slot against those with three",
    )
    spread: float = uncertain(
        0.3,
        unit="logit",
        low=0.0,
        high=1.5,
        source="eby2013",
        identified_by="frequency",
        meaning="spread between pairs in how often they meet, whatever their quality",
    )
