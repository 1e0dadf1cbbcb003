"""Accounts: how people of this place sign up, sign in, are let in, and leave."""
