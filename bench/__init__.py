"""Measurements of the real program, each beside its goal: `make bench`."""
