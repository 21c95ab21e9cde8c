"""What a matching policy can see of a pair."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Rating(ParameterSet):
    """How far perceived compatibility is from the true one, by matching form."""

    scored_noise: float = uncertain(
        1.0,
        unit="SD of true compatibility",
        low=0.2,
        high=4.0,
        source="assumption",
        meaning="error of scores from both sides' questionnaires",
    )
    staff_noise: float = uncertain(
        1.5,
        unit="SD of true compatibility",
        low=0.2,
        high=4.0,
        source="assumption",
        meaning="error of staff who know both sides a little",
    )
    choice_noise: float = uncertain(
        1.2,
        unit="SD of true compatibility",
        low=0.2,
        high=4.0,
        source="assumption",
        meaning="error of people who choose from profiles",
    )
    self_presentation: float = uncertain(
        0.5,
        unit="SD of true compatibility",
        low=0.0,
        high=2.0,
        source="assumption",
        meaning="spread of how well people present themselves, which raises all their scores",
    )
    surface_bias: float = uncertain(
        0.3,
        unit="SD of true compatibility",
        low=0.0,
        high=2.0,
        source="assumption",
        meaning="pull of shared surface groups on staff's ratings and people's choices",
    )
    choice_commitment: float = uncertain(
        0.15,
        unit="SD of commitment",
        low=0.0,
        high=0.5,
        source="kendall2015",
        meaning="what having chosen one another adds to the commitment at the start",
    )
