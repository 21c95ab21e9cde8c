"""Signals of relationships that will end early, and how far to trust them."""

from .closure.curve import ClosureCurve, closure_curve

__all__ = ["ClosureCurve", "closure_curve"]
