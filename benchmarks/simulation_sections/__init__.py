"""Parts of the simulation benchmark."""
