"""What towns send each other, one file for each type: how it leaves, and how it arrives."""
