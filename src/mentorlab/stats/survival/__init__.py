"""Time to an ending: curves, hazards, competing causes, and how well predictions hold."""
