"""Looking after a group: one queue of who asks to join, of newcomers' first posts and of what was
reported, the oldest first, each decided with one tap and an undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotAllowed, NotFound
from fedparents.groups.joining import approve_request, decline_request, undo_decision
from fedparents.groups.models import JoinRequest
from fedparents.groups.requests import RequestView, get_request, list_lately_declined, list_requests
from fedparents.ids import GroupId, PostId
from fedparents.moderation.deciding import DecisionDraft, decide_on_post
from fedparents.moderation.models import Action, Category, Ground
from fedparents.moderation.queries import ReportView, get_report, list_group_queue
from fedparents.moderation.queues import (
    FirstPost,
    Waiting,
    count_waiting,
    get_first_post,
    list_first_posts,
)
from fedparents.notifications.service import mark_queue_read
from fedparents.posts.desk import hold_post_again, let_post_through
from web.forms import new_form, read_form, submit_once
from web.i18n import gettext, reading_in
from web.i18n.words import words_of
from web.moderation.words import CATEGORIES, way_of
from web.routing import Page, number_in_path, number_in_query
from web.site.groups.access import BOTH, POST, decider_of, group_number, group_path, show
from web.site.groups.forms import ReasonForm
from web.site.groups.words import DECLINES, REFUSALS
from web.site.notifications.bell import mark_read
from web.site.page import redirect
from web.visit import instance_of, runtime_of

Kind = Literal["request", "post", "report"]
About = RequestView | FirstPost | ReportView


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits."""

    kind: Kind
    since: datetime
    about: About

    @property
    def is_grave(self) -> bool:
        """Goes before everything else."""
        if not isinstance(self.about, ReportView):
            return False
        return self.about.report.category == Category.CHILD_DANGER


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that waits in a group, and what was decided a moment ago."""

    waiting: Waiting
    items: list[Item]
    declined: list[RequestView]
    decided: About | None


async def desk_page(request: Request) -> Response:
    viewer, view = await decider_of(request)
    decided = _decided(request)
    desk = await runtime_of(request).db.read(_read_desk, viewer, view.id, decided)
    await mark_read(request, mark_queue_read, view.id)
    context = {
        "view": view,
        "desk": desk,
        "last": decided[0] if desk.decided else "",
        "categories": CATEGORIES,
        "way_of": way_of,
    }
    return show(request, "desk", context, new_form())


async def requests_page(request: Request) -> Response:
    """Where earlier mails lead."""
    await decider_of(request)
    return redirect(request, group_path(request, group_number(request), "group_desk"))


async def approve(request: Request) -> Response:
    return await _decide(request, "request", approve_request)


async def undo(request: Request) -> Response:
    return await _decide(request, "request", undo_decision)


async def decline_page(request: Request) -> Response:
    """Ask for the reason; nothing is decided by looking."""
    viewer, view = await decider_of(request)
    asked = await runtime_of(request).db.read(
        get_request, viewer, view.id, number_in_path(request, "request")
    )
    presets = [("", gettext("No reason given"), ""), *_presets(DECLINES)]
    context = {"view": view, "asked": asked, "presets": presets}
    if request.method != "POST":
        return show(request, "decline", context, new_form({"preset": ""}, of=ReasonForm))
    sent, form = await read_form(request, ReasonForm)
    if sent is None:
        return show(request, "decline", context, form)
    reason = reason_of(request, sent, DECLINES)

    def decline(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, request_id: int) -> JoinRequest:
        return decline_request(uow, viewer, group_id, request_id, reason)

    return await _decide(request, "request", decline)


async def let_through(request: Request) -> Response:
    return await _decide(request, "post", _of_group(let_post_through))


async def hold_again(request: Request) -> Response:
    return await _decide(request, "post", _of_group(hold_post_again))


async def refuse_page(request: Request) -> Response:
    """The same for a first post."""
    viewer, view = await decider_of(request)
    asked = await runtime_of(request).db.read(
        get_first_post, viewer, view.id, PostId(number_in_path(request, "post"))
    )
    context = {"view": view, "asked": asked, "presets": _presets(REFUSALS)}
    if request.method != "POST":
        return show(request, "refuse", context, new_form(of=ReasonForm))
    sent, form = await read_form(request, ReasonForm)
    if sent is None:
        return show(request, "refuse", context, form)
    draft = refusal_of(request, sent)
    if not draft.facts:
        form.add_error("preset", "missing")
        return show(request, "refuse", context, form)

    def refuse(uow: UnitOfWork, viewer: Viewer, _group_id: GroupId, post_id: int) -> object:
        return decide_on_post(uow, viewer, PostId(post_id), draft)

    return await _decide(request, "post", refuse)


def refusal_of(request: Request, sent: ReasonForm) -> DecisionDraft:
    """The preset is the rule; what happened is said in words of one's own, or by the rule."""
    rule = reason_of(request, ReasonForm(preset=sent.preset), REFUSALS)
    return DecisionDraft(
        action=Action.HIDE,
        ground=Ground.RULE,
        ground_text=rule or gettext("Rules of the group"),
        facts=sent.words_of_own or rule,
    )


def reason_of(request: Request, sent: ReasonForm, presets: Mapping[str, str]) -> str:
    """The preset and the words of one's own, in the language of the place."""
    place = instance_of(request)
    with reading_in(runtime_of(request).languages.get(place.language), place.zone):
        preset = gettext(presets[sent.preset]) if sent.preset in presets else ""
    return "\n\n".join(filter(None, (preset, sent.words_of_own)))


def _of_group(
    service: Callable[[UnitOfWork, Viewer, PostId], object],
) -> Callable[[UnitOfWork, Viewer, GroupId, int], object]:
    """A post of this group, and of no other that one looks after."""

    def decide(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, post_id: int) -> object:
        get_first_post(uow.session, viewer, group_id, PostId(post_id))
        return service(uow, viewer, PostId(post_id))

    return decide


async def _decide(request: Request, kind: Kind, service: Callable[..., object]) -> Response:
    """Carry a decision out once; who comes second hears who was first."""
    viewer, view = await decider_of(request)
    subject = number_in_path(request, kind)
    form = (await read_form(request, ReasonForm))[1]
    form.key += request.url.path  # another thing decided on the same page is another submission
    desk = group_path(request, view.id, "group_desk")
    where = f"{desk}?{kind}={subject}"
    try:
        path = await submit_once(request, form, lambda _: where, service, viewer, view.id, subject)
    except (Conflict, NotAllowed) as error:
        return redirect(request, desk, ("info", words_of(error)))
    return redirect(request, path)


def _decided(request: Request) -> tuple[Kind, int] | tuple[Literal[""], int]:
    """What the address says that was just decided; whether it was is looked up."""
    kinds: tuple[Kind, ...] = ("request", "post", "report")
    for kind in kinds:
        number = number_in_query(request, kind)
        if number is not None:
            return kind, number
    return "", 0


def _read_desk(
    session: Session,
    viewer: Viewer,
    group_id: GroupId,
    decided: tuple[Kind, int] | tuple[Literal[""], int],
) -> Desk:
    items = [
        *(
            Item("request", each.request.created_at, each)
            for each in list_requests(session, viewer, group_id)
        ),
        *(
            Item("post", each.post.created_at, each)
            for each in list_first_posts(session, viewer, group_id)
        ),
        *(Item("report", each.since, each) for each in list_group_queue(session, viewer, group_id)),
    ]
    return Desk(
        waiting=count_waiting(session, viewer, group_id),
        items=sorted(items, key=lambda item: (not item.is_grave, item.since)),
        declined=list_lately_declined(session, viewer, group_id),
        decided=_read_decided(session, viewer, group_id, decided),
    )


def _read_decided(
    session: Session,
    viewer: Viewer,
    group_id: GroupId,
    decided: tuple[Kind, int] | tuple[Literal[""], int],
) -> About | None:
    kind, subject = decided
    try:
        if kind == "request":
            return get_request(session, viewer, group_id, subject)
        if kind == "post":
            return get_first_post(session, viewer, group_id, PostId(subject))
        if kind == "report":
            return get_report(session, viewer, subject)
    except NotFound:
        pass  # whatever the address says, only what is true is shown
    return None


def _presets(words: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [(key, gettext(each), "") for key, each in words.items()]


routes = [
    Page("/groups/{id}/desk", desk_page, name="group_desk"),
    Page("/groups/{id}/desk/posts/{post}/through", let_through, name="let_through", methods=POST),
    Page("/groups/{id}/desk/posts/{post}/again", hold_again, name="hold_again", methods=POST),
    Page("/groups/{id}/desk/posts/{post}/refuse", refuse_page, name="refuse_post", methods=BOTH),
    Page("/groups/{id}/requests", requests_page, name="group_requests"),
    Page("/groups/{id}/requests/{request}/approve", approve, name="approve_join", methods=POST),
    Page("/groups/{id}/requests/{request}/undo", undo, name="undo_join", methods=POST),
    Page(
        "/groups/{id}/requests/{request}/decline", decline_page, name="decline_join", methods=BOTH
    ),
]
