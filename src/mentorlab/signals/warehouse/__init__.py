"""Weekly features as one query: on DuckDB, and on the warehouse where the log already lies."""

from .expression import weekly_features_expr
from .sources import open_folder, program_tables

__all__ = ["open_folder", "program_tables", "weekly_features_expr"]
