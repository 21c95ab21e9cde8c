"""Numbers that describe a network and the people in it."""
