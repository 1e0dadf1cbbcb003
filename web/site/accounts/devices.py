"""The browsers in which one is signed in, and signing them out from here."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import end_all_sessions, end_session, list_sessions
from fedparents.errors import NotFound
from web.auth.devices import device_icon
from web.forms import new_form
from web.i18n import gettext
from web.routing import Page, number_in_path
from web.site.page import redirect, render
from web.visit import require_viewer, runtime_of


async def devices_page(request: Request) -> Response:
    viewer = require_viewer(request)
    sessions = await runtime_of(request).db.read(list_sessions, viewer, clock.now())
    # The one in the hand first: it is what the others are compared with.
    sessions.sort(key=lambda each: each.id != viewer.session_id)
    context = {"sessions": sessions, "form": new_form(), "icon_of": device_icon}
    return render(request, "accounts/devices.html", context)


async def end_device(request: Request) -> Response:
    viewer, runtime = require_viewer(request), runtime_of(request)
    session_id = number_in_path(request)
    if session_id == viewer.session_id:
        return redirect(request, runtime.urls.path("sign_out"))
    try:
        await runtime.db.write(end_session, viewer, session_id)
    except NotFound:
        return _to_devices(request, gettext("This browser has been signed out already."))
    return _to_devices(request, gettext("This browser is signed out."))


async def end_other_devices(request: Request) -> Response:
    viewer = require_viewer(request)
    await runtime_of(request).db.write(end_all_sessions, viewer.account_id, but=viewer.session_id)
    return _to_devices(request, gettext("All your other browsers are signed out."))


def _to_devices(request: Request, said: str) -> Response:
    return redirect(request, runtime_of(request).urls.path("devices"), ("good", said))


routes = [
    Page("/settings/devices", devices_page, name="devices"),
    Page("/settings/devices/others", end_other_devices, name="end_devices", methods=("POST",)),
    Page("/settings/devices/{id}", end_device, name="end_device", methods=("POST",)),
]
