"""Coming into a group and going: asking, following an invitation, one's own place in it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.groups.joining import ask_to_join, withdraw_request
from fedparents.groups.members import leave_group, mute_group
from fedparents.groups.policy import MEMBERS, Standing
from fedparents.groups.queries import GroupView, get_group, get_invited_group
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.routing import Page
from web.security.limits import check_limit
from web.site.groups.access import (
    BOTH,
    POST,
    group_number,
    group_path,
    member_of,
    require_viewer,
    show,
    to_group,
    viewer_or_nothing,
)
from web.site.groups.forms import AnswersForm, MuteForm
from web.site.page import redirect, render
from web.visit import runtime_of


async def invited_page(request: Request) -> Response:
    """Where an invitation leads whoever is signed in: one button, or the group's questions."""
    viewer = require_viewer(request)
    token = request.path_params["token"]
    view = await runtime_of(request).db.read(get_invited_group, viewer, token)
    if view.is_member:
        return to_group(request, view.id)
    return show(request, "door", {"view": view, "token": token}, new_form(of=AnswersForm))


async def join(request: Request) -> Response:
    viewer, group_id = viewer_or_nothing(request), group_number(request)
    answer, form = await read_form(request, AnswersForm)
    if answer is None:
        return await _ask_again(request, form)
    await check_limit(request, "ask_to_join", viewer.account_id)
    here = group_path(request, group_id)

    def where(standing: Standing) -> str:
        return f"{here}?welcome" if standing in MEMBERS else here

    try:
        path = await submit_once(
            request, form, where, ask_to_join, viewer, group_id, answer.answers, token=answer.token
        )
    except Invalid as error:
        form.complain(error)
        return await _ask_again(request, form)
    except (LimitReached, NotAllowed) as error:
        return to_group(request, group_id, ("warn", words_of(error)))
    if path.endswith("welcome"):
        return redirect(request, here, ("good", gettext("Welcome! You are in the group now.")))
    return redirect(request, here, ("good", gettext("Your request has been sent.")))


async def withdraw(request: Request) -> Response:
    viewer, group_id = viewer_or_nothing(request), group_number(request)
    await runtime_of(request).db.write(withdraw_request, viewer, group_id)
    path = runtime_of(request).urls.path("groups")
    return redirect(request, path, ("good", gettext("Your request has been taken back.")))


async def own_page(request: Request) -> Response:
    """What somebody is in the group, whether its mails come, and the way out."""
    viewer, view = await member_of(request)
    membership = view.seat.membership
    is_muted = membership is not None and membership.is_muted
    if request.method == "POST":
        sent, _form = await read_form(request, MuteForm)
        is_muted = sent is None or not sent.mails
        await runtime_of(request).db.write(mute_group, viewer, view.id, is_muted=is_muted)
        return to_group(request, view.id, ("good", gettext("Saved.")))
    return show(request, "own", {"view": view}, new_form({"mails": not is_muted}, of=MuteForm))


async def leave_page(request: Request) -> Response:
    viewer, view = await member_of(request)
    form = new_form()
    if request.method == "POST":
        try:
            await runtime_of(request).db.write(leave_group, viewer, view.id)
        except Conflict as error:
            form.complain(error)
        else:
            path = runtime_of(request).urls.path("groups")
            toast = gettext("You have left %(group)s.", group=view.name)
            return redirect(request, path, ("good", toast))
    context = {
        "title": gettext("Leave %(group)s?", group=view.name),
        "text": gettext("You no longer see what is written there. Nobody is told."),
        "action": group_path(request, view.id, "leave_group"),
        "form": form,
        "confirm_label": gettext("Leave the group"),
        "back_url": group_path(request, view.id),
        "danger": True,
    }
    return render(request, "frame/confirm.html", context, 409 if form.errors else 200)


async def _ask_again(request: Request, form: FormState) -> Response:
    view = await _view_for(request, form.values.get("token", ""))
    return show(request, "door", {"view": view, "token": form.values.get("token", "")}, form)


async def _view_for(request: Request, token: str) -> GroupView:
    """The group of the address, through the invitation if that is how it was reached."""
    viewer, group_id = viewer_or_nothing(request), group_number(request)
    db = runtime_of(request).db
    if not token:
        return await db.read(get_group, viewer, group_id)
    view = await db.read(get_invited_group, viewer, token)
    if view.id != group_id:
        raise NotFound
    return view


routes = [
    Page("/groups/by/{token}", invited_page, name="group_invitation"),
    Page("/groups/{id}/join", join, name="join_group", methods=POST),
    Page("/groups/{id}/withdraw", withdraw, name="withdraw_request", methods=POST),
    Page("/groups/{id}/me", own_page, name="own_membership", methods=BOTH),
    Page("/groups/{id}/leave", leave_page, name="leave_group", methods=BOTH),
]
