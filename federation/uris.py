"""The addresses under which other towns know what is ours."""

from __future__ import annotations


def actor_uri(base_url: str, actor_id: int) -> str:
    """The id of a person or group of this place; it never changes, whatever they are called."""
    return f"{base_url}/users/{actor_id}"
