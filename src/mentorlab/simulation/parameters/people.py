"""Who takes part."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class People(ParameterSet):
    """Traits of mentees and mentors, drawn anew in each replication."""

    minority_share: float = uncertain(
        0.3,
        unit="share",
        low=0.05,
        high=0.5,
        source="assumption",
        meaning="people in the smaller of two surface groups",
    )
    departments: float = uncertain(
        6.0,
        unit="departments",
        low=1.0,
        high=40.0,
        source="assumption",
        meaning="departments (schools, sites) that people come from",
    )
    reporting_share: float = uncertain(
        0.03,
        unit="share",
        low=0.0,
        high=0.2,
        source="assumption",
        meaning="pairs of one department in which the mentee reports to the mentor",
    )
    open_slots: float = uncertain(
        0.5,
        unit="share",
        low=0.2,
        high=1.0,
        source="assumption",
        meaning="share of ten weekly time slots that a person can offer",
    )
    mentor_spread: float = uncertain(
        0.25,
        unit="SD of quality",
        low=0.0,
        high=0.6,
        source="assumption",
        meaning="spread between mentors in what they bring to any relationship",
    )
    mentee_spread: float = uncertain(
        0.25,
        unit="SD of quality",
        low=0.0,
        high=0.6,
        source="assumption",
        meaning="spread between mentees in what they bring to any relationship",
    )
    initiative_effect: float = uncertain(
        0.2,
        unit="SD of commitment per SD",
        low=0.0,
        high=0.5,
        source="ghosh2014",
        meaning="what a mentee's initiative adds to the commitment at the start",
    )
    gain_spread: float = uncertain(
        0.5,
        unit="share of the mean gain",
        low=0.0,
        high=1.5,
        source="assumption",
        meaning="spread of the gain that one unit of good meetings brings to a person",
    )
    opt_in_gain: float = uncertain(
        -0.3,
        unit="correlation",
        low=-0.8,
        high=0.3,
        source="sandvik2021",
        identified_by="selection",
        meaning="correlation of the wish to opt in with the gain",
    )
    opt_in_level: float = uncertain(
        0.4,
        unit="correlation",
        low=-0.2,
        high=0.8,
        source="sandvik2021",
        identified_by="selection",
        meaning="correlation of the wish to opt in with the outcome without mentoring",
    )
