"""Excel workbooks: the ``reader``, and the ``workbook`` as grids of text."""

from .reader import read_excel

__all__ = ["read_excel"]
