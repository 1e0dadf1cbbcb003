"""One's second factor: what it is, setting it up, recovery codes, another app, turning it off."""

from __future__ import annotations

import contextlib
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fedparents import clock
from fedparents.accounts.policy import factor_due_at, needs_factor
from fedparents.accounts.recovery_codes import HOW_MANY, codes_of
from fedparents.accounts.second_factor import (
    Tried,
    are_current_codes,
    find_factor,
    find_sealed_secret,
    renew_recovery_codes,
)
from fedparents.accounts.sessions import Viewer
from fedparents.accounts.tokens import digest
from fedparents.accounts.totp import matching_steps
from fedparents.errors import NotFound
from web.auth.attempts import check_second_step_limit
from web.auth.factor_changes import is_app_code, take_up_app, turn_off_by_code
from web.auth.factor_secrets import app_address, factor_opener, secret_to_type
from web.auth.factor_setup import FactorSetup, drop_setup, leave_setup, read_setup
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.formats import format_date
from web.routing import Page
from web.site.accounts.forms import (
    KeptCodesForm,
    SentForm,
    SetUpFactorForm,
    TurnOffFactorForm,
)
from web.site.accounts.settings import has_proved, to_proof
from web.site.page import local_path, redirect, render
from web.site.qr import qr_svg
from web.visit import browser_of, instance_of, require_viewer, runtime_of

STATUS: Final = "/settings/second-factor"


async def factor_page(request: Request) -> Response:
    viewer = require_viewer(request)
    factor = await runtime_of(request).db.read(find_factor, viewer.account_id)
    due_at = factor_due_at(viewer.role, instance_of(request))
    there = local_path(request.query_params.get("next", STATUS), STATUS)
    context = {
        "factor": factor,
        "due_at": due_at,
        "is_due": due_at is not None and due_at <= clock.now(),
        "next": there if there != STATUS else None,
    }
    return render(request, "accounts/second_factor.html", context)


async def set_up_page(request: Request) -> Response:
    """A picture for the app, and the code that shows that the app has it."""
    viewer = require_viewer(request)
    if request.method == "POST":
        return await _take_up(request, viewer)
    if not await has_proved(request, viewer):
        return to_proof(request)
    there = local_path(request.query_params.get("next", STATUS), STATUS)
    setup = await _setup_under_way(request, viewer) or FactorSetup.new()
    return await _show_setup(request, viewer, setup, new_form({"next": there}, of=SetUpFactorForm))


async def _take_up(request: Request, viewer: Viewer) -> Response:
    sent, form = await read_form(request, SetUpFactorForm)
    setup = read_setup(request)
    if setup is None or not setup.secret:
        return await _ran_out(request, viewer, form)
    if await _is_in_use(request, viewer, setup):  # sent twice: the first one did it
        return redirect(request, runtime_of(request).urls.path("recovery_codes"))
    if sent is not None and not is_app_code(sent.code):
        form.add_error("code", "missing")
    if sent is None or form.errors:
        return await _show_setup(request, viewer, setup, form)
    steps = matching_steps(setup.secret, sent.code, now=clock.now())
    if not steps:
        form.add_error("code", "wrong")
        form.values["code"] = ""  # the next digits are other ones
        return await _show_setup(request, viewer, setup, form)
    there = local_path(sent.next, STATUS)
    codes = runtime_of(request).urls.path("recovery_codes", next=there)
    where = await submit_once(
        request,
        form,
        lambda is_first: codes if is_first else there,
        take_up_app,
        runtime_of(request).secret,
        viewer,
        setup,
        steps[-1],
    )
    if where == codes:
        response = redirect(request, where)
        leave_setup(request, response, FactorSetup(setup.seed))
        return response
    response = redirect(request, where, ("good", gettext("Your new app makes the codes now.")))
    drop_setup(request, response)
    return response


async def _ran_out(request: Request, viewer: Viewer, form: FormState) -> Response:
    if not await has_proved(request, viewer):
        return to_proof(request)
    form.errors.clear()
    form.add_error("code", "ran_out")
    return await _show_setup(request, viewer, FactorSetup.new(), form)


async def qr_page(request: Request) -> Response:
    """The picture for the app that is being set up."""
    viewer = require_viewer(request)
    setup = await _setup_under_way(request, viewer)
    if setup is None:
        raise NotFound
    address = _app_address(request, viewer, setup)
    headers = {"Cache-Control": "private, no-store"}
    return Response(qr_svg(address), media_type="image/svg+xml", headers=headers)


async def codes_page(request: Request) -> Response:
    """Recovery codes, as long as this browser knows them: until their owner has kept them."""
    viewer = require_viewer(request)
    if request.method == "POST":
        sent, _ = await read_form(request, KeptCodesForm)
        there = local_path(sent.next, STATUS) if sent is not None else STATUS
        response = redirect(request, there, ("good", gettext("Good. You are well protected.")))
        drop_setup(request, response)
        return response
    codes = await _codes_to_show(request, viewer)
    if not codes:
        return redirect(request, runtime_of(request).urls.path("second_factor"))
    there = local_path(request.query_params.get("next", STATUS), STATUS)
    context = {"codes": codes, "form": new_form({"next": there}, of=KeptCodesForm)}
    return render(request, "accounts/recovery_codes.html", context)


async def codes_as_text(request: Request) -> Response:
    """The same as a file to keep."""
    viewer = require_viewer(request)
    codes = await _codes_to_show(request, viewer)
    if not codes:
        raise NotFound
    place = instance_of(request)
    heading = gettext(
        "Recovery codes of @%(handle)s at %(place)s, of %(day)s",
        handle=viewer.handle,
        place=place.name,
        day=format_date(clock.now()),
    )
    lines = [heading, "", *codes, "", gettext("Each works once, instead of the code of your app.")]
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="recovery-codes-{viewer.handle}.txt"',
    }
    return PlainTextResponse("\n".join(lines) + "\n", headers=headers)


async def new_codes_page(request: Request) -> Response:
    viewer = require_viewer(request)
    urls = runtime_of(request).urls
    if not viewer.has_factor:
        return redirect(request, urls.path("second_factor"))
    if not await has_proved(request, viewer):
        return to_proof(request)
    there = urls.path("recovery_codes")
    if request.method == "POST":
        _, form = await read_form(request, SentForm)
        setup = read_setup(request) or FactorSetup.new()
        await submit_once(request, form, lambda _: there, renew_recovery_codes, viewer, setup.seed)
        response = redirect(request, there)
        leave_setup(request, response, FactorSetup(setup.seed))
        return response
    context = {
        "title": gettext("Make new recovery codes?"),
        "text": gettext("The ones that you have kept so far then work no more."),
        "action": urls.path("new_recovery_codes"),
        "form": new_form(),
        "confirm_label": gettext("Make new ones"),
        "back_url": urls.path("second_factor"),
    }
    response = render(request, "frame/confirm.html", context)
    leave_setup(request, response, FactorSetup(FactorSetup.new().seed))
    return response


async def turn_off_page(request: Request) -> Response:
    viewer = require_viewer(request)
    runtime = runtime_of(request)
    is_needed = needs_factor(viewer.role, instance_of(request), now=clock.now())
    if is_needed or not viewer.has_factor:
        return redirect(request, runtime.urls.path("second_factor"))
    if not await has_proved(request, viewer):
        return to_proof(request)
    if request.method == "POST":
        return await _turn_off(request, viewer)
    return _show_turn_off(request, new_form(of=TurnOffFactorForm))


async def _turn_off(request: Request, viewer: Viewer) -> Response:
    sent, form = await read_form(request, TurnOffFactorForm)
    if sent is None:
        return _show_turn_off(request, form)
    await check_second_step_limit(request, viewer.account_id)
    runtime = runtime_of(request)
    with contextlib.suppress(NotFound):  # it was turned off a moment ago
        tried = await runtime.db.write(
            turn_off_by_code,
            runtime.secret,
            viewer,
            sent.code,
            browser=digest(browser_of(request)),
        )
        if tried is not Tried.RIGHT:
            form.add_error("code", tried)
            return _show_turn_off(request, form)
    words = gettext("From now on you sign in without a code.")
    return redirect(request, runtime.urls.path("second_factor"), ("good", words))


async def _setup_under_way(request: Request, viewer: Viewer) -> FactorSetup | None:
    """What this browser has begun; not what its owner has taken up meanwhile."""
    setup = read_setup(request)
    if setup is None or not setup.secret or await _is_in_use(request, viewer, setup):
        return None
    return setup


async def _is_in_use(request: Request, viewer: Viewer, setup: FactorSetup) -> bool:
    runtime = runtime_of(request)
    sealed = await runtime.db.read(find_sealed_secret, viewer.account_id)
    if sealed is None:
        return False
    return factor_opener(runtime.secret, viewer.account_id)(sealed) == setup.secret


async def _codes_to_show(request: Request, viewer: Viewer) -> list[str]:
    setup = read_setup(request)
    if setup is None:
        return []
    db = runtime_of(request).db
    is_theirs = await db.read(are_current_codes, viewer.account_id, setup.seed)
    return codes_of(setup.seed) if is_theirs else []


async def _show_setup(
    request: Request, viewer: Viewer, setup: FactorSetup, form: FormState
) -> Response:
    factor = await runtime_of(request).db.read(find_factor, viewer.account_id)
    context = {
        "form": form,
        "is_first": factor is None,
        "secret": secret_to_type(setup.secret),
        "app_address": _app_address(request, viewer, setup),
        "how_many": HOW_MANY,
    }
    status = 422 if form.errors else 200
    response = render(request, "accounts/set_up_factor.html", context, status)
    leave_setup(request, response, setup)
    return response


def _show_turn_off(request: Request, form: FormState) -> Response:
    return render(
        request, "accounts/turn_off_factor.html", {"form": form}, 422 if form.errors else 200
    )


def _app_address(request: Request, viewer: Viewer, setup: FactorSetup) -> str:
    return app_address(setup.secret, place=instance_of(request).name, handle=viewer.handle)


_BOTH: Final = ("GET", "POST")
routes = [
    Page(STATUS, factor_page, name="second_factor"),
    Page(f"{STATUS}/app", set_up_page, name="set_up_factor", methods=_BOTH),
    Page(f"{STATUS}/qr.svg", qr_page, name="factor_qr"),
    Page(f"{STATUS}/codes", codes_page, name="recovery_codes", methods=_BOTH),
    Page(f"{STATUS}/codes.txt", codes_as_text, name="recovery_codes_text"),
    Page(f"{STATUS}/new-codes", new_codes_page, name="new_recovery_codes", methods=_BOTH),
    Page(f"{STATUS}/off", turn_off_page, name="turn_off_factor", methods=_BOTH),
]
