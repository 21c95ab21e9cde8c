"""Assignments that no pair would leave: tests, and the strong kinds of stability."""
