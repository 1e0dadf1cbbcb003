"""The wizard of the first visit: from an empty server to a place that parents can join."""
