"""Study mentoring effectiveness: elements, signals, networks, matching, effects.

``import mentorlab`` costs numpy and pandas; every other library loads with the part that uses it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Program": "program",
    "read_program": "storage",
    "write_template": "storage",
    "Codebook": "codebook",
    "item_bank": "codebook",
    "ReadResult": "readers",
    "read_any": "readers",
    "read_responses": "readers",
    "read_contacts": "readers",
    "read_applicants": "readers",
    "score_elements": "elements",
    "pair_partners": "elements",
    "reliability": "elements",
    "actor_partner": "elements",
    "behavioral_reciprocity": "elements",
    "common_fate": "elements",
    "confirmatory": "elements",
    "cross_lagged": "elements",
    "factor_structure": "elements",
    "group_agreement": "elements",
    "growth": "elements",
    "invariance": "elements",
    "item_analysis": "elements",
    "one_with_many": "elements",
    "partner_agreement": "elements",
    "perceptual_accuracy": "elements",
    "phases": "elements",
    "practice_rates": "elements",
    "reciprocity": "elements",
    "relationship_profile": "elements",
    "response_quality": "elements",
    "response_surface": "elements",
    "social_relations": "elements",
    "closure_curve": "signals",
    "design_chart": "signals",
    "detect": "signals",
    "evaluate_detector": "signals",
    "list_signals": "signals",
    "weekly_features": "signals",
    "closure_model": "signals",
    "Block": "matching",
    "Capacity": "matching",
    "Complementarity": "matching",
    "Learned": "matching",
    "Market": "matching",
    "Quota": "matching",
    "Require": "matching",
    "Similarity": "matching",
    "Stated": "matching",
    "as_policy": "matching",
    "assign": "matching",
    "blocking_pairs": "matching",
    "build_market": "matching",
    "compare_assignments": "matching",
    "evaluate_assignment": "matching",
    "explain": "matching",
    "form_circles": "matching",
    "list_policies": "matching",
    "misreport_gain": "matching",
    "pair_peers": "matching",
    "recommend": "matching",
    "register_policy": "matching",
    "rematch": "matching",
    "rotate_flash": "matching",
    "MentorNetwork": "network",
    "absorb": "network",
    "brokerage": "network",
    "build_network": "network",
    "developmental_networks": "network",
    "homophily": "network",
    "lineage": "network",
    "mentor_load": "network",
    "qap": "network",
    "reach": "network",
    "removal": "network",
    "silos": "network",
    "ProgramModel": "simulation",
    "compare_policies": "simulation",
    "simulate": "simulation",
    "treatment_effect": "effects",
    "explore_elements": "widgets",
    "explore_network": "widgets",
    "explore_signals": "widgets",
    "matching_lab": "widgets",
    "policy_simulator": "widgets",
    "missingness": "missing_data",
    "datasets": "",
    "elements": "",
    "effects": "",
    "errors": "",
    "instruments": "",
    "matching": "",
    "missing_data": "",
    "network": "",
    "plots": "",
    "privacy": "",
    "readers": "",
    "report": "",
    "signals": "",
    "simulation": "",
    "stats": "",
    "widgets": "",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mentorlab' has no attribute {name!r}")
    home = _HOMES[name]
    if not home:
        return import_module(f"{__name__}.{name}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
