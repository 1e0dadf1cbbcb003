"""`Like`: somebody thanks for what was said in another town. Reactions with a picture mean the same
to us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session, col, delete, select

from federation.activities.envelope import activity
from federation.activities.pairs import Party, find_party, get_sender
from federation.audience import Addressed, is_for_everybody
from federation.delivery.queue import list_reached, queue_letter
from federation.models import LikeActivity, RemoteFarewell
from federation.outside import find_person
from federation.posts import find_post, uri_of_post
from federation.reading import Json, JsonObject, id_of, object_of, types_of, uri_of
from federation.receiving import forget_note
from federation.uris import activity_uri, host_of, is_same_origin
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import UnitOfWork
from fedparents.posts.asking import thank_from_elsewhere, unthank_from_elsewhere
from fedparents.posts.models import Audience, Post, Thanks
from fedparents.posts.policy import visible

if TYPE_CHECKING:
    from federation.signing import Signed

_LIKES = frozenset({"Like", "EmojiReact"})


def receive_like(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Of what may be known elsewhere. Who reacts twice has thanked once."""
    sender = get_sender(uow.session, signed)
    post = find_post(uow.session, base_url, uri_of(signed.document.get("object")))
    if post is None or sender.actor.kind != ActorKind.PERSON or not _has(uow, sender, post):
        return
    if uow.session.get(RemoteFarewell, (id_of(signed.document), sender.uri)) is not None:
        return  # it was taken back before it came
    if thank_from_elsewhere(uow, sender.actor.id, post):
        uow.session.merge(
            LikeActivity(uri=id_of(signed.document), post_id=post.id, actor_id=sender.actor.id)
        )


def send_like(
    uow: UnitOfWork, base_url: str, post_id: int, actor_id: int, *, activity_id: int
) -> None:
    """Tell whoever said something elsewhere, and the group that it was said in, that somebody here
    thanks. Of whom nobody elsewhere may know, thanks stay here."""
    liked = _find_liked(uow, base_url, post_id, actor_id)
    thanks = uow.session.get(Thanks, (post_id, actor_id), with_for_update=True)
    if liked is None or thanks is None or _list_own(uow.session, post_id, actor_id):
        return
    if find_person(uow.session, actor_id, today=uow.now.date()) is None:
        return
    uri = activity_uri(base_url, activity_id)
    uow.session.add(LikeActivity(uri=uri, post_id=post_id, actor_id=actor_id))
    liked.tell(uow, base_url, liked.like(uri))


def send_unlike(
    uow: UnitOfWork, base_url: str, post_id: int, actor_id: int, *, activity_id: int
) -> None:
    """Tell them that somebody here thanks no longer, unless they do again by now."""
    liked = _find_liked(uow, base_url, post_id, actor_id)
    if uow.session.get(Thanks, (post_id, actor_id), with_for_update=True) is not None:
        return
    for own in _list_own(uow.session, post_id, actor_id):
        uow.session.delete(own)
        if liked is not None:
            uri = activity_uri(base_url, activity_id)
            liked.tell(uow, base_url, liked.say(uri, "Undo", liked.like(own.uri)))


@dataclass(frozen=True, slots=True)
class _Liked:
    """What somebody here thanks for, and who is told."""

    uri: str
    by: Party
    author: Party
    group: Party | None

    def like(self, uri: str) -> JsonObject:
        """The whole of it: whoever reads its end needs all."""
        return self.say(uri, "Like", self.uri)

    def say(self, uri: str, verb: str, thing: Json) -> JsonObject:
        if self.group is None:
            return activity(uri, verb, self.by.uri, thing, Addressed((self.author.uri,)))
        envelope = Addressed((self.author.uri,), (self.group.uri,))
        return activity(uri, verb, self.by.uri, thing, envelope, audience=self.group.uri)

    def tell(self, uow: UnitOfWork, base_url: str, said: JsonObject) -> None:
        told = (self.author, self.group)
        inboxes = [each.inbox for each in told if each is not None]
        about = f"{self.by.uri} {self.uri}"
        queue_letter(uow, base_url, self.by.actor.id, said, inboxes, about=about)


def _find_liked(uow: UnitOfWork, base_url: str, post_id: int, actor_id: int) -> _Liked | None:
    """None for what is ours, or no more."""
    session = uow.session
    post = session.get(Post, post_id)
    if post is None or not post.is_from_elsewhere:
        return None
    by = find_party(session, base_url, actor_id)
    author = find_party(session, base_url, post.author_actor_id)
    group = find_party(session, base_url, post.group_id) if post.group_id is not None else None
    if by is None or author is None or not author.inbox:
        return None
    is_there = group is not None and bool(group.inbox)
    return _Liked(uri_of_post(session, base_url, post), by, author, group if is_there else None)


def _list_own(session: Session, post_id: int, actor_id: int) -> list[LikeActivity]:
    own = select(LikeActivity).where(
        LikeActivity.post_id == post_id, LikeActivity.actor_id == actor_id
    )
    return list(session.exec(own.order_by(col(LikeActivity.uri))))


def undo_like(uow: UnitOfWork, base_url: str, sender: Party, named: Json) -> None:
    """By its id, or repeated whole; of two reactions the other one goes on thanking."""
    liked = uow.session.get(LikeActivity, uri_of(named))
    if liked is not None and liked.actor_id == sender.actor.id:
        uow.session.delete(liked)
        uow.session.flush()
        if not _list_own(uow.session, liked.post_id, liked.actor_id):
            unthank_from_elsewhere(uow, sender.actor.id, liked.post_id)
        return
    whole = object_of(named)
    if _LIKES.isdisjoint(types_of(whole)):
        return
    uri = uri_of(named)
    if is_same_origin(uri, sender.uri):
        forget_note(uow, uri, sender.uri)  # the network may have turned the two round
    end_thanks(uow, base_url, sender, whole.get("object"))


def end_thanks(uow: UnitOfWork, base_url: str, sender: Party, liked: Json) -> None:
    """However often somebody has reacted to a post: they thank for it no longer."""
    post = find_post(uow.session, base_url, uri_of(liked))
    if post is None:
        return
    own = (col(LikeActivity.post_id) == post.id, col(LikeActivity.actor_id) == sender.actor.id)
    uow.session.exec(delete(LikeActivity).where(*own))
    unthank_from_elsewhere(uow, sender.actor.id, post.id)


def forget_likes(uow: UnitOfWork, actor_id: int) -> None:
    """Somebody is no more; their thanks are forgotten elsewhere."""
    uow.session.exec(delete(LikeActivity).where(col(LikeActivity.actor_id) == actor_id))


def _has(uow: UnitOfWork, sender: Party, post: Post) -> bool:
    """Whether somebody elsewhere may read a post, and can have got it: everybody may ask for what
    is for everybody, and the rest went to some towns."""
    if post.is_from_elsewhere:
        is_there = post.audience == Audience.PUBLIC
    else:
        towns = {host_of(url) for url in list_reached(uow, post.id)}
        is_there = is_for_everybody(post) or host_of(sender.uri) in towns
    group = uow.session.get(Actor, post.group_id) if post.group_id is not None else None
    if not is_there or (group is not None and group.domain):
        return is_there  # who is in a group elsewhere is not known here
    read = visible(sender.actor.id, today=uow.now.date(), is_moderator=False)
    may_read = select(Post.id).where(Post.id == post.id, read)
    return uow.session.exec(may_read).first() is not None
