"""A relationship as a whole: its phases and its profile."""
