"""Widgets: a picture, a table and a few controls over the plain functions of mentorlab."""

from .element_view import element_view
from .explore_elements import explore_elements
from .explore_network import explore_network
from .explore_signals import explore_signals
from .matching_lab import matching_lab
from .matching_view import matching_view
from .network_view import network_view
from .pool_canvas import NetworkCanvas, network_canvas
from .simulator import policy_simulator, simulator_view
from .weekly_signals import signals_view

__all__ = [
    "NetworkCanvas",
    "element_view",
    "explore_elements",
    "explore_network",
    "explore_signals",
    "matching_lab",
    "matching_view",
    "network_canvas",
    "network_view",
    "policy_simulator",
    "signals_view",
    "simulator_view",
]
