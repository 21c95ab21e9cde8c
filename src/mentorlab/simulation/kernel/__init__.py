"""Compiled kernels of the simulator: counter-based draws, and the weeks of one replication."""
