"""The bytes of pictures: looked at, drawn anew in a process that may do nothing else, and kept."""
