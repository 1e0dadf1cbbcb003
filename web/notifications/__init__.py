"""Notifications on their way: which facts lead to them, what they say and where they lead."""
