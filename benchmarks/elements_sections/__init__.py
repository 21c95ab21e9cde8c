"""Sections of ``bench_elements.py``: each compares one job and returns its lines."""
