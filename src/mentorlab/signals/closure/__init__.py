"""How and when relationships end: curves, hazards and the kinds of endings."""
