"""What makes two people fit."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Pairing(ParameterSet):
    """True compatibility of a pair, and the luck that no questionnaire sees."""

    values_weight: float = uncertain(
        0.55,
        unit="SD of quality per SD",
        low=0.0,
        high=1.0,
        source="eby2013",
        identified_by="deep_similarity",
        meaning="pull of similar values, styles and goals on quality",
    )
    skills_weight: float = uncertain(
        0.15,
        unit="SD of quality per SD",
        low=0.0,
        high=0.6,
        source="assumption",
        meaning="pull of a mentor's strengths where the mentee has needs",
    )
    surface_weight: float = uncertain(
        0.25,
        unit="SD of quality",
        low=0.0,
        high=0.8,
        source="eby2013",
        identified_by="surface_below_deep",
        meaning="head start of pairs that share both surface groups over those that share none",
    )
    surface_weeks: float = uncertain(
        10.0,
        unit="weeks",
        low=2.0,
        high=40.0,
        source="assumption",
        meaning="time in which the head start falls to a third",
    )
    chemistry: float = uncertain(
        0.4,
        unit="SD of quality",
        low=0.0,
        high=1.2,
        source="eby2013",
        identified_by="deep_similarity",
        meaning="spread of the personal fit that both sides feel and nobody foresees",
    )
    side_chemistry: float = uncertain(
        0.9,
        unit="SD of quality",
        low=0.0,
        high=1.2,
        source="assumption",
        identified_by="partner_agreement",
        meaning="spread of the personal fit that only one side feels",
    )
    agreement_weight: float = uncertain(
        0.15,
        unit="SD of quality per SD",
        low=0.0,
        high=0.5,
        source="straus2013",
        meaning="pull of agreed expectations on quality",
    )
