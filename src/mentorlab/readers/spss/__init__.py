"""SPSS system files: the ``reader``, and a walk through their ``layout`` before they are opened."""

from .reader import read_spss

__all__ = ["read_spss"]
