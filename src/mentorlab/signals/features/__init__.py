"""What the log says of each relationship at the end of each week."""
