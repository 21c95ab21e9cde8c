"""Sections of the benchmark of signals: each can be run alone by ``bench_signals.py --only``."""
