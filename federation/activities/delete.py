"""`Delete`: something, or somebody, is no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.like import forget_likes
from federation.discovery import note_gone
from federation.following import forget_follows
from federation.group_posts import take_back_all
from federation.grouping import forget_memberships
from federation.models import RemoteActor
from federation.objects.actor import find_remote
from federation.posts import find_by_id
from federation.reading import uri_of
from federation.receiving import forget_note
from federation.uris import is_same_origin
from fedparents.actors.models import Actor
from fedparents.actors.service import erase_actor
from fedparents.conversations.service import forget_correspondent
from fedparents.db import UnitOfWork
from fedparents.groups.members import forget_person as forget_member
from fedparents.groups.models import Group
from fedparents.groups.service import erase_group
from fedparents.media.service import forget_pictures
from fedparents.posts.elsewhere import withdraw_said
from fedparents.posts.models import Post
from fedparents.posts.retention import forget_author
from fedparents.social.service import forget_person

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_delete(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Nobody can end anybody but themselves, nor take back what others said: of these, nobody is
    heard."""
    uri = uri_of(signed.document.get("object"))
    if uri == signed.sender:
        forget_elsewhere(uow, base_url, signed.sender)
    else:
        _take_back(uow, uri, signed.sender)


def _take_back(uow: UnitOfWork, uri: str, sender: str) -> None:
    """What is not known may still be on its way: then it comes too late. Of strangers, of whom
    nothing is kept, nothing comes."""
    row = find_by_id(uow.session, uri)
    if row is None:
        is_theirs = is_same_origin(uri, sender)
        if is_theirs and find_remote(uow.session, sender) is not None:
            forget_note(uow, uri, sender)
        return
    post = uow.session.get_one(Post, row.post_id, with_for_update=True, populate_existing=True)
    # A group elsewhere takes back what it has passed on.
    of = (post.author_actor_id, post.group_id or 0)
    rows = [uow.session.get(RemoteActor, each) for each in of]
    if sender in {row.uri for row in rows if row is not None}:
        withdraw_said(uow, post)


def forget_elsewhere(uow: UnitOfWork, base_url: str, uri: str) -> None:
    """Somebody elsewhere is no more: neither is here what they said and whom they followed."""
    row = find_remote(uow.session, uri)
    actor = uow.session.get(Actor, row.actor_id) if row is not None else None
    if row is None or actor is None or row.gone_at is not None:
        return
    note_gone(uow, uri)
    forget_follows(uow, actor.id)  # there is nobody left to be told how they end
    forget_likes(uow, actor.id)
    forget_memberships(uow, actor.id)
    take_back_all(uow, base_url, actor.id)
    group = uow.session.get(Group, actor.id)
    if group is not None:
        erase_group(uow, group)
        return
    erase_actor(uow, actor)
    for forget in (forget_member, forget_person, forget_correspondent, forget_author):
        forget(uow, actor.id)
    forget_pictures(uow, actor.id)
