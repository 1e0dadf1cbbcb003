"""Making an invitation, showing it as a link, a QR code and a poster, and ending it."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.invites import (
    create_invite,
    get_invite,
    list_invites,
    list_makers,
    list_names,
    revoke_invite,
)
from fedparents.accounts.models import InviteLink
from fedparents.accounts.policy import is_invite_usable, needs_approval
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.errors import NotAllowed
from fedparents.instance.queries import get_instance
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.routing import Page, number_in_path
from web.site.invites.forms import InviteForm
from web.site.page import redirect, render
from web.site.qr import qr_svg
from web.visit import require_viewer, runtime_of


async def invites_page(request: Request) -> Response:
    viewer = require_viewer(request)
    invites, makers, groups = await runtime_of(request).db.read(_list, viewer)
    now = clock.now()
    usable = [each for each in invites if is_invite_usable(each, now=now)]
    context = {
        "usable": usable,
        "ended": [each for each in invites if each not in usable],
        "makers": makers,
        "groups": groups,
    }
    return render(request, "invites/list.html", context)


async def new_page(request: Request) -> Response:
    viewer = require_viewer(request)
    if request.method != "POST":
        return await _show_form(request, new_form({"uses": "10", "days": "30"}, of=InviteForm))
    answer, form = await read_form(request, InviteForm)
    if answer is None:
        return await _show_form(request, form, 422)
    urls = runtime_of(request).urls

    def where(invite: InviteLink) -> str:
        return urls.path("invite", id=invite.id)

    try:
        made = await submit_once(request, form, where, create_invite, viewer, answer.draft)
    except NotAllowed as error:
        form.complain(error, at="skips_approval")
        return await _show_form(request, form, 422)
    return redirect(request, made, ("good", gettext("Your invitation is ready to be shared.")))


async def invite_page(request: Request) -> Response:
    invite = await _invite_of(request)
    is_usable = is_invite_usable(invite, now=clock.now())
    context = {
        "invite": invite,
        "is_usable": is_usable,
        "must_wait": await _waits(request, invite),
        "group": await _group_of(request, invite),
    }
    return render(request, "invites/show.html", context)


async def poster_page(request: Request) -> Response:
    """One sheet of paper to hang up; also fine to look at on a screen."""
    invite = await _invite_of(request)
    context = {"invite": invite, "group": await _group_of(request, invite)}
    return render(request, "invites/poster.html", context)


async def qr_picture(request: Request) -> Response:
    """The link as a picture."""
    invite = await _invite_of(request)
    link = runtime_of(request).urls.absolute("invitation", token=invite.token)
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(qr_svg(link), media_type="image/svg+xml", headers=headers)


async def end_page(request: Request) -> Response:
    viewer, invite = require_viewer(request), await _invite_of(request)
    urls = runtime_of(request).urls
    if request.method == "POST":
        await runtime_of(request).db.write(revoke_invite, viewer, invite.id)
        return redirect(
            request, urls.path("invites"), ("good", gettext("It brings nobody in now."))
        )
    context = {
        "title": gettext("End this invitation?"),
        "text": gettext("Whoever follows the link or the QR code is then told that it is over."),
        "action": urls.path("end_invite", id=invite.id),
        "form": new_form(),
        "confirm_label": gettext("End it"),
        "back_url": urls.path("invite", id=invite.id),
        "danger": True,
    }
    return render(request, "frame/confirm.html", context)


async def _show_form(request: Request, form: FormState, status: int = 200) -> Response:
    return render(request, "invites/new.html", {"form": form}, status)


async def _invite_of(request: Request) -> InviteLink:
    viewer = require_viewer(request)
    return await runtime_of(request).db.read(get_invite, viewer, number_in_path(request))


async def _waits(request: Request, invite: InviteLink) -> bool:
    """Whether those who come by this link have to be let in by somebody."""

    def look_up(session: Session) -> bool:
        return needs_approval(get_instance(session), invite)

    return await runtime_of(request).db.read(look_up)


async def _group_of(request: Request, invite: InviteLink) -> Actor | None:
    """The group into which the invitation leads."""
    if invite.group_id is None:
        return None
    return await runtime_of(request).db.read(Session.get, Actor, invite.group_id)


def _list(
    session: Session, viewer: Viewer
) -> tuple[list[InviteLink], dict[int, str], dict[int, str]]:
    invites = list_invites(session, viewer)
    groups = list_names(session, {each.group_id for each in invites if each.group_id})
    return invites, list_makers(session, invites), groups


routes = [
    Page("/invites", invites_page, name="invites"),
    Page("/invites/new", new_page, name="new_invite", methods=("GET", "POST")),
    Page("/invites/{id}", invite_page, name="invite"),
    Page("/invites/{id}/qr.svg", qr_picture, name="invite_qr"),
    Page("/invites/{id}/poster", poster_page, name="invite_poster"),
    Page("/invites/{id}/end", end_page, name="end_invite", methods=("GET", "POST")),
]
