"""Relationship elements: what both partners say of their relationship, scored and compared."""

from .pairs import pair_partners
from .reliability import Reliability, reliability
from .scoring import score_elements

__all__ = ["Reliability", "pair_partners", "reliability", "score_elements"]
