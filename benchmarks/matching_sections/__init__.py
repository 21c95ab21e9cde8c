"""Sections of ``bench_matching.py``: each compares one job and returns its lines."""
