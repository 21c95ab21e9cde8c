"""Who is left out, who is removed, and what must not be shown."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .consent import follow_references, forget, leave_out_withdrawn, without_people

_HOMES = {
    "SmallCells": "cells",
    "export_table": "exports",
    "neutralize_formulas": "exports",
    "new_key": "pseudonyms",
    "pseudonym": "pseudonyms",
    "pseudonymize": "pseudonyms",
    "restore_formulas": "exports",
    "small_cells": "cells",
}

__all__ = [
    "SmallCells",
    "export_table",
    "follow_references",
    "forget",
    "leave_out_withdrawn",
    "neutralize_formulas",
    "new_key",
    "pseudonym",
    "pseudonymize",
    "restore_formulas",
    "small_cells",
    "without_people",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mentorlab.privacy' has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
