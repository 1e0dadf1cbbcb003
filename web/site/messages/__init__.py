"""Private messages: the list, a conversation, and what strangers ask."""
