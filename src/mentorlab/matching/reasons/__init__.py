"""Why people have the partner they have, in words that can be checked."""
