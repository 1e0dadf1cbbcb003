"""`Lock`: somebody elsewhere wants no more answers to what they have said in a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.pairs import Party, get_sender
from federation.group_audience import find_group_said_in
from federation.posts import find_post
from federation.reading import Json, object_of, types_of, uri_of
from fedparents.actors.models import Standing
from fedparents.db import UnitOfWork
from fedparents.groups.guests import is_guest
from fedparents.posts.elsewhere import close_said
from fedparents.posts.models import Post

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_lock(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Of one's own in a group of ours; the group tells everybody else."""
    sender = get_sender(uow.session, signed)
    _set(uow, base_url, sender, signed.document.get("object"), is_closed=True)


def undo_lock(uow: UnitOfWork, base_url: str, sender: Party, named: Json) -> bool:
    """Whether somebody wants answers again; what is undone is repeated whole."""
    whole = object_of(named)
    if "Lock" not in types_of(whole):
        return False
    _set(uow, base_url, sender, whole.get("object"), is_closed=False)
    return True


def _set(uow: UnitOfWork, base_url: str, sender: Party, named: Json, *, is_closed: bool) -> None:
    post = find_post(uow.session, base_url, uri_of(named))
    if post is not None and _may(uow, base_url, sender, post):
        close_said(uow, post, is_closed=is_closed)


def _may(uow: UnitOfWork, base_url: str, sender: Party, post: Post) -> bool:
    """Its author, who is still in the group, and whose town still hears what is said there."""
    if post.author_actor_id != sender.actor.id or post.group_id is None or post.is_reply:
        return False
    group = find_group_said_in(uow.session, base_url, post.group_id)
    if group is None or not group.is_ours or not is_guest(uow.session, sender.actor.id, group.id):
        return False
    return group.is_public or sender.actor.standing == Standing.ALLY
