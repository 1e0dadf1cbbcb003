"""Backups: everything that a place is, in one file, and the way back from it."""
