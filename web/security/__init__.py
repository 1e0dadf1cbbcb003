"""What keeps strangers from doing harm: origins, tokens, limits, headers."""
