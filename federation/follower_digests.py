"""Who of another server follows somebody here, as a number that both can compare (FEP-8fcf)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from federation.models import RemoteActor
from federation.uris import host_of
from fedparents.db import HotStatement, constant, table_of
from fedparents.social.models import Follow, FollowState

_follow = table_of(Follow)
_remote = table_of(RemoteActor)
_LIST_FOLLOWERS: Final = HotStatement(
    sa.select(_remote.c.uri)
    .join_from(_follow, _remote, _remote.c.actor_id == _follow.c.follower_actor_id)
    .where(
        _follow.c.followed_actor_id == sa.bindparam("followed", type_=sa.BigInteger),
        _follow.c.state == constant(FollowState.ACCEPTED),
    )
)


def digest_of(uris: Iterable[str]) -> str:
    """The number of a set of followers, in whatever order they are."""
    number = 0
    for uri in uris:
        number ^= int.from_bytes(hashlib.sha256(uri.encode()).digest(), "big")
    return f"{number:064x}"


def list_followers_at(session: Session, actor_id: int, host: str) -> list[str]:
    """Who of one other server follows somebody here."""
    rows = _LIST_FOLLOWERS.rows(session.connection(), followed=actor_id)
    return sorted(uri for (uri,) in rows if host_of(uri) == host)


def digests_by_host(session: Session, actor_id: int) -> dict[str, str]:
    """The number that each other server should have of those who follow somebody here."""
    by_host: dict[str, list[str]] = {}
    for (uri,) in _LIST_FOLLOWERS.rows(session.connection(), followed=actor_id):
        by_host.setdefault(host_of(uri), []).append(uri)
    return {host: digest_of(uris) for host, uris in by_host.items()}


def header_of(actor: str, digest: str) -> str:
    url = synchronization_uri(actor)
    return f'collectionId="{actor}/followers", url="{url}", digest="{digest}"'


def synchronization_uri(actor: str) -> str:
    return f"{actor}/followers_synchronization"
