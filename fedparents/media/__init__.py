"""Pictures as rows: whose they are, where they are shown, when they go. No bytes in here."""
