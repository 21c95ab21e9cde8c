"""What breaks when mentors leave, and whether the others can take over."""
