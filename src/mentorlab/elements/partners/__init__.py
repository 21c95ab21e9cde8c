"""Both partners together: agreement, reciprocity, influence, congruence, growth."""
