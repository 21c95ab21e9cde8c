"""What a pair is worth: terms of utility, weighted and added."""
