"""The first letter to somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.access import find_reach
from fedparents.conversations.policy import Reach
from fedparents.conversations.queries import find_conversation_with
from fedparents.conversations.service import Sent, write_to
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.ids import ActorId, ConversationId
from fedparents.social.queries import Profile, get_profile
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n.words import words_of
from web.routing import Page
from web.security.limits import check_limit
from web.site.media.photos import PHOTOS_BODY, Photo, read_photos
from web.site.messages.access import BOTH, path_of, show, to_conversation, viewer_or_nothing
from web.site.messages.forms import MessageForm
from web.site.page import redirect
from web.visit import runtime_of


@dataclass(frozen=True, slots=True)
class Meeting:
    """Somebody to whom the viewer is about to write."""

    profile: Profile
    reach: Reach
    existing: ConversationId | None
    """Where the two write to each other already."""

    @property
    def person(self) -> ActorId:
        return ActorId(self.profile.actor.id)


async def write_page(request: Request) -> Response:
    viewer, handle = viewer_or_nothing(request), str(request.path_params["handle"])
    runtime = runtime_of(request)
    meeting = await runtime.db.read(_meet, viewer, handle)
    if meeting.profile.relationship.is_blocking or meeting.reach == Reach.CLOSED:
        return _refuse(request, meeting)
    if request.method != "POST":
        if meeting.existing is not None:
            return to_conversation(request, meeting.existing)
        return _show(request, meeting, new_form(of=MessageForm), [])
    return await _send(request, viewer, meeting)


async def _send(request: Request, viewer: Viewer, meeting: Meeting) -> Response:
    sent, form = await read_form(request, MessageForm)
    photos = await read_photos(request, viewer, form)
    if sent is None or form.errors or photos.is_only_about_photos:
        return _show(request, meeting, form, photos.photos)
    try:
        await check_limit(request, "message", viewer.account_id)
        draft = sent.draft(photos.drafts)
        path = await submit_once(
            request, form, _where(request), write_to, viewer, (meeting.person,), draft
        )
    except NotAllowed as error:
        return redirect(request, _to_person(request, meeting), ("warn", words_of(error)))
    except (Conflict, Invalid) as error:
        form.complain(error, at="text")
    except LimitReached as error:
        if error.retry_after is not None:
            raise
        form.complain(error, at="text")
    else:
        return redirect(request, path)
    return _show(request, meeting, form, photos.photos)


def _meet(session: Session, viewer: Viewer, handle: str) -> Meeting:
    """Raises NotFound for whoever is not there for the viewer, and for oneself."""
    now = clock.now()
    profile = get_profile(session, viewer, handle, now=now)
    if profile.is_own:
        raise NotFound("person_not_found")
    person = ActorId(profile.actor.id)
    reach = find_reach(session, viewer, person, today=now.date())
    return Meeting(profile, reach, find_conversation_with(session, viewer, person))


def _refuse(request: Request, meeting: Meeting) -> Response:
    is_blocking = meeting.profile.relationship.is_blocking
    error = NotAllowed("unblock_first" if is_blocking else "cannot_be_written_to")
    return redirect(request, _to_person(request, meeting), ("warn", words_of(error)))


def _to_person(request: Request, meeting: Meeting) -> str:
    return runtime_of(request).urls.path("person", handle=meeting.profile.actor.handle)


def _where(request: Request) -> Callable[[Sent], str]:
    return lambda written: path_of(request, written.conversation_id)


def _show(request: Request, meeting: Meeting, form: FormState, photos: list[Photo]) -> Response:
    context: dict[str, object] = {
        "actor": meeting.profile.actor,
        "is_known": meeting.reach == Reach.KNOWN,
        "photos": photos,
    }
    return show(request, "write", context, form)


routes = [
    Page("/@{handle}/write", write_page, name="write_to", methods=BOTH, max_body=PHOTOS_BODY),
]
