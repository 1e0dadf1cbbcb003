"""How towns talk to each other: it fetches and sends, and serves nothing."""
