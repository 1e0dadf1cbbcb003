"""The second step of signing in: a code of the app, or a recovery code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.second_factor import Tried
from fedparents.errors import NotFound
from web.auth.attempts import check_second_step_limit
from web.auth.factor_changes import is_app_code
from web.auth.halfway import Halfway, drop_halfway, read_halfway
from web.auth.sign_in import Outcome, caller_of, sign_in_by_app, sign_in_by_recovery_code
from web.forms import FormState, new_form, read_form
from web.i18n import gettext
from web.routing import Page
from web.site.accounts.answers import come_in
from web.site.accounts.forms import AppCodeForm, RecoveryForm
from web.site.page import redirect, render
from web.visit import runtime_of


@dataclass(frozen=True, slots=True)
class _Way:
    """One of the two ways to take the second step."""

    template: str
    form: type[AppCodeForm] | type[RecoveryForm]
    is_complete: Callable[[str], bool]
    attempt: Callable[[Request, Halfway, str], Awaitable[Outcome | Tried]]


async def _attempt_app(request: Request, halfway: Halfway, typed: str) -> Outcome | Tried:
    runtime = runtime_of(request)
    return await runtime.db.write(
        sign_in_by_app, runtime.secret, halfway, typed, caller_of(request)
    )


async def _attempt_recovery(request: Request, halfway: Halfway, typed: str) -> Outcome | Tried:
    db = runtime_of(request).db
    return await db.write(sign_in_by_recovery_code, halfway, typed, caller_of(request))


_APP: Final = _Way("accounts/sign_in_app.html", AppCodeForm, is_app_code, _attempt_app)
_RECOVERY: Final = _Way("accounts/sign_in_recovery.html", RecoveryForm, bool, _attempt_recovery)


async def app_page(request: Request) -> Response:
    return await _step(request, _APP)


async def recovery_page(request: Request) -> Response:
    return await _step(request, _RECOVERY)


async def _step(request: Request, way: _Way) -> Response:
    found = read_halfway(request)
    if found is None:
        return _begin_again(request)
    halfway, there = found
    if request.method != "POST":
        return render(request, way.template, {"form": new_form(of=way.form)})
    sent, form = await read_form(request, way.form)
    if sent is not None and not way.is_complete(sent.code):
        form.add_error("code", "missing")
    if sent is None or form.errors:
        return _show(request, way, form)
    await check_second_step_limit(request, halfway.account_id)
    try:
        outcome = await way.attempt(request, halfway, sent.code)
    except NotFound:
        return _begin_again(request)
    if isinstance(outcome, Tried):
        form.add_error("code", outcome)
        if way is _APP:
            form.values["code"] = ""  # the next digits are other ones
        return _show(request, way, form)
    return come_in(request, outcome, there)


def _show(request: Request, way: _Way, form: FormState) -> Response:
    return render(request, way.template, {"form": form}, 422)


def _begin_again(request: Request) -> Response:
    """The first proof is too old, or what it stood on has changed."""
    words = gettext("That took a little long. Please sign in once more.")
    response = redirect(request, runtime_of(request).urls.path("sign_in"), ("info", words))
    drop_halfway(request, response)
    return response


_BOTH: Final = ("GET", "POST")
routes = [
    Page("/sign-in/app", app_page, name="sign_in_app", methods=_BOTH, opens_early=True),
    Page(
        "/sign-in/recovery",
        recovery_page,
        name="sign_in_recovery",
        methods=_BOTH,
        opens_early=True,
    ),
]
