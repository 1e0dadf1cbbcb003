"""Coming in, signing in, one's own settings, and going."""
