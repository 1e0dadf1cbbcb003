"""Who writes to whom: letters between a few people, perhaps about something that was posted."""
