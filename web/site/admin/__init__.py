"""The desk of those who look after the place: who waits, how it is set, whether it is well."""
