"""The model and the levers as the numbers that the weekly step needs."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from .kernel.layout import CONSTANTS
from .model import ProgramModel
from .parameters import Closing, Levers

_BASE_PER_MONTH = 4.0  # meetings a month that the base rate stands for
_MONTH_WEEKS = 4


@lru_cache(maxsize=256)
def constants_of(model: ProgramModel, levers: Levers, *, by_pair: bool = False) -> np.void:
    """Turn parameters and levers into the constants of the kernel.

    Returns
    -------
    numpy.void
        A record of type `CONSTANTS`.
    """
    assumed = model.parameters
    pairing, elements, meetings = assumed.pairing, assumed.elements, assumed.meetings
    phases, closing, benefit = assumed.phases, assumed.closing, assumed.benefit
    chosen = levers.matching_form == "choice"
    return record_of(
        CONSTANTS,
        max_matches=levers.max_matches,
        planned_weeks=levers.planned_weeks,
        month_mask=_first_month(levers.checkins_first_month),
        checkin_every=levers.checkin_every_weeks,
        survey_week=phases.survey_week,
        by_pair=by_pair,
        group_size=levers.group_size,
        values_weight=pairing.values_weight,
        skills_weight=pairing.skills_weight,
        surface_weight=pairing.surface_weight,
        surface_decay=math.exp(-1.0 / pairing.surface_weeks),
        chemistry=pairing.chemistry,
        side_chemistry=pairing.side_chemistry,
        agreement_weight=pairing.agreement_weight,
        element_spread=elements.spread,
        start_pull=elements.start_pull,
        training_mentor=elements.training_effect * levers.mentor_training,
        training_mentee=elements.training_effect * levers.mentee_training,
        initiative_effect=assumed.people.initiative_effect,
        choice_commitment=assumed.rating.choice_commitment if chosen else 0.0,
        waiting_cost=assumed.queueing.waiting_cost,
        growth=elements.growth,
        trust_growth=elements.growth * elements.trust_growth,
        noise=elements.noise,
        missed_week=elements.missed_week,
        checkin_lift=elements.checkin_lift,
        meeting_base=meetings.base
        + meetings.cadence * math.log(levers.meetings_per_month / _BASE_PER_MONTH),
        meeting_commitment=meetings.commitment,
        meeting_load=meetings.load,
        availability=meetings.availability,
        meeting_spread=meetings.spread,
        initiation_weeks=phases.initiation_end * levers.planned_weeks,
        separation_weeks=phases.separation_start * levers.planned_weeks,
        trust_reached=phases.trust_reached,
        trust_lost=phases.trust_lost,
        initiation_growth=phases.initiation_growth,
        separation_growth=phases.separation_growth,
        initiation_hazard=phases.initiation_hazard,
        separation_hazard=phases.separation_hazard,
        go_on=phases.redefinition,
        load_growth=assumed.load.growth,
        load_sharing=assumed.load.sharing,
        sensitivity=closing.sensitivity,
        gap=closing.gap,
        **_hazards(closing),
        closeness=closing.closeness,
        reporting=closing.reporting,
        mentor_training=levers.mentor_training,
        mentee_exit=closing.mentee_exit,
        mentor_exit=closing.mentor_exit,
        failure_exit=assumed.load.failure_exit,
        give_up=assumed.queueing.give_up,
        requeue=assumed.queueing.requeue,
        quality_gain=benefit.quality,
        discount=2.0 ** (-1.0 / benefit.half_meetings),
    )


def record_of(kind: np.dtype, **values: float) -> np.void:
    """Fill one record by name."""
    table = np.zeros(1, dtype=kind)
    for name in kind.names:
        table[name] = values[name]
    return table[0]


def _hazards(closing: Closing) -> dict[str, float]:
    """Share the base rate out over causes and sides."""
    weights = {
        name: getattr(closing, name)
        for name in (
            "communication",
            "commitment",
            "personality",
            "competition",
            "conflict",
            "inexperience",
        )
    }
    total = sum(weights.values())
    rate = {
        name: closing.base_rate * weight / total if total else 0.0
        for name, weight in weights.items()
    }
    mentor = closing.mentor_ratio / (1.0 + closing.mentor_ratio)
    return {
        "communication_mentor": rate["communication"] * mentor,
        "communication_mentee": rate["communication"] * (1.0 - mentor),
        "commitment_mentor": rate["commitment"] * mentor,
        "commitment_mentee": rate["commitment"] * (1.0 - mentor),
        "side_rates": rate["communication"] + rate["commitment"],
        "person_mentor": rate["personality"] * mentor,
        "person_mentee": rate["personality"] * (1.0 - mentor),
        "competition": rate["competition"],
        "conflict": rate["conflict"],
        "inexperience": rate["inexperience"],
    }


def _first_month(n_checkins: int) -> int:
    """Spread check-ins over the first four weeks, as bits."""
    weeks = [int((k + 0.5) * _MONTH_WEEKS / n_checkins) for k in range(n_checkins)]
    return sum(1 << week for week in weeks)
