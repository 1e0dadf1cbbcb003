"""What parents do: the core, which knows SQL and nothing of HTTP, HTML or JSON-LD."""
