"""Engines beside threads: processes, clusters, and parts on disk."""

from __future__ import annotations

from ...engines import ENGINES
from .dask import run_dask
from .loky import run_loky
from .parts import PartStore

ENGINES.setdefault("loky", run_loky)
ENGINES.setdefault("dask", run_dask)

__all__ = ["PartStore", "run_dask", "run_loky"]
