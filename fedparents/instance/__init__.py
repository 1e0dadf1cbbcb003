"""The place itself: what an association decides in the browser, and its legal pages."""
