"""Finding what was said: one way to turn words into terms, for both engines and all languages."""
