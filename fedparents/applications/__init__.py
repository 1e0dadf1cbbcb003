"""Programs that act for people: which there are, what they were let do, and their tokens."""
