"""Language and display, for everybody who comes here."""
