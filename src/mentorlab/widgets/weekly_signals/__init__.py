"""What `explore_signals` shows: the week's list, one relationship, and how far to trust it."""

from .view import signals_view

__all__ = ["signals_view"]
