"""Looking for something: one box, some chips, people, groups and what was said."""
