"""Our own API beside Mastodon's: groups, asks and offers, places."""
