"""A conversation: reading it, which is what marks it read, writing on, and going."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import partial
from itertools import groupby
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.models import MemberState
from fedparents.conversations.queries import (
    ConversationView,
    Letter,
    find_conversation_of,
    get_conversation,
    has_unread,
)
from fedparents.conversations.service import (
    UNANSWERED_AT_MOST,
    Sent,
    accept_conversation,
    ignore_conversation,
    leave_conversation,
    mark_read,
    send_message,
)
from fedparents.errors import Conflict, NotFound
from fedparents.ids import ConversationId, PostId
from fedparents.notifications.queries import count_new
from fedparents.posts.content import plain_text
from fedparents.posts.service import delete_post
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.routing import Page, number_in_path, start_in_query
from web.security.limits import check_limit
from web.site.media.photos import PHOTOS_BODY, Photo, read_photos
from web.site.messages.access import (
    BOTH,
    POST,
    complaints_about,
    conversation_number,
    day_in_words,
    names_of,
    path_of,
    show,
    to_conversation,
    viewer_or_nothing,
)
from web.site.messages.forms import MessageForm
from web.site.messages.subjects import Subject, find_subject
from web.site.page import redirect, render
from web.site.posts.words import kind_of
from web.visit import instance_of, runtime_of, visit_of

_SHOWN_ABOVE: Final = 3
"""Letters above the field in which one writes on."""


@dataclass(frozen=True, slots=True)
class Day:
    """The letters of one day."""

    day: date
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """A conversation, and what it is about."""

    view: ConversationView
    subject: Subject | None
    """None when it is about nothing, or about what is no longer there."""


async def conversation_page(request: Request) -> Response:
    viewer, number = viewer_or_nothing(request), conversation_number(request)
    if request.method == "POST":
        return await _send(request, viewer, number)
    before = start_in_query(request, "before")
    sight = await runtime_of(request).db.read(_look_at, viewer, number, before)
    await _note_reading(request, viewer, sight.view)
    return _show(request, sight, new_form(of=MessageForm), [])


async def accept(request: Request) -> Response:
    viewer, number = viewer_or_nothing(request), conversation_number(request)
    await runtime_of(request).db.write(accept_conversation, viewer, number)
    return to_conversation(request, number, ("good", gettext("You can write to each other now.")))


async def ignore(request: Request) -> Response:
    viewer, number = viewer_or_nothing(request), conversation_number(request)
    try:
        await runtime_of(request).db.write(ignore_conversation, viewer, number)
    except Conflict as error:
        return to_conversation(request, number, ("warn", words_of(error)))
    path = runtime_of(request).urls.path("message_requests")
    return redirect(request, path, ("good", gettext("It is out of your sight. Nobody is told.")))


async def leave_page(request: Request) -> Response:
    viewer, number = viewer_or_nothing(request), conversation_number(request)
    runtime = runtime_of(request)
    view = await runtime.db.read(get_conversation, viewer, number)
    if request.method == "POST":
        await runtime.db.write(leave_conversation, viewer, number)
        said = gettext("You have left the conversation.")
        return redirect(request, runtime.urls.path("messages"), ("good", said))
    context = {
        "title": gettext("Leave the conversation with %(names)s?", names=names_of(view.people)),
        "text": gettext(
            "It is gone from your list, and nothing more arrives. The others see that you have"
            " left. If you would rather that nobody notices anything, block the person instead."
        ),
        "action": runtime.urls.path("leave_conversation", id=number),
        "form": new_form(),
        "confirm_label": gettext("Leave the conversation"),
        "back_url": path_of(request, number),
        "danger": True,
    }
    return render(request, "frame/confirm.html", context)


async def take_back_page(request: Request) -> Response:
    """A letter of one's own; the others see that there was one."""
    viewer, number = viewer_or_nothing(request), conversation_number(request)
    letter = PostId(number_in_path(request, "letter"))
    runtime = runtime_of(request)
    words = await runtime.db.read(_own_words, viewer, number, letter)
    if request.method == "POST":
        await runtime.db.write(delete_post, viewer, letter)
        return to_conversation(request, number, ("good", gettext("It is taken back.")))
    context = {
        "title": gettext("Take this message back?"),
        "text": words or gettext("Photos without words"),
        "action": runtime.urls.path("take_back", id=number, letter=letter),
        "form": new_form(),
        "confirm_label": gettext("Take it back"),
        "back_url": path_of(request, number),
        "danger": True,
    }
    return render(request, "frame/confirm.html", context)


async def _send(request: Request, viewer: Viewer, number: ConversationId) -> Response:
    db = runtime_of(request).db
    sight = await db.read(_look_at, viewer, number, None)
    sent, form = await read_form(request, MessageForm)
    photos = await read_photos(request, viewer, form)
    if sent is None or form.errors or photos.is_only_about_photos:
        return _show(request, sight, form, photos.photos)

    def where(written: Sent) -> str:
        return path_of(request, written.conversation_id)

    with complaints_about(form):
        await check_limit(request, "message", viewer.account_id)
        draft = sent.draft(photos.drafts)
        path = await submit_once(request, form, where, send_message, viewer, number, draft)
        return redirect(request, path)
    return _show(request, sight, form, photos.photos)


def _look_at(session: Session, viewer: Viewer, number: ConversationId, before: int | None) -> Sight:
    view = get_conversation(session, viewer, number, before=before)
    return Sight(view, find_subject(session, viewer, view.about_post_id))


def _show(request: Request, sight: Sight, form: FormState, photos: list[Photo]) -> Response:
    now, view, subject = clock.now(), sight.view, sight.subject
    fresh = [each.id for each in view.letters if not each.is_own and each.id > view.read_post_id]
    first_new = fresh[0] if fresh and fresh[0] != view.letters[0].id else None
    context: dict[str, object] = {
        "view": view,
        "subject": subject,
        "kind": kind_of(subject.card) if subject else None,
        "days": _by_day(view.letters, instance_of(request).zone),
        "day_words": partial(day_in_words, today=now.astimezone(instance_of(request).zone).date()),
        "first_new": first_new,
        # Where one begins to read: at what is new, else a little above the end.
        "anchor": first_new or (view.letters[-_SHOWN_ABOVE:][0].id if view.letters else None),
        "is_request": view.state != MemberState.ACCEPTED,
        "is_ignored": view.state == MemberState.IGNORED,
        "is_closed": view.closes_at is not None and view.closes_at <= now,
        "words_left": max(0, UNANSWERED_AT_MOST - view.unanswered),
        "plain_text": plain_text,
        "photos": photos,
        "newest": view.letters[-1].id if view.letters and view.is_newest else 0,
    }
    return show(request, "conversation", context, form)


async def _note_reading(request: Request, viewer: Viewer, view: ConversationView) -> None:
    """Not when a browser only fetches it in advance."""
    visit, runtime = visit_of(request), runtime_of(request)
    if not (view.letters and view.is_newest) or visit.header(b"sec-purpose"):
        return
    newest = view.letters[-1].id
    if newest > view.read_post_id:
        await runtime.db.write(mark_read, viewer, view.id, PostId(newest))
        visit.has_letters, visit.news = await runtime.db.read(_news, viewer)
        runtime.hub.tell([viewer.account_id])  # other pages of theirs that are open


def _news(session: Session, viewer: Viewer) -> tuple[bool, int]:
    return has_unread(session, viewer), count_new(session, viewer)


def _by_day(letters: Sequence[Letter], zone: tzinfo) -> list[Day]:
    days = groupby(letters, key=lambda each: each.created_at.astimezone(zone).date())
    return [Day(day, tuple(each)) for day, each in days]


def _own_words(session: Session, viewer: Viewer, number: ConversationId, letter_id: PostId) -> str:
    """Of a letter of the viewer's in this conversation; raises NotFound."""
    if find_conversation_of(session, viewer, letter_id) != number:
        raise NotFound("post_not_found")
    view = get_conversation(session, viewer, number, before=letter_id + 1)
    letter = view.letters[-1]
    if letter.id != letter_id or not letter.is_own or letter.is_taken_back:
        raise NotFound("post_not_found")
    return plain_text(letter.text)


routes = [
    Page(
        "/messages/{id}",
        conversation_page,
        name="conversation",
        methods=BOTH,
        max_body=PHOTOS_BODY,
    ),
    Page("/messages/{id}/accept", accept, name="accept_conversation", methods=POST),
    Page("/messages/{id}/ignore", ignore, name="ignore_conversation", methods=POST),
    Page("/messages/{id}/leave", leave_page, name="leave_conversation", methods=BOTH),
    Page(
        "/messages/{id}/letters/{letter}/take-back",
        take_back_page,
        name="take_back",
        methods=BOTH,
    ),
]
