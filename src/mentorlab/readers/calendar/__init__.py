"""Calendars as logs of meetings: the ``reader``, and the part of ``icalendar`` that it needs."""

from .reader import read_calendar

__all__ = ["read_calendar"]
