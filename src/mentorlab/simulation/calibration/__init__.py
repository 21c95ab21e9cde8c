"""Calibration: which published numbers the model meets, and all models that meet them."""

from .calibrate import CalibratedSet, calibrate
from .checks import CheckTable, checks
from .contexts import CONTEXTS, Context, context
from .own import setting_from, targets_from
from .page import checks_page
from .recovery import Recovery, recover
from .setting import Setting
from .targets import EXTERNAL_CHECKS, Target, list_moments, list_targets

__all__ = [
    "CONTEXTS",
    "EXTERNAL_CHECKS",
    "CalibratedSet",
    "CheckTable",
    "Context",
    "Recovery",
    "Setting",
    "Target",
    "calibrate",
    "checks",
    "checks_page",
    "context",
    "list_moments",
    "list_targets",
    "recover",
    "setting_from",
    "targets_from",
]
