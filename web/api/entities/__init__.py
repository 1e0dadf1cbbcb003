"""What the client API answers with: one class for each entity of Mastodon's documentation."""
