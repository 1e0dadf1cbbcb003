"""Somebody in another place, by the name that they have there: asked for when one says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

from starlette.requests import Request
from starlette.responses import Response

from federation.errors import FederationError, PeerBlocked, TryLater
from federation.trust import talks_with
from fedparents.actors.models import Actor, ActorKind
from fedparents.social.access import find_person
from web.forms import Form, FormState, line, read_form
from web.i18n import gettext
from web.routing import Page
from web.security.limits import check_limit
from web.site.page import redirect
from web.site.toasts import Toast
from web.visit import instance_of, require_viewer, runtime_of

if TYPE_CHECKING:
    from web.runtime import Runtime

_LONGEST: Final = 200
_ADDRESS: Final = re.compile(r"@?([^@/\s]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z0-9-]{2,63})")
_NEAR: Final = re.compile(r"@?([^@/\s]{1,64}@localhost:\d{1,5})")


class AddressForm(Form):
    address: Annotated[str, line(at_least=3, at_most=_LONGEST)]


async def find_elsewhere(request: Request) -> Response:
    """To the page of whoever is called like this; else back, with a reason."""
    viewer = require_viewer(request)
    runtime = runtime_of(request)
    sent, _form = await read_form(request, AddressForm)
    address = elsewhere_of(request, sent.address) if sent is not None else ""
    back = runtime.urls.path("search", q=f"@{address}" if address else None)
    if not address:
        return redirect(request, back, ("warn", gettext("That is no name in another place.")))
    await check_limit(request, "look_up", viewer.account_id)
    try:
        found = await look_up(runtime, address)
    except FederationError as error:
        return redirect(request, back, _said_of(error))
    if found.kind == ActorKind.GROUP:
        return redirect(request, runtime.urls.path("group", id=found.id))
    if await runtime.db.read(find_person, viewer, found.id) is None:
        return redirect(request, back, ("info", gettext("Nobody there is called that.")))
    return redirect(request, runtime.urls.path("person", handle=found.address))


async def look_up_typed(request: Request, typed: str, form: FormState, field: str) -> Actor | None:
    """The person of this name in another place, asked for anew; None with a complaint at the
    field."""
    runtime, viewer = runtime_of(request), require_viewer(request)
    address = elsewhere_of(request, typed)
    if not address:
        form.add_error(field, "name_elsewhere_needed")
        return None
    await check_limit(request, "look_up", viewer.account_id)
    try:
        found = await look_up(runtime, address)
    except TryLater:
        form.add_error(field, "town_silent")
        return None
    except FederationError:
        form.add_error(field, "nobody_there")
        return None
    if found.kind != ActorKind.PERSON:
        form.add_error(field, "nobody_there")
        return None
    return found


async def look_up(runtime: Runtime, address: str) -> Actor:
    """Whoever has this name in another place, asked for anew; raises FederationError."""
    host = address.rpartition("@")[2]
    if not await runtime.db.read(talks_with, host):
        raise PeerBlocked(host)
    return await runtime.towns.discovery.find_by_name(address)


def _said_of(error: FederationError) -> Toast:
    match error:
        case TryLater():
            return "warn", gettext("That place does not answer. Please try again later.")
        case PeerBlocked():
            return "info", gettext("This place does not talk with that one.")
    return "info", gettext("Nobody there is called that.")


def elsewhere_of(request: Request, words: str) -> str:
    """The name in another place that was typed; "" for anything else, and where this place talks to
    nobody."""
    if not instance_of(request).federation_mode.is_there:
        return ""
    settings = runtime_of(request).settings
    typed = _ADDRESS.fullmatch(words) or (settings.is_development and _NEAR.fullmatch(words))
    if not typed or typed[1].lower().endswith(f"@{settings.domain}"):
        return ""
    return str(typed[1])


routes = [Page("/search/elsewhere", find_elsewhere, name="find_elsewhere", methods=("POST",))]
