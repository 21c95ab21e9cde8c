"""Who does the tasks of a study: threads here, other processes and clusters beside them."""

from __future__ import annotations

from .collect import ENGINES, Engine, Parts, collect
from .threads import run_threads

ENGINES["threads"] = run_threads

__all__ = ["ENGINES", "Engine", "Parts", "collect", "run_threads"]
