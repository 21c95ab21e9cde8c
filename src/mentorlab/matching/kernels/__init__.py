"""Compiled kernels of the matching policies: arrays in, arrays out."""
