"""What one person is to another: following, blocking, muting, notes and filters."""
