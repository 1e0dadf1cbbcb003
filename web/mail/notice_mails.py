"""Mails about notifications, each as one function of what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.mail.message import Mail
from web.mail.words import Words


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, and where to look at it."""

    words: str
    link: str


def news(words: Words, *, to: str, name: str, lines: Sequence[Line], fewer: str) -> Mail:
    """What should not wait. The subject says how much, not what: others may see it."""
    return words.letter("news", to, name=name, lines=lines, fewer=fewer)


def digest(
    words: Words, *, to: str, name: str, lines: Sequence[Line], is_weekly: bool, fewer: str
) -> Mail:
    """What could wait until the morning, or until the day of the week that somebody chose."""
    return words.letter("digest", to, name=name, lines=lines, is_weekly=is_weekly, fewer=fewer)
