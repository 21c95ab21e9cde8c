"""Reports: results as tables for papers, as sentences for the methods section, as a memo."""

from __future__ import annotations

from typing import Any

from .coverage import feature_coverage
from .methods import methods_text
from .table import table

__all__ = ["decision", "feature_coverage", "methods_text", "table"]


def __getattr__(name: str) -> Any:
    if name != "decision":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .decision_memo import decision

    globals()[name] = decision
    return decision
