"""Reports: results as tables for papers and as sentences for the methods section."""

from .coverage import feature_coverage
from .methods import methods_text
from .table import table

__all__ = ["feature_coverage", "methods_text", "table"]
