"""People to each other: profiles, following, blocking, muting, filters."""
