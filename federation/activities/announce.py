"""`Announce`: somebody passes on what was said, or a group tells those who are in it.

A group passes on what others said, whole: of these, what its own server says counts, what carries
its author's proof, and what stands where it was said. That something is taken away, closed or kept
on top is for the group to say, of what was said in it. Of people, see `share.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from federation.activities.like import LIKES, count_like, is_for_group_to_say
from federation.activities.share import prepare_share, receive_share
from federation.errors import Rejected
from federation.fetching import Budget
from federation.group_audience import GroupSaidIn, find_group_said_in
from federation.looking_up import fetch_note
from federation.objects.actor import find_remote
from federation.objects.note import NoteDraft, from_ap
from federation.posts import find_post
from federation.reading import JsonObject, object_of, types_of, uri_of, words_of
from federation.receiving import InGroup, accept_note
from federation.uris import host_of, is_same_origin, site_of
from federation.vocab import PUBLIC
from fedparents import clock
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import Database, UnitOfWork
from fedparents.groups.models import Membership, MembershipState
from fedparents.ids import GroupId
from fedparents.posts.desk import move_post
from fedparents.posts.elsewhere import withdraw_said
from fedparents.posts.models import Audience, Post, PostState

if TYPE_CHECKING:
    from federation.inbox import Receiver
    from federation.signing import Signed
    from federation.towns import Towns

_NESTED_AT_MOST: Final = 2
_SAYS: Final = frozenset({"Create", "Update"})
_CHANGES: Final = frozenset({"Delete", "Update"})
_REASON_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody said in a group, and that it was they."""

    author: Actor
    note: NoteDraft
    is_change: bool


async def prepare_announce(db: Database, towns: Towns, signed: Signed) -> Receiver:
    """Find out whether what is passed on was said; nothing is asked for a group in which nobody of
    this place is, nor for somebody whom nobody follows. What was heard in it while somebody was, is
    still said better and taken away."""
    thing = _unwrapped(signed.document)
    changed = uri_of(thing.get("object")) if _CHANGES & set(types_of(thing)) else ""
    group = await db.read(_find_group_heard, towns.base_url, signed.sender, changed)
    if group is None:
        return await prepare_share(db, towns, signed)
    budget = Budget(site=site_of(host_of(signed.sender)))
    if (liker := await _find_liker(db, towns, thing, group, budget)) is not None:
        return partial(_receive_like, group_id=group.id, liker_id=liker.id, done=thing)
    heard = await _listen(db, towns, signed.document, group, budget)
    return partial(receive_announce, group=group, heard=heard)


def receive_announce(
    uow: UnitOfWork,
    base_url: str,
    signed: Signed,
    group: GroupSaidIn | None = None,
    heard: Heard | None = None,
) -> None:
    if group is None:
        receive_share(uow, base_url, signed)
        return
    if heard is not None:
        _keep(uow, base_url, group, heard)
        return
    thing = _unwrapped(signed.document)
    verb = next(iter(types_of(thing)), "")
    if verb == "Delete":
        _take_away(uow, base_url, group, thing)
    elif is_same_origin(uri_of(thing.get("actor")), group.uri):
        _arrange(uow, base_url, group, verb, thing)


async def _find_liker(
    db: Database, towns: Towns, thing: JsonObject, group: GroupSaidIn, budget: Budget
) -> Actor | None:
    """Who thanks for something in a group elsewhere, or does no longer; None for anything else, and
    for people of this place, of whom nobody else has to say so."""
    like = object_of(thing.get("object")) if "Undo" in types_of(thing) else thing
    who = uri_of(thing.get("actor"))
    if LIKES.isdisjoint(types_of(like)) or is_same_origin(who, towns.base_url):
        return None
    if (uri := uri_of(like)) and not is_same_origin(uri, who):
        return None  # else a group could use up the id of what somebody else is about to say
    if not await db.read(_is_said_in, towns.base_url, uri_of(like.get("object")), group.id):
        return None
    return await towns.discovery_within(budget).get(who)


def _receive_like(
    uow: UnitOfWork,
    base_url: str,
    _signed: Signed,
    *,
    group_id: int,
    liker_id: int,
    done: JsonObject,
) -> None:
    count_like(uow, base_url, group_id, liker_id, done)


async def hear_again(
    db: Database, towns: Towns, group_uri: str, announced: JsonObject, budget: Budget
) -> None:
    """What a group elsewhere shows of what it has announced before anybody of this place came."""
    group = await db.read(_find_group_heard, towns.base_url, group_uri)
    is_its_own = "Announce" in types_of(announced) and uri_of(announced.get("actor")) == group_uri
    if group is None or not is_its_own:
        return
    heard = await _listen(db, towns, announced, group, budget)
    if heard is not None and not heard.is_change:
        await db.write(partial(_keep, is_past=True), towns.base_url, group, heard)


async def _listen(
    db: Database, towns: Towns, announced: JsonObject, group: GroupSaidIn, budget: Budget
) -> Heard | None:
    """None for what is no new word: what we know, what one of us said, what is done to words."""
    thing = _unwrapped(announced)
    verbs = set(types_of(thing))
    if thing and not verbs & _SAYS:
        return None
    uri = uri_of(thing.get("object")) if thing else uri_of(announced.get("object"))
    is_change = "Update" in verbs
    if not is_change and await db.read(_is_known, towns.base_url, uri):
        return None
    who = uri_of(thing.get("actor"))
    if thing and await _is_believed(towns, thing, who, group.uri):
        note = from_ap(object_of(thing.get("object")))
        author = await towns.discovery_within(budget).get(who)
        return Heard(author, note, is_change)
    if not group.is_public:
        raise Rejected(f"{who} has not proven what {group.uri} passes on")
    found = await fetch_note(towns, uri, budget)
    return Heard(found.author, found.note, is_change)


async def _is_believed(towns: Towns, thing: JsonObject, who: str, group: str) -> bool:
    """Whether it counts as it stands there."""
    if is_same_origin(who, towns.base_url):
        raise Rejected(f"{group} says what {who} would have said here")
    if is_same_origin(who, group):
        return True
    if isinstance(thing.get("proof"), dict):
        from federation.proofs import require_proof  # loads cryptography

        await require_proof(thing, who, towns.keys, now=clock.now(), by=group)
        return True
    return False


def _keep(
    uow: UnitOfWork, base_url: str, group: GroupSaidIn, heard: Heard, *, is_past: bool = False
) -> None:
    note = heard.note
    if group.is_public != (PUBLIC in (*note.to, *note.cc)):
        raise Rejected(f"{note.uri} is not for those who read {group.uri}")
    if not _is_for(uow.session, base_url, group, note):
        raise Rejected(f"{note.uri} was not said in {group.uri}")
    post = accept_note(
        uow,
        base_url,
        heard.author,
        note,
        group=InGroup(GroupId(group.id), is_past=is_past),
        is_change=heard.is_change,
    )
    if post is not None and _stands_alone(post) and post.audience == Audience.PUBLIC:
        post.group_id = group.id  # it came from its author before the group passed it on
        uow.session.add(post)


def _is_for(session: Session, base_url: str, group: GroupSaidIn, note: NoteDraft) -> bool:
    """No group takes what was not said to it: its author names it, or answers what is in it."""
    if {group.uri, group.members} & {*note.to, *note.cc, *note.mentions, *note.audience}:
        return True
    answered = find_post(session, base_url, note.answers)
    return answered is not None and answered.group_id == group.id


def _stands_alone(post: Post) -> bool:
    return post.is_from_elsewhere and post.group_id is None and not post.is_reply


def _take_away(uow: UnitOfWork, base_url: str, group: GroupSaidIn, thing: JsonObject) -> None:
    """Of one of ours, its author sees why."""
    post = find_post(uow.session, base_url, uri_of(thing.get("object")))
    if post is None or post.group_id != group.id or post.state == PostState.DELETED:
        return
    if post.is_from_elsewhere:
        withdraw_said(uow, post)
    elif post.state == PostState.VISIBLE and is_same_origin(uri_of(thing.get("actor")), group.uri):
        reason = words_of(thing.get("summary"), at_most=_REASON_LENGTH)
        move_post(uow, post, PostState.HIDDEN, reason, by=None)


def _arrange(
    uow: UnitOfWork, base_url: str, group: GroupSaidIn, verb: str, thing: JsonObject
) -> None:
    """What takes no more answers, and what stands on top."""
    undone = object_of(thing.get("object")) if verb == "Undo" else {}
    named = undone.get("object") if undone else thing.get("object")
    post = find_post(uow.session, base_url, uri_of(named))
    if post is None or post.group_id != group.id or post.is_reply:
        return
    is_pin = uri_of(thing.get("target")) == f"{group.uri}/featured"
    if verb == "Lock":
        post.closed_at = post.closed_at or uow.now
    elif "Lock" in types_of(undone):
        post.closed_at = None
    elif is_pin and verb in {"Add", "Remove"}:
        post.pinned_at = uow.now if verb == "Add" else None
    uow.session.add(post)


def _unwrapped(document: JsonObject) -> JsonObject:
    """What is passed on; {} for a bare address. Some servers wrap it twice."""
    thing = object_of(document.get("object"))
    for _ in range(_NESTED_AT_MOST - 1):
        if "Announce" in types_of(thing):
            thing = object_of(thing.get("object"))
    return thing


def _find_group_heard(
    session: Session, base_url: str, uri: str, changed: str = ""
) -> GroupSaidIn | None:
    """The group of this id, if somebody here is in it, or what is changed was heard in it."""
    row = find_remote(session, uri)
    actor = session.get(Actor, row.actor_id) if row is not None else None
    if actor is None or actor.kind != ActorKind.GROUP:
        return None
    ours = (
        select(Account.id)
        .join(Membership, col(Membership.actor_id) == col(Account.actor_id))
        .where(Membership.group_id == actor.id, Membership.state == MembershipState.ACTIVE)
    )
    is_heard = session.execute(sa.select(ours.exists())).scalar()
    if not (is_heard or _was_heard_in(session, base_url, changed, actor.id)):
        return None
    return find_group_said_in(session, base_url, actor.id)


def _is_known(session: Session, base_url: str, uri: str) -> bool:
    """Whether there is nothing to be found out about it."""
    post = find_post(session, base_url, uri)
    return post is not None and not _stands_alone(post)


def _was_heard_in(session: Session, base_url: str, uri: str, group_id: int) -> bool:
    post = find_post(session, base_url, uri)
    return post is not None and post.group_id == group_id and post.is_from_elsewhere


def _is_said_in(session: Session, base_url: str, uri: str, group_id: int) -> bool:
    post = find_post(session, base_url, uri)
    return post is not None and is_for_group_to_say(post, group_id)
