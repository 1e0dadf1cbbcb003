"""What people of other towns say in groups of this place: let in, held for those who look after the
group, or refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlmodel import Session, col, func, select

from federation.activities.memberships import say
from federation.activities.pairs import find_party
from federation.errors import Rejected
from federation.facts import Plight, WordsWanted
from federation.group_audience import GroupSaidIn, find_group_said_in
from federation.group_posts import hear, is_told_enough, is_unfit, pass_on
from federation.models import RemotePost
from federation.objects.note import NoteDraft
from federation.posts import find_by_id, find_post
from federation.reading import JsonObject, id_of, object_of, uris_of
from federation.receiving import InGroup, accept_note
from federation.uris import find_local_actor
from federation.vocab import PUBLIC
from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.db import UnitOfWork
from fedparents.groups.access import find_request
from fedparents.groups.guests import (
    Reply,
    answer_from_elsewhere,
    ask_from_elsewhere,
    is_guest,
)
from fedparents.ids import GroupId
from fedparents.posts.elsewhere import is_newcomer
from fedparents.posts.models import Post, PostState

if TYPE_CHECKING:
    from federation.signing import Signed

SAID_AT_MOST: Final = 60
"""By one guest of a group within an hour."""
_AN_HOUR: Final = timedelta(hours=1)


def take_into_group(
    uow: UnitOfWork, base_url: str, author: Actor, note: NoteDraft, signed: Signed
) -> bool:
    """Whether something was said in a group of ours: then it is dealt with.

    Who is no member and may become one has asked with their first words, which wait. What answers
    something stays where that was said, whoever is named.
    """
    document = signed.document
    if _answers_questions(uow, base_url, author, note):
        return True
    group = _find_group(uow.session, base_url, note, document)
    if group is None:
        return False
    if group.is_public != (PUBLIC in (*note.to, *note.cc)):
        return True  # to whom it was said, and who reads the group, are not the same
    if is_unfit(document) or _has_said_enough(uow, author, group):
        _refuse(uow, base_url, author, group, id_of(document))
        return True
    is_new = find_by_id(uow.session, note.uri) is None
    reply = _ask_for(uow, author, group)
    if reply == Reply.NO:
        _refuse(uow, base_url, author, group, id_of(document))
        return True
    is_held = reply == Reply.WAITS or is_newcomer(uow.session, author.id, group.id)
    post = accept_note(uow, base_url, author, note, group=InGroup(GroupId(group.id), is_held))
    if post is not None and is_new:
        hear(uow, post, document)
    return True


def _has_said_enough(uow: UnitOfWork, author: Actor, group: GroupSaidIn) -> bool:
    """Each goes to every town of the group; people of this place are held to as many."""
    lately = (
        select(func.count())
        .select_from(RemotePost)
        .join(Post, col(Post.id) == col(RemotePost.post_id))
        .where(
            Post.author_actor_id == author.id,
            Post.group_id == group.id,
            RemotePost.fetched_at > uow.now - _AN_HOUR,
        )
    )
    return uow.session.exec(lately).one() >= SAID_AT_MOST


def pass_on_change(uow: UnitOfWork, base_url: str, post: Post, document: JsonObject) -> None:
    """Somebody elsewhere has said better what they said in a group of ours. What is held is passed
    on as it is by then. Raises Rejected for what would not be."""
    if not post.is_from_elsewhere or _own(uow.session, base_url, post.group_id) is None:
        return
    if is_unfit(document) or is_told_enough(uow, post):
        raise Rejected(f"{id_of(document)} is nothing that a group passes on")
    if post.state == PostState.HELD:
        hear(uow, post, document)
    else:
        pass_on(uow, base_url, post, document)


def _find_group(
    session: Session, base_url: str, note: NoteDraft, document: JsonObject
) -> GroupSaidIn | None:
    answered = find_post(session, base_url, note.answers)
    if answered is not None:
        found = _own(session, base_url, answered.group_id)
        return found if not answered.is_anonymous else None
    said = object_of(document.get("object"))
    audience = (*uris_of(document.get("audience")), *uris_of(said.get("audience")))
    return _first_of_ours(session, base_url, (*audience, *note.to, *note.cc, *note.mentions))


def _first_of_ours(session: Session, base_url: str, uris: Iterable[str]) -> GroupSaidIn | None:
    for uri in dict.fromkeys(uris):
        local = find_local_actor(base_url, uri.removesuffix("/members"))
        if local is not None and local[0] == ActorKind.GROUP:
            return _own(session, base_url, local[1])
    return None


def _own(session: Session, base_url: str, group_id: int | None) -> GroupSaidIn | None:
    group = find_group_said_in(session, base_url, group_id) if group_id is not None else None
    return group if group is not None and group.is_ours else None


def _ask_for(uow: UnitOfWork, author: Actor, group: GroupSaidIn) -> Reply:
    """Nobody asks to come into a closed group by speaking there, and in one nobody speaks whose
    town is no ally any more."""
    is_in = is_guest(uow.session, author.id, group.id)
    if not group.is_public:
        return Reply.IN if is_in and author.standing == Standing.ALLY else Reply.NO
    if is_in:
        return Reply.IN
    reply = ask_from_elsewhere(uow, author.id, group.id, {})
    request = find_request(uow.session, group.id, author.id)
    if reply == Reply.WAITS and request is not None and request.created_at == uow.now:
        uow.record(WordsWanted(author.id, group.id, Plight.WAITS))
    return reply


def _answers_questions(uow: UnitOfWork, base_url: str, author: Actor, note: NoteDraft) -> bool:
    """Whether somebody who waits answers, in a letter, what a group of ours has asked them."""
    if len({*note.to, *note.cc}) != 1 or PUBLIC in note.to:
        return False
    local = find_local_actor(base_url, next(iter((*note.to, *note.cc))))
    if local is None or local[0] != ActorKind.GROUP:
        return False
    return answer_from_elsewhere(uow, author.id, local[1], note.text)


def _refuse(
    uow: UnitOfWork, base_url: str, author: Actor, group: GroupSaidIn, activity: str
) -> None:
    to, by = (
        find_party(uow.session, base_url, author.id),
        find_party(uow.session, base_url, group.id),
    )
    if to is not None and by is not None:
        say(uow, base_url, "Reject", activity, by=by, to=to)
