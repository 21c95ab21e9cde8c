"""Signals of relationships that will end early, and how far to trust them."""

from .closure.curve import ClosureCurve, closure_curve
from .closure.model import ClosureModel, closure_model

__all__ = ["ClosureCurve", "ClosureModel", "closure_curve", "closure_model"]
