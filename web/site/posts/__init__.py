"""Asking, offering, writing and answering, and reading what others wrote."""
