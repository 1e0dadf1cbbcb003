"""What people pass on across towns, as `Announce` with an address: a person tells those who follow
them, and whoever said it, that they do, or do so no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlmodel import Session, col, select

from federation.activities.envelope import activity
from federation.activities.pairs import Party, find_party, get_sender
from federation.audience import Addressed, is_for_everybody, list_inboxes, talks
from federation.delivery.queue import queue_letter
from federation.fetching import Budget
from federation.looking_up import Found, fetch_note
from federation.models import RemoteFarewell, ShareActivity
from federation.objects.actor import find_remote
from federation.outside import find_person
from federation.posts import find_post, uri_of_post
from federation.reading import (
    Json,
    JsonObject,
    id_of,
    moment,
    moment_of,
    object_of,
    types_of,
    uri_of,
)
from federation.receiving import accept_note, forget_note
from federation.uris import activity_uri, followers_uri, host_of, is_same_origin, site_of
from federation.vocab import PUBLIC
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.db import Database, UnitOfWork
from fedparents.ids import some_id_at
from fedparents.posts.models import Audience, Post, PostState, Share
from fedparents.posts.sharing import end_share, find_share, share_from_elsewhere
from fedparents.social.models import Follow, FollowState

if TYPE_CHECKING:
    from federation.inbox import Receiver
    from federation.signing import Signed
    from federation.towns import Towns

_AT_ONCE: Final = timedelta(hours=1)
"""What was passed on within it stands where it arrived."""


async def prepare_share(db: Database, towns: Towns, signed: Signed) -> Receiver:
    """Look up what is passed on, if it is not known here and somebody here wants to read what its
    sender passes on: where it was said, on the account of the sender's town."""
    uri = _shared_in(signed.document)
    if not await db.read(_is_wanted, towns.base_url, signed.sender, uri):
        return receive_share
    found = await fetch_note(towns, uri, Budget(site=site_of(host_of(signed.sender))))
    return partial(receive_share, found=found)


def receive_share(
    uow: UnitOfWork, base_url: str, signed: Signed, found: Found | None = None
) -> None:
    """Of what everybody may read, and by people. Who passes it on twice has done so once."""
    sender, uri = get_sender(uow.session, signed), id_of(signed.document)
    if sender.actor.kind != ActorKind.PERSON or _is_known(uow.session, uri, sender):
        return
    post = find_post(uow.session, base_url, _shared_in(signed.document))
    if post is None and found is not None:
        post = accept_note(uow, base_url, found.author, found.note, is_wanted=True)
    if post is None or not _may_be_shared(post):
        return
    at = min(moment_of(signed.document.get("published")) or uow.now, uow.now)
    share_id = _new_id(uow, max(at, post.created_at))
    share = share_from_elsewhere(uow, sender.actor.id, post, share_id=share_id, at=at)
    if share is not None:
        uow.session.flush()  # what hangs on it refers to it
        uow.session.add(ShareActivity(uri=uri, share_id=share.id))


def undo_share(uow: UnitOfWork, base_url: str, sender: Party, named: Json) -> None:
    """By its id, or repeated whole; of two the other one goes on."""
    uri, whole = uri_of(named), object_of(named)
    row = uow.session.get(ShareActivity, uri)
    share = uow.session.get(Share, row.share_id) if row is not None else None
    if row is not None and share is not None and share.actor_id == sender.actor.id:
        uow.session.delete(row)
        uow.session.flush()
        others = select(ShareActivity.uri).where(ShareActivity.share_id == share.id)
        if uow.session.exec(others.limit(1)).first() is None:
            end_share(uow, sender.actor.id, share.post_id)
        return
    if "Announce" not in types_of(whole) or sender.actor.kind != ActorKind.PERSON:
        return
    if is_same_origin(uri, sender.uri):
        forget_note(uow, uri, sender.uri)  # the network may have turned the two round
    post = find_post(uow.session, base_url, _shared_in(whole))
    if post is not None:
        end_share(uow, sender.actor.id, post.id)


def send_share(uow: UnitOfWork, base_url: str, share_id: int) -> None:
    """Tell the towns of those who follow somebody here, and whoever said it, what they pass on. Of
    whom nobody elsewhere may know, it stays here."""
    share = uow.session.get(Share, share_id)
    post = uow.session.get(Post, share.post_id) if share is not None else None
    if share is None or post is None or not _may_be_shared(post):
        return
    passed = _find_passed(uow.session, base_url, post, share.actor_id, share_id)
    if passed is None or find_person(uow.session, share.actor_id, today=uow.now.date()) is None:
        return
    if post.author_actor_id == share.actor_id or passed.is_author_known(uow):
        passed.tell(uow, base_url, passed.announce(share.created_at), post)


def send_unshare(
    uow: UnitOfWork, base_url: str, share_id: int, post_id: int, actor_id: int, *, activity_id: int
) -> None:
    """Tell them that it is passed on no longer; what is not for everybody any more was taken back
    itself."""
    post = uow.session.get(Post, post_id)
    if post is None or not _may_be_shared(post):
        return
    passed = _find_passed(uow.session, base_url, post, actor_id, share_id)
    if passed is None or find_share(uow.session, post_id, actor_id) is not None:
        return
    if find_person(uow.session, actor_id, today=uow.now.date()) is not None:
        passed.tell(uow, base_url, passed.undo(activity_uri(base_url, activity_id)), None)


def announced(session: Session, base_url: str, share: Share) -> JsonObject | None:
    """What was told when it was passed on; None for what others pass on, or what is not for
    everybody (any more)."""
    post = session.get(Post, share.post_id)
    if post is None or not _may_be_shared(post):
        return None
    passed = _find_passed(session, base_url, post, share.actor_id, share.id)
    return passed.announce(share.created_at) if passed is not None else None


@dataclass(frozen=True, slots=True)
class _Passed:
    """What somebody here passes on, and who is told."""

    id: str
    """Of the activity: the share has its number."""
    uri: str
    by: Party
    author: Party
    is_quiet: bool

    @property
    def envelope(self) -> Addressed:
        author = () if self.author.uri == self.by.uri else (self.author.uri,)
        followers = followers_uri(self.by.uri)
        if self.is_quiet:
            return Addressed((followers,), (PUBLIC, *author))
        return Addressed((PUBLIC,), (followers, *author))

    def is_author_known(self, uow: UnitOfWork) -> bool:
        """Elsewhere; of ours, not everybody is."""
        actor = self.author.actor
        if actor.domain:
            return actor.standing != Standing.BLOCKED
        return find_person(uow.session, actor.id, today=uow.now.date()) is not None

    def announce(self, at: datetime | None = None) -> JsonObject:
        more: JsonObject = {"published": moment(at)} if at is not None else {}
        return activity(self.id, "Announce", self.by.uri, self.uri, self.envelope, **more)

    def undo(self, uri: str) -> JsonObject:
        return activity(uri, "Undo", self.by.uri, self.announce(), self.envelope)

    def tell(self, uow: UnitOfWork, base_url: str, said: JsonObject, post: Post | None) -> None:
        """What is ours may be asked for by whoever hears of it: there, too, it is changed and taken
        back."""
        by, author = self.by.actor.id, self.author.actor
        inboxes = set(list_inboxes(uow.session, by, [author.id] if author.domain else []))
        carried = post.id if post is not None and not post.is_from_elsewhere else None
        about = f"{self.by.uri} {self.uri}"
        queue_letter(uow, base_url, by, said, inboxes, about=about, post_id=carried)


def _find_passed(
    session: Session, base_url: str, post: Post, actor_id: int, share_id: int
) -> _Passed | None:
    """None for what others pass on, and where this place talks to nobody."""
    by = find_party(session, base_url, actor_id)
    author = find_party(session, base_url, post.author_actor_id)
    if by is None or by.actor.domain or author is None or not talks(session):
        return None
    uri, number = uri_of_post(session, base_url, post), activity_uri(base_url, share_id)
    return _Passed(number, uri, by, author, post.is_quiet)


def _may_be_shared(post: Post) -> bool:
    """Across towns. What was said in a group goes no further than the group."""
    if not post.is_from_elsewhere:
        return is_for_everybody(post)
    is_there = post.state == PostState.VISIBLE and post.group_id is None
    return is_there and post.audience == Audience.PUBLIC


def _shared_in(document: JsonObject) -> str:
    """The id of what is passed on; "" for a deed of somebody, which only groups pass on."""
    thing = document.get("object")
    return "" if "object" in object_of(thing) else uri_of(thing)


def _is_known(session: Session, uri: str, sender: Party) -> bool:
    """It came before, or was taken back before it came."""
    is_here = session.get(ShareActivity, uri) is not None
    return is_here or session.get(RemoteFarewell, (uri, sender.uri)) is not None


def _is_wanted(session: Session, base_url: str, sender: str, uri: str) -> bool:
    """Whether it has to be found out what it says."""
    row = find_remote(session, sender)
    if not uri or row is None or is_same_origin(uri, base_url):
        return False
    if find_post(session, base_url, uri) is not None:
        return False
    following = (
        select(Follow.id)
        .join(Account, col(Account.actor_id) == col(Follow.follower_actor_id))
        .join(Actor, col(Actor.id) == col(Follow.followed_actor_id))
        .where(
            Follow.followed_actor_id == row.actor_id,
            Follow.state == FollowState.ACCEPTED,
            col(Follow.shows_shares),
            Actor.kind == ActorKind.PERSON,
        )
    )
    return session.exec(following.limit(1)).first() is not None


def _new_id(uow: UnitOfWork, at: datetime) -> int:
    """What was passed on long ago stands there among what was said then."""
    if at > uow.now - _AT_ONCE:
        return uow.new_id()
    found = some_id_at(at)
    is_taken = uow.session.get(Share, found) or uow.session.get(Post, found)
    return found if is_taken is None else uow.new_id()
