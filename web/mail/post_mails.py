"""Every mail about what somebody wrote, each as one function of what it says."""

from __future__ import annotations

from web.mail.message import Mail
from web.mail.words import Words


def first_post_through(words: Words, *, to: str, name: str, group: str, link: str) -> Mail:
    """To a newcomer whose first message was let through."""
    return words.letter("first_post_through", to, name=name, group=group, link=link)
