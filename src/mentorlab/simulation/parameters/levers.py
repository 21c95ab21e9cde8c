"""What a program decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import pandas as pd

from ...options import Enrollment, LaterRounds, MatchingForm
from .fields import ParameterSet, lever


@dataclass(frozen=True)
class Levers(ParameterSet):
    """Decide how a program is run.

    Examples
    --------
    >>> Levers(checkin_every_weeks=2).replace(extra_places=1).extra_places
    1
    """

    planned_weeks: int = lever(
        52,
        unit="weeks",
        low=1,
        high=260,
        meaning="planned length of a relationship",
        source="mentor2015",
    )
    horizon_weeks: int = lever(
        104,
        unit="weeks",
        low=1,
        high=520,
        meaning="how long the program is watched",
    )
    mentor_training: float = lever(
        0.5,
        unit="share of full training",
        low=0.0,
        high=1.0,
        meaning="training of mentors",
        source="mentor2015",
    )
    mentee_training: float = lever(
        0.0,
        unit="share of full training",
        low=0.0,
        high=1.0,
        meaning="training of mentees",
    )
    checkins_first_month: int = lever(
        2,
        unit="check-ins",
        low=0,
        high=4,
        meaning="check-ins in the first four weeks",
        source="mentor2015",
    )
    checkin_every_weeks: int = lever(
        4,
        unit="weeks",
        low=0,
        high=52,
        source="mentor2015",
        meaning="weeks between check-ins after the first month, 0 for none",
    )
    meetings_per_month: float = lever(
        4.0,
        unit="meetings a month",
        low=0.5,
        high=8.0,
        meaning="agreed cadence",
        source="mentor2015",
    )
    extra_places: int = lever(
        0,
        unit="mentees per mentor",
        low=-5,
        high=5,
        meaning="places added to each mentor who takes mentees",
    )
    group_size: int = lever(
        1,
        unit="mentees",
        low=1,
        high=8,
        meaning="mentees of one mentor who meet together; places stay as they are",
    )
    closure_procedure: bool = lever(
        False,
        choices=(True, False),
        meaning="whether endings follow a procedure",
        source="keller2018",
    )
    matching_form: str = lever(
        "scored",
        choices=get_args(MatchingForm),
        meaning="who judges how well two people fit: a questionnaire, staff, or they themselves",
    )
    batch_weeks: int = lever(
        4,
        unit="weeks",
        low=1,
        high=52,
        meaning="weeks between two rounds of matching, 1 for rolling matching",
    )
    later_rounds: str = lever(
        "best_available",
        choices=get_args(LaterRounds),
        meaning="how those who wait after the first round are matched: who waited longest gets "
        "the best open mentor, by the policy, or not at all",
    )
    max_matches: int = lever(
        2,
        unit="relationships",
        low=1,
        high=4,
        meaning="the most relationships a mentee gets, one after the other",
    )
    enrollment: str = lever(
        "voluntary",
        choices=get_args(Enrollment),
        meaning="whether people opt in, or everybody takes part",
    )

    @classmethod
    def table(cls) -> pd.DataFrame:
        """List the levers with unit, range and source."""
        default = cls()
        return pd.DataFrame(
            [
                {
                    "lever": name,
                    "default": value,
                    "unit": known.unit,
                    "range": " or ".join(map(str, known.choices))
                    if known.choices
                    else f"{known.low:g} to {known.high:g}",
                    "source": known.source,
                    "meaning": known.meaning,
                }
                for name, known, value in default.rows()
            ]
        )
