"""Asking, offering, writing: one field, in one sentence who reads it, and a look before it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.trust import list_allies
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, FedparentsError, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.groups.topics import list_topics
from fedparents.ids import GroupId, PostId
from fedparents.posts.destinations import Destination, list_destinations, usual_destination
from fedparents.posts.models import Audience, PostState
from fedparents.posts.readers import count_readers, list_reader_towns
from fedparents.posts.service import PostDraft, Published, publish_post
from fedparents.swaps.delicate import find_delicate
from fedparents.swaps.details import Details
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext, ngettext
from web.i18n.formats import format_delta
from web.i18n.words import words_of
from web.routing import Page, start_in_query
from web.security.limits import check_limit
from web.site.media.photos import PHOTOS_BODY, SentPhotos, read_photos
from web.site.page import redirect
from web.site.posts.access import BOTH, meet_named, show, to_post
from web.site.posts.forms import ComposeForm
from web.site.posts.preview import Preview, preview_of
from web.site.posts.words import ANNOUNCEMENT, ASK, AUDIENCES, KINDS, SHEETS, Kind, tongues
from web.site.swaps.forms import answers_of, understand
from web.site.swaps.showing import fields_for
from web.site.swaps.words import asked_about
from web.visit import require_viewer, runtime_of

Publishing = Callable[[UnitOfWork, Viewer, PostDraft], Published]

_CHOICES: Final = ("ask", "offer", "question", "message")
_FIELDS: Final = {"group": "to", "audience": "to", "is_anonymous": "anonymous"}
"""What the core calls otherwise than the form."""
_LIMITS: Final = {
    "anonymous_too_often": "anonymous",
    "urgent_too_often": "urgent",
    "urgent_group_full": "urgent",
    "too_many_mentions": "text",
}
"""At which field a limit is told."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where something would be said, and what is possible there."""

    destinations: list[Destination]
    chosen: Destination | None
    audience: Audience
    readers: int
    towns: list[str]
    """The other towns in which a closed group is read."""
    topics: list[tuple[int, str]]
    twins: list[str]
    """The towns that get what is for nearby, too."""


async def choose_page(request: Request) -> Response:
    """What somebody wants to do: large choices, and nothing else."""
    viewer = require_viewer(request)
    group_id = start_in_query(request, "group")
    own = await runtime_of(request).db.read(list_destinations, viewer)
    group = next((each for each in own if each.id == group_id), None)
    keys = [*_CHOICES, ANNOUNCEMENT.key] if group is not None and group.decides else _CHOICES
    choices = [(KINDS[key], SHEETS[key]) for key in keys]
    return show(request, "choose", {"choices": choices, "group": group})


async def compose_page(request: Request) -> Response:
    kind = KINDS.get(request.path_params["kind"])
    if kind is None:
        raise NotFound
    viewer = require_viewer(request)
    if request.method != "POST":
        return await _begin(request, viewer, kind)
    sent, form = await read_form(request, ComposeForm)
    photos = await read_photos(request, viewer, form)
    if sent is None or form.errors or photos.is_only_about_photos:
        return await _show(request, viewer, kind, form, photos)
    if sent.action == "where":
        return await _show(request, viewer, kind, form, photos, is_about_where=True)
    return await _send(request, viewer, kind, sent, form, photos)


async def _begin(request: Request, viewer: Viewer, kind: Kind) -> Response:
    group_id = start_in_query(request, "group")
    to = await runtime_of(request).db.read(_first_destination, viewer, group_id)
    values = {
        "to": to,
        "text": _example(request, kind),
        "language": viewer.language or "",
        "poll_lasts": "7",
    }
    form = new_form(values, of=ComposeForm)
    return await _show(request, viewer, kind, form, SentPhotos([], [], is_only_about_photos=False))


def _example(request: Request, kind: Kind) -> str:
    """A sentence to begin with, where somebody pressed on one."""
    number, examples = start_in_query(request, "example"), SHEETS[kind.key].examples
    return gettext(examples[number - 1]) if number and number <= len(examples) else ""


def _first_destination(session: Session, viewer: Viewer, group_id: int | None) -> str:
    own = list_destinations(session, viewer)
    named = next((each for each in own if each.id == group_id), None)
    usual = named or usual_destination(session, viewer, own)
    return f"group-{usual.id}" if usual else Audience.HERE


async def _send(
    request: Request,
    viewer: Viewer,
    kind: Kind,
    sent: ComposeForm,
    form: FormState,
    photos: SentPhotos,
) -> Response:
    try:
        draft = sent.draft(kind, photos.drafts)
        details = None
        if kind.direction is not None:
            details = _understood(sent, form, kind.direction)
        if sent.action == "preview":
            await meet_named(request, draft.text)
            preview = await runtime_of(request).db.read(
                preview_of, viewer, kind, draft, urgent=sent.urgent
            )
            return await _show(request, viewer, kind, form, photos, preview=preview)
        if details is not None and not sent.sure and (noticed := find_delicate(draft.text)):
            form.errors["sure"] = asked_about(noticed)
            return await _show(request, viewer, kind, form, photos)
        await check_limit(request, "post", viewer.account_id)
        await meet_named(request, draft.text)
        publish = _publishing(kind, sent.urgent, details)
        return await _publish(request, viewer, kind, draft, publish, form)
    except Conflict as error:
        existing = error.params.get("post_id")
        if not isinstance(existing, int):
            raise
        return await to_post(request, viewer, PostId(existing), ("info", words_of(error)))
    except (Invalid, LimitReached, NotAllowed) as error:
        _complain(form, kind, error)
    except NotFound:
        form.add_error("to", "choose_one")  # a group that was left, or that is gone, meanwhile
    return await _show(request, viewer, kind, form, photos)


async def _publish(
    request: Request,
    viewer: Viewer,
    kind: Kind,
    draft: PostDraft,
    publish: Publishing,
    form: FormState,
) -> Response:
    outcome: list[Published] = []

    def where(published: Published) -> str:
        outcome.append(published)
        return runtime_of(request).urls.path("post", id=published.post.id)

    path = await submit_once(request, form, where, publish, viewer, draft)
    return redirect(request, path, ("good", _told(kind, outcome[-1] if outcome else None)))


def _publishing(kind: Kind, urgent: str, details: Details | None) -> Publishing:
    def publish(uow: UnitOfWork, viewer: Viewer, draft: PostDraft) -> Published:
        if kind.direction is None:
            return publish_post(uow, viewer, draft)
        return publish_swap(uow, viewer, SwapDraft(draft, kind.direction, urgent, details))

    return publish


def _understood(sent: ComposeForm, form: FormState, direction: Direction) -> Details:
    """What was answered; before anybody has seen the questions, what the words say."""
    understand(form, direction)
    if sent.understood:
        return sent.details
    return sent.model_copy(update=answers_of(form)).details


def _told(kind: Kind, published: Published | None) -> str:
    """What follows, in a sentence or two."""
    if published is None:
        return gettext(SHEETS[kind.key].done)
    if published.post.state == PostState.HELD:
        said = gettext("Sent. Somebody who looks after the group reads first posts first.")
    else:
        said = gettext(SHEETS[kind.key].done)
    return " ".join(filter(None, (said, not_reached_in_words(published.not_reached))))


def not_reached_in_words(handles: Sequence[str]) -> str:
    """Who is named and hears nothing of it."""
    if not handles:
        return ""
    return ngettext(
        "%(names)s is not in this group and hears nothing of it.",
        "%(names)s are not in this group and hear nothing of it.",
        len(handles),
        names=", ".join(f"@{handle}" for handle in handles),
    )


def _complain(form: FormState, kind: Kind, error: FedparentsError) -> None:
    if isinstance(error, Invalid):
        if error.fields.get("text") == "missing":
            form.errors.setdefault("text", gettext(SHEETS[kind.key].empty))
        for name, code in error.fields.items():
            form.add_error(_FIELDS.get(name, name), code, **error.params)
        return
    field = "to" if isinstance(error, NotAllowed) else _LIMITS.get(error.code)
    if field is None:
        raise error
    said = words_of(error)
    wait = error.retry_after if isinstance(error, LimitReached) else None
    if wait is not None:
        said += " " + gettext("You can try again in %(time)s.", time=format_delta(wait))
    form.errors.setdefault(field, said)


async def _show(
    request: Request,
    viewer: Viewer,
    kind: Kind,
    form: FormState,
    photos: SentPhotos,
    *,
    preview: Preview | None = None,
    is_about_where: bool = False,
) -> Response:
    setting = await runtime_of(request).db.read(_find_setting, viewer, form.values.get("to", ""))
    context: dict[str, object] = {
        "kind": kind,
        "sheet": SHEETS[kind.key],
        "setting": setting,
        "audiences": AUDIENCES,
        "photos": photos.photos,
        "preview": preview,
        "is_about_where": is_about_where,
        "tongues": tongues(),
        "may_be_urgent": kind is ASK,
        "not_reached_in_words": not_reached_in_words,
        "fields": fields_for(kind.direction, form.values.get("category", ""))
        if kind.direction
        else None,
    }
    return show(request, "compose", context, form)


def _find_setting(session: Session, viewer: Viewer, to: str) -> Setting:
    own = list_destinations(session, viewer)
    where, _, number = to.partition("-")
    chosen = next((each for each in own if str(each.id) == number), None)
    if chosen is not None:
        audience = chosen.cap if where == "group" else Audience.GROUP
    else:
        audience = Audience(where) if where in (Audience.NEARBY, Audience.PUBLIC) else Audience.HERE
    group_id = GroupId(chosen.id) if chosen else None
    topics = list_topics(session, viewer, chosen.id) if chosen else []
    return Setting(
        destinations=own,
        chosen=chosen,
        audience=audience,
        readers=count_readers(session, viewer, group_id, audience),
        towns=list_reader_towns(session, group_id),
        topics=[(each.id, each.name) for each in topics],
        twins=[town.name or town.host for town in list_allies(session)],
    )


routes = [
    Page("/write", choose_page, name="write"),
    Page("/write/{kind}", compose_page, name="compose", methods=BOTH, max_body=PHOTOS_BODY),
]
