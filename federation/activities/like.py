"""`Like`: somebody thanks for what was said here. Reactions with a picture mean the same to us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, col, delete, select

from federation.activities.pairs import Party, get_sender
from federation.audience import may_leave
from federation.models import LikeActivity
from federation.reading import Json, id_of, object_of, types_of, uri_of
from federation.uris import find_local_note
from fedparents.actors.models import ActorKind
from fedparents.db import UnitOfWork
from fedparents.posts.asking import thank_from_elsewhere, unthank_from_elsewhere
from fedparents.posts.models import Post

if TYPE_CHECKING:
    from federation.signing import Signed

_LIKES = frozenset({"Like", "EmojiReact"})


def receive_like(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Of what may be known elsewhere. Who reacts twice has thanked once."""
    sender = get_sender(uow.session, signed)
    post = _find_post(uow.session, base_url, signed.document.get("object"))
    if post is None or sender.actor.kind != ActorKind.PERSON:
        return
    if thank_from_elsewhere(uow, sender.actor.id, post):
        uow.session.merge(
            LikeActivity(uri=id_of(signed.document), post_id=post.id, actor_id=sender.actor.id)
        )


def undo_like(uow: UnitOfWork, base_url: str, sender: Party, named: Json) -> None:
    """By its id, or repeated whole; of two reactions the other one goes on thanking."""
    liked = uow.session.get(LikeActivity, uri_of(named))
    if liked is not None and liked.actor_id == sender.actor.id:
        uow.session.delete(liked)
        uow.session.flush()
        same = select(LikeActivity.uri).where(
            LikeActivity.post_id == liked.post_id, LikeActivity.actor_id == liked.actor_id
        )
        if uow.session.exec(same).first() is None:
            unthank_from_elsewhere(uow, sender.actor.id, liked.post_id)
        return
    whole = object_of(named)
    if _LIKES.isdisjoint(types_of(whole)):
        return
    end_thanks(uow, base_url, sender, whole.get("object"))


def end_thanks(uow: UnitOfWork, base_url: str, sender: Party, liked: Json) -> None:
    """However often somebody has reacted to a post: they thank for it no longer."""
    post = _find_post(uow.session, base_url, liked)
    if post is None:
        return
    own = (col(LikeActivity.post_id) == post.id, col(LikeActivity.actor_id) == sender.actor.id)
    uow.session.exec(delete(LikeActivity).where(*own))
    unthank_from_elsewhere(uow, sender.actor.id, post.id)


def forget_likes(uow: UnitOfWork, actor_id: int) -> None:
    """Somebody is no more; their thanks are forgotten elsewhere."""
    uow.session.exec(delete(LikeActivity).where(col(LikeActivity.actor_id) == actor_id))


def _find_post(session: Session, base_url: str, named: Json) -> Post | None:
    number = find_local_note(base_url, uri_of(named))
    post = session.get(Post, number) if number is not None else None
    return post if post is not None and may_leave(post) else None
