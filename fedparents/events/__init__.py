"""Outings, workshops, parties: when and where, for whom, and who comes."""
