"""What is to be handed on: to push services and to mailboxes."""

from __future__ import annotations

from dataclasses import dataclass

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class PushesDue(Fact):
    """Push these; each bundle belongs to one account and goes as one."""

    bundles: list[list[int]]


@dataclass(frozen=True, slots=True)
class PushDueAgain(Fact):
    """The push service of this subscription did not take the bundle the first time."""

    subscription_id: int
    bundle: list[int]
    is_app: bool = False


@dataclass(frozen=True, slots=True)
class NoticeMailDue(Fact):
    """Mail these, which belong to one account, unless they have been seen meanwhile."""

    notification_ids: list[int]


@dataclass(frozen=True, slots=True)
class DigestDue(Fact):
    """Mail somebody what could wait until now, if there is anything."""

    account_id: int
    which: str
    """ "daily" or "weekly"."""
    on: str
    """ISO 8601: of each day there is one."""
