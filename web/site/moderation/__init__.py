"""Pages about what is wrong: saying so, deciding, objecting."""
