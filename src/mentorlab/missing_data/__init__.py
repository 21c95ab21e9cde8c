"""What is missing, of what kind, and who stopped answering."""

from .report import Missingness, missingness

__all__ = ["Missingness", "missingness"]
