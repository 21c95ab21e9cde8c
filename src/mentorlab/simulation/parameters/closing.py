"""Why relationships end early."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Closing(ParameterSet):
    """Competing weekly hazards of six causes of failure and of outside exits."""

    base_rate: float = uncertain(
        0.005,
        unit="per week",
        low=0.0,
        high=0.05,
        source="kupersmidt2017",
        identified_by="early_closure",
        meaning="failure of an average pair from all causes together, about",
    )
    sensitivity: float = uncertain(
        0.7,
        unit="log hazard per SD",
        low=0.0,
        high=2.0,
        source="lyons2022",
        identified_by="survey_screen",
        meaning="how strongly low communication, commitment or fit raises its own hazard",
    )
    gap: float = uncertain(
        0.12,
        unit="log hazard per week",
        low=0.0,
        high=0.5,
        source="assumption",
        meaning="how strongly each week since the last meeting raises the hazard of commitment",
    )
    mentor_ratio: float = uncertain(
        1.5,
        unit="ratio",
        low=0.3,
        high=5.0,
        source="keller2018",
        identified_by="mentors_start",
        meaning="readiness of mentors against mentees to end",
    )
    communication: float = uncertain(
        1.0,
        unit="weight",
        low=0.0,
        high=4.0,
        source="straus2013",
        meaning="share of poor communication in the base rate",
    )
    commitment: float = uncertain(
        1.5,
        unit="weight",
        low=0.0,
        high=4.0,
        source="straus2013",
        meaning="share of lack of commitment in the base rate",
    )
    personality: float = uncertain(
        1.0,
        unit="weight",
        low=0.0,
        high=4.0,
        source="straus2013",
        meaning="share of personality differences in the base rate",
    )
    competition: float = uncertain(
        0.3,
        unit="weight",
        low=0.0,
        high=4.0,
        source="straus2013",
        meaning="share of competition in the base rate",
    )
    conflict: float = uncertain(
        0.2,
        unit="weight",
        low=0.0,
        high=4.0,
        source="straus2013",
        meaning="share of conflicts of interest in the base rate",
    )
    inexperience: float = uncertain(
        0.5,
        unit="weight",
        low=0.0,
        high=4.0,
        source="straus2013",
        meaning="share of the mentor's lack of experience in the base rate",
    )
    closeness: float = uncertain(
        1.0,
        unit="log hazard",
        low=0.0,
        high=3.0,
        source="assumption",
        meaning="competition between equals in rank of one department against no closeness",
    )
    reporting: float = uncertain(
        1.5,
        unit="log hazard",
        low=0.0,
        high=3.0,
        source="assumption",
        meaning="conflicts of interest where the mentee reports to the mentor",
    )
    mentee_exit: float = uncertain(
        0.0012,
        unit="per week",
        low=0.0,
        high=0.02,
        source="assumption",
        meaning="mentees who move away or leave for reasons outside the relationship",
    )
    mentor_exit: float = uncertain(
        0.0008,
        unit="per week",
        low=0.0,
        high=0.02,
        source="assumption",
        meaning="mentors who change roles or leave for reasons outside the relationship",
    )
