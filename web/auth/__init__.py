"""Signing in: sessions of browsers and tokens of programs end in the same viewer."""
