"""How somebody wants to hear: how much, when, by which way, and on which devices."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.errors import Invalid
from fedparents.notifications.channels import Choice
from fedparents.notifications.choosing import (
    OwnWishes,
    change_choices,
    change_wishes,
    get_own_wishes,
)
from fedparents.notifications.devices import (
    DeviceView,
    forget_device,
    list_devices,
    list_subscriptions,
    subscribe_device,
)
from fedparents.notifications.kinds import RULES, Choosing, Mail
from web.auth.devices import device_icon
from web.forms import FormState, new_form, read_form
from web.i18n import N_, gettext
from web.i18n.formats import weekday_name
from web.i18n.words import say
from web.notifications.sayings import SAYINGS
from web.push.keys import public_push_key
from web.push.sending import Outcome, require_reachable
from web.push.wording import test_push
from web.routing import Page, number_in_path
from web.security.limits import check_limit
from web.site.notifications.forms import DeviceForm, WishesForm, choice_values, choices_in
from web.site.page import redirect, render
from web.visit import instance_of, require_viewer, runtime_of, visit_of

_MAILS: Final = {
    "": N_("as usual: when it should not wait and no device tells me"),
    Mail.NOW.value: N_("always at once"),
    Mail.DAILY.value: N_("in the morning's digest"),
    Mail.WEEKLY.value: N_("in the weekly digest"),
    Mail.NEVER.value: N_("no mail"),
}
_IPHONE: Final = ("iPhone", "iPad", "iPod")
BOTH: Final = ("GET", "POST")


async def settings_page(request: Request) -> Response:
    viewer, db = require_viewer(request), runtime_of(request).db
    own, devices = await db.read(_read, viewer)
    if request.method != "POST":
        form = new_form(WishesForm.values_of(own), of=WishesForm)
        return _show(request, own, devices, form)
    sent, form = await read_form(request, WishesForm)
    if sent is None:
        return _show(request, own, devices, form)
    try:
        await db.write(change_wishes, viewer, sent.draft(_sent(request)))
    except Invalid as error:
        form.complain(error)
        return _show(request, own, devices, form)
    return _back(request, gettext("Saved."))


async def kinds_page(request: Request) -> Response:
    """Every kind by itself: what rings, and what is mailed when."""
    viewer, db = require_viewer(request), runtime_of(request).db
    own = await db.read(get_own_wishes, viewer)
    level = own.reader.level
    kinds = [kind for kind, rule in RULES.items() if rule.choosing == Choosing.ALL]
    if request.method == "POST":
        await db.write(change_choices, viewer, choices_in(_sent(request), kinds, level))
        return _back(request, gettext("Saved."))
    values: dict[str, object] = {}
    for kind in kinds:
        values |= choice_values(kind, own.choices.get(kind, Choice()), level)
    context = {
        "form": new_form(values),
        "kinds": kinds,
        "always": [kind for kind in RULES if kind not in kinds],
        "sayings": SAYINGS,
        "mails": [(value, gettext(words)) for value, words in _MAILS.items()],
    }
    return render(request, "notifications/kinds.html", context)


async def subscribe(request: Request) -> Response:
    """What the browser said when its owner allowed it."""
    viewer = require_viewer(request)
    sent, _form = await read_form(request, DeviceForm)
    try:
        draft = (sent or DeviceForm()).draft
        require_reachable(draft.endpoint, runtime_of(request).settings)
        await runtime_of(request).db.write(subscribe_device, viewer, draft)
    except Invalid as error:
        said = next(iter(error.fields.values()))
        return redirect(request, _path(request), ("warn", say(said, error.params)))
    return _back(request, gettext("This device tells you now when something waits for you."))


async def try_it(request: Request) -> Response:
    """A push to all of one's devices now, to see with one's own eyes whether it arrives."""
    viewer, runtime = require_viewer(request), runtime_of(request)
    await check_limit(request, "mail", viewer.account_id)
    language = visit_of(request).language.tag
    push = test_push(instance_of(request), runtime.urls, language)
    found = await runtime.db.read(list_subscriptions, [viewer.account_id], now=clock.now())
    devices = found.get(viewer.account_id, [])
    answers = [await runtime.courier.send(device, push) for device in devices]
    if any(answered.outcome == Outcome.ARRIVED for answered in answers):
        return _back(request, gettext("It has been handed over. In a moment your device rings."))
    said = gettext("It could not be handed over. Until it can, what should not wait is mailed.")
    return redirect(request, _path(request), ("warn", said))


async def forget(request: Request) -> Response:
    viewer, device_id = require_viewer(request), number_in_path(request)
    await runtime_of(request).db.write(forget_device, viewer, device_id)
    return _back(request, gettext("This device stays quiet from now on."))


async def iphone_page(request: Request) -> Response:
    """How to bring the place onto the home screen of an iPhone, which pushes need there."""
    require_viewer(request)
    return render(request, "notifications/iphone.html")


def _read(session: Session, viewer: Viewer) -> tuple[OwnWishes, list[DeviceView]]:
    return get_own_wishes(session, viewer), list_devices(session, viewer, now=clock.now())


def _show(request: Request, own: OwnWishes, devices: list[DeviceView], form: FormState) -> Response:
    user_agent = visit_of(request).header(b"user-agent")
    context = {
        "form": form,
        "own": own,
        "devices": devices,
        "icon_of": device_icon,
        "push_key": public_push_key(runtime_of(request).secret),
        "is_known": any(device.is_this for device in devices),
        "is_iphone": any(word in user_agent for word in _IPHONE),
        "weekdays": [(day, weekday_name(day)) for day in range(7)],
    }
    return render(request, "notifications/settings.html", context, 422 if form.errors else 200)


def _sent(request: Request) -> FormData:
    return visit_of(request).form or FormData()


def _path(request: Request) -> str:
    return runtime_of(request).urls.path("notification_settings")


def _back(request: Request, said: str) -> Response:
    return redirect(request, _path(request), ("good", said))


routes = [
    Page("/settings/notifications", settings_page, name="notification_settings", methods=BOTH),
    Page("/settings/notifications/kinds", kinds_page, name="notification_kinds", methods=BOTH),
    Page("/settings/notifications/iphone", iphone_page, name="iphone_coach"),
    Page("/settings/notifications/devices", subscribe, name="push_device", methods=("POST",)),
    Page("/settings/notifications/test", try_it, name="try_push", methods=("POST",)),
    Page("/settings/notifications/devices/{id}", forget, name="forget_device", methods=("POST",)),
]
