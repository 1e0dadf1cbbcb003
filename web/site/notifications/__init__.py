"""The page of notifications, what is live on other pages, and how people want to hear."""
