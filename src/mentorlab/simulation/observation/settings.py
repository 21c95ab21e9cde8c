"""What surveys and logs catch of what happens."""

from __future__ import annotations

from dataclasses import dataclass

from ..parameters.fields import ParameterSet, uncertain


@dataclass(frozen=True)
class Observation(ParameterSet):
    """Declare what surveys and logs catch: items, waves, missing answers, gaps in the log, and how
    much of a coming end shows beforehand.

    Examples
    --------
    >>> Observation(unlogged=0.3).unlogged
    0.3
    """

    loading: float = uncertain(
        0.65,
        unit="correlation",
        low=0.3,
        high=0.95,
        source="fleming2013",
        identified_by="alpha",
        meaning="what an item shares with the element it asks about",
    )
    element_spread: float = uncertain(
        0.8,
        unit="SD of quality",
        low=0.2,
        high=2.0,
        source="assumption",
        meaning="spread of an element that fills the answer scale",
    )
    halo: float = uncertain(
        0.3,
        unit="share of the error variance",
        low=0.0,
        high=0.9,
        source="berk2005",
        meaning="part of the error that all answers of one form share",
    )
    leniency: float = uncertain(
        0.6,
        unit="SD of an answer",
        low=-1.0,
        high=2.0,
        source="assumption",
        meaning="how far answers lie above the middle of the scale",
    )
    satisfaction: float = uncertain(
        0.38,
        unit="correlation",
        low=0.0,
        high=1.0,
        source="eby2013",
        identified_by="satisfaction",
        meaning="correlation of satisfaction with quality, both without error",
    )
    mentee_returns: float = uncertain(
        0.8,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="forms that mentees send back",
    )
    mentor_returns: float = uncertain(
        0.7,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="forms that mentors send back",
    )
    skipped: float = uncertain(
        0.03,
        unit="share",
        low=0.0,
        high=0.9,
        source="assumption",
        meaning="items left out on a form that came back",
    )
    unlogged: float = uncertain(
        0.1,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="meetings that nobody enters into the log",
    )
    silent_logs: float = uncertain(
        0.05,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="relationships whose log stops at some time although they go on",
    )
    noted_misses: float = uncertain(
        0.25,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="weeks without a meeting in which an appointment had been made and noted",
    )
    messages: float = uncertain(
        1.2,
        unit="exchanges a week",
        low=0.0,
        high=10.0,
        source="assumption",
        meaning="messages with their answers between meetings of an average pair",
    )
    answer_hours: float = uncertain(
        10.0,
        unit="hours",
        low=0.5,
        high=100.0,
        source="assumption",
        meaning="middle of the time that an answer takes",
    )
    actions: float = uncertain(
        0.4,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="meetings after which an action with a due date is noted",
    )
    visible: float = uncertain(
        0.25,
        unit="log ratio per SD",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="how far communication and commitment show in messages, answers, misses and "
        "preparation at any time",
    )
    announced: float = uncertain(
        0.8,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="failures that show in the log before the end, each cause in its own way",
    )
    decline_weeks: float = uncertain(
        6.0,
        unit="weeks",
        low=1.0,
        high=26.0,
        source="assumption",
        meaning="how long an end announces itself, and how long bad times last that pass",
    )
    depth: float = uncertain(
        0.6,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption",
        meaning="how far the log is changed in bad times, on average",
    )
    passing: float = uncertain(
        0.008,
        unit="per week",
        low=0.0,
        high=0.2,
        source="assumption",
        meaning="bad times that look like the beginning of an end and pass",
    )
    reasons_known: float = uncertain(
        0.85,
        unit="share",
        low=0.0,
        high=1.0,
        source="spencer2017",
        meaning="unplanned ends whose cause the staff gets to know",
    )
    baseline_correlation: float = uncertain(
        0.7,
        unit="correlation",
        low=0.0,
        high=0.99,
        source="assumption",
        meaning="outcome before the program with the outcome that would follow without it",
    )
