"""Signals of relationships that will end early, and how far to trust them."""

from . import warehouse
from .catalog.base import Signal
from .catalog.registry import list_signals, register_signal
from .charts import ChartDesign, design_chart
from .closure.curve import ClosureCurve, closure_curve
from .closure.model import ClosureModel, closure_model
from .detect import detect
from .detection import Detection
from .evaluation.evaluate import evaluate_detector
from .evaluation.result import DetectorEvaluation
from .features.weekly import FeatureUpdate, start_features, update_features, weekly_features
from .gaps import gap_alarm
from .weekly_list import WeeklyList, weekly_list

__all__ = [
    "ChartDesign",
    "ClosureCurve",
    "ClosureModel",
    "Detection",
    "DetectorEvaluation",
    "FeatureUpdate",
    "Signal",
    "WeeklyList",
    "closure_curve",
    "closure_model",
    "design_chart",
    "detect",
    "evaluate_detector",
    "gap_alarm",
    "list_signals",
    "register_signal",
    "start_features",
    "update_features",
    "warehouse",
    "weekly_features",
    "weekly_list",
]
