"""The client API, which apps made for Mastodon speak; additive where parents need more."""
