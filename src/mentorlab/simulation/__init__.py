"""Simulation: which policy would you choose, and how sure are you?"""

from .calibration import (
    CONTEXTS,
    CalibratedSet,
    CheckTable,
    Setting,
    Target,
    calibrate,
    checks,
    context,
    recover,
    setting_from,
    targets_from,
)
from .compare import compare_policies
from .comparison import PolicyComparison
from .engines import ENGINES
from .experiments import (
    Costs,
    Design,
    EngineError,
    PartStore,
    SweepResult,
    cost_table,
    pareto_front,
    sensitivity_indices,
    sweep,
)
from .measures import list_measures
from .model import Parameters, ProgramModel
from .observation import Observation, planted, to_program
from .parameters import Levers
from .pool import PoolGenerator
from .run import ProgramRuns, simulate

__all__ = [
    "CONTEXTS",
    "ENGINES",
    "CalibratedSet",
    "CheckTable",
    "Costs",
    "Design",
    "EngineError",
    "Levers",
    "Observation",
    "Parameters",
    "PartStore",
    "PolicyComparison",
    "PoolGenerator",
    "ProgramModel",
    "ProgramRuns",
    "Setting",
    "SweepResult",
    "Target",
    "calibrate",
    "checks",
    "compare_policies",
    "context",
    "cost_table",
    "list_measures",
    "pareto_front",
    "planted",
    "recover",
    "sensitivity_indices",
    "setting_from",
    "simulate",
    "sweep",
    "targets_from",
    "to_program",
]
