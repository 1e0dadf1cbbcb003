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
from federation.group_audience import list_group_inboxes
from federation.group_posts import group_that_tells, pass_on
from federation.models import LikeActivity, RemoteFarewell
from federation.outside import find_person
from federation.posts import find_post, uri_of_post
from federation.reading import Json, JsonObject, id_of, object_of, types_of, uri_of
from federation.receiving import forget_note
from federation.uris import activity_uri, host_of, is_same_origin
from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.db import UnitOfWork
from fedparents.posts.asking import thank_from_elsewhere, unthank_from_elsewhere
from fedparents.posts.models import Audience, Post, Thanks
from fedparents.posts.policy import visible

if TYPE_CHECKING:
    from federation.signing import Signed

LIKES = frozenset({"Like", "EmojiReact"})


def receive_like(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Of what may be known elsewhere. Who reacts twice has thanked once."""
    sender = get_sender(uow.session, signed)
    post = find_post(uow.session, base_url, uri_of(signed.document.get("object")))
    if post is None or sender.actor.kind != ActorKind.PERSON:
        return
    if not _has(uow, base_url, sender, post):
        return
    if uow.session.get(RemoteFarewell, (id_of(signed.document), sender.uri)) is not None:
        return  # it was taken back before it came
    is_new = uow.session.get(Thanks, (post.id, sender.actor.id)) is None
    if _count(uow, post, sender.actor.id, signed.document) and is_new:
        pass_on(uow, base_url, post, signed.document)


def count_like(
    uow: UnitOfWork, base_url: str, group_id: int, liker_id: int, done: JsonObject
) -> None:
    """A group elsewhere says that somebody thanks for what was said in it, or does no longer: it is
    counted."""
    is_end = "Undo" in types_of(done)
    like = object_of(done.get("object")) if is_end else done
    post = find_post(uow.session, base_url, uri_of(like.get("object")))
    if post is None or not is_for_group_to_say(post, group_id):
        return
    if is_end:
        end_thanks(uow, base_url, liker_id, like.get("object"))
    else:
        _count(uow, post, liker_id, like)


def is_for_group_to_say(post: Post, group_id: int) -> bool:
    """Whether a group elsewhere says who thanks for something. Of what everybody reads and was said
    here, each tells us themself; who reads a closed group, only the group knows."""
    if post.group_id != group_id:
        return False
    return post.is_from_elsewhere or post.audience == Audience.GROUP


def _count(uow: UnitOfWork, post: Post, liker_id: int, like: JsonObject) -> bool:
    uri = id_of(like)
    known = uow.session.get(LikeActivity, uri)
    if known is not None and known.actor_id != liker_id:
        return False  # it is a neighbour's on their server
    if not thank_from_elsewhere(uow, liker_id, post):
        return False
    uow.session.merge(LikeActivity(uri=uri, post_id=post.id, actor_id=liker_id))
    return True


def send_like(
    uow: UnitOfWork, base_url: str, post_id: int, actor_id: int, *, activity_id: int
) -> None:
    """Tell whoever said something elsewhere, and the group that it was said in, that somebody here
    thanks; a group of ours tells all who come for it. Of whom nobody elsewhere may know, thanks
    stay here."""
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
    told: Post | None
    """What a group of ours has told other towns of, which count thanks for it, too."""

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
        inboxes = [each.inbox for each in told if each is not None and each.inbox]
        about = f"{self.by.uri} {self.uri}"
        if inboxes:
            queue_letter(uow, base_url, self.by.actor.id, said, inboxes, about=about)
        if self.told is not None:
            pass_on(uow, base_url, self.told, said | self._in_group(uow, base_url))

    def _in_group(self, uow: UnitOfWork, base_url: str) -> JsonObject:
        """To whom a group says it again: of a closed one, to those in it."""
        group = group_that_tells(uow, base_url, self.told) if self.told is not None else None
        if group is None or group.is_public:
            return {}
        return {"to": [group.members], "cc": []}


def _find_liked(uow: UnitOfWork, base_url: str, post_id: int, actor_id: int) -> _Liked | None:
    """None for what nobody elsewhere counts, or is no more."""
    session = uow.session
    post = session.get(Post, post_id)
    is_told = post is not None and group_that_tells(uow, base_url, post) is not None
    if post is None or not (post.is_from_elsewhere or is_told):
        return None
    by = find_party(session, base_url, actor_id)
    author = find_party(session, base_url, post.author_actor_id)
    group = find_party(session, base_url, post.group_id) if post.group_id is not None else None
    if by is None or by.inbox or author is None or not _may_be_named(uow, author):
        return None
    is_known = group is not None and (is_told or bool(group.inbox))
    uri = uri_of_post(session, base_url, post)
    return _Liked(uri, by, author, group if is_known else None, post if is_told else None)


def _may_be_named(uow: UnitOfWork, author: Party) -> bool:
    if author.inbox:
        return True
    return find_person(uow.session, author.actor.id, today=uow.now.date()) is not None


def _list_own(session: Session, post_id: int, actor_id: int) -> list[LikeActivity]:
    own = select(LikeActivity).where(
        LikeActivity.post_id == post_id, LikeActivity.actor_id == actor_id
    )
    return list(session.exec(own.order_by(col(LikeActivity.uri))))


def undo_like(
    uow: UnitOfWork, base_url: str, sender: Party, named: Json, document: JsonObject
) -> None:
    """By its id, or repeated whole; of two reactions the other one goes on thanking. A group of
    ours passes it on."""
    liked = uow.session.get(LikeActivity, uri_of(named))
    if liked is not None and liked.actor_id == sender.actor.id:
        uow.session.delete(liked)
        uow.session.flush()
        if not _list_own(uow.session, liked.post_id, liked.actor_id):
            unthank_from_elsewhere(uow, sender.actor.id, liked.post_id)
            pass_on(uow, base_url, uow.session.get_one(Post, liked.post_id), document)
        return
    whole = object_of(named)
    if LIKES.isdisjoint(types_of(whole)):
        return
    uri = uri_of(named)
    if is_same_origin(uri, sender.uri):
        forget_note(uow, uri, sender.uri)  # the network may have turned the two round
    post = find_post(uow.session, base_url, uri_of(whole.get("object")))
    if post is not None and uow.session.get(Thanks, (post.id, sender.actor.id)) is not None:
        pass_on(uow, base_url, post, document)
    end_thanks(uow, base_url, sender.actor.id, whole.get("object"))


def end_thanks(uow: UnitOfWork, base_url: str, liker_id: int, liked: Json) -> None:
    """However often somebody has reacted to a post: they thank for it no longer."""
    post = find_post(uow.session, base_url, uri_of(liked))
    if post is None:
        return
    own = (col(LikeActivity.post_id) == post.id, col(LikeActivity.actor_id) == liker_id)
    uow.session.exec(delete(LikeActivity).where(*own))
    unthank_from_elsewhere(uow, liker_id, post.id)


def forget_likes(uow: UnitOfWork, actor_id: int) -> None:
    """Somebody is no more; their thanks are forgotten elsewhere."""
    uow.session.exec(delete(LikeActivity).where(col(LikeActivity.actor_id) == actor_id))


def _has(uow: UnitOfWork, base_url: str, sender: Party, post: Post) -> bool:
    """Whether somebody elsewhere may read a post, and can have got it: everybody may ask for what
    is for everybody, and the rest went to some towns."""
    group = uow.session.get(Actor, post.group_id) if post.group_id is not None else None
    if post.is_from_elsewhere:
        is_told = group is not None and not group.domain  # by our group, to its members' towns
        is_near = is_told and sender.actor.standing == Standing.ALLY
        is_there = post.audience == Audience.PUBLIC or is_near
    else:
        towns = {host_of(url) for url in _list_had(uow, base_url, post)}
        is_there = is_for_everybody(post) or host_of(sender.uri) in towns
    if not is_there or (group is not None and group.domain):
        return is_there  # who is in a group elsewhere is not known here
    read = visible(sender.actor.id, today=uow.now.date(), is_moderator=False)
    may_read = select(Post.id).where(Post.id == post.id, read)
    return uow.session.exec(may_read).first() is not None


def _list_had(uow: UnitOfWork, base_url: str, post: Post) -> set[str]:
    """Where it went, and where it can be read in the history of a group of ours."""
    found = list_reached(uow, post.id)
    group = group_that_tells(uow, base_url, post)
    if group is not None:
        found |= set(list_group_inboxes(uow.session, group, post.author_actor_id))
    return found
