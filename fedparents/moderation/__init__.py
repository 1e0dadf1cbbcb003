"""Looking after what is said and done here: the desk of a group, and of the place."""
