"""Pictures of results and frames: ``f(result, *, ax=None) -> Axes``, the numbers beside them."""

from .effects import effects, effects_over_time
from .elements import element_profile, partner_scatter, reliability
from .missingness import missingness
from .program import contact_over_time

__all__ = [
    "contact_over_time",
    "effects",
    "effects_over_time",
    "element_profile",
    "missingness",
    "partner_scatter",
    "reliability",
]
