"""What becomes of a post of another town: kept, said anew, passed over.

Whoever calls knows that its author said it: they signed it, or their own server shows it. Kept is
what concerns somebody here: of people whom somebody follows, what answers something of theirs or of
ours, and what is addressed to somebody here who may be known outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final
from urllib.parse import unquote

import sqlalchemy as sa
from sqlmodel import Session

from federation.audience import audience_of
from federation.errors import Rejected
from federation.facts import OrphansWaiting, PostMissing
from federation.models import RemoteActor, RemoteFarewell, RemotePost
from federation.objects.actor import find_remote, name_face
from federation.objects.note import NoteDraft
from federation.outside import find_handle, find_person
from federation.pictures import name_pictures
from federation.posts import find_post
from federation.uris import (
    actor_uri,
    find_local_actor,
    host_of,
    is_same_origin,
    place_uri,
    profile_url,
    site_of,
)
from federation.vocab import PUBLIC
from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.conversations.elsewhere import receive_letter
from fedparents.db import HotStatement, UnitOfWork, constant, table_of
from fedparents.groups import models as groups
from fedparents.groups.models import Group, Membership, MembershipState
from fedparents.ids import ActorId, GroupId
from fedparents.posts.content import tag_of
from fedparents.posts.elsewhere import (
    Said,
    cap_of,
    join_thread,
    may_answer,
    record_said,
    revise_said,
    say_what_helped,
    takes_answers,
)
from fedparents.posts.models import Audience, Post, PostState
from fedparents.social.models import Follow, FollowState
from fedparents.social.policy import is_blocked_between
from fedparents.timelines.service import bring_home

_NEW_FOR: Final = timedelta(days=1)
"""So long, what is changed before it was known is taken for new."""
_NAMED_AT_MOST: Final = 100
JOINED_AT_ONCE: Final = 100
"""Answers that waited for one post; nobody else writes meanwhile."""

_remote_post, _farewell = table_of(RemotePost), table_of(RemoteFarewell)
_follow = table_of(Follow)
_uri: Final = sa.bindparam("uri", type_=sa.String)
_FIND_KNOWN: Final = HotStatement(
    sa.select(_remote_post.c.post_id).where(_remote_post.c.uri == _uri)
)
_WAS_TAKEN_BACK: Final = HotStatement(
    sa.select(_farewell.c.uri).where(
        _farewell.c.uri == _uri,
        _farewell.c.sender.in_([sa.bindparam(name, type_=sa.String) for name in ("by", "group")]),
    )
)
_LIST_WAITING: Final = HotStatement(
    sa.select(_remote_post.c.post_id)
    .where(
        _remote_post.c.missing_uri == _uri, _remote_post.c.missing_uri != sa.literal_column("''")
    )
    .order_by(_remote_post.c.post_id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_IS_FOLLOWED: Final = HotStatement(
    sa.select(_follow.c.id)
    .where(
        _follow.c.followed_actor_id.in_(
            [sa.bindparam(name, type_=sa.BigInteger) for name in ("author", "answered")]
        ),
        _follow.c.state == constant(FollowState.ACCEPTED),
    )
    .limit(sa.literal_column("1"))
)
_ADD: Final = HotStatement(_remote_post.insert())


@dataclass(frozen=True, slots=True)
class InGroup:
    """Where something was said."""

    id: GroupId
    is_held: bool = False
    """Whether those who look after it look first."""
    is_past: bool = False
    """It was said before anybody of this place came: nobody is told of it."""


@dataclass(slots=True)
class _Named:
    """Whom a post names or is addressed to, as far as they are known here."""

    mentioned: list[ActorId] = field(default_factory=list)
    addressed: list[ActorId] = field(default_factory=list)
    here: set[ActorId] = field(default_factory=set)
    ways: dict[str, str] = field(default_factory=dict)
    """From their addresses to their pages of this place."""


def accept_note(
    uow: UnitOfWork,
    base_url: str,
    author: Actor,
    note: NoteDraft,
    *,
    group: InGroup | None = None,
    is_wanted: bool = False,
    is_change: bool = False,
) -> Post | None:
    """Keep a post, or have a known one say what it says now; None for what is passed over.

    `group` is where it was said, once it has been decided that its author may. `is_wanted` is what
    was looked up: it is kept whomever it concerns, if everybody may read it. `is_change`: it was
    sent because it says something else now. Raises Rejected for what its author cannot have said.
    """
    row = uow.session.get_one(RemoteActor, author.id)
    if row.uri not in note.authors or not is_same_origin(note.uri, row.uri):
        raise Rejected(f"{note.uri} is not by {row.uri}")
    known = _find_known(uow.session, note.uri)
    if known is not None:
        _revise(uow, base_url, known, author, note, is_change=is_change)
        return known
    if _was_taken_back(uow.session, note.uri, row.uri, group):
        return None
    if is_change and (note.published is None or note.published < uow.now - _NEW_FOR):
        return None
    return _keep(uow, base_url, author, row, note, group=group, is_wanted=is_wanted)


def forget_note(uow: UnitOfWork, uri: str, sender: str) -> None:
    """It was taken back before it came, or will be known to have been; by whom, it has still to
    show whose it is."""
    if uow.session.get(RemoteFarewell, (uri, sender)) is None:
        uow.session.add(RemoteFarewell(uri=uri, sender=sender, gone_at=uow.now))


def _was_taken_back(session: Session, uri: str, author: str, group: InGroup | None) -> bool:
    """By who said it, or by the group elsewhere that passes it on."""
    row = session.get(RemoteActor, group.id) if group is not None else None
    by = {"by": author, "group": row.uri if row is not None else author}
    return bool(_WAS_TAKEN_BACK.rows(session.connection(), uri=uri, **by))


def join_orphans(uow: UnitOfWork, base_url: str, uri: str) -> None:
    """What answers something that is known by now finds its place below it; of very much, the rest
    follows by and by."""
    waiting = _LIST_WAITING.rows(uow.session.connection(), uri=uri, limit=JOINED_AT_ONCE + 1)
    answered = find_post(uow.session, base_url, uri) if waiting else None
    if answered is None:
        return
    if len(waiting) > JOINED_AT_ONCE:
        uow.record(OrphansWaiting(uri))
    for (post_id,) in waiting[:JOINED_AT_ONCE]:
        row = uow.session.get_one(RemotePost, post_id, with_for_update=True, populate_existing=True)
        answer = uow.session.get_one(Post, post_id)
        row.missing_uri = ""
        uow.session.add(row)
        # Two that answer each other would never end.
        is_circle = answered.root_id == answer.root_id
        author = uow.session.get_one(Actor, answer.author_actor_id)
        group_id = GroupId(answer.group_id) if answer.group_id is not None else None
        if not is_circle and _may_answer(uow.session, author, answered, group_id):
            join_thread(uow, answer, answered)


def _keep(
    uow: UnitOfWork,
    base_url: str,
    author: Actor,
    row: RemoteActor,
    note: NoteDraft,
    *,
    group: InGroup | None,
    is_wanted: bool,
) -> Post | None:
    audience, is_quiet = audience_of(note.to, note.cc, row.followers)
    if _is_for_nearby(base_url, author, note, audience):
        audience = Audience.NEARBY
    group_id = group.id if group is not None else None
    if group_id is not None:
        audience = cap_of(uow.session, group_id)
    answered = find_post(uow.session, base_url, note.answers)
    if answered is not None and not _may_answer(uow.session, author, answered, group_id):
        return None
    if answered is None and note.answers.startswith(f"{base_url}/"):
        return None  # there is nothing of ours that it could answer
    named = _list_named(uow, base_url, author, note, row.followers)
    is_public = audience == Audience.PUBLIC
    if is_wanted and not is_public:
        return None
    is_for_us = bool(is_wanted or group_id or named.here) or audience == Audience.NEARBY
    if not (is_for_us or is_heard(uow.session, author, answered)):
        return None
    said = _said(uow, note, named, audience, is_quiet=is_quiet)
    said = replace(
        said,
        group_id=group_id,
        is_held=group is not None and group.is_held,
        is_answer=bool(note.answers),
        is_found=is_wanted or (group is not None and group.is_past),
        answers_id=answered.id if answered is not None else None,
    )
    if audience == Audience.DIRECT:
        post = receive_letter(uow, author, said)
    else:
        post = record_said(uow, author, said, bring_home)
    if post is None:
        return None
    is_missing = answered is None and audience != Audience.DIRECT
    _note_address(uow, post, note, missing=note.answers if is_missing else "")
    name_pictures(uow, post, note.pictures, is_new=True)
    name_face(uow, author, row)
    if is_missing and note.answers and is_public and not is_wanted:
        uow.record(PostMissing(note.answers, site_of(host_of(row.uri))))
    join_orphans(uow, base_url, note.uri)
    return post


def _note_address(uow: UnitOfWork, post: Post, note: NoteDraft, *, missing: str) -> None:
    uow.session.flush()  # what hangs on it refers to it
    _ADD.run(
        uow.session.connection(),
        post_id=post.id,
        uri=note.uri,
        url=note.url,
        missing_uri=missing,
        fetched_at=uow.now,
    )


def _may_answer(session: Session, author: Actor, answered: Post, group_id: GroupId | None) -> bool:
    """In a group, its own town has said who may; an answer is where its question is."""
    if group_id is not None:
        return answered.group_id == group_id and takes_answers(session, answered)
    return may_answer(session, author.id, answered)


def _is_for_nearby(base_url: str, author: Actor, note: NoteDraft, audience: Audience) -> bool:
    """A twin names the place that we are: it is for everybody who is signed in here."""
    names_us = place_uri(base_url) in {*note.to, *note.cc}
    return names_us and author.standing == Standing.ALLY and audience == Audience.DIRECT


def _revise(
    uow: UnitOfWork, base_url: str, post: Post, author: Actor, note: NoteDraft, *, is_change: bool
) -> None:
    """Only by who said it. What was changed earlier and comes later says nothing new."""
    if post.author_actor_id != author.id or post.state == PostState.DELETED:
        return
    if not may_change_in_group(uow.session, author, post):
        return
    is_newer = note.updated is not None and note.updated > (post.edited_at or post.created_at)
    is_older = (
        note.updated is not None and post.edited_at is not None and note.updated < post.edited_at
    )
    if is_older or not (is_change or is_newer):
        return
    row = uow.session.get_one(RemoteActor, author.id)
    named = _list_named(uow, base_url, author, note, row.followers)
    said = _said(uow, note, named, Audience(post.audience), is_quiet=post.is_quiet)
    revise_said(uow, post, said)
    say_what_helped(uow, post, find_post(uow.session, base_url, note.helped))
    name_pictures(uow, post, note.pictures)


def may_change_in_group(session: Session, author: Actor, post: Post) -> bool:
    """In a group of this place, whoever was put out of it says nothing any more, nor does anybody
    of a town that is an ally no more in a closed one."""
    group = session.get(Group, post.group_id) if post.group_id is not None else None
    if group is None or session.get_one(Actor, group.actor_id).domain:
        return True
    seat = session.get(Membership, (group.actor_id, author.id))
    if seat is not None and seat.state in {MembershipState.BANNED, MembershipState.REMOVED}:
        return False
    return group.audience == groups.Audience.PUBLIC or author.standing == Standing.ALLY


def _said(
    uow: UnitOfWork, note: NoteDraft, named: _Named, audience: Audience, *, is_quiet: bool
) -> Said:
    tags = {
        each: f"/tags/{tag_of(tag)}"
        for tag, href in note.tags
        for each in (href, unquote(href))  # one is in the words, and one beside them
        if each
    }
    return Said(
        html=note.html,
        text=note.text,
        audience=audience,
        is_quiet=is_quiet,
        at=note.published or uow.now,
        edited_at=note.updated,
        warning=note.warning,
        is_sensitive=note.is_sensitive,
        language=note.language,
        named=named.mentioned,
        readers=named.addressed,
        tags=[tag for tag, _ in note.tags],
        ways=tags | named.ways,
        poll=note.poll,
    )


def _list_named(
    uow: UnitOfWork, base_url: str, author: Actor, note: NoteDraft, followers: str
) -> _Named:
    """Nobody of ours who may not be known outside, or is behind a block."""
    named = _Named()
    addressed = {*note.to, *note.cc}
    uris = dict.fromkeys((*note.mentions, *note.to, *note.cc))
    for known in (PUBLIC, followers):
        uris.pop(known, None)
    for uri in list(uris)[:_NAMED_AT_MOST]:
        found = _find_somebody(uow, base_url, uri)
        if found is None or found.id == author.id:
            continue
        if not found.domain and is_blocked_between(uow.session, author.id, found.id):
            continue
        if not found.domain:
            named.here.add(ActorId(found.id))
        if uri in note.mentions:
            named.mentioned.append(ActorId(found.id))
        if uri in addressed:
            named.addressed.append(ActorId(found.id))
        named.ways.update(_ways(uow.session, base_url, found))
    return named


def _find_somebody(uow: UnitOfWork, base_url: str, uri: str) -> Actor | None:
    """A person, here or elsewhere, who is known."""
    today = uow.now.date()
    if uri.startswith(f"{base_url}/@"):
        found = find_handle(uow.session, uri.removeprefix(f"{base_url}/@"), today=today)
        return found if found is not None and found.kind == ActorKind.PERSON else None
    local = find_local_actor(base_url, uri)
    if local is not None:
        return find_person(uow.session, local[1], today=today)
    row = find_remote(uow.session, uri)
    actor = uow.session.get(Actor, row.actor_id) if row is not None else None
    return actor if actor is not None and actor.kind == ActorKind.PERSON else None


def _ways(session: Session, base_url: str, actor: Actor) -> dict[str, str]:
    page = f"/@{actor.address}"
    if not actor.domain:
        known: Iterable[str] = (actor_uri(base_url, actor.id), profile_url(base_url, actor.handle))
    else:
        row = session.get_one(RemoteActor, actor.id)
        known = (row.uri, row.url)
    return {each: page for each in known if each}


def is_heard(session: Session, author: Actor, answered: Post | None) -> bool:
    """Whether somebody here follows its author, or whoever it answers; or it answers one of us."""
    if answered is not None and not answered.is_from_elsewhere:
        return True
    other = answered.author_actor_id if answered is not None else author.id
    return bool(_IS_FOLLOWED.rows(session.connection(), author=author.id, answered=other))


def _find_known(session: Session, uri: str) -> Post | None:
    rows = _FIND_KNOWN.rows(session.connection(), uri=uri)
    if not rows:
        return None
    return session.get(Post, rows[0][0], with_for_update=True, populate_existing=True)
