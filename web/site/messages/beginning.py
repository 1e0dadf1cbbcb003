"""The first letter to somebody: from their page, or about something that they posted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.access import find_reach, meet_author
from fedparents.conversations.policy import Reach
from fedparents.conversations.queries import find_conversation_with
from fedparents.conversations.service import MessageDraft, Sent, write_about, write_to
from fedparents.errors import Conflict, NotAllowed, NotFound
from fedparents.ids import ActorId, ConversationId, PostId
from fedparents.posts.models import Audience
from fedparents.social.queries import Profile, get_profile
from fedparents.timelines.cards import PostCard
from fedparents.timelines.queries import get_card
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n.words import words_of
from web.routing import Page, number_in_path
from web.security.limits import check_limit
from web.site.media.photos import PHOTOS_BODY, Photo, read_photos
from web.site.messages.access import (
    BOTH,
    complaints_about,
    path_of,
    show,
    to_conversation,
    viewer_or_nothing,
)
from web.site.messages.forms import MessageForm
from web.site.page import redirect
from web.site.posts.words import kind_of
from web.visit import runtime_of


@dataclass(frozen=True, slots=True)
class Meeting:
    """Somebody to whom the viewer is about to write."""

    profile: Profile
    about: PostCard | None
    """What they posted, when it is about that."""
    reach: Reach
    existing: ConversationId | None
    """Where the two write to each other already."""
    refusal: NotAllowed | Conflict | None
    """Why it does not come to that."""

    @property
    def person(self) -> ActorId:
        return ActorId(self.profile.actor.id)


async def write_page(request: Request) -> Response:
    viewer, handle = viewer_or_nothing(request), str(request.path_params["handle"])
    meeting = await runtime_of(request).db.read(_meet, viewer, handle)
    return await _write(request, viewer, meeting)


async def write_about_page(request: Request) -> Response:
    viewer, post_id = viewer_or_nothing(request), PostId(number_in_path(request))
    meeting = await runtime_of(request).db.read(_meet_about, viewer, post_id)
    return await _write(request, viewer, meeting)


async def _write(request: Request, viewer: Viewer, meeting: Meeting) -> Response:
    if request.method == "POST":
        return await _send(request, viewer, meeting)
    if meeting.existing is not None:
        return to_conversation(request, meeting.existing)
    if meeting.refusal is not None:
        return redirect(request, _origin(request, meeting), ("warn", words_of(meeting.refusal)))
    return _show(request, meeting, new_form(of=MessageForm), [])


async def _send(request: Request, viewer: Viewer, meeting: Meeting) -> Response:
    sent, form = await read_form(request, MessageForm)
    photos = await read_photos(request, viewer, form)
    if sent is None or form.errors or photos.is_only_about_photos:
        return _show(request, meeting, form, photos.photos)
    with complaints_about(form):
        await check_limit(request, "message", viewer.account_id)
        path = await _begin(request, viewer, meeting, form, sent.draft(photos.drafts))
        return redirect(request, path)
    return _show(request, meeting, form, photos.photos)


async def _begin(
    request: Request, viewer: Viewer, meeting: Meeting, form: FormState, draft: MessageDraft
) -> str:
    where = _where(request)
    if meeting.about is None:
        return await submit_once(request, form, where, write_to, viewer, (meeting.person,), draft)
    about = PostId(meeting.about.id)
    return await submit_once(request, form, where, write_about, viewer, about, draft)


def _meet(session: Session, viewer: Viewer, handle: str) -> Meeting:
    """Raises NotFound for whoever is not there for the viewer, and for oneself."""
    now = clock.now()
    profile = get_profile(session, viewer, handle, now=now)
    if profile.is_own:
        raise NotFound("person_not_found")
    person = ActorId(profile.actor.id)
    reach = find_reach(session, viewer, person, today=now.date())
    refusal = None
    if profile.relationship.is_blocking:
        refusal = NotAllowed("unblock_first")
    elif reach == Reach.CLOSED:
        refusal = NotAllowed("cannot_be_written_to")
    existing = find_conversation_with(session, viewer, person)
    return Meeting(profile, None, reach, existing, refusal)


def _meet_about(session: Session, viewer: Viewer, post_id: PostId) -> Meeting:
    """Raises NotFound for what the viewer may not read, for what they posted themself, and for
    what nobody has posted under a name that is still there."""
    today = clock.now().date()
    card = get_card(session, viewer, post_id)
    if card.is_own or card.is_anonymous or card.audience == Audience.DIRECT:
        raise NotFound("post_not_found")
    met = _meet(session, viewer, card.author_handle)
    is_invited, refusal = False, met.refusal
    try:
        is_invited = meet_author(session, viewer, post_id, today=today).is_invited
    except (Conflict, NotAllowed) as error:
        refusal = error
    reach = find_reach(session, viewer, met.person, today=today, is_invited=is_invited)
    existing = find_conversation_with(session, viewer, met.person, about=post_id)
    return Meeting(met.profile, card, reach, existing, refusal)


def _origin(request: Request, meeting: Meeting) -> str:
    """Where one came from: the post, or the person."""
    urls = runtime_of(request).urls
    if meeting.about is not None:
        return urls.path("post", id=meeting.about.id)
    return urls.path("person", handle=meeting.profile.actor.address)


def _where(request: Request) -> Callable[[Sent], str]:
    return lambda written: path_of(request, written.conversation_id)


def _show(request: Request, meeting: Meeting, form: FormState, photos: list[Photo]) -> Response:
    context: dict[str, object] = {
        "actor": meeting.profile.actor,
        "about": meeting.about,
        "kind": kind_of(meeting.about) if meeting.about else None,
        "is_known": meeting.reach == Reach.KNOWN,
        "origin": _origin(request, meeting),
        "photos": photos,
    }
    return show(request, "write", context, form)


routes = [
    Page("/@{handle}/write", write_page, name="write_to", methods=BOTH, max_body=PHOTOS_BODY),
    Page(
        "/p/{id}/write",
        write_about_page,
        name="write_about",
        methods=BOTH,
        max_body=PHOTOS_BODY,
    ),
]
