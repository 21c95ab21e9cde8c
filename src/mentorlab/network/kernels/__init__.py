"""Compiled loops over ties: arrays in, arrays out, each beside a naive version in the tests."""
