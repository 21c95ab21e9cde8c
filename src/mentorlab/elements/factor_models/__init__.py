"""Confirmatory factor models of elements, and whether groups, partners and waves compare."""
