"""Reliability of sums of items: alpha, omega, split halves, with intervals."""
