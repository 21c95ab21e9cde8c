"""Confirmatory factor models with missing answers, groups and repeated blocks."""
