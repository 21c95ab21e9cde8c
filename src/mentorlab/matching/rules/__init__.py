"""What any assignment must honor: pairs kept apart or together, numbers, groups."""
