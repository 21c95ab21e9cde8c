"""The policy simulator: levers, policies and a pool over simulated program years."""

from .explorer import policy_simulator
from .view import simulator_view

__all__ = ["policy_simulator", "simulator_view"]
