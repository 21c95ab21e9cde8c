"""Pictures of results and frames: ``f(result, *, ax=None) -> Axes``, the numbers beside them.

Each is imported when it is asked for, so that one picture does not cost the libraries of all.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "actor_partner": "dyads",
    "agreement": "partner_agreement",
    "assignment": "matching",
    "behavioral_reciprocity": "dyads",
    "brokerage": "network",
    "calibrated_ranges": "simulation_checks",
    "capacity_plan": "matching_forms",
    "chart_design": "signals_detection",
    "check_table": "simulation_checks",
    "churn_curve": "matching_forms",
    "closure_curve": "signals",
    "closure_curves": "simulation",
    "closure_model": "signals",
    "contact_over_time": "program",
    "contributions": "signals_detection",
    "cross_lagged": "dyads",
    "detection": "signals_detection",
    "developmental_networks": "network_lines",
    "effects": "treatment",
    "effects_over_time": "treatment",
    "ego": "network",
    "element_correlations": "structure",
    "element_profile": "elements",
    "evaluation": "signals_detection",
    "factor_loadings": "structure",
    "factor_structure": "structure",
    "generations": "network_lines",
    "group_gains": "simulation",
    "growth": "dyads",
    "homophily": "network",
    "inclusion": "network",
    "invariance": "factor_models",
    "item_analysis": "structure",
    "level_gaps": "matching_forms",
    "limits_of_agreement": "partner_agreement",
    "loadings": "factor_models",
    "matrix": "network",
    "mentor_load": "network",
    "missingness": "missing_data",
    "net_benefit": "signals_detection",
    "one_with_many": "dyads",
    "partner_scatter": "elements",
    "pay_it_forward": "network_lines",
    "perceptual_accuracy": "dyads",
    "phase_timeline": "phases",
    "policy_comparison": "matching",
    "policy_contrasts": "simulation",
    "policy_costs": "simulation_checks",
    "popularity": "network_lines",
    "practice_rates": "practices",
    "rank_profile": "matching",
    "reach": "network",
    "reciprocity": "dyads",
    "relationship_view": "practices",
    "recovered_parameters": "simulation_checks",
    "reliability": "structure",
    "removal": "network",
    "response_surface": "dyads",
    "sensitivity_indices": "simulation_sweeps",
    "silos": "network",
    "skill_coverage": "matching_forms",
    "snapshots": "network_lines",
    "social_relations": "dyads",
    "sweep_front": "simulation_sweeps",
    "sweep_levels": "simulation_sweeps",
    "two_columns": "network_columns",
    "weight_sensitivity": "matching_forms",
    "worst_off": "matching",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    function = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = function
    return function


def __dir__() -> list[str]:
    return __all__
