"""Models of two or more people who depend on each other."""
