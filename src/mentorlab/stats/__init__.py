"""Statistics on arrays that several parts share: arrays in, arrays out, no frames, no ids."""

from .regression import OlsFit, fit_ols
from .reliability.alpha import cronbach_alpha, feldt_interval, item_statistics

__all__ = ["OlsFit", "cronbach_alpha", "feldt_interval", "fit_ols", "item_statistics"]
