"""What is planted in the example program, in a form that a notebook can compare with."""

from __future__ import annotations

from statistics import fmean

import numpy as np
import pandas as pd

from . import settings as s
from .bonds import Bond


def describe_truth(
    bonds: list[Bond], people: pd.DataFrame, pairs: pd.DataFrame, effects: dict[str, float]
) -> dict:
    """Gather every planted fact under the part of the toolkit that should find it."""
    return {
        "about": "What was planted in the synthetic example program; see README.md beside it.",
        "seed": s.SEED,
        "elements": _elements(),
        "effects": _effects(effects),
        "endings": _endings(bonds),
        "matching": _matching(people, pairs),
        "network": _network(bonds, people, pairs),
        "privacy": {"n_withdrawn": int((~people["consent"]).sum())},
    }


def _elements() -> dict:
    return {
        "item_loading_by_role": s.LOADING,
        "reversed_item_loading_drop": s.REVERSED_LOADING_DROP,
        "latent_alpha_by_role": {role: _alpha(loading) for role, loading in s.LOADING.items()},
        "latent_element_correlation": s.HALO_SHARE,
        "latent_partner_correlation": round(
            s.HALO_SHARE * s.SHARED_HALO + (1 - s.HALO_SHARE) * s.SHARED_SPECIFIC, 3
        ),
        "halo_stability_between_waves": s.STABLE_HALO,
        "mentor_leniency_sd": s.MENTOR_LENIENCY,
        "satisfaction_on_halo": {"actor": s.ACTOR_EFFECT, "partner": s.PARTNER_EFFECT},
        "negative_experiences_on_halo": s.NEGATIVE_ON_HALO,
        "support_on_halo": s.SUPPORT_ON_HALO,
        "fall_in_decline_sd": {"element_of_the_cause": s.FALL_CAUSE, "others": s.FALL_OTHER},
        "survey_months": {str(wave): month for wave, month in s.WAVES.items()},
    }


def _alpha(loading: float) -> float:
    """Alpha of three items with this loading and one reversed item, before rounding to 1..5."""
    loadings = np.array([loading] * 3 + [loading - s.REVERSED_LOADING_DROP])
    total = 4 + loadings.sum() ** 2 - (loadings**2).sum()
    return round(float(4 / 3 * (1 - 4 / total)), 3)


def _effects(effects: dict[str, float]) -> dict:
    return {
        "design": "individual lottery within sites; both arms measured at waves 0 and 1",
        "true_effect_sd": {
            outcome: round(fmean(effects.values()), 3) if has_effect else 0.0
            for outcome, has_effect in s.OUTCOMES.items()
        },
        "by_length_sd": {"full_length": s.EFFECT_FULL_LENGTH, "ended_early": s.EFFECT_ENDED_EARLY},
        "outcome_sd_points": s.OUTCOME_SD,
        "baseline_correlation": s.OUTCOME_STABILITY,
    }


def _endings(bonds: list[Bond]) -> dict:
    pairs = [bond for bond in bonds if bond.kind == "one_to_one"]
    early = [bond for bond in pairs if bond.ended_on and bond.ended_on < bond.planned_end]
    by_mentor = sum(bond.ended_by == "mentor" for bond in early)
    return {
        "n_one_to_one": len(pairs),
        "n_early": len(early),
        "early_share": round(len(early) / len(pairs), 3),
        "by_mentor_share": round(by_mentor / len(early), 3),
        "log_odds_per_sd_of_quality": -s.QUALITY_PROTECTS,
        "announced_by_the_log": [_announced(bond) for bond in early if bond.decline],
        "without_a_trace_in_the_log": [
            {"relationship_id": bond.relationship_id, "cause": bond.end_reason}
            for bond in early
            if not bond.decline
        ],
        "lulls_without_an_ending": [_lull(bond) for bond in pairs if bond.lull],
        "still_running": [bond.relationship_id for bond in pairs if bond.ended_on is None],
    }


def _announced(bond: Bond) -> dict:
    return {
        "relationship_id": bond.relationship_id,
        "cause": bond.end_reason,
        "from_day": bond.decline.from_on.isoformat(),
        "from_week": (bond.decline.from_on - bond.started_on).days // 7 + 1,
        "ended_on": bond.ended_on.isoformat(),
        "withdraws": dict(bond.members)[bond.decline.withdraws],
        "scores_fall_for": list(bond.decline.falls),
    }


def _lull(bond: Bond) -> dict:
    first, last = (day.isoformat() for day in bond.lull)
    return {"relationship_id": bond.relationship_id, "first_day": first, "last_day": last}


def _matching(people: pd.DataFrame, pairs: pd.DataFrame) -> dict:
    return {
        "quality_variance_shares": s.QUALITY_SHARES,
        "value_columns": list(s.VALUES),
        "same_department_odds": s.SAME_DEPARTMENT_MATCH_ODDS,
        "same_department_share": round(float(pairs["same_department"].mean()), 3),
        "gender_has_no_effect": True,
    }


def _network(bonds: list[Bond], people: pd.DataFrame, pairs: pd.DataFrame) -> dict:
    crowded = pairs.loc[pairs["crowded"], "mentor"].iloc[0]
    taught = {person for bond in bonds for person in bond.people("mentee")}
    teaching = {person for bond in bonds for person in bond.people("mentor")}
    return {
        "overloaded_mentor": {
            "person_id": crowded,
            "capacity": int(people.at[crowded, "capacity"]),
            "n_mentees": int(pairs["crowded"].sum()),
            "quality_penalty_sd": s.OVERLOAD_PENALTY,
        },
        "n_mentors_who_are_mentees_elsewhere": len(taught & teaching),
        "ties_same_department_odds": s.TIE_SAME_DEPARTMENT_ODDS,
        "ties_same_site_odds": s.TIE_SAME_SITE_ODDS,
        "mentor_is_line_manager": [
            bond.relationship_id for bond in bonds if bond.end_reason == "conflict_of_interest"
        ],
    }
