"""Repeated and clustered outcomes: mixed models, estimating equations, ordered categories."""
