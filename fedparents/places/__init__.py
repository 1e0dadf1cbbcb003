"""Where people live: a list of communes to choose from, and what each is found by."""
