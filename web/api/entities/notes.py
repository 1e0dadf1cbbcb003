"""What somebody was told: Notification, in Mastodon's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fedparents.notifications.feed import Notified
from fedparents.notifications.kinds import Kind
from web.api.entities.reader import Json, moment

TYPES: Final[Mapping[Kind, str]] = {
    Kind.ANSWER: "mention",
    Kind.ACCEPTED: "favourite",
    Kind.MENTION: "mention",
    Kind.NEW_ASK: "status",
    Kind.URGENT_ASK: "status",
    Kind.ANNOUNCEMENT: "status",
    Kind.MESSAGE: "mention",
    Kind.THANKS: "favourite",
    Kind.SHARED: "reblog",
    Kind.FOLLOWED_POST: "status",
    Kind.POLL: "poll",
    Kind.FOLLOW_REQUEST: "follow_request",
    Kind.FOLLOW: "follow",
}
_WITHOUT_POST: Final = frozenset({Kind.FOLLOW, Kind.FOLLOW_REQUEST})


def kinds_of(types: Sequence[str], exclude: Sequence[str]) -> list[Kind]:
    """Ours, for types that an app wants and those that it does not want."""
    return [
        kind for kind, word in TYPES.items() if (not types or word in types) and word not in exclude
    ]


def is_about_post(told: Notified) -> bool:
    return told.kind not in _WITHOUT_POST


def notification(told: Notified, account: Json, status: Json | None) -> Json:
    found: Json = {
        "id": str(told.id),
        "type": TYPES[told.kind],
        "group_key": group_key(told),
        "created_at": moment(told.created_at),
        "account": account,
    }
    return found | {"status": status} if status is not None else found


def group_key(told: Notified) -> str:
    """Thanks for one post within an hour belong together; everything else stands alone."""
    if told.kind == Kind.THANKS:
        return f"favourite-{told.post_id}-{int(told.created_at.timestamp()) // 3600}"
    return f"ungrouped-{told.id}"
