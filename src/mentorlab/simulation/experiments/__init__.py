"""Experiments over designs, on any engine, with parts that outlive an interruption."""

from .costs import Costs, CostTable, cost_table
from .design import Design
from .engines import PartStore
from .engines.backend import EngineError
from .pareto import pareto_front
from .sensitivity import SensitivityIndices, sensitivity_indices
from .sweep import SweepResult, sweep

__all__ = [
    "CostTable",
    "Costs",
    "Design",
    "EngineError",
    "PartStore",
    "SensitivityIndices",
    "SweepResult",
    "cost_table",
    "pareto_front",
    "sensitivity_indices",
    "sweep",
]
