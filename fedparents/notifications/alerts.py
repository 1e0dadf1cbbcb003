"""What apps call the kinds of things that somebody can be told of, and whose of them they push."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

from fedparents.notifications.kinds import Kind


class Alert(StrEnum):
    """The words of Mastodon's API; an app says of each whether it wants pushes."""

    MENTION = "mention"
    QUOTE = "quote"
    STATUS = "status"
    REBLOG = "reblog"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    FAVOURITE = "favourite"
    POLL = "poll"
    UPDATE = "update"
    QUOTED_UPDATE = "quoted_update"
    ADMIN_SIGN_UP = "admin.sign_up"
    ADMIN_REPORT = "admin.report"


class From(StrEnum):
    """Of whose doing an app pushes."""

    ALL = "all"
    FOLLOWED = "followed"
    """Those whom its owner follows, and what is said in their groups."""
    FOLLOWER = "follower"
    """Those who follow its owner."""
    NONE = "none"


ALERTS: Final[Mapping[Kind, Alert]] = {
    Kind.ANSWER: Alert.MENTION,
    Kind.ACCEPTED: Alert.FAVOURITE,
    Kind.MENTION: Alert.MENTION,
    Kind.NEW_ASK: Alert.STATUS,
    Kind.URGENT_ASK: Alert.STATUS,
    Kind.ANNOUNCEMENT: Alert.STATUS,
    Kind.MESSAGE: Alert.MENTION,
    Kind.THANKS: Alert.FAVOURITE,
    Kind.SHARED: Alert.REBLOG,
    Kind.FOLLOWED_POST: Alert.STATUS,
    Kind.POLL: Alert.POLL,
    Kind.FOLLOW_REQUEST: Alert.FOLLOW_REQUEST,
    Kind.FOLLOW: Alert.FOLLOW,
}
"""For all other kinds no app has a word; they are on the page, in our own pushes and in mails."""


def write_alerts(alerts: Iterable[Alert]) -> str:
    """Between spaces, and always in the same order."""
    wanted = frozenset(alerts)
    return " ".join(alert for alert in Alert if alert in wanted)


def read_alerts(text: str) -> frozenset[Alert]:
    return frozenset(Alert(word) for word in text.split())


@lru_cache(maxsize=1024)
def kinds_asked(text: str) -> frozenset[Kind]:
    """What an app, or several, want to push, of their alerts as they are kept."""
    words = text.split()
    return frozenset(kind for kind, alert in ALERTS.items() if alert in words)
