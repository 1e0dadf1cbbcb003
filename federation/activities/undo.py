"""`Undo`: somebody takes back what they did: being in a group, following, thanking, blocking,
passing on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.block import undo_block
from federation.activities.invite import undo_invite
from federation.activities.leave import end_asking
from federation.activities.like import undo_like
from federation.activities.lock import undo_lock
from federation.activities.memberships import find_asked_here
from federation.activities.pairs import (
    Party,
    find_followed_here,
    find_party,
    follow_of,
    get_sender,
    send,
)
from federation.activities.share import undo_share
from federation.models import FollowActivity
from federation.outside import find_person
from federation.reading import Json, object_of, types_of
from federation.uris import activity_uri
from fedparents.db import UnitOfWork
from fedparents.social.follows import end_follow

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_undo(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Only one's own is undone: what it names is looked for among what its sender did."""
    sender, named = get_sender(uow.session, signed), signed.document.get("object")
    if "Block" in types_of(object_of(named)):
        undo_block(uow, base_url, signed, object_of(named))
        return
    if undo_invite(uow, base_url, sender, named):
        return
    if undo_lock(uow, base_url, sender, named):
        return
    asked = find_asked_here(uow.session, base_url, sender, named)
    if asked is not None:
        end_asking(uow, asked)
        return
    _undo_follow(uow, base_url, sender, named)
    undo_like(uow, base_url, sender, named, signed.document)
    undo_share(uow, base_url, sender, named)


def send_undo(
    uow: UnitOfWork, base_url: str, asked: FollowActivity, *, follower: Party, followed: Party
) -> None:
    """Tell somebody elsewhere that somebody here follows them no longer."""
    uow.session.delete(asked)
    ended = follow_of(asked.uri, follower, followed)
    send(uow, base_url, "Undo", ended, by=follower, to=followed)


def send_stray_undo(uow: UnitOfWork, base_url: str, follower_id: int, followed_id: int) -> None:
    """Somebody elsewhere believes that somebody here follows them, of which nothing is known. Of
    whom nobody elsewhere may know, nothing is said: they name whatever number they like."""
    if find_person(uow.session, follower_id, today=uow.now.date()) is None:
        return
    follower = find_party(uow.session, base_url, follower_id)
    followed = find_party(uow.session, base_url, followed_id)
    if follower is None or followed is None or not followed.inbox:
        return
    ended = follow_of(activity_uri(base_url, uow.new_id()), follower, followed)
    send(uow, base_url, "Undo", ended, by=follower, to=followed)


def _undo_follow(uow: UnitOfWork, base_url: str, follower: Party, named: Json) -> None:
    found = find_followed_here(uow, base_url, follower, named)
    if found is not None:
        uow.session.delete(found)
        end_follow(uow, follower.actor.id, found.followed_actor_id)
