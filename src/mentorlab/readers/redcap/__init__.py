"""REDCap projects: records (``reader``), their ``dictionary``, ``header`` and meeting ``log``."""

from .reader import read_redcap

__all__ = ["read_redcap"]
