"""Looking after a group: who asks to join, each decided with one tap and an undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotFound
from fedparents.groups.joining import approve_request, decline_request, undo_decision
from fedparents.groups.models import JoinRequest
from fedparents.groups.queries import (
    RequestView,
    get_request,
    list_lately_declined,
    list_requests,
)
from fedparents.ids import GroupId
from web.forms import new_form, read_form, submit_once
from web.i18n import gettext, reading_in
from web.i18n.words import words_of
from web.routing import Page, number_in_path, number_in_query
from web.site.groups.access import BOTH, POST, decider_of, group_path, show
from web.site.groups.forms import ReasonForm
from web.site.groups.words import DECLINES
from web.site.page import redirect
from web.visit import instance_of, runtime_of


async def requests_page(request: Request) -> Response:
    viewer, view = await decider_of(request)
    decided = number_in_query(request, "decided")
    waiting, declined, last = await runtime_of(request).db.read(
        _read_queue, viewer, view.id, decided
    )
    context = {"view": view, "waiting": waiting, "declined": declined, "last": last}
    return show(request, "requests", context, new_form())


async def approve(request: Request) -> Response:
    return await _decide(request, approve_request)


async def undo(request: Request) -> Response:
    return await _decide(request, undo_decision)


async def decline_page(request: Request) -> Response:
    """Ask for the reason; nothing is decided by looking."""
    viewer, view = await decider_of(request)
    asked = await runtime_of(request).db.read(
        get_request, viewer, view.id, number_in_path(request, "request")
    )
    presets = [
        ("", gettext("No reason given"), ""),
        *((key, gettext(words), "") for key, words in DECLINES.items()),
    ]
    context = {"view": view, "asked": asked, "presets": presets}
    if request.method != "POST":
        return show(request, "decline", context, new_form({"preset": ""}, of=ReasonForm))
    sent, form = await read_form(request, ReasonForm)
    if sent is None:
        return show(request, "decline", context, form)
    reason = reason_of(request, sent, DECLINES)

    def decline(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, request_id: int) -> JoinRequest:
        return decline_request(uow, viewer, group_id, request_id, reason)

    return await _decide(request, decline)


def reason_of(request: Request, sent: ReasonForm, presets: Mapping[str, str]) -> str:
    """The preset and the words of one's own, in the language of the place."""
    place = instance_of(request)
    with reading_in(runtime_of(request).languages.get(place.language), place.zone):
        preset = gettext(presets[sent.preset]) if sent.preset in presets else ""
    return "\n\n".join(filter(None, (preset, sent.words_of_own)))


async def _decide(request: Request, service: Callable[..., JoinRequest]) -> Response:
    """Carry a decision out once; who comes second hears who was first."""
    viewer, view = await decider_of(request)
    request_id = number_in_path(request, "request")
    form = (await read_form(request, ReasonForm))[1]
    queue = group_path(request, view.id, "group_requests")
    where = f"{queue}?decided={request_id}"
    try:
        path = await submit_once(
            request, form, lambda _: where, service, viewer, view.id, request_id
        )
    except Conflict as error:
        return redirect(request, queue, ("info", words_of(error)))
    return redirect(request, path)


def _read_queue(
    session: Session, viewer: Viewer, group_id: GroupId, decided: int | None
) -> tuple[list[RequestView], list[RequestView], RequestView | None]:
    try:
        last = get_request(session, viewer, group_id, decided or 0)
    except NotFound:
        last = None  # whatever the address says, only what is true is shown
    waiting = list_requests(session, viewer, group_id)
    return waiting, list_lately_declined(session, viewer, group_id), last


routes = [
    Page("/groups/{id}/requests", requests_page, name="group_requests"),
    Page("/groups/{id}/requests/{request}/approve", approve, name="approve_join", methods=POST),
    Page("/groups/{id}/requests/{request}/undo", undo, name="undo_join", methods=POST),
    Page(
        "/groups/{id}/requests/{request}/decline", decline_page, name="decline_join", methods=BOTH
    ),
]
