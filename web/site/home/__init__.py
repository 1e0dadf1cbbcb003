"""The first page: what is one's turn, and what one can do now."""
