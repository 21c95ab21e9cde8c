"""Whom the program reaches, and what its ties bring."""
