"""Widgets: a picture, a table and a few controls over the plain functions of mentorlab."""

from .element_view import element_view
from .explore_elements import explore_elements
from .explore_network import explore_network
from .matching_lab import matching_lab
from .matching_view import matching_view
from .network_view import network_view
from .pool_canvas import NetworkCanvas, network_canvas

__all__ = [
    "NetworkCanvas",
    "element_view",
    "explore_elements",
    "explore_network",
    "matching_lab",
    "matching_view",
    "network_canvas",
    "network_view",
]
