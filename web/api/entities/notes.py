"""What somebody was told: Notification, in Mastodon's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fedparents.notifications.alerts import ALERTS
from fedparents.notifications.feed import Notified
from fedparents.notifications.kinds import Kind
from web.api.entities.reader import Json, moment

TYPES: Final[Mapping[Kind, str]] = {kind: alert.value for kind, alert in ALERTS.items()}
_TOGETHER: Final = frozenset({Kind.THANKS, Kind.SHARED, Kind.FOLLOW})
_HOUR: Final = 3600
_SAMPLE: Final = 8
_PARTIAL: Final = (
    *("id", "acct", "locked", "bot", "url", "avatar", "avatar_static", "avatar_description"),
)
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
    """What is of one kind and about one post within an hour belongs together; and who follows."""
    kind = TYPES[told.kind]
    if told.kind not in _TOGETHER:
        return f"ungrouped-{told.id}"
    hour = int(told.created_at.timestamp()) // _HOUR
    return f"{kind}-{told.post_id}-{hour}" if is_about_post(told) else f"{kind}-{hour}"


def group(told: Sequence[Notified], people: Sequence[str]) -> Json:
    """Several of one key, the newest first; `people` are those who did it."""
    newest, oldest = told[0], told[-1]
    found: Json = {
        "group_key": group_key(newest),
        "notifications_count": len(told),
        "type": TYPES[newest.kind],
        "most_recent_notification_id": newest.id,
        "page_min_id": str(oldest.id),
        "page_max_id": str(newest.id),
        "latest_page_notification_at": moment(newest.created_at),
        "sample_account_ids": list(dict.fromkeys(people))[:_SAMPLE],
    }
    return found | {"status_id": str(newest.post_id)} if is_about_post(newest) else found


def partial_account(account: Json) -> Json:
    """As much of somebody as stands in a row of small pictures."""
    return {name: account[name] for name in _PARTIAL}
