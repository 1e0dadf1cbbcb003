"""What a program may do for somebody: the scopes of Mastodon's API, which contain each other."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final

from fedparents.errors import Invalid


class Scope(StrEnum):
    """A whole, or a part of one; `read` contains every `read:...`."""

    READ = "read"
    READ_ACCOUNTS = "read:accounts"
    READ_BLOCKS = "read:blocks"
    READ_BOOKMARKS = "read:bookmarks"
    READ_COLLECTIONS = "read:collections"
    READ_FAVOURITES = "read:favourites"
    READ_FILTERS = "read:filters"
    READ_FOLLOWS = "read:follows"
    READ_GROUPS = "read:groups"
    READ_LISTS = "read:lists"
    READ_MUTES = "read:mutes"
    READ_NOTIFICATIONS = "read:notifications"
    READ_SEARCH = "read:search"
    READ_STATUSES = "read:statuses"
    WRITE = "write"
    WRITE_ACCOUNTS = "write:accounts"
    WRITE_BLOCKS = "write:blocks"
    WRITE_BOOKMARKS = "write:bookmarks"
    WRITE_COLLECTIONS = "write:collections"
    WRITE_CONVERSATIONS = "write:conversations"
    WRITE_FAVOURITES = "write:favourites"
    WRITE_FILTERS = "write:filters"
    WRITE_FOLLOWS = "write:follows"
    WRITE_GROUPS = "write:groups"
    WRITE_LISTS = "write:lists"
    WRITE_MEDIA = "write:media"
    WRITE_MUTES = "write:mutes"
    WRITE_NOTIFICATIONS = "write:notifications"
    WRITE_REPORTS = "write:reports"
    WRITE_STATUSES = "write:statuses"
    FOLLOW = "follow"
    PUSH = "push"
    PROFILE = "profile"
    ADMIN_READ = "admin:read"
    ADMIN_READ_ACCOUNTS = "admin:read:accounts"
    ADMIN_READ_CANONICAL_EMAIL_BLOCKS = "admin:read:canonical_email_blocks"
    ADMIN_READ_DOMAIN_ALLOWS = "admin:read:domain_allows"
    ADMIN_READ_DOMAIN_BLOCKS = "admin:read:domain_blocks"
    ADMIN_READ_EMAIL_DOMAIN_BLOCKS = "admin:read:email_domain_blocks"
    ADMIN_READ_IP_BLOCKS = "admin:read:ip_blocks"
    ADMIN_READ_REPORTS = "admin:read:reports"
    ADMIN_WRITE = "admin:write"
    ADMIN_WRITE_ACCOUNTS = "admin:write:accounts"
    ADMIN_WRITE_CANONICAL_EMAIL_BLOCKS = "admin:write:canonical_email_blocks"
    ADMIN_WRITE_DOMAIN_ALLOWS = "admin:write:domain_allows"
    ADMIN_WRITE_DOMAIN_BLOCKS = "admin:write:domain_blocks"
    ADMIN_WRITE_EMAIL_DOMAIN_BLOCKS = "admin:write:email_domain_blocks"
    ADMIN_WRITE_IP_BLOCKS = "admin:write:ip_blocks"
    ADMIN_WRITE_REPORTS = "admin:write:reports"

    @property
    def is_administrative(self) -> bool:
        return self.startswith("admin:")

    def is_within(self, granted: Iterable[Scope]) -> bool:
        """Whether one of these contains this one whole; `follow` is contained in nothing."""
        return covers(granted, self)


# `follow` is older than the parts, and is still what most apps ask for.
_FOLLOW: Final = frozenset(
    {
        Scope.READ_BLOCKS,
        Scope.READ_FOLLOWS,
        Scope.READ_MUTES,
        Scope.WRITE_BLOCKS,
        Scope.WRITE_FOLLOWS,
        Scope.WRITE_MUTES,
    }
)


_ALL: Final = frozenset(Scope)


@lru_cache(maxsize=256)
def parse_scopes(text: str) -> frozenset[Scope]:
    """Scopes between spaces; raises Invalid on `scopes` with those that do not exist."""
    words = text.split()
    unknown = [word for word in words if word not in _ALL]
    if unknown:
        raise Invalid({"scopes": "scope_unknown"}, unknown=" ".join(unknown))
    if not words:
        raise Invalid({"scopes": "missing"})
    return frozenset(Scope(word) for word in words)


def write_scopes(scopes: Iterable[Scope]) -> str:
    """Between spaces and always in the same order, as RFC 6749 section 3.3 writes them."""
    wanted = frozenset(scopes)
    return " ".join(scope for scope in Scope if scope in wanted)


def covers(granted: Iterable[Scope], wanted: Scope) -> bool:
    """Whether somebody with these scopes may do what `wanted` stands for."""
    return any(_contains(scope, wanted) for scope in granted)


def _contains(scope: Scope, wanted: Scope) -> bool:
    if scope is Scope.FOLLOW:
        return wanted in _FOLLOW or wanted is scope
    return wanted == scope or wanted.startswith(f"{scope}:")
