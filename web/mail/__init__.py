"""Mails: what they say, in whose words, and how they leave."""
