"""Retention: what is forgotten when, as a table, and the job that carries it out once a day."""
