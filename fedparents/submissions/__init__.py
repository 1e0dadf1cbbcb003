"""Forms that were sent: a form sent twice makes one thing, and both answers lead to it."""
