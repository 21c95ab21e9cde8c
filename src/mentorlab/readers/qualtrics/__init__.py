"""Qualtrics exports: the ``reader``, and its ``ticks`` of questions with several answers."""

from .reader import read_qualtrics

__all__ = ["read_qualtrics"]
