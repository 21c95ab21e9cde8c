"""What mentoring changes: effects against a comparison group, with honest uncertainty."""

from .treatment import Effect, treatment_effect

__all__ = ["Effect", "treatment_effect"]
