"""Data to learn on and to check against: one invented program, six real data sets.

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
    "load_econ_advisers": "econ_advisers",
    "load_dbpedia_advisors": "dbpedia_advisors",
    "load_acitelli": "acitelli",
    "load_teacher_careers": "teacher_careers",
    "AcitelliCouples": "acitelli",
    "DbpediaAdvisors": "dbpedia_advisors",
    "EconAdvisers": "econ_advisers",
    "KenyaMentors": "kenya",
    "OpenSeeds": "open_seeds",
    "TeacherCareers": "teacher_careers",
    "TABLE_3_CONTROLS": "kenya",
    "contact_by_wave": "kenya",
    "met_again": "kenya",
    "yearly_hazard": "teacher_careers",
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
