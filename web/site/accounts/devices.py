"""The browsers in which one is signed in, the programs that act for one, and ending both."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.models import BrowserSession
from fedparents.accounts.sessions import Viewer, end_all_sessions, end_session, list_sessions
from fedparents.applications.models import AccessToken
from fedparents.applications.scopes import Scope, parse_scopes
from fedparents.applications.tokens import list_own_tokens, revoke_token
from fedparents.errors import NotFound
from web.auth.devices import device_icon
from web.forms import new_form
from web.i18n import N_, gettext
from web.routing import Page, number_in_path
from web.site.page import redirect, render
from web.visit import require_viewer, runtime_of


async def devices_page(request: Request) -> Response:
    viewer = require_viewer(request)
    sessions, tokens = await runtime_of(request).db.read(_read_all, viewer)
    # The one in the hand first: it is what the others are compared with.
    sessions.sort(key=lambda each: each.id != viewer.session_id)
    context = {
        "sessions": sessions,
        "programs": [(token, gettext(_power_of(token))) for token in tokens],
        "form": new_form(),
        "icon_of": device_icon,
    }
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
    return _to_devices(request, gettext("All your other browsers and all programs are signed out."))


async def end_program(request: Request) -> Response:
    viewer = require_viewer(request)
    try:
        await runtime_of(request).db.write(revoke_token, number_in_path(request), by=viewer)
    except NotFound:
        return _to_devices(request, gettext("This program has been shut out already."))
    return _to_devices(request, gettext("This program cannot act for you any more."))


def _read_all(session: Session, viewer: Viewer) -> tuple[list[BrowserSession], list[AccessToken]]:
    return list_sessions(session, viewer, clock.now()), list_own_tokens(session, viewer)


def _power_of(token: AccessToken) -> str:
    """What a program may do, as far as its owner has to know to decide."""
    scopes = parse_scopes(token.scopes)
    if any(scope.is_administrative for scope in scopes):
        return N_("May look after this place for you")
    only_reads = all(scope is Scope.PROFILE or scope.startswith("read") for scope in scopes)
    return N_("May read for you") if only_reads else N_("May read and write for you")


def _to_devices(request: Request, said: str) -> Response:
    return redirect(request, runtime_of(request).urls.path("devices"), ("good", said))


routes = [
    Page("/settings/devices", devices_page, name="devices"),
    Page("/settings/devices/others", end_other_devices, name="end_devices", methods=("POST",)),
    Page("/settings/devices/{id}", end_device, name="end_device", methods=("POST",)),
    Page("/settings/programs/{id}", end_program, name="end_program", methods=("POST",)),
]
