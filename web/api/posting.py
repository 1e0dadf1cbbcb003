"""`POST /api/v1/statuses` and what changes a post: who reads it is decided here in our words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BeforeValidator
from sqlmodel import Session
from starlette.responses import Response

from federation.naming import look_up_named
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import ActorKind
from fedparents.actors.service import find_actor
from fedparents.applications.models import PostingWish
from fedparents.applications.scopes import Scope
from fedparents.applications.wishes import find_posting_wish, is_language
from fedparents.conversations.queries import find_conversation_of
from fedparents.conversations.service import MessageDraft, send_message, write_to
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.ids import ActorId, GroupId, PostId
from fedparents.media.service import PhotoDraft, describe_photo
from fedparents.posts.access import get_met
from fedparents.posts.asking import thank, unthank
from fedparents.posts.bookmarks import bookmark_post, unbookmark_post
from fedparents.posts.content import handles_in
from fedparents.posts.models import Audience, PostKind, Share
from fedparents.posts.pins import pin_own_post, unpin_own_post
from fedparents.posts.polls import PollDraft
from fedparents.posts.queries import get_own
from fedparents.posts.service import PostDraft, delete_post, publish_post
from fedparents.posts.sharing import find_share, share_post, unshare_post
from fedparents.posts.threads import mute_thread, unmute_thread
from fedparents.swaps.models import Direction
from fedparents.swaps.replies import heed_reply
from fedparents.swaps.service import SwapDraft, edit_words, publish_swap
from fedparents.swaps.words import direction_of
from fedparents.timelines.feeds import get_full
from fedparents.timelines.full import dress_full, get_own_full
from fedparents.timelines.shares import ShareLine
from web.api.calls import Call
from web.api.endpoints import ApiHandler, ApiRoute, a_person, answer
from web.api.entities.account import Visibility
from web.api.entities.entity import spelled
from web.api.entities.posts import Pageful, statuses
from web.api.entities.reader import Json
from web.api.errors import Refused
from web.api.groups_named import where_named, who_looks_after
from web.api.params import (
    Flag,
    Id,
    Ids,
    MaybeFlag,
    MaybeWord,
    Optional,
    Params,
    Several,
    StrictNumber,
    Time,
    Word,
    Words,
    span_of,
)
from web.api.scheduling import Kept, schedule
from web.api.showing import answer_post, fill, post_number, reader_of


class Meant(StrEnum):
    """What a post is, in our own words."""

    MESSAGE = "message"
    QUESTION = "question"
    ANNOUNCEMENT = "announcement"
    ASK = "ask"
    OFFER = "offer"


class PollParams(Params):
    options: Words = []
    expires_in: StrictNumber = None
    multiple: Flag = False


class OwnParams(Params):
    """Ours, beside Mastodon's."""

    group_id: Id = None
    audience: Annotated[Annotated[Audience, spelled(Audience)] | None, Optional] = None
    kind: Annotated[Meant | None, Optional] = None
    anonymous: Flag = False


class MediaAttribute(Params):
    id: Id = None
    description: MaybeWord = None


def _object(value: object) -> object:
    return value if isinstance(value, dict) else {}


class NewStatus(Params):
    status: Word = ""
    media_ids: Ids = []
    poll: Annotated[PollParams, BeforeValidator(_object)] = PollParams()
    in_reply_to_id: Id = None
    sensitive: MaybeFlag = None
    spoiler_text: Word = ""
    visibility: Annotated[Visibility | None, Optional] = None
    language: Word = ""
    scheduled_at: Time = None
    local_only: Flag = False
    fedparents: Annotated[OwnParams, BeforeValidator(_object)] = OwnParams()


class ChangedStatus(Params):
    status: Word = ""
    spoiler_text: Word = ""
    media_ids: Ids | None = None
    sensitive: MaybeFlag = None
    media_attributes: Annotated[list[MediaAttribute], Several] = []


_AUDIENCES: Final = {
    Visibility.PUBLIC: Audience.PUBLIC,
    Visibility.UNLISTED: Audience.PUBLIC,
    Visibility.PRIVATE: Audience.FOLLOWERS,
}
_KINDS: Final = {
    Meant.MESSAGE: PostKind.MESSAGE,
    Meant.QUESTION: PostKind.QUESTION,
    Meant.ANNOUNCEMENT: PostKind.ANNOUNCEMENT,
}
_DIRECTIONS: Final = {Meant.ASK: Direction.ASK, Meant.OFFER: Direction.OFFER}


async def create(call: Call) -> Response:
    runtime = call.runtime
    wish = await runtime.db.read(find_posting_wish, call.viewer)
    sent = _as_wished(call.read(NewStatus), wish)
    if sent.poll.options and sent.media_ids:
        raise Invalid({"poll": "poll_or_photos"})
    call.count("message" if sent.visibility == Visibility.DIRECT else "post")
    await look_up_named(runtime.db, runtime.towns, sent.status)
    if sent.scheduled_at is not None:
        later = sent.model_copy(update={"scheduled_at": None})
        kept = Kept(later.model_dump_json(), sent.status, sent.media_ids)
        return await schedule(
            call, kept, sent.scheduled_at, lambda uow: say(uow, call.viewer, later)
        )
    try:
        number = await call.write_once(int, say, call.viewer, sent)
    except Conflict as error:
        existing = error.params.get("post_id")
        if not isinstance(existing, int):
            raise
        number = existing  # sent twice by an app that has no key for it
    return await _answer_own(call, PostId(number))


async def change(call: Call) -> Response:
    sent, number = call.read(ChangedStatus), await post_number(call)
    await call.runtime.db.write(say_better, call.viewer, number, sent)
    return await _answer_own(call, number)


async def take_back(call: Call) -> Response:
    """What it said goes along, for those who want to write it anew; its photos are gone."""
    viewer, number, reader = call.viewer, await post_number(call), reader_of(call)
    if call.number() != number:
        return await _pass_on_no_longer(call, number)

    def read(session: Session) -> Json:
        post = get_own(session, viewer, number)
        (found,) = statuses(fill(session, viewer, get_own_full(session, viewer, number)), reader)
        return found | {"text": post.text, "media_attachments": []}

    gone = await call.runtime.db.read(read)
    call.count("take_back")
    await call.runtime.db.write(delete_post, viewer, number)
    return answer(gone)


def _doing(service: Callable[[UnitOfWork, Viewer, PostId], object]) -> ApiHandler:
    """A press on a post; the post as it is then."""

    async def do(call: Call) -> Response:
        number = await post_number(call)
        await call.runtime.db.write(service, call.viewer, number)
        return await _answer_own(call, number)

    return do


async def reblog(call: Call) -> Response:
    """What is answered is a status of its own around the one that was passed on."""
    viewer, number = call.viewer, await post_number(call)
    share = await call.runtime.db.write(share_post, viewer, number)
    return answer_post(call, await call.runtime.db.read(_around, viewer, number, share))


async def unreblog(call: Call) -> Response:
    call.count("take_back")
    number = await post_number(call)
    await call.runtime.db.write(unshare_post, call.viewer, number)
    return await _answer_own(call, number)


def say(uow: UnitOfWork, viewer: Viewer, sent: NewStatus) -> int:
    """Publish what an app sent; the id of the post."""
    answered = _answered_audience(uow, viewer, sent.in_reply_to_id)
    wish = sent.fedparents.audience
    if Audience.DIRECT in {answered, wish} or sent.visibility == Visibility.DIRECT:
        return _write_letter(uow, viewer, sent, is_letter_answered=answered == Audience.DIRECT)
    draft = _draft(uow, viewer, sent)
    direction = _direction(draft, sent)
    if direction is not None:
        published = publish_swap(uow, viewer, SwapDraft(draft, direction))
    else:
        published = publish_post(uow, viewer, draft)
    if published.not_reached:  # a page would say so, an app shows nothing but an error
        names = ", ".join(f"@{handle}" for handle in published.not_reached)
        raise Refused("not_members", names=names)
    heed_reply(uow, viewer, published.post)
    return published.post.id


def say_better(uow: UnitOfWork, viewer: Viewer, post_id: PostId, sent: ChangedStatus) -> None:
    """The words and the descriptions of photos; which photos there are stays as it was."""
    own = get_own(uow.session, viewer, post_id)
    if sent.media_ids is not None and len(set(sent.media_ids)) != own.photo_count:
        raise Invalid({"media_ids": "photos_stay"})
    for each in sent.media_attributes:
        if each.id is not None and each.description is not None:
            describe_photo(uow, viewer, each.id, each.description)
    edit_words(uow, viewer, post_id, sent.status, warning=sent.spoiler_text)


def _draft(uow: UnitOfWork, viewer: Viewer, sent: NewStatus) -> PostDraft:
    if sent.language and not is_language(sent.language):
        raise Invalid({"language": "language_unknown"})
    group_id, text = sent.fedparents.group_id, sent.status
    is_answer = sent.in_reply_to_id is not None
    if group_id is None and not is_answer:
        named = where_named(uow.session, viewer, text, today=uow.now.date())
        group_id, text = named or (None, text)
    draft = PostDraft(
        text=text,
        group_id=GroupId(group_id) if group_id is not None and not is_answer else None,
        in_reply_to_id=PostId(sent.in_reply_to_id) if sent.in_reply_to_id is not None else None,
        kind=_KINDS.get(sent.fedparents.kind or Meant.MESSAGE, PostKind.MESSAGE),
        warning=sent.spoiler_text,
        language=sent.language,
        is_quiet=sent.visibility == Visibility.UNLISTED,
        is_sensitive=bool(sent.sensitive),
        is_anonymous=sent.fedparents.anonymous,
        photos=tuple(PhotoDraft(each) for each in sent.media_ids),
        poll=_poll(sent.poll),
    )
    return replace(draft, audience=_audience(sent, is_in_group=group_id is not None or is_answer))


def _as_wished(sent: NewStatus, wish: PostingWish) -> NewStatus:
    """What an app left open is as its owner has said once for all apps."""
    usual: dict[str, object] = {}
    if sent.visibility is None and wish.visibility and not sent.local_only:
        usual["visibility"] = Visibility(wish.visibility)
    if sent.sensitive is None:
        usual["sensitive"] = wish.is_sensitive
    if not sent.language and wish.language:
        usual["language"] = wish.language
    return sent.model_copy(update=usual)


def _audience(sent: NewStatus, *, is_in_group: bool) -> Audience | None:
    """None: as the group or what is answered says, else everybody here. It is never made wider."""
    if sent.fedparents.audience is not None:
        return sent.fedparents.audience
    if sent.local_only:
        return Audience.HERE
    if sent.visibility is None:
        return None
    if sent.visibility == Visibility.PRIVATE and is_in_group:
        return Audience.GROUP if sent.in_reply_to_id is None else None
    return _AUDIENCES[sent.visibility]


def _direction(draft: PostDraft, sent: NewStatus) -> Direction | None:
    """As the app says, else by the first word of what is said to a group."""
    if draft.in_reply_to_id is not None:
        return None
    if sent.fedparents.kind is not None:
        return _DIRECTIONS.get(sent.fedparents.kind)
    return direction_of(draft.text) if draft.group_id is not None and draft.poll is None else None


def _poll(sent: PollParams) -> PollDraft | None:
    if not sent.options:
        return None
    lasts = span_of(sent.expires_in) if sent.expires_in is not None else None
    if lasts is None:
        return PollDraft(tuple(sent.options), sent.multiple)
    return PollDraft(tuple(sent.options), sent.multiple, lasts)


def _answered_audience(uow: UnitOfWork, viewer: Viewer, answered: int | None) -> Audience | None:
    if answered is None:
        return None
    met = get_met(uow.session, viewer, PostId(answered), today=uow.now.date())
    return Audience(met.post.audience)


def _write_letter(
    uow: UnitOfWork, viewer: Viewer, sent: NewStatus, *, is_letter_answered: bool
) -> int:
    """To those who are named; an answer to a letter goes on where that was written."""
    draft = MessageDraft(
        text=sent.status, photos=tuple(PhotoDraft(each) for each in sent.media_ids)
    )
    if is_letter_answered and sent.in_reply_to_id is not None:
        found = find_conversation_of(uow.session, viewer, PostId(sent.in_reply_to_id))
        if found is None:
            raise NotAllowed("cannot_be_written_to")
        return send_message(uow, viewer, found, draft).post.id
    people = _named_people(uow.session, sent.status) - {viewer.actor_id}
    if not people:
        people = set(who_looks_after(uow.session, viewer, sent.status, today=uow.now.date()))
    if sent.poll.options:
        raise Invalid({"poll": "poll_not_in_letters"})
    return write_to(uow, viewer, map(ActorId, people), draft).post.id


def _named_people(session: Session, text: str) -> set[int]:
    found = (find_actor(session, handle) for handle in handles_in(text))
    return {actor.id for actor in found if actor is not None and actor.kind == ActorKind.PERSON}


async def _pass_on_no_longer(call: Call, number: PostId) -> Response:
    """Only what the viewer passed on goes, never what somebody else did, nor the post in it."""
    viewer = call.viewer
    share = await call.runtime.db.read(find_share, number, viewer.actor_id)
    if share is None or share.id != call.number():
        raise NotFound("post_not_found")
    gone = await call.runtime.db.read(_around, viewer, number, share)
    await call.runtime.db.write(unshare_post, viewer, number)
    return answer_post(call, gone)


def _around(session: Session, viewer: Viewer, number: PostId, share: Share) -> Pageful:
    """The post, as the viewer passed it on."""
    line = ShareLine(share.id, viewer.actor_id, viewer.name, viewer.handle, "", share.created_at)
    posts = (get_full(session, viewer, number).posts[0]._replace(share=line),)
    return fill(session, viewer, dress_full(session, viewer, posts, None))


async def _answer_own(call: Call, number: PostId) -> Response:
    viewer = call.viewer
    return answer_post(
        call, await call.runtime.db.read(lambda db: fill(db, viewer, get_full(db, viewer, number)))
    )


_WRITE: Final = a_person(Scope.WRITE_STATUSES)
_THANK: Final = a_person(Scope.WRITE_FAVOURITES)
_KEEP: Final = a_person(Scope.WRITE_BOOKMARKS)
_PIN: Final = a_person(Scope.WRITE_ACCOUNTS)
_MUTE: Final = a_person(Scope.WRITE_MUTES)

routes = [
    ApiRoute("POST", "/api/v1/statuses", create, _WRITE),
    ApiRoute("PUT", "/api/v1/statuses/{id}", change, _WRITE),
    ApiRoute("DELETE", "/api/v1/statuses/{id}", take_back, _WRITE),
    ApiRoute("POST", "/api/v1/statuses/{id}/favourite", _doing(thank), _THANK),
    ApiRoute("POST", "/api/v1/statuses/{id}/unfavourite", _doing(unthank), _THANK),
    ApiRoute("POST", "/api/v1/statuses/{id}/reblog", reblog, _WRITE),
    ApiRoute("POST", "/api/v1/statuses/{id}/unreblog", unreblog, _WRITE),
    ApiRoute("POST", "/api/v1/statuses/{id}/bookmark", _doing(bookmark_post), _KEEP),
    ApiRoute("POST", "/api/v1/statuses/{id}/unbookmark", _doing(unbookmark_post), _KEEP),
    ApiRoute("POST", "/api/v1/statuses/{id}/pin", _doing(pin_own_post), _PIN),
    ApiRoute("POST", "/api/v1/statuses/{id}/unpin", _doing(unpin_own_post), _PIN),
    ApiRoute("POST", "/api/v1/statuses/{id}/mute", _doing(mute_thread), _MUTE),
    ApiRoute("POST", "/api/v1/statuses/{id}/unmute", _doing(unmute_thread), _MUTE),
]
