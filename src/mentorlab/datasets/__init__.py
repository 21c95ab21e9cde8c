"""Mentoring data to learn on and to check against: one invented program, two real data sets.

Nothing is read or imported before a loader is called.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "load_example_program": "example",
    "example_truth": "example",
    "load_kenya_mentors": "kenya",
    "load_open_seeds": "open_seeds",
    "KenyaMentors": "kenya",
    "OpenSeeds": "open_seeds",
    "TABLE_3_CONTROLS": "kenya",
    "contact_by_wave": "kenya",
    "met_again": "kenya",
    "DataSource": "registry",
    "SOURCES": "registry",
    "list_datasets": "registry",
    "available": "fetch",
    "locate": "fetch",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mentorlab.datasets' has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
