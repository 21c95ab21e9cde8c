"""Pictures of results and frames: ``f(result, *, ax=None) -> Axes``, the numbers beside them."""

from .agreement import agreement, limits_of_agreement
from .dyads import (
    actor_partner,
    behavioral_reciprocity,
    cross_lagged,
    growth,
    one_with_many,
    perceptual_accuracy,
    reciprocity,
    response_surface,
    social_relations,
)
from .effects import effects, effects_over_time
from .elements import element_profile, partner_scatter
from .invariance import invariance, loadings
from .missingness import missingness
from .phases import phase_timeline
from .practices import practice_rates, relationship_view
from .program import contact_over_time
from .signals import closure_curve, closure_model
from .structure import (
    element_correlations,
    factor_loadings,
    factor_structure,
    item_analysis,
    reliability,
)

__all__ = [
    "actor_partner",
    "agreement",
    "behavioral_reciprocity",
    "closure_curve",
    "closure_model",
    "contact_over_time",
    "cross_lagged",
    "effects",
    "effects_over_time",
    "element_correlations",
    "element_profile",
    "factor_loadings",
    "factor_structure",
    "growth",
    "invariance",
    "item_analysis",
    "limits_of_agreement",
    "loadings",
    "missingness",
    "one_with_many",
    "partner_scatter",
    "perceptual_accuracy",
    "phase_timeline",
    "practice_rates",
    "reciprocity",
    "relationship_view",
    "reliability",
    "response_surface",
    "social_relations",
]
