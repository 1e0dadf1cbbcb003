"""`/api/v1/streaming`: what programs hear of while they listen, as it happens."""
