"""Actors: the public side of people and groups, here and elsewhere. Sign-in is not here."""
