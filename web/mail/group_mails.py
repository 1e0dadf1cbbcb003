"""Every mail about groups, each as one function of what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from web.mail.message import Mail
from web.mail.words import Words


def group_request(words: Words, *, to: str, group: str, count: int, link: str, fewer: str) -> Mail:
    """To those who decide: how many wait now. No names, because mail travels far."""
    return words.letter("group_request", to, group=group, count=count, link=link, fewer=fewer)


def group_welcome(
    words: Words, *, to: str, name: str, group: str, rules: Sequence[str], link: str
) -> Mail:
    """To somebody who has been let in."""
    return words.letter("group_welcome", to, name=name, group=group, rules=rules, link=link)


def group_declined(
    words: Words, *, to: str, name: str, group: str, reason: str, again_at: datetime
) -> Mail:
    """What was decided, why if somebody said so, and from when one may ask again."""
    return words.letter(
        "group_declined", to, name=name, group=group, reason=reason, again_at=again_at
    )


def group_expired(words: Words, *, to: str, name: str, group: str, link: str) -> Mail:
    """Nobody decided; the person may ask again."""
    return words.letter("group_expired", to, name=name, group=group, link=link)


def group_ending(
    words: Words, *, to: str, name: str, group: str, ends_at: datetime, link: str
) -> Mail:
    """To every member: until when they can keep what they need."""
    return words.letter("group_ending", to, name=name, group=group, ends_at=ends_at, link=link)


def group_handed_over(words: Words, *, to: str, name: str, group: str, link: str) -> Mail:
    """To the new manager of a group whose last one has gone."""
    return words.letter("group_handed_over", to, name=name, group=group, link=link)


def group_accepted(words: Words, *, to: str, name: str, group: str, link: str) -> Mail:
    """To the founder: the group begins."""
    return words.letter("group_accepted", to, name=name, group=group, link=link)


def group_refused(words: Words, *, to: str, name: str, group: str, reason: str) -> Mail:
    """To the founder: it does not."""
    return words.letter("group_refused", to, name=name, group=group, reason=reason)


def group_proposed(words: Words, *, to: str, count: int, link: str) -> Mail:
    """To the moderators of the place: how many groups wait for their word."""
    return words.letter("group_proposed", to, count=count, link=link)
