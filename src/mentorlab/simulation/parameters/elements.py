"""How relationship elements grow."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Elements(ParameterSet):
    """Growth of trust, respect, reciprocity, communication and commitment, one per side."""

    growth: float = uncertain(
        0.12,
        unit="share of the distance per meeting",
        low=0.02,
        high=0.4,
        source="assumption",
        meaning="how fast an element moves to where the pair's fit pulls it",
    )
    trust_growth: float = uncertain(
        0.7,
        unit="ratio",
        low=0.3,
        high=1.0,
        source="assumption",
        meaning="growth of trust against the other elements",
    )
    start_pull: float = uncertain(
        0.3,
        unit="share of the pull",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="how much of the pair's fit is felt at the first meeting",
    )
    spread: float = uncertain(
        0.55,
        unit="SD of quality",
        low=0.05,
        high=0.9,
        source="fleming2013",
        identified_by="element_correlation",
        meaning="spread of single elements around what a pair has in common",
    )
    noise: float = uncertain(
        0.1,
        unit="SD per meeting",
        low=0.0,
        high=0.4,
        source="assumption",
        meaning="ups and downs of an element from meeting to meeting",
    )
    missed_week: float = uncertain(
        0.03,
        unit="SD per week",
        low=0.0,
        high=0.15,
        source="assumption",
        meaning="communication and commitment lost in a week without a meeting",
    )
    training_effect: float = uncertain(
        0.15,
        unit="SD of quality",
        low=0.0,
        high=0.5,
        source="pfund2014",
        meaning="what full training of a side adds to its quality",
    )
    checkin_lift: float = uncertain(
        0.1,
        unit="share of the distance",
        low=0.0,
        high=0.4,
        source="mcquillin2021",
        identified_by="staff_contact",
        meaning="how far a check-in lifts communication and commitment toward one SD above average",
    )
