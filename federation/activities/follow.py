"""`Follow`: somebody wants to read what somebody in another town says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.accept import send_accept
from federation.activities.envelope import activity
from federation.activities.join import come
from federation.activities.memberships import find_own_group
from federation.activities.pairs import Party, find_party, get_sender, queue
from federation.audience import Addressed
from federation.models import FollowActivity
from federation.outside import find_person
from federation.reading import id_of, uri_of
from federation.uris import activity_uri, find_local_actor
from fedparents.actors.models import ActorKind
from fedparents.db import UnitOfWork
from fedparents.groups.models import Joining
from fedparents.social.follows import follow_from_elsewhere
from fedparents.social.models import Follow, FollowState

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_follow(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Whoever may not be known outside, or has blocked them, is silent: as if nobody were there."""
    local = find_local_actor(base_url, uri_of(signed.document.get("object")))
    if local is None:
        return
    kind, number = local
    follower, uri = get_sender(uow.session, signed), id_of(signed.document)
    if kind == ActorKind.GROUP:
        _ask_group(uow, base_url, follower, uri, uri_of(signed.document.get("object")))
    elif find_person(uow.session, number, today=uow.now.date()) is not None:
        _begin(uow, base_url, follower, number, uri)


def send_follow(uow: UnitOfWork, base_url: str, follower_id: int, followed_id: int) -> None:
    """Ask somebody elsewhere, unless that was done or is not wanted any more."""
    follow = uow.session.get(
        Follow, (follower_id, followed_id), with_for_update=True, populate_existing=True
    )
    follower = find_party(uow.session, base_url, follower_id)
    followed = find_party(uow.session, base_url, followed_id)
    if follow is None or follower is None or followed is None:
        return
    if find_person(uow.session, follower_id, today=uow.now.date()) is None:
        return  # their account was paused meanwhile
    if uow.session.get(FollowActivity, (follower_id, followed_id)) is not None:
        return
    uri = activity_uri(base_url, uow.new_id())
    _remember(uow, follower_id, followed_id, uri)
    to = Addressed((followed.uri,))
    document = activity(uri, "Follow", follower.uri, followed.uri, to)
    queue(uow, base_url, document, by=follower, to=followed)


def _ask_group(uow: UnitOfWork, base_url: str, follower: Party, uri: str, group_uri: str) -> None:
    """Who follows a group where one comes in by oneself is a member: others know no other way. Of
    one that everybody reads and somebody looks after, they become a reader. One that is not known
    outside is silent."""
    group = find_own_group(uow.session, base_url, group_uri)
    if group is None:
        return
    if group.outside.is_closed or group.outside.joining == Joining.OPEN:
        come(uow, base_url, group, follower, "Follow", uri, {})
    else:
        _begin(uow, base_url, follower, group.party.actor.id, uri)


def _begin(uow: UnitOfWork, base_url: str, follower: Party, number: int, uri: str) -> None:
    """A second time it has another id, and what was said about the first is said about this."""
    followed = find_party(uow.session, base_url, number)
    if followed is None:
        return
    is_asked = followed.actor.kind == ActorKind.PERSON and followed.actor.is_locked
    is_new = uow.session.get(Follow, (follower.actor.id, number)) is None
    follow = follow_from_elsewhere(uow, follower.actor.id, followed.actor, is_asked=is_asked)
    if follow is None:
        return
    _remember(uow, follower.actor.id, number, uri)
    if not is_new and follow.state == FollowState.ACCEPTED:
        send_accept(uow, base_url, follower.actor.id, number)


def _remember(uow: UnitOfWork, follower_id: int, followed_id: int, uri: str) -> None:
    row = uow.session.get(FollowActivity, (follower_id, followed_id))
    row = row or FollowActivity(
        follower_actor_id=follower_id, followed_actor_id=followed_id, uri=uri
    )
    if row.uri != uri:
        row.replaced_uri, row.uri = row.uri, uri
    uow.session.add(row)
