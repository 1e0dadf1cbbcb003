"""What managers set: privacy, words, commune; and ending the group."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.errors import Invalid
from fedparents.groups.models import GroupState
from fedparents.groups.queries import GroupView
from fedparents.groups.service import (
    GRACE,
    cancel_group_end,
    change_about,
    change_privacy,
    plan_group_end,
)
from web.forms import FormState, new_form, read_form
from web.i18n import gettext, ngettext
from web.routing import Page
from web.site.accounts.communes import choose_place, offered
from web.site.groups.access import BOTH, POST, group_path, manager_of, show, to_group
from web.site.groups.forms import AboutForm, PrivacyForm
from web.site.page import render
from web.visit import runtime_of


async def about_page(request: Request) -> Response:
    viewer, view = await manager_of(request)
    if request.method != "POST":
        return await _show_about(request, view, new_form(_values_of(view), of=AboutForm))
    sent, form = await read_form(request, AboutForm)
    if sent is None:
        return await _show_about(request, view, form)
    db = runtime_of(request).db
    try:
        choice = await db.read(choose_place, sent)
        if choice.offered:
            return await _show_about(request, view, form)
        place_id = choice.place.id if choice.place else None
        await db.write(change_about, viewer, view.id, sent.draft(place_id))
    except Invalid as error:
        form.complain(error)
        return await _show_about(request, view, form)
    return to_group(request, view.id, ("good", gettext("Saved.")))


async def privacy_page(request: Request) -> Response:
    viewer, view = await manager_of(request)
    if request.method != "POST":
        form = new_form(PrivacyForm.values_of(view.group), of=PrivacyForm)
        return show(request, "privacy", {"view": view}, form)
    sent, form = await read_form(request, PrivacyForm)
    if sent is None:
        return show(request, "privacy", {"view": view}, form)
    try:
        await runtime_of(request).db.write(change_privacy, viewer, view.id, sent.draft)
    except Invalid as error:
        form.complain(error)
        return show(request, "privacy", {"view": view}, form)
    return to_group(request, view.id, ("good", gettext("Saved.")))


async def end_page(request: Request) -> Response:
    viewer, view = await manager_of(request)
    if request.method == "POST":
        await runtime_of(request).db.write(plan_group_end, viewer, view.id)
        return to_group(request, view.id)
    context = {
        "title": gettext("End %(group)s?", group=view.name),
        "text": ngettext(
            "Its members are told, and have one day to keep what they need. Until then you can"
            " change your mind; then everything is erased.",
            "Its members are told, and have %(num)s days to keep what they need. Until then you"
            " can change your mind; then everything is erased.",
            GRACE.days,
        ),
        "action": group_path(request, view.id, "end_group"),
        "form": new_form(),
        "confirm_label": gettext("End the group"),
        "back_url": group_path(request, view.id),
        "danger": True,
    }
    return render(request, "frame/confirm.html", context)


async def keep(request: Request) -> Response:
    viewer, view = await manager_of(request)
    if view.group.state == GroupState.ENDING:
        await runtime_of(request).db.write(cancel_group_end, viewer, view.id)
    return to_group(request, view.id, ("good", gettext("The group stays.")))


async def _show_about(request: Request, view: GroupView, form: FormState) -> Response:
    context: dict[str, object] = {"view": view, **await offered(request, form)}
    return show(request, "about", context, form)


def _values_of(view: GroupView) -> dict[str, object]:
    return {
        "name": view.name,
        "purpose": view.purpose,
        "kind": view.group.kind,
        "rules": view.group.rules,
        "questions": view.group.questions,
        "place": view.place,
        "place_id": view.group.place_id,
    }


routes = [
    Page("/groups/{id}/settings", about_page, name="group_settings", methods=BOTH),
    Page("/groups/{id}/privacy", privacy_page, name="group_privacy", methods=BOTH),
    Page("/groups/{id}/end", end_page, name="end_group", methods=BOTH),
    Page("/groups/{id}/keep", keep, name="keep_group", methods=POST),
]
