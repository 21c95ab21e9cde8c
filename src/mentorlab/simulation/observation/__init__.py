"""A simulated program as its staff and a researcher would see it."""

from .settings import Observation
from .to_program import planted, to_program

__all__ = ["Observation", "planted", "to_program"]
