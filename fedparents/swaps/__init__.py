"""Asks and offers: what a parent needs or gives, on the envelope of a post."""
