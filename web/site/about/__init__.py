"""What visitors see first: what this place is, and the ways in."""
