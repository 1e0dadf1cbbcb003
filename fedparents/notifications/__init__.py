"""Notifications: who is told of what, how soon and by which way, and what they have seen."""
