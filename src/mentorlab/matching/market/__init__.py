"""The matching market: who may be matched with whom, and what each side gets from it."""

from .market import Market

__all__ = ["Market"]
