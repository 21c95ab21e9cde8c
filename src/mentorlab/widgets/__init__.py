"""Widgets: a picture, a table and a few controls over the plain functions of mentorlab."""

from .element_view import element_view
from .explore_elements import explore_elements

__all__ = ["element_view", "explore_elements"]
